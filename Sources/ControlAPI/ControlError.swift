/// Why the control API cannot be offered.
package enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    case socketPathTooLong(path: String, limit: Int)
    /// Another server answers on the socket.
    case socketInUse(path: String)
    /// Something that is no socket has the name.
    case notASocket(path: String)
    case cannotListen(path: String, problem: String)

    package var description: String {
        switch self {
        case .socketPathTooLong(let path, let limit):
            "the control socket's path \(path) is longer than the \(limit) bytes that the system allows; "
                + "choose a shorter state directory"
        case .socketInUse(let path):
            "another server is listening on \(path); stop it first, or choose another state directory"
        case .notASocket(let path):
            "\(path) exists and is no socket; move it away, or choose another state directory"
        case .cannotListen(let path, let problem):
            "cannot listen on \(path): \(problem)"
        }
    }
}
