import Logging
import NIOCore

/// The tables and rules of the user agent. Not thread-safe: `SIPUserAgent` keeps it on its event loop.
final class UserAgentCore {
    private(set) var settings: SignalingSettings
    private(set) var peers: KnownPeers
    let timing: SIPTiming
    let layer: TransactionLayer
    let transports: Transports
    let logger: Logger

    var tokens: Tokens
    var digest: DigestAuthenticator
    var watch: SourceWatch
    var registrar: Registrar
    var flows = FlowTable()
    var routes = RouteAddress()
    /// Responses to requests other than INVITE.
    var replies: ReplyCache
    /// 2xx to INVITEs.
    var answers: ReplyCache
    var legs: [LegID: Leg] = [:]
    var dialogs: [DialogKey: Leg] = [:]
    /// Legs that we called, by Call-ID, until nothing late can come any more.
    var called: [String: Leg] = [:]
    /// Legs that called us, by what the copies of their INVITE have in common (RFC 3261 §8.2.2.2).
    var inviteOrigins: [InviteOrigin: Leg] = [:]
    var live = 0
    var counts = SignalingCounters()
    var registeredUsers: Set<String> = []

    /// The Supported line of what we send.
    private(set) var supported = ""
    private let clock: @Sendable () -> Int64
    private let handler: SignalingEventHandler
    private var alarms = AlarmQueue()
    private var events: [SignalingEvent] = []
    private var isFlushScheduled = false
    private var timer: Scheduled<Void>?
    private var timerDue = Int64.max
    private var nextLeg: UInt64 = 1
    private weak var agent: SIPUserAgent?
    private var loop: (any EventLoop)?
    private var housekeeping: Alarm?
    private var ticks: UInt64 = 0

    init(
        settings: SignalingSettings, layer: TransactionLayer, tokens: Tokens,
        clock: @escaping @Sendable () -> Int64, events handler: @escaping SignalingEventHandler, logger: Logger
    ) {
        self.settings = settings
        peers = KnownPeers(settings)
        self.layer = layer
        self.tokens = tokens
        self.clock = clock
        self.handler = handler
        self.logger = logger
        timing = settings.timing
        let lifetime = timing.lifetime.wholeNanoseconds
        replies = ReplyCache(lifetime: lifetime, capacity: 16_384)
        answers = ReplyCache(lifetime: lifetime, capacity: 16_384)
        digest = DigestAuthenticator(realm: settings.realm, secret: self.tokens.bytes(32))
        watch = SourceWatch(settings.abuse)
        registrar = Registrar(expires: settings.registrationExpires, maxBindings: settings.maxBindings)
        transports = Transports(
            maxStreams: settings.maxConnections, maxStreamsPerPeer: settings.maxConnectionsPerAddress)
        supported = Self.supported(settings)
        wire()
    }

    private static func supported(_ settings: SignalingSettings) -> String {
        "Supported: \(settings.sessionTimers == nil ? "" : "timer, ")100rel, replaces, path"
    }

    private func wire() {
        layer.send = { [weak self] bytes, flow in self?.transports.send(bytes, over: flow) ?? false }
        layer.arm = { [weak self] alarm, delay in self?.arm(alarm, after: delay) }
        layer.disarm = { [weak self] alarm in self?.alarms.disarm(alarm) }
    }

    func attach(to agent: SIPUserAgent, _ loop: any EventLoop) {
        self.agent = agent
        self.loop = loop
    }

    /// Takes new settings; listeners, limits and SIP's timers stay as they are. Calls that are up go on, whoever they
    /// belong to. Users who are gone are not registered any more.
    func reconfigure(_ new: SignalingSettings) {
        let old = settings
        settings.advertisedAddress = new.advertisedAddress
        settings.realm = new.realm
        settings.trunks = new.trunks
        settings.users = new.users
        settings.registrationExpires = new.registrationExpires
        settings.noResponse = new.noResponse
        settings.sessionTimers = new.sessionTimers
        supported = Self.supported(settings)
        peers = KnownPeers(settings)
        registrar.grant(settings.registrationExpires)
        if settings.realm != old.realm {
            digest = DigestAuthenticator(realm: settings.realm, secret: tokens.bytes(32))
        }
        for user in registeredUsers.filter({ !peers.isUser($0) }).sorted() {
            registrar.remove(user)
            unregistered(user)
        }
    }

    func stop() {
        timer?.cancel()
        timer = nil
        timerDue = .max
        loop = nil
        transports.closeAll()
    }

    var now: Int64 { clock() }
    /// Whole seconds, as registrar and digest count.
    var seconds: Int64 { clock() / 1_000_000_000 }

    func makeLeg() -> LegID {
        defer { nextLeg += 1 }
        return LegID(rawValue: nextLeg)
    }

    var counters: SignalingCounters {
        var result = counts
        result.legs = live
        result.serverTransactions = layer.serverCount
        result.clientTransactions = layer.clientCount
        result.cachedReplies = replies.count + answers.count
        result.registeredUsers = registeredUsers.count
        result.connections = transports.streams.count
        result.bannedAddresses = watch.list(now: seconds).count
        return result
    }

    // MARK: Events

    /// Delivered on the loop's next turn, in order.
    func emit(_ event: SignalingEvent) {
        events.append(event)
        guard !isFlushScheduled, let loop, let agent else { return }
        isFlushScheduled = true
        loop.execute { [weak agent] in agent?.assumeIsolated { $0.core.flush() } }
    }

    private func flush() {
        isFlushScheduled = false
        let batch = events
        events.removeAll(keepingCapacity: true)
        for event in batch { handler(event) }
    }

    // MARK: Time

    /// Delays of `coarseDelay` and more may be up to `coarseStep` longer, so that what each of many calls forgets some
    /// seconds later is forgotten together, in one wake-up.
    func arm(_ alarm: Alarm, after delay: Int64) {
        alarms.arm(alarm, at: Self.due(now: now, after: delay))
        scheduleTimer()
    }

    /// In nanoseconds, on the clock of `now`.
    static func due(now: Int64, after delay: Int64) -> Int64 {
        let (due, overflow) = now.addingReportingOverflow(max(delay, 0))
        guard !overflow, due <= .max - coarseStep else { return .max - 1 }
        return delay < coarseDelay ? due : (due + coarseStep - 1) / coarseStep * coarseStep
    }

    static let coarseDelay: Int64 = 4_000_000_000
    static let coarseStep: Int64 = 100_000_000

    func disarm(_ alarm: Alarm) { alarms.disarm(alarm) }

    /// The loop's one timer is only ever moved forward: one that finds nothing due costs less than moving it back.
    private func scheduleTimer() {
        guard let earliest = alarms.earliest, earliest < timerDue, let loop, let agent else { return }
        timer?.cancel()
        timerDue = earliest
        timer = loop.scheduleTask(in: .nanoseconds(max(earliest &- now, 0))) { [weak agent] in
            agent?.assumeIsolated { $0.core.timerFired() }
        }
    }

    private func timerFired() {
        timer = nil
        timerDue = .max
        let now = now
        while let alarm = alarms.popDue(now: now) { alarm.ring() }
        scheduleTimer()
    }

    func startHousekeeping() {
        let alarm = Alarm { [weak self] in self?.keepHouse() }
        housekeeping = alarm
        arm(alarm, after: 1_000_000_000)
    }

    /// Once a second: what may run out without anything arriving.
    private func keepHouse() {
        let now = now
        replies.expire(now: now)
        answers.expire(now: now)
        expireBindings()
        ticks &+= 1
        if ticks % 60 == 0 { refreshAllFlows() }
        transports.closeIdle(now: now, isNeeded: isNeeded)
        if let housekeeping { arm(housekeeping, after: 1_000_000_000) }
    }

    // MARK: Sending

    @discardableResult
    func send(_ bytes: [UInt8], over flow: Flow) -> Bool { transports.send(bytes, over: flow) }

    /// Our address as the peer of this flow sees it; `nil` without a route.
    func localEndpoint(for flow: Flow) -> LocalEndpoint? {
        let address =
            settings.advertisedAddress ?? transports.boundAddress(of: flow) ?? routes.local(for: flow.peer, now: now)
        guard let address else { return nil }
        return LocalEndpoint(address: address, port: transports.localPort(of: flow), isStream: flow.isStream)
    }
}

/// Call-ID, CSeq number and From tag of an INVITE outside any dialog.
struct InviteOrigin: Hashable {
    var callID: String
    var sequence: UInt32
    var fromTag: String

    init(_ index: MessageIndex) {
        callID = index.callID
        sequence = index.cseqNumber
        fromTag = index.fromTag
    }
}
