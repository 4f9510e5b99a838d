import DequeModule

/// The one place where decisions are made: an actor around `RoutingState`, with the alarm that wakes it.
///
/// It shares its executor with the shell, so that submitting an event from there costs a function call: code that runs
/// on that executor calls `submit` through `assumeIsolated`.
package actor CallRouter {
    /// Takes each batch of decisions, in order, on the router's executor.
    package typealias Deliver = @Sendable ([Decision]) -> Void
    /// Sees each event with its instant, what was decided and the state after it, before that is delivered: for the
    /// journal.
    package typealias Observe = @Sendable (RoutingEvent, Instant, [Decision], RoutingState) -> Void
    /// Calls back once, on the router's executor, when so much time has passed; what it returns takes that back.
    package typealias Schedule = @Sendable (Duration, _ body: @escaping @Sendable () -> Void) -> Cancel
    package typealias Cancel = @Sendable () -> Void

    private let executor: any SerialExecutor
    private let now: @Sendable () -> Instant
    private let schedule: Schedule
    private let deliver: Deliver
    private let observe: Observe?

    private var state: RoutingState
    private var pending: Deque<RoutingEvent> = []
    private var isDeciding = false
    private var cancelAlarm: Cancel?
    private var alarmAt: Instant?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - executor: the event loop's, shared with the shell.
    ///   - seed: for the strategy `random`.
    ///   - now: reads the monotonic clock.
    ///   - schedule: the event loop's timer.
    ///   - observe: sees everything that was decided.
    ///   - deliver: carries decisions out; called inside `submit`.
    package init(
        executor: any SerialExecutor, seed: UInt64 = 0, now: @escaping @Sendable () -> Instant,
        schedule: @escaping Schedule, observe: Observe? = nil, deliver: @escaping Deliver
    ) {
        self.executor = executor
        self.now = now
        self.schedule = schedule
        self.observe = observe
        self.deliver = deliver
        state = RoutingState(seed: seed)
    }

    deinit {
        cancelAlarm?()
    }

    /// Decides what follows from the event and delivers it before it returns.
    ///
    /// An event that is submitted while decisions are being delivered has its turn after them, so that batches are
    /// never carried out inside one another.
    package func submit(_ event: RoutingEvent) {
        pending.append(event)
        guard !isDeciding else { return }
        isDeciding = true
        while let next = pending.popFirst() {
            let instant = now()
            let decisions = state.handle(next, at: instant)
            observe?(next, instant, decisions, state)
            if !decisions.isEmpty { deliver(decisions) }
        }
        isDeciding = false
        setAlarm()
    }

    /// - Parameter withTasks: also each open task, which takes long if there are many.
    package func snapshot(withTasks: Bool = true) -> RoutingSnapshot {
        state.snapshot(at: now(), withTasks: withTasks)
    }

    /// Whether a phone rings for this reminder.
    package func isReminding(_ reminder: CallID) -> Bool { state.reminders[reminder] != nil }

    /// How one open task stands; `nil`: it is closed, or never was.
    package func openTask(_ id: TaskID) -> RoutingSnapshot.OpenTask? {
        state.openTask(id)
    }

    /// For a waiting call, each operator of its queue and why they do not have it.
    package func standing(of call: CallID) -> [String] {
        state.standing(of: call, at: now())
    }

    /// The same as values.
    package func candidates(for call: CallID) -> [Candidate] {
        state.candidates(for: call, at: now())
    }

    /// "Why am I not getting calls?"; `nil`: there is no such operator.
    package func standing(ofOperator name: OperatorID) -> OperatorStanding? {
        state.standing(ofOperator: name, at: now())
    }

    /// Whatever is not as it must be; empty if all is well.
    package func checkInvariants() -> [String] {
        state.checkInvariants()
    }

    // MARK: - The alarm

    /// One alarm at most. One that would go off too early is left alone: it finds nothing due and is set again.
    private func setAlarm() {
        guard let next = state.nextDeadline else { return }
        if let alarmAt, alarmAt <= next { return }
        cancelAlarm?()
        alarmAt = next
        cancelAlarm = schedule(max(.zero, next - now())) { [weak self] in
            self?.assumeIsolated { $0.goOff(next) }
        }
    }

    private func goOff(_ instant: Instant) {
        guard alarmAt == instant else { return }
        cancelAlarm = nil
        alarmAt = nil
        submit(.deadlineReached)
    }
}
