package import Hummingbird
package import Logging

/// The control API over HTTP on a UNIX socket. Whoever may open the socket may do everything; only here are tokens made.
///
/// `run` has the shape of a ServiceLifecycle service: it serves until its task is cancelled or a graceful shutdown
/// begins, answers what was asked by then, and removes the socket. While it runs, events are told (`EventFeed`).
package struct ControlServer: Sendable {
    /// Connections at once; one more waits until another ends.
    package static let maxConnections = 64
    /// A connection on which nothing is asked for so long is closed.
    private static let idleSeconds: Int64 = 60

    private let plane: any ControlPlane
    private let webhooks: (any WebhookPlane)?
    private let socket: ControlSocket
    private let access: APIAccess?
    private let events: EventFeed?
    private let logger: Logger
    private let onRunning: @Sendable () async -> Void

    /// - Parameters:
    ///   - webhooks: `nil`: there are no routes for them.
    ///   - socketPath: of the UNIX socket, at most 107 bytes; its directory is made if need be.
    ///   - access: for what is kept of tokens and requests; `nil`: there are no tokens, and no `Idempotency-Key`.
    ///   - events: what is told as it happens; `nil`: nothing is.
    ///   - onRunning: called once when requests are answered.
    package init(
        plane: any ControlPlane, webhooks: (any WebhookPlane)? = nil, socketPath: String, access: APIAccess? = nil,
        events: EventFeed? = nil, logger: Logger,
        onRunning: @escaping @Sendable () async -> Void = {}
    ) {
        self.plane = plane
        self.webhooks = webhooks
        socket = ControlSocket(path: socketPath)
        self.access = access
        self.events = events
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        try socket.prepare()
        defer { socket.remove() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let events { group.addTask { [plane] in await events.run(plane) } }
            try await application.run()
            group.cancelAll()
        }
    }

    /// The routes alone, for tests without a socket, and the whole server for `run`.
    package var application: some ApplicationProtocol {
        Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.path), serverName: "burdock",
                availableConnectionsDelegate: .maximum(Self.maxConnections, logger: logger)),
            onServerRunning: { [socket, logger, onRunning] _ in
                do {
                    try socket.openToGroup()
                } catch {
                    logger.error(
                        "Only the server's own user can use the control socket", metadata: ["problem": "\(error)"])
                }
                await onRunning()
            },
            logger: logger)
    }

    private func router() -> Hummingbird.Router<ControlContext> {
        var middlewares: [any MiddlewareProtocol<Request, Response, ControlContext>] = []
        if let access { middlewares.append(IdempotencyMiddleware(store: access.store, plane: plane)) }
        return Self.router(plane, access?.book, events, webhooks, behind: middlewares, isLocal: true)
    }

    /// The routes, which are the same on the control socket and over TCP but for those that make tokens, import files or
    /// are about webhooks.
    static func router(
        _ plane: any ControlPlane, _ book: TokenBook?, _ events: EventFeed?, _ webhooks: (any WebhookPlane)? = nil,
        behind middlewares: [any MiddlewareProtocol<Request, Response, ControlContext>], isLocal: Bool
    ) -> Hummingbird.Router<ControlContext> {
        let router = Router(context: ControlContext.self, options: [.autoGenerateHeadEndpoints])
        let routes = RouteTable()
        router.add(middleware: ProblemMiddleware(routes: routes))
        for middleware in middlewares { router.add(middleware: middleware) }
        let version = router.group("v1")
        StatusRoutes(plane: plane).add(to: version)
        ReloadRoutes(plane: plane).add(to: version)
        QueueRoutes(plane: plane).add(to: version)
        OperatorRoutes(plane: plane).add(to: version)
        CallRoutes(plane: plane).add(to: version)
        TaskRoutes(plane: plane).add(to: version)
        DialerRoutes(plane: plane).add(to: version)
        if isLocal {
            ImportRoutes(plane: plane).add(to: version)
            BanRoutes(plane: plane).add(to: version)
        }
        AttemptRoutes(plane: plane).add(to: version)
        TieRoutes(plane: plane).add(to: version)
        ReportRoutes(plane: plane).add(to: version)
        if let events { EventRoutes(plane: plane, feed: events, book: book).add(to: version) }
        if isLocal, let book { TokenRoutes(plane: plane, book: book).add(to: version) }
        if isLocal, let webhooks { WebhookRoutes(plane: webhooks).add(to: version) }
        OpenAPIRoutes(isLocal: isLocal).add(to: version)
        routes.fill(from: router)
        return router
    }
}
