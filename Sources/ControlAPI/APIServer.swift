package import Hummingbird
package import Logging
import NIOCore
package import Storage

/// What the API keeps of its clients.
package struct APIAccess: Sendable {
    let store: any APIStore
    let book: TokenBook

    package init(store: any APIStore) async throws(StorageError) {
        self.store = store
        book = try await TokenBook.open(store)
    }
}

/// How much the API bears over TCP.
package struct APILimits: Hashable, Sendable {
    /// Connections at once; one more waits until another ends.
    package var connections = 256
    /// Requests of one token.
    package var tokens = RateLimit(perSecond: 50, burst: 100)
    /// Requests of one address without a valid token.
    package var strangers = RateLimit(perSecond: 1, burst: 60)
    /// From the connection to the end of the first request's header, in seconds.
    package var headerSeconds: Int64 = 10

    package init() {}
}

/// The control API over TCP, for the CRM and operators' desks: the routes of the control socket, behind tokens and limits.
///
/// Nothing is encrypted: it listens on loopback as a rule, behind a proxy that does that.
package struct APIServer: Sendable {
    /// A connection on which nothing is asked for so long is closed.
    private static let idleSeconds: Int64 = 60

    private let plane: any ControlPlane
    private let host: String
    private let port: UInt16
    private let access: APIAccess
    private let limits: APILimits
    private let events: EventFeed?
    private let logger: Logger
    private let onRunning: @Sendable (UInt16) async -> Void

    /// - Parameters:
    ///   - host: numeric address.
    ///   - port: 0 takes a free one.
    ///   - onRunning: called once, with the port that was taken, when requests are answered.
    package init(
        plane: any ControlPlane, host: String, port: UInt16, access: APIAccess, limits: APILimits = APILimits(),
        events: EventFeed?, logger: Logger, onRunning: @escaping @Sendable (UInt16) async -> Void = { _ in }
    ) {
        self.plane = plane
        self.host = host
        self.port = port
        self.access = access
        self.limits = limits
        self.events = events
        self.logger = logger
        self.onRunning = onRunning
    }

    package func run() async throws {
        try await application.run()
    }

    package var application: some ApplicationProtocol {
        Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [FirstRequestClock(.seconds(limits.headerSeconds))],
                    idleTimeout: .seconds(Self.idleSeconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8_192, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: Int(port)), serverName: "burdock",
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { [onRunning] channel in
                await onRunning(UInt16(clamping: channel.localAddress?.port ?? 0))
            },
            logger: logger)
    }

    var router: Hummingbird.Router<ControlContext> {
        ControlServer.router(
            plane, access.book, events,
            behind: [
                AccessMiddleware(
                    book: access.book, tokens: RateLimiter(limits.tokens), strangers: RateLimiter(limits.strangers),
                    plane: plane),
                IdempotencyMiddleware(store: access.store, plane: plane),
            ], isLocal: false)
    }
}

/// Closes a connection whose first request has no complete header in time: strangers who send a byte now and then hold
/// nothing for long. Whoever is answered but not let in is closed after the answer, and others have shown a token.
private final class FirstRequestClock: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let limit: TimeAmount
    private var alarm: Scheduled<Void>?

    init(_ limit: TimeAmount) {
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        alarm = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
    }

    /// The first part that the decoder makes is a whole header.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        alarm?.cancel()
        alarm = nil
        context.fireChannelRead(data)
    }
}
