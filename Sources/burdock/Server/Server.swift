import ControlAPI
import Journal
import Logging
import Media
import NIOCore
import NIOPosix
import Routing
import ServiceLifecycle
import Settings
import Signaling
import Storage
import Switching
import UnixSignals
import Webhooks

/// The whole house, put together in order: store, media, router, switchboard, signalling, control socket.
///
/// The only place that sees everything. It has no rules.
struct Server {
    let configuration: Configuration
    let switchboard: Switchboard
    let signaling: SIPUserAgent
    let media: RTPEngine
    let store: SQLiteCallStore
    let journal: JournalWriter
    let control: ControlServer
    let api: APIServer?
    let metrics: MetricsServer?
    let reloader: Reloader
    let webhooks: WebhookService
    /// What it listens on, as in the configuration ("udp:0.0.0.0:5060"), with the ports that were really taken.
    let listeners: [String]
    private let logger: Logger

    /// Opens everything that can fail for a reason the administrator can mend, the sockets last.
    ///
    /// - Parameter outline: what stood in the configuration's file, for later reloads.
    static func open(
        _ configuration: Configuration, outline: ConfigurationOutline?, secrets: [String: String], logger: Logger
    ) async throws -> Server {
        let clocks = Clocks.system
        let (store, webhooks) = try openStore(configuration, logger)
        let journalSettings = JournalSettings(configuration)
        let files = JournalDirectory(journalSettings.directory)
        let lost = try await store.closeOpenCalls(at: clocks.wall(), alive: files.lastMoment())
        if !lost.isEmpty { logger.warning("calls were cut by the last stop", metadata: ["calls": "\(lost.count)"]) }
        let remembered = try await Remembered(store, clocks)

        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        let switchboard = Switchboard(
            settings: try SwitchboardSettings(configuration, now: clocks.wall()), store: store, clocks: clocks,
            executor: loop.executor, enter: { loop.execute($0) }, logger: logger.labelled("switching")
        )
        let seed = UInt64.random(in: .min ... .max)
        let journal = try JournalWriter(
            settings: journalSettings, seed: seed, origin: clocks.origin(), wall: clocks.wall,
            logger: logger.labelled("journal"))
        let callMetrics = CallMetrics()
        let events = EventFeed()
        let router = Self.router(
            on: loop, seed: seed, clocks,
            observe: observer(journal, callMetrics, events, lastRestored: remembered.tasks.last?.id), to: switchboard)
        let media = try RTPEngine(
            settings: MediaSettings(configuration), logger: logger.labelled("media"), soon: { loop.execute($0) }
        ) { events in
            loop.execute { switchboard.assumeIsolated { $0.receive(events) } }
        }
        let signaling = try SIPUserAgent(
            loop: loop, settings: SignalingSettings(configuration, secrets: secrets),
            logger: logger.labelled("signaling")
        ) { event in
            switchboard.assumeIsolated { $0.receive(event) }
        }
        await switchboard.attach(router: router, signaling: signaling, media: media)
        await switchboard.restore(
            wishes: remembered.wishes, dialers: remembered.dialers, tasks: remembered.tasks, owed: remembered.owed,
            counters: remembered.counters)
        try await signaling.start()
        await signaling.restore(remembered.registrations)
        let listeners = await Self.listeners(of: signaling, configuration)
        let reloader = Reloader(
            configuration: configuration, outline: outline, loop: loop, switchboard: switchboard, signaling: signaling,
            media: media, webhooks: webhooks, logger: logger)
        let plane = ServerControl(
            router: router, switchboard: switchboard, signaling: signaling, media: media, store: store,
            journal: journal, search: JournalSearch(files), systemClocks: clocks, startedAt: clocks.wall(),
            listeners: listeners, rtpPorts: media.portCapacity, callMetrics: callMetrics, reloader: reloader,
            imports: ImportDesk(store: store, clocks: clocks, switchboard: switchboard, journal: journal),
            webhooks: webhooks)
        let access = try await APIAccess(store: store)
        let control = ControlServer(
            plane: plane, webhooks: webhooks, socketPath: configuration.state + "/burdock.sock", access: access,
            events: events, logger: logger.labelled("control"))
        return Server(
            configuration: configuration, switchboard: switchboard, signaling: signaling, media: media, store: store,
            journal: journal, control: control,
            api: configuration.api.map {
                APIServer($0, plane: plane, access: access, events: events, logger: logger.labelled("api"))
            },
            metrics: configuration.metrics.map {
                MetricsServer(plane: plane, host: $0.address, port: $0.port, logger: logger.labelled("metrics"))
            }, reloader: reloader, webhooks: webhooks, listeners: listeners, logger: logger)
    }

    /// Writes down what is decided, counts it and tells it.
    private static func observer(
        _ journal: JournalWriter, _ callMetrics: CallMetrics, _ events: EventFeed, lastRestored last: TaskID?
    ) -> CallRouter.Observe {
        { event, instant, decisions, state in
            if case .taskRestored(let task) = event {
                // There may be a million, and nothing is new in most: the state that has them all is written once.
                if !decisions.isEmpty { journal.append(event, at: instant, decisions, state) }
                if task.id == last { journal.begin(with: state, at: instant) }
            } else {
                journal.append(event, at: instant, decisions, state)
            }
            callMetrics.note(decisions)
            events.note(event, at: instant, decisions)
        }
    }

    private static func router(
        on loop: any EventLoop, seed: UInt64, _ clocks: Clocks, observe: @escaping CallRouter.Observe,
        to switchboard: Switchboard
    ) -> CallRouter {
        CallRouter(
            executor: loop.executor, seed: seed, now: clocks.now, schedule: loop.schedule, observe: observe
        ) { decisions in
            switchboard.assumeIsolated { $0.deliver(decisions) }
        }
    }

    private static func listeners(of signaling: SIPUserAgent, _ configuration: Configuration) async -> [String] {
        zip(configuration.sip.listen, await signaling.boundPorts).map { listener, port in
            "\(listener.transport.rawValue):\(listener.address):\(port)"
        }
    }

    /// The store, with those behind it who are told what it writes.
    private static func openStore(
        _ configuration: Configuration, _ logger: Logger
    ) throws -> (SQLiteCallStore, WebhookService) {
        let subscriptions = Subscriptions(configuration.webhooks.map { WebhookEndpoint($0) })
        let store = try SQLiteCallStore(
            path: configuration.state + "/burdock.db", announcer: subscriptions, logger: logger.labelled("storage"))
        let webhooks = WebhookService(
            configuration, subscriptions: subscriptions, store: store, logger: logger.labelled("webhooks"))
        return (store, webhooks)
    }

    /// Serves until a signal asks it to stop and the running calls are over.
    func run() async throws {
        let overTCP: [(any Service)?] = [metrics, api]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                // Stopped in reverse order: one can look inside until the last call is over.
                services: overTCP.compactMap { $0 }.map { .init(service: $0) } + [
                    .init(service: webhooks), .init(service: reloader),
                    .init(service: DayCounting(switchboard: switchboard, clocks: .system)),
                    .init(service: control), .init(service: switchboard),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        let outcome: Result<Void, any Error>
        do {
            try await group.run()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await signaling.stop()
        media.shutdown()
        await journal.close()
        await webhooks.close()
        try await store.close()
        try outcome.get()
    }
}

/// What the process before left behind.
private struct Remembered {
    /// After a day nobody waits for a call any more.
    private static let longestDebt: Int64 = 86_400_000

    let wishes: [OperatorID: OperatorWish]
    let dialers: [DialerID: DialerWish]
    let tasks: [TaskRecord]
    /// Customers whose call a restart cut, and who have no task yet.
    let owed: [CallbackWish]
    let counters: DayCounters
    let registrations: [RegistrationRecord]

    init(_ store: SQLiteCallStore, _ clocks: Clocks) async throws {
        let now = clocks.wall()
        wishes = try await store.wishes()
        dialers = try await store.dialerWishes()
        tasks = try await store.openTasks(origin: clocks.origin())
        owed = try await store.owedCallbacks(since: now.adding(milliseconds: -Self.longestDebt))
        counters = try await DayCounting.counters(store, now: now)
        registrations = try await store.registrations(now: now).map { stored in
            RegistrationRecord(
                user: stored.user, payload: stored.payload,
                lifetime: stored.expiresAt.since(now).components.seconds)
        }
    }
}

extension EventLoop {
    /// The loop's timer, as the router wants it.
    fileprivate func schedule(_ wait: Duration, _ body: @escaping @Sendable () -> Void) -> CallRouter.Cancel {
        let timer = scheduleTask(in: TimeAmount(wait), body)
        return { timer.cancel() }
    }
}

extension Logger {
    /// The same log under the name of one target.
    func labelled(_ target: String) -> Logger {
        var logger = Logger(label: "burdock.\(target)")
        logger.logLevel = logLevel
        return logger
    }
}

extension APIServer {
    fileprivate init(
        _ api: Configuration.API, plane: any ControlPlane, access: APIAccess, events: EventFeed, logger: Logger
    ) {
        var limits = APILimits()
        limits.connections = api.connections
        limits.tokens = RateLimit(perSecond: Double(api.requests), burst: api.burst)
        limits.strangers = RateLimit(perSecond: Double(api.strangers) / 60, burst: api.strangers)
        let place = "\(api.listen.address) port \(api.listen.port)"
        if !api.listen.isLoopback {
            logger.warning(
                "The HTTP API can be reached from other machines, and nothing of it is encrypted, tokens neither",
                metadata: ["listen": "\(place)"])
        }
        self.init(
            plane: plane, host: api.listen.address, port: api.listen.port, access: access, limits: limits,
            events: events, logger: logger)
    }
}

extension ControlServer: Service {}
extension APIServer: Service {}
extension MetricsServer: Service {}
