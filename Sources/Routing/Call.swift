/// One customer's call while it is in the house.
struct Call: Codable, Sendable {
    var sharedPolicy = Shared.noPolicy
    private(set) var isVIP: Bool

    var state: CallState
    var place: Place
    /// Whom the call is pinned to, if to anybody.
    var stickiness: Stickiness?
    /// The operator whom the scenario names, on arrival or by a step.
    var named: OperatorID?
    /// Operators who are skipped now, earliest end first as long as the configuration does not change.
    var refusals: [Refusal] = []
    /// Customers whose conversations this VIP may not interrupt: the operator has declined that once.
    var declinedConversations: [CallID] = []
    /// When `max_wait` is over.
    var leaveAt: Instant?
    /// There was a conversation since the call entered its present queue.
    var isAnswered = false
    /// An operator gave the call to another queue or operator.
    var isTransferred = false
    /// With whom this call has made a tie, if with anybody.
    var tiedTo: OperatorID?
    /// Whom the customer does not want any more: the call makes no tie with them.
    var avoided: OperatorID?
    /// When the customer wants to be called back, if they have said so.
    var callbackAt: Instant?
    /// Outbound: who gave the dial up, if it was not the router or somebody in the house.
    var givenUpBy: CallRecord.Side?
    /// What will be written into the call log.
    var history: CallHistory

    /// The policy is written down once for all who share it.
    private enum CodingKeys: CodingKey {
        case isVIP, state, place, stickiness, named, refusals, declinedConversations, leaveAt, isAnswered, isTransferred
        case tiedTo, avoided, givenUpBy, callbackAt, history
    }

    init(arrival: Arrival, policy sharedPolicy: Shared<QueuePolicy>, place: Place, at now: Instant) {
        let policy = sharedPolicy.value
        named = arrival.named
        self.sharedPolicy = sharedPolicy
        isVIP = policy.vip || arrival.listedVIP
        self.place = place
        state = .waiting(telling: nil)
        leaveAt = policy.maxWait.map { now + max(.zero, $0) }
        history = CallHistory(CallRecord(arrival: arrival, pool: policy.pool, vip: isVIP, arrivedAt: now))
    }

    /// A call to the customer of a task. It is nobody's VIP and has no place yet in the queue whose rules hold for it.
    init(
        to number: CustomerNumber, as id: CallID, for task: TaskID, state: CallState, policy: QueuePolicy,
        at now: Instant
    ) {
        let arrival = Arrival(call: id, line: "", queue: policy.id, number: number, direction: .outbound(task))
        sharedPolicy = Shared(policy)
        isVIP = false
        place = Place(isAtHead: false, entered: now, sequence: 0)
        self.state = state
        let record = CallRecord(arrival: arrival, pool: policy.pool, vip: false, arrivedAt: now)
        history = CallHistory(record, beginningWith: .dialling)
    }

    /// Goes to another queue and keeps its place; `max_wait` begins anew.
    mutating func enter(_ policy: Shared<QueuePolicy>, at now: Instant) {
        isAnswered = isAnswered && policy.value.id == queue
        sharedPolicy = policy
        let policy = policy.value
        isVIP = policy.vip || arrival.listedVIP
        leaveAt = policy.maxWait.map { now + max(.zero, $0) }
    }

    /// It has been in the line of a queue.
    var hasTicket: Bool { place.sequence > 0 }
    var arrival: Arrival { _read { yield history.record.arrival } }
    /// The queue as it was configured when the call entered it: running calls keep what they have.
    var policy: QueuePolicy { _read { yield sharedPolicy.value } }
    var id: CallID { arrival.call }
    var isInbound: Bool { arrival.direction == .inbound }
    var queue: QueueID { policy.id }
    /// The stage that says who may take the call.
    var stage: StickyStage { stickiness?.stage ?? .anyone }

    /// A VIP bound by name to the operator who is being told: it goes to nobody else meanwhile.
    var isBound: Bool {
        guard case .waiting(let telling?) = state else { return false }
        return named == telling
    }

    func refusal(by name: OperatorID) -> Refusal? {
        refusals.first { $0.operator == name }
    }

    var nextDeadline: Instant? {
        switch state {
        case .waiting:
            earliest(earliest(leaveAt, stickiness?.until), refusals.lazy.map(\.until).min())
        case .ringing: leaveAt
        case .inScenario(let scenario): scenario.nextDeadline
        case .dialling(_, let until): until
        case .talking, .held, .returning, .leaving, .undialling: nil
        }
    }
}

/// Where a call is. From `waiting` to `held` its customer hears hold audio, the other party, or an announcement: never
/// nothing.
enum CallState: Hashable, Codable, Sendable {
    /// Before any queue: the customer hears what the steps of their scenario say.
    ///
    /// Becomes `waiting` when a step, or the end of them, sends the call to a queue; a step may also end the call.
    case inScenario(Scenario)

    /// In the line of its queue, hearing hold audio. A VIP whose operator is being told stays in line as well: whoever
    /// becomes ready first has them.
    ///
    /// Becomes `ringing` by decision, `talking` by interruption, `leaving` when `max_wait` is over.
    case waiting(telling: OperatorID?)

    /// Phones ring for it: one, or several with `ring_all`. Out of line, its place kept, hearing hold audio.
    ///
    /// Becomes `talking` with the first answer, `waiting` when the last ring came to nothing.
    case ringing([RingID])

    /// Caller and operator hear each other.
    ///
    /// Becomes `held` when a VIP interrupts. Otherwise the next thing is its end.
    case talking(OperatorID)

    /// Its operator talks with a VIP; it hears an announcement once, then hold audio.
    ///
    /// Becomes `talking` when the VIP leaves, `returning` when the operator hangs up on the VIP, `waiting` at the head
    /// when `max_hold` is over.
    case held(by: OperatorID)

    /// Still held, while the phone of its operator, who hung up on the VIP, rings again.
    ///
    /// Becomes `talking` when answered, else `waiting` at the head of its queue.
    case returning(RingID, OperatorID)

    /// The customer has left the queue, for the given reason, and hears a last announcement, at the end of which we hang
    /// up.
    case leaving(PlaybackID, QueueExit)

    /// Outbound: the customer's phone is called, until then; the operator hears ring-back.
    ///
    /// Becomes `talking` when answered, `undialling` when somebody gave up first.
    case dialling(OperatorID, until: Instant)

    /// We stopped dialling, for that outcome, and its end is not confirmed yet. The operator may be gone already.
    ///
    /// Becomes `talking` if an answer crossed and the operator is still there. Otherwise the next thing is its end.
    case undialling(OperatorID?, AttemptOutcome)
}

extension CallState {
    var isWaiting: Bool {
        guard case .waiting = self else { return false }
        return true
    }
}

/// A call pinned to an operator: who may take it, and until when (product.md section 3).
struct Stickiness: Codable, Sendable {
    /// The operator named by the scenario, else the last successful one; or the one who left the customer on hold.
    let own: OperatorID
    /// The responsible group; `nil`: no group stage.
    let group: GroupID?
    /// A colleague has transferred the call to the operator.
    let isTransfer: Bool
    private(set) var stage: StickyStage
    private(set) var since: Instant
    /// End of the stage if nothing ends it earlier; `nil`: it has none.
    private(set) var until: Instant?

    init(own: OperatorID, group: GroupID?, wait: Duration, at now: Instant, isTransfer: Bool = false) {
        self.isTransfer = isTransfer
        self.own = own
        self.group = group
        stage = .own
        since = now
        until = now + max(.zero, wait)
    }

    /// Goes on to the next stage: the group has as long again, anyone has no limit.
    mutating func advance(wait: Duration, at now: Instant) {
        switch stage {
        case .own where group != nil:
            stage = .group
            until = now + max(.zero, wait)
        case .own, .group, .anyone:
            stage = .anyone
            until = nil
        }
        since = now
    }

    /// Straight to anyone, whatever the stage.
    mutating func release(at now: Instant) {
        stage = .anyone
        since = now
        until = nil
    }
}
