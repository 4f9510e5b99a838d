package import Hummingbird
package import Logging

/// Metrics and health over HTTP for machines that watch this one: `/metrics`, `/healthz`, `/readyz`.
///
/// Nothing can be changed here and nobody is named, so it asks for no password; it listens where it is told to, on
/// loopback as a rule.
package struct MetricsServer: Sendable {
    private static let mostConnections = 32

    private let plane: any ControlPlane
    private let host: String
    private let port: UInt16
    private let logger: Logger

    /// - Parameters:
    ///   - host: numeric address.
    ///   - port: 0 takes a free one.
    package init(plane: any ControlPlane, host: String, port: UInt16, logger: Logger) {
        self.plane = plane
        self.host = host
        self.port = port
        self.logger = logger
    }

    package func run() async throws {
        try await application.run()
    }

    package var application: some ApplicationProtocol {
        Application(
            router: Self.router(plane),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: Int(port)), serverName: "burdock",
                availableConnectionsDelegate: .maximum(Self.mostConnections, logger: logger)),
            logger: logger)
    }

    private static func router(_ plane: any ControlPlane) -> Hummingbird.Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: await plane.metrics().text)))
        }
        // It answers: the event loop that decides everything is alive.
        router.get("healthz") { _, _ in
            _ = await plane.snapshot()
            return plain(.ok, "ok")
        }
        router.get("readyz") { _, _ in
            await plane.status().draining ? plain(.serviceUnavailable, "draining") : plain(.ok, "ready")
        }
        return router
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}

extension ControlPlane {
    /// Everything: how things stand, what has been, and how the process does.
    func metrics() async -> [Metric] {
        SnapshotMetrics.metrics(await snapshot()) + callMetrics.metrics + (await processMetrics())
    }
}
