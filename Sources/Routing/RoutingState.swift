/// Everything that is decided, as one value: an event and an instant go in, decisions come out, each with its reason.
///
/// It touches nothing and knows no clock, no chance and no other target. The same events at the same instants give the
/// same decisions, in any process, which is what makes the rules of product.md sections 2 to 6 testable in
/// microseconds and a day of production replayable. How to read it:
///
/// - **What is true now** is in `Call`, `Operator` and `CallQueue`; their state enums say which states there are, what
///   holds in each and what follows. The states own their deadlines; leaving a state cancels them.
/// - **What happened** comes in through `handle`, one short function for each event.
/// - **What to do** goes out through `decide`. An operator is reserved when the decision is made, not when it has been
///   carried out, and each decision that starts something is answered by exactly one event.
///
/// The rules are in extensions by concern, in the order of the contract: `+Arrival`, `+Scenario` and `+TimeEntry` (what comes before the
/// queue), `+Queues` (entering and leaving), `+Stickiness` (who may take a call), `+Matching` (who takes it, both ways
/// round), `+Ringing`, `+Conversation`, `+Transfer`, `+Ending`, `+Interruption` and `+Held` (VIP calls), `+Operators` and
/// `+OwnCalls`; for tasks `+Tasks` (when they are due and for whom), `+TaskMatching` (who gets which), `+Attempt` and
/// `+Dialling` (carrying them out), `+Leads`, `+Pause`, `+Reminder`; `+Records` and `+Activities` write down, `+Standing` explains. Two sentences
/// hold all of it together: a call that may have changed is given to `seek`, which finds it an operator; an operator who
/// may have changed is given to `settle`, which finds them a call.
///
/// Late, doubled and crossed events are ordinary life. Where an event no longer fits the state, nothing follows.
package struct RoutingState: Sendable {
    // Configuration
    var house = HouseRules()
    var queues = Table<QueueID, CallQueue>(remembersChanges: false)
    /// In the configured order.
    var queueOrder: [QueueID] = []
    var operators = Table<OperatorID, Operator>()
    /// In the configured order.
    var operatorOrder: [OperatorID] = []
    var isDraining = false

    // What is going on
    var calls = Table<CallID, Call>()
    /// Operators who dialled a phone code and hear its confirmation.
    var codeCalls: [CallID: CodeCall] = [:]
    /// Places of customers who hung up while waiting.
    var places = PlaceMemory()
    /// Queues with a limit of calls at once, where one has left in the event in hand.
    var roomMade: [QueueID] = []
    /// Whose phone each ring rings, until its end was reported.
    var ringOwners: [RingID: OperatorID] = [:]
    /// What the end of a sound means, for those whose end means something.
    var playbacks: [PlaybackID: PlaybackPurpose] = [:]
    /// All waiting VIP calls, whatever their queue and stage. As long as there are none, nobody asks whom they could
    /// interrupt.
    var vips = WaitingLine()
    /// Somebody who was ready is not any more, in the event in hand.
    var readyShrank = false
    private(set) var deadlines = DeadlineIndex()
    /// What each operator's time was last recorded to go to.
    var activities: [OperatorID: OperatorActivity] = [:]
    /// Who may do something else than before, in the event in hand; some perhaps more than once.
    var changedOperators: [OperatorID] = []

    // Tasks
    var dialers = Table<DialerID, Dialer>(remembersChanges: false)
    /// In the configured order.
    var dialerOrder: [DialerID] = []
    /// Nobody is given a task just now: the configuration is being changed.
    var areTasksSuspended = false
    /// Dialers that are paused, those included that are not configured now.
    var pausedDialers: [DialerID: String] = [:]
    var tasks = Table<TaskID, CallTask>()
    /// The open tasks of each customer, one at most for each dialer.
    var tasksOf = TasksOfCustomers()
    /// What tasks have in common.
    var owners = TaskOwners()
    /// How many calls and attempts each customer is in. Nobody else may dial them meanwhile.
    var numbersInUse: [CustomerNumber: Int] = [:]
    /// The task of each attempt whose claim is on disk, by its call.
    var attemptTasks: [CallID: TaskID] = [:]
    /// Tasks that stand in line. As long as there are none, no operator asks for one.
    var listedTasks = 0
    /// Operators who are reserved for a task whose customer has not been dialled.
    var preparing: [OperatorID] = []
    /// Rings for a task that were stopped because this call could have the operator.
    var yields: [RingID: CallID] = [:]
    /// Whom each reminder reminds, as long as their phone rings.
    var reminders: [CallID: OperatorID] = [:]

    // Counters and dice
    var last = LastNumbers()
    var dice: SplitMix64

    // The event in hand
    var now = Instant(nanoseconds: .min)
    private var decisions: [Decision] = []

    /// - Parameter seed: for the strategy `random`; the same seed draws the same operators.
    package init(seed: UInt64 = 0) {
        dice = SplitMix64(seed: seed)
    }

    /// When the router wants to be woken by `deadlineReached`; `nil`: not before something else happens.
    package var nextDeadline: Instant? { deadlines.first }

    /// Decides what follows from the event. Instants never go back: an earlier one counts as the latest seen.
    package mutating func handle(_ event: RoutingEvent, at instant: Instant) -> [Decision] {
        now = max(now, instant)
        switch event {
        case .configured(let policy): configure(policy)
        case .callArrived(let arrival): callArrived(arrival)
        case .callerLeft(let call, let cause): callerLeft(call, cause)
        case .ringAnswered(let ring): ringAnswered(ring)
        case .ringEnded(let ring, let end): ringEnded(ring, end)
        case .operatorLeft(let name, let leg, let cause): operatorLeft(name, leg, cause)
        case .soundEnded(let playback, let completed): soundEnded(playback, completed: completed)
        case .keyPressed(let party, let key): keyPressed(key, by: party)
        case .operatorReachable(let name): operatorReachable(name)
        case .operatorUnreachable(let name): operatorUnreachable(name)
        case .operatorWished(let name, let wish): operatorWished(name, wish)
        case .wrapUpExtended(let name, let duration): extendWrapUp(of: name, by: duration)
        case .interruptionForbidden(let name, let isForbidden): forbidInterruption(of: name, isForbidden)
        case .heldByPhone(let name, let isHeld): heldByPhone(name, isHeld)
        case .codeDialled(let call, let name, let code): codeDialled(call, by: name, code: code)
        case .taskRequested(let request): taskRequested(request)
        case .taskRestored(let record): taskRestored(record)
        case .dialerWished(let id, let wish): dialerWished(id, wish)
        case .callbackOwed(let wish): callbackOwed(wish)
        case .taskCancelled(let task): taskCancelled(task)
        case .taskPostponed(let task, let instant): taskPostponed(task, to: instant)
        case .taskStarted(let task, let name): taskStarted(task, by: name)
        case .windowFound(let task, let window): windowFound(task, window)
        case .claimed(let task, let attempt, let call): claimed(task, attempt: attempt, as: call)
        case .claimRefused(let task, let attempt): claimRefused(task, attempt: attempt)
        case .previewEnded(let task, let name): previewEnded(task, by: name)
        case .previewSkipped(let task, let name): previewSkipped(task, by: name)
        case .dialRang(let call): dialRang(call)
        case .dialAnswered(let call): dialAnswered(call)
        case .dialEnded(let call, let end): dialEnded(call, end)
        case .reminderWanted(let name, let call): reminderWanted(name, as: call)
        case .rerouted(let call, let destination): rerouted(call, to: destination)
        case .callEndWanted(let call): callEndWanted(call)
        case .handedOver(let call, let name): handedOver(call, to: name)
        case .newOperatorWanted(let call): newOperatorWanted(call)
        case .ownCallBegan(let call, let name, let number): ownCallBegan(call, by: name, with: number)
        case .ownCallEnded(let call, let name, let talked): ownCallEnded(call, by: name, talked: talked)
        case .operatorReleased(let name, let hangUp): operatorReleased(name, hangUp: hangUp)
        case .consulted(let call, let steps): consulted(call, steps)
        case .timeResolved(let call, let chosen): timeResolved(call, chosen)
        case .deadlineReached: fireDeadlines()
        case .countersSet(let counters): setCounters(counters)
        case .drainBegan: beginDrain()
        }
        admitWaiting()
        reconsiderVIPs()
        mirrorDeadlines()
        recordActivities()
        var made: [Decision] = []
        swap(&made, &decisions)
        return made
    }

    mutating func decide(_ action: Action, because reason: RoutingReason) {
        if decisions.isEmpty { decisions.reserveCapacity(8) }
        decisions.append(Decision(action, because: reason))
    }

    // MARK: - Deadlines

    /// Many tasks may be due at one instant. What is left of them then is due at once again, so that whatever else has
    /// happened has its turn in between.
    private mutating func fireDeadlines() {
        mirrorDeadlines()
        var tasksLeft = Self.mostTasksAtOnce
        while tasksLeft > 0, let key = deadlines.popDue(at: now) {
            switch key {
            case .call(let call): callDeadline(call)
            case .operator(let name): operatorDeadline(name)
            case .task(let task):
                taskDeadline(task)
                tasksLeft -= 1
            }
            mirrorDeadline(of: key)
            mirrorDeadlines()
        }
    }

    private static let mostTasksAtOnce = 50

    private mutating func mirrorDeadlines() {
        for index in calls.touched.indices { mirrorDeadline(of: .call(calls.touched[index])) }
        for index in operators.touched.indices {
            let name = operators.touched[index]
            mirrorDeadline(of: .operator(name))
            if changedOperators.last != name { changedOperators.append(name) }
        }
        for index in tasks.touched.indices { mirrorDeadline(of: .task(tasks.touched[index])) }
        forgetTouched()
    }

    private mutating func forgetTouched() {
        calls.forgetTouched()
        operators.forgetTouched()
        tasks.forgetTouched()
    }

    private mutating func mirrorDeadline(of key: DeadlineKey) {
        deadlines.set(key, ownDeadline(of: key))
    }

    private func ownDeadline(of key: DeadlineKey) -> Instant? {
        switch key {
        case .call(let call): calls[call]?.nextDeadline
        case .operator(let name): operators[name]?.nextDeadline
        case .task(let task): tasks[task]?.nextDeadline
        }
    }

    /// The order of equal instants is that of the keys. A key without a deadline has none.
    mutating func setDeadlines(inOrder keys: [DeadlineKey]) {
        forgetTouched()
        deadlines = DeadlineIndex()
        for key in keys { mirrorDeadline(of: key) }
    }

    /// The index agrees with the states.
    var deadlinesAreMirrored: Bool {
        let keys =
            calls.unordered.map { DeadlineKey.call($0.id) } + operatorOrder.map(DeadlineKey.operator)
            + tasks.unordered.map { DeadlineKey.task($0.id) }
        let own = keys.filter { ownDeadline(of: $0) != nil }
        return own.count == deadlines.count && own.allSatisfy { deadlines[$0] == ownDeadline(of: $0) }
    }

    // MARK: - Identities

    mutating func makeRing() -> RingID {
        last.ring += 1
        return RingID(rawValue: last.ring)
    }

    mutating func makePlayback(_ purpose: PlaybackPurpose? = nil) -> PlaybackID {
        last.playback += 1
        let playback = PlaybackID(rawValue: last.playback)
        playbacks[playback] = purpose
        return playback
    }

    mutating func makePlace() -> Place {
        last.ticket += 1
        return Place(isAtHead: false, entered: now, sequence: last.ticket)
    }
}

/// What the router waits for when it waits for the end of a sound.
enum PlaybackPurpose: Hashable, Codable, Sendable {
    /// An operator is being told of a VIP call.
    case announcement(OperatorID)
    /// The last thing a customer hears after `max_wait`.
    case farewell(CallID)
    /// A step of a scenario.
    case scenario(CallID)
    /// The confirmation of a phone code.
    case confirmation(CallID)
    /// An operator is told how many requests wait for them.
    case reminder(OperatorID)
}

/// The numbers that were given away last.
struct LastNumbers: Codable, Sendable {
    var ring: UInt64 = 0
    var playback: UInt64 = 0
    var ticket: UInt64 = 0
}

/// Those numbers of the policy that concern no queue in particular.
struct HouseRules: Codable, Sendable {
    var successTalk = Duration.seconds(5)
    var missesBeforePause = 3
    var readyOnRegister = true
    var maxCalls = 10_000
    var codes = PhoneCodes()
    var reminder = ReminderPolicy()
    var tieFollowsTransfer = true

    init() {}

    init(_ policy: RoutingPolicy) {
        successTalk = policy.successTalk
        missesBeforePause = policy.missesBeforePause
        readyOnRegister = policy.readyOnRegister
        maxCalls = policy.maxCalls
        codes = policy.codes
        reminder = policy.reminder
        tieFollowsTransfer = policy.tieFollowsTransfer
    }
}
