package import Hummingbird
package import Logging

/// The control API over HTTP on a UNIX socket.
///
/// `run` has the shape of a ServiceLifecycle service: it serves until its task is cancelled or a graceful shutdown
/// begins, answers what was asked by then, and removes the socket.
package struct ControlServer: Sendable {
    /// Connections at once; one more waits until another ends.
    package static let maxConnections = 64
    /// A connection on which nothing is asked for so long is closed.
    private static let idleSeconds: Int64 = 60

    private let plane: any ControlPlane
    private let socket: ControlSocket
    private let logger: Logger
    private let onRunning: @Sendable () async -> Void

    /// - Parameters:
    ///   - socketPath: of the UNIX socket, at most 107 bytes; its directory is made if need be.
    ///   - onRunning: called once when requests are answered.
    package init(
        plane: any ControlPlane, socketPath: String, logger: Logger,
        onRunning: @escaping @Sendable () async -> Void = {}
    ) {
        self.plane = plane
        socket = ControlSocket(path: socketPath)
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        try socket.prepare()
        defer { socket.remove() }
        try await application.run()
    }

    /// The routes alone, for tests without a socket, and the whole server for `run`.
    package var application: some ApplicationProtocol {
        Application(
            router: Self.router(plane),
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

    private static func router(_ plane: any ControlPlane) -> Hummingbird.Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        router.add(middleware: ProblemMiddleware())
        let version = router.group("v1")
        StatusRoutes(plane: plane).add(to: version)
        ReloadRoutes(plane: plane).add(to: version)
        QueueRoutes(plane: plane).add(to: version)
        OperatorRoutes(plane: plane).add(to: version)
        CallRoutes(plane: plane).add(to: version)
        TaskRoutes(plane: plane).add(to: version)
        DialerRoutes(plane: plane).add(to: version)
        ImportRoutes(plane: plane).add(to: version)
        return router
    }
}
