/// Why nothing could be measured. Ends the program with status 1.
enum BenchError: Error, CustomStringConvertible {
    case usage(String)
    case generator(String)
    /// The server did not start, or ended while it was measured.
    case server(String)
    /// The server ran, but what was to be measured did not happen.
    case nothingHappened(String)

    var description: String {
        switch self {
        case .usage(let text): "\(text)\n\(Options.usage)"
        case .generator(let text): "the load generator could not start: \(text)"
        case .server(let text), .nothingHappened(let text): text
        }
    }
}
