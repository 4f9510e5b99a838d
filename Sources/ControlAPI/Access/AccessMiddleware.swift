import Hummingbird
import NIOCore
import Routing
import Storage

/// Lets in who has a token for what they ask, each at a bearable pace. The control socket does without.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = ControlContext

    /// Described to anybody: how to ask, and nothing of what the answer would be.
    static let publicPaths: Set<String> = ["/v1/openapi.json"]

    let book: TokenBook
    let tokens: RateLimiter
    let strangers: RateLimiter
    let plane: any ControlPlane

    func handle(
        _ request: Request, context: ControlContext, next: (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        let (now, wall) = plane.clocks()
        guard let token = request.token.flatMap({ book.find($0, now: wall) }) else {
            try admitStranger(request, context, at: now)
            return try await next(request, context)
        }
        if let wait = tokens.take(token.name, at: now) { throw Problem.tooManyRequests(wait) }
        let scope = Scope.needed(for: request.method, path: request.uri.path)
        guard token.allows(scope) else { throw Problem.missing(scope, in: token.name) }
        await book.noteUse(of: token.name, now: wall)
        var context = context
        context.token = token.name
        return try await next(request, context)
    }

    private func admitStranger(_ request: Request, _ context: ControlContext, at now: Instant) throws {
        if let wait = strangers.take(context.stranger, at: now) {
            context.closeAfterAnswer()
            throw Problem.tooManyRequests(wait)
        }
        let isRead = request.method == .get || request.method == .head
        if isRead, Self.publicPaths.contains(request.uri.path) { return }
        context.closeAfterAnswer()
        throw Problem.unauthorized(hasToken: request.headers[.authorization] != nil)
    }
}

extension Request {
    /// What is behind `Bearer` (RFC 6750 section 2.1), if it may be one of ours.
    fileprivate var token: APIToken? {
        let parts = (headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return APIToken(parts[1].drop { $0 == " " })
    }
}

extension ControlContext {
    /// Whom a request without a token is counted against: an address, or with IPv6 the network that one household gets.
    fileprivate var stranger: String {
        guard let address = channel.remoteAddress else { return "unknown" }
        guard case .v6 = address, let bytes = address.ipv6Network else { return address.ipAddress ?? "unknown" }
        return bytes.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// Who is not let in holds no connection either.
    fileprivate func closeAfterAnswer() {
        guard channel.remoteAddress != nil else { return }
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}

extension SocketAddress {
    /// The first 64 bits of an IPv6 address.
    fileprivate var ipv6Network: [UInt8]? {
        guard case .v6 = self else { return nil }
        // sockaddr_in6: family, port and flow, then the address (ipv6(7)).
        return withSockAddr { address, size in
            Array(UnsafeRawBufferPointer(start: address, count: size).dropFirst(8).prefix(8))
        }
    }
}

extension Problem {
    private static let realm = "Bearer realm=\"burdock\""

    fileprivate static func unauthorized(hasToken: Bool) -> Problem {
        var problem = Problem(
            .unauthorized, hasToken ? "The token is unknown, expired or revoked" : "There is no token in the request",
            next: "Send \"Authorization: Bearer bk_...\"; \"burdock token add\" makes a token")
        problem.headers[.wwwAuthenticate] = realm + (hasToken ? ", error=\"invalid_token\"" : "")
        return problem
    }

    fileprivate static func missing(_ scope: Scope, in token: String) -> Problem {
        var problem = Problem(
            .missingScope, "The token \"\(token)\" has not the scope \"\(scope.rawValue)\"",
            next: "Make one that has: burdock token add NAME --scope \(scope.rawValue)")
        problem.headers[.wwwAuthenticate] = realm + ", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
        return problem
    }

    fileprivate static func tooManyRequests(_ wait: Duration) -> Problem {
        let seconds = max(1, Int(wait.inSeconds.rounded(.up)))
        var problem = Problem(
            .tooManyRequests, "Requests come faster than they are answered here", next: "Wait \(seconds) s")
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }
}
