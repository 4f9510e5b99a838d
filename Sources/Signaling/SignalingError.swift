/// Why signalling could not be started.
package enum SignalingError: Error, Hashable, CustomStringConvertible {
    /// A listener's address cannot be used; `problem` is what the system says.
    case listener(String, problem: String)
    /// Another program has the port.
    case portInUse(String)
    /// The parser's library could not be started.
    case library

    package var description: String {
        switch self {
        case .listener(let name, let problem):
            "cannot listen on \(name): \(problem); check sip.listen in the configuration"
        case .portInUse(let name):
            "cannot listen on \(name): the port is in use; stop the other program or change sip.listen in the "
                + "configuration"
        case .library:
            "libosip2 could not be started: out of memory"
        }
    }
}
