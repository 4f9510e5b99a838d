import DequeModule
package import Logging
package import Media
package import Routing
import ServiceLifecycle
package import Signaling
package import Storage

/// Does what the router decides, and tells it what happened. It has no rule of its own.
///
/// Router, signalling and switchboard share one executor, so everything between a datagram and the commands that
/// follow from it is one run without a suspension. What an event causes while decisions are carried out waits in
/// `pending` until they are, so that no batch of decisions is ever torn apart.
package actor Switchboard: Service {
    /// The engines, known only after the switchboard is, since each hands its events to it.
    struct Engines {
        let router: CallRouter
        let signaling: any SignalingEngine
        let media: any MediaEngine
    }

    enum Work {
        case event(RoutingEvent)
        case decisions([Decision])
    }

    /// A call whose customer is being looked up.
    struct Lookup: Sendable {
        let leg: LegID
        let arrival: Arrival
    }

    /// Runs something on the switchboard's executor, from any thread: the event loop's way in.
    package typealias Enter = @Sendable (_ body: @escaping @Sendable () -> Void) -> Void

    /// A caller beyond it is refused at once rather than left to wait for a disk that does not answer.
    static let mostLookups = 1_024

    private let executor: any SerialExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private(set) var settings: SwitchboardSettings
    private(set) var lines: LineTable
    let store: any CallStore
    let clocks: Clocks
    let logger: Logger
    private let enter: Enter
    private let startedAt: Instant
    private var lookups = 0

    var engines: Engines?
    var legs = LegTable()
    var identities: CallIDSource
    private var pending = Deque<Work>()
    private var isWorking = false
    /// Reminders that the router is being asked for: their phones ring for no caller.
    var reminders: Set<CallID> = []
    /// Operators' legs whose phones have asked for a transfer, while the router decides on it.
    var transfers: Set<LegID> = []
    /// Legs that are up and are to become these operators', while the router decides on it.
    var adoptions: [OperatorID: LegID] = [:]
    package private(set) var isDraining = false
    /// Of all streams that are closed.
    package internal(set) var rtpTotals = StreamStatistics()

    /// - Parameters:
    ///   - executor: the event loop's, shared with router and signalling.
    ///   - enter: runs something there.
    package init(
        settings: SwitchboardSettings, store: any CallStore, clocks: Clocks, executor: any SerialExecutor,
        enter: @escaping Enter, logger: Logger, node: UInt8 = 0
    ) {
        self.settings = settings
        self.store = store
        self.clocks = clocks
        self.executor = executor
        self.enter = enter
        self.logger = logger
        startedAt = clocks.now()
        lines = LineTable(settings.lines, plan: settings.plan)
        identities = CallIDSource(node: node, startedAtSeconds: clocks.wall().milliseconds / 1_000)
    }

    /// Names the engines and gives the router its configuration. Once, before the first event.
    package func attach(router: CallRouter, signaling: any SignalingEngine, media: any MediaEngine) {
        engines = Engines(router: router, signaling: signaling, media: media)
        submit(.configured(settings.policy))
    }

    /// Takes new settings at once; calls that are in the house keep what they have.
    package func reconfigure(_ settings: SwitchboardSettings) {
        self.settings = settings
        lines = LineTable(settings.lines, plan: settings.plan)
        submit(.configured(settings.policy))
    }

    /// Rings the operator and tells them how many requests wait, if any do and the operator has time.
    ///
    /// - Returns: whether their phone is being rung for it.
    @discardableResult
    package func remind(_ name: OperatorID) -> Bool {
        let call = identities.make()
        reminders.insert(call)
        submit(.reminderWanted(name, as: call))
        return engines?.router.assumeIsolated { $0.isReminding(call) } ?? false
    }

    /// Of a task that somebody outside asks for: never that of a call.
    package func makeTask() -> TaskID { TaskID(rawValue: identities.make().rawValue) }

    /// Until the process is told to stop and the running calls have come to their end.
    package func run() async throws {
        try await gracefulShutdown()
        await drain()
    }

    /// What the process before remembered of operators, open tasks and the day, told before anything else happens.
    package func restore(
        wishes: [OperatorID: OperatorWish], dialers: [DialerID: DialerWish] = [:], tasks: [TaskRecord],
        owed: [CallbackWish], counters: DayCounters
    ) {
        submit(.countersSet(counters))
        for (name, wish) in wishes.sorted(by: { $0.key < $1.key }) {
            submit(.operatorWished(name, wish))
        }
        for (dialer, wish) in dialers.sorted(by: { $0.key < $1.key }) {
            submit(.dialerWished(dialer, wish))
        }
        for task in tasks { submit(.taskRestored(task)) }
        for wish in owed { submit(.callbackOwed(wish)) }
    }

    // MARK: Work

    /// Lets the router decide on the event and carries the decisions out, now or when the present ones are done.
    package func submit(_ event: RoutingEvent) {
        pending.append(.event(event))
        work()
    }

    /// Takes the router's decisions. Called by the router, on the shared executor.
    package func deliver(_ decisions: [Decision]) {
        guard !decisions.isEmpty else { return }
        // The decisions on an event come before the next event; those of an alarm find nothing waiting.
        pending.prepend(.decisions(decisions))
        work()
    }

    private func work() {
        guard !isWorking, let engines else { return }
        isWorking = true
        defer {
            isWorking = false
            // Whatever the router wants of them it has said by now.
            reminders.removeAll()
            dropTransfers()
        }
        while let next = pending.popFirst() {
            switch next {
            case .event(let event): engines.router.assumeIsolated { $0.submit(event) }
            case .decisions(let decisions):
                for decision in decisions { execute(decision, engines) }
            }
        }
    }

    // MARK: Looking customers up

    /// Asks what is known of the customer; the call reaches the router when it is there.
    func lookUp(_ lookup: Lookup) {
        guard let number = lookup.arrival.number else { return begin(lookup, .success(CustomerProfile())) }
        guard lookups < Self.mostLookups else {
            engines?.signaling.perform(.reject(lookup.leg, status: 503))
            return
        }
        lookups += 1
        let enter = enter
        store.findCustomer(
            number, in: lookup.arrival.queue, now: clocks.wall(), resumeWithin: resumeWithin(lookup.arrival.queue)
        ) { [self] result in
            enter {
                self.assumeIsolated {
                    $0.lookups -= 1
                    $0.begin(lookup, result)
                }
            }
        }
    }

    /// Of calls that this process saw end, the router itself keeps the places: only those of the process before are
    /// looked for, as long as there can be any.
    private func resumeWithin(_ queue: QueueID) -> Duration {
        let limit = settings.policy.queues.first { $0.id == queue }?.resumePlace ?? .zero
        return clocks.now() - startedAt < limit ? limit : .zero
    }

    private func begin(_ lookup: Lookup, _ known: Result<CustomerProfile, StorageError>) {
        var arrival = lookup.arrival
        do throws(StorageError) {
            let profile = try known.get()
            arrival.tie = profile.tie
            arrival.waited = profile.resumed ?? .zero
        } catch {
            // A call is worth more than its history: it goes on as a new customer's.
            logger.error("customer not looked up", metadata: [.callID: "\(arrival.call)", .reason: "\(error)"])
        }
        // The caller may have hung up meanwhile.
        guard legs[lookup.leg] != nil else { return }
        store.write(.callBegan(arrival, at: clocks.wall()))
        submit(.callArrived(arrival))
    }

    // MARK: Stopping

    /// No new calls; the running ones may end by themselves until `drainTimeout` is over.
    private func drain() async {
        guard !isDraining else { return }
        isDraining = true
        submit(.drainBegan)
        logger.info("draining", metadata: [.legs: "\(legs.count)"])
        let deadline = clocks.now() + settings.drainTimeout
        while legs.count > 0, clocks.now() < deadline {
            // Cancelled only when the process is killed anyway.
            try? await Task.sleep(for: .milliseconds(50))
        }
        for id in Array(legs.all) { end(id) }
    }
}
