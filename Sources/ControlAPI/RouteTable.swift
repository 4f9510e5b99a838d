import Hummingbird
import Synchronization

/// Which methods there are at which path. Filled once the routes are known, which is after those who ask it are made.
final class RouteTable: Sendable {
    struct Route: Hashable, Sendable {
        /// `GET`
        let method: String
        /// `/v1/calls/{id}/explain`
        let path: String

        fileprivate func matches(_ segments: [Substring]) -> Bool {
            let pattern = path.split(separator: "/")
            guard pattern.count == segments.count else { return false }
            return zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    private let all = Mutex<[Route]>([])

    var routes: [Route] { all.withLock { $0 } }

    func fill(from router: Hummingbird.Router<ControlContext>) {
        let routes = router.routes.map { Route(method: $0.method.rawValue, path: $0.path.description) }
        all.withLock { $0 = routes }
    }

    /// In alphabetical order; empty if there is nothing at the path.
    func methods(at path: String) -> [String] {
        let segments = path.split(separator: "/")
        let methods = routes.filter { $0.matches(segments) }.map(\.method)
        return (methods.contains("GET") ? methods + ["HEAD"] : methods).sorted()
    }
}
