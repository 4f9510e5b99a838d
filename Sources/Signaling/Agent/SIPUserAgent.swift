import Glibc
package import Logging
package import NIOCore
import NIOPosix

/// The signalling engine: an actor whose executor is one event loop, on which its sockets live too.
///
/// `perform`, `makeLeg` and the event handler run on that loop, so that a caller that shares it pays no hop.
package actor SIPUserAgent: SignalingEngine {
    private let loop: any EventLoop
    private let settings: SignalingSettings
    private let logger: Logger
    /// Everything behind the actor's door. Touched on the loop only.
    let core: UserAgentCore

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - loop: must be one of `NIOPosix`'s.
    ///   - chance: for branches, tags, Call-IDs and the digest key.
    ///   - clock: monotonic nanoseconds.
    ///   - events: called on the loop, in order.
    package init(
        loop: any EventLoop, settings: SignalingSettings, logger: Logger,
        chance: any RandomNumberGenerator & Sendable = KernelRandomness(),
        clock: @escaping @Sendable () -> Int64 = { Int64(clamping: NIODeadline.now().uptimeNanoseconds) },
        events: @escaping SignalingEventHandler
    ) throws(SignalingError) {
        self.loop = loop
        self.settings = settings
        self.logger = logger
        guard let layer = TransactionLayer(timing: settings.timing) else { throw .library }
        core = UserAgentCore(
            settings: settings, layer: layer, tokens: Tokens(chance), clock: clock, events: events, logger: logger)
    }

    package nonisolated func makeLeg() -> LegID {
        assumeIsolated { $0.core.makeLeg() }
    }

    package nonisolated func perform(_ command: SignalingCommand) {
        assumeIsolated { $0.core.perform(command) }
    }

    /// Binds all listeners, or none.
    package func start() async throws(SignalingError) {
        core.attach(to: self, loop)
        do {
            for (index, listener) in settings.listeners.enumerated() {
                let (channel, socket) = try await bind(listener, index)
                let port = UInt16(truncatingIfNeeded: channel.localAddress?.port ?? Int(listener.port))
                core.transports.add(
                    Transports.Bound(channel: channel, settings: listener, port: port, socket: socket))
                logger.info(
                    "listening for SIP",
                    metadata: ["listener": "\(listener.transport.rawValue):\(listener.address):\(port)"])
            }
        } catch {
            core.stop()
            throw error
        }
        core.startHousekeeping()
    }

    /// Takes up the registrations of an earlier process, less the time that has passed since. After `start`, and before
    /// anything that wants to call them.
    package func restore(_ records: [RegistrationRecord]) { core.restore(records) }

    /// Takes new settings at once, as far as a running engine can: users, trunks, realm, advertised address and times.
    /// Listeners and limits stay. To be called on the loop.
    package nonisolated func reconfigure(_ settings: SignalingSettings) {
        assumeIsolated { $0.core.reconfigure(settings) }
    }

    /// Closes every socket. Calls that are up are not ended: hang them up first.
    package func stop() async {
        core.stop()
    }

    /// Ports of the listeners, in the order of the settings; valid after `start`.
    package var boundPorts: [UInt16] { core.transports.listeners.map(\.port) }

    /// How much there is of everything, for people who look after the system.
    package var counters: SignalingCounters { core.counters }

    /// Where a user is registered, newest first, as text for people: "sip:100@192.0.2.7:5060 via 192.0.2.7:5060".
    package func bindings(of user: String) -> [String] { core.describeBindings(of: user) }

    /// Addresses that are not listened to for a while, those that last longest first.
    package var bans: [BannedAddress] { core.watch.list(now: core.seconds) }

    /// Listens again to a banned address, and forgets what it did. `false` if it was not banned.
    ///
    /// - Parameter address: numeric, or as `bans` has it.
    package func liftBan(of address: String) -> Bool { core.liftBan(of: address) }

    private func bind(
        _ listener: SignalingSettings.Listener, _ index: Int
    ) async throws(SignalingError) -> (any Channel, socket: CInt?) {
        let name = "\(listener.transport.rawValue):\(listener.address):\(listener.port)"
        do {
            switch listener.transport {
            case .udp: return try await bindDatagram(listener, index)
            case .tcp: return (try await bindStream(listener, index), nil)
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portInUse(name)
        } catch {
            throw .listener(name, problem: String(describing: error))
        }
    }

    private func bindDatagram(
        _ listener: SignalingSettings.Listener, _ index: Int
    ) async throws -> (any Channel, socket: CInt?) {
        let address = try SocketAddress(ipAddress: listener.address, port: Int(listener.port))
        let socket = try Self.openDatagramSocket(on: address)
        let channel = try await DatagramBootstrap(group: loop)
            // One byte more than the guard lets pass, so that a longer datagram is seen to be too long.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 8_193))
            .channelOption(.socketOption(.so_rcvbuf), value: 4_194_304)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(agent: self, listener: index))
                }
            }
            .withBoundSocket(socket).get()
        return (channel, socket)
    }

    private static func openDatagramSocket(on address: SocketAddress) throws -> CInt {
        let kind = CInt(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.protocol == .inet6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        let bound = address.withSockAddr { pointer, size in Glibc.bind(descriptor, pointer, socklen_t(size)) }
        guard bound == 0 else {
            let code = errno
            close(descriptor)
            throw IOError(errnoCode: code, reason: "bind")
        }
        return descriptor
    }

    private func bindStream(_ listener: SignalingSettings.Listener, _ index: Int) async throws -> any Channel {
        try await ServerBootstrap(group: loop, childGroup: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.init(rawValue: TCP_NODELAY)), value: 1)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: Transports.writeLimit / 4, high: Transports.writeLimit)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamHandler(agent: self, listener: index))
                }
            }
            .bind(host: listener.address, port: Int(listener.port)).get()
    }
}

/// How much there is of everything on the SIP side.
package struct SignalingCounters: Hashable, Sendable {
    /// Legs that have not ended.
    package var legs = 0
    package var serverTransactions = 0
    package var clientTransactions = 0
    /// Responses kept for retransmitted requests.
    package var cachedReplies = 0
    /// Users with a live binding.
    package var registeredUsers = 0
    package var connections = 0
    /// Addresses that are not listened to.
    package var bannedAddresses = 0
    /// Since the start: messages that came, and those that the guard or the rules dropped without an answer.
    package var received: UInt64 = 0
    package var dropped: UInt64 = 0
    /// Requests that were refused without state: 401, 403, 405, 503 …
    package var refused: UInt64 = 0

    package init() {}
}
