import Hummingbird

/// What a token is good for. `admin` includes all the others, which include nothing but themselves.
package enum Scope: String, Codable, Hashable, Sendable, CaseIterable {
    /// Everything that can be looked at, the stream of events too.
    case read
    /// Tasks: asked for, put off, called off, started, previewed; dialers paused.
    case tasks
    /// What operators want, and whether they may be interrupted.
    case operators
    /// Calls: begun and ended.
    case calls
    /// Everything.
    case admin

    /// What a request needs. What nobody thought of needs `admin`.
    static func needed(for method: HTTPRequest.Method, path: String) -> Scope {
        if method == .get || method == .head { return .read }
        return switch path.split(separator: "/").dropFirst().first {
        case "tasks", "imports", "dialers": .tasks
        case "operators": .operators
        case "calls": .calls
        default: .admin
        }
    }
}
