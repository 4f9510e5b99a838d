/// One customer to be called, while that is open.
///
/// There may be a million of them: what most of them have in common is one object, and whatever few of them have stands
/// elsewhere. `TaskRecord` is the same for people and records.
struct CallTask: Sendable {
    let id: TaskID
    private var owner: Shared<TaskOwner>
    let number: CustomerNumber
    private(set) var due: Instant
    private let openedAt: Instant
    private var updatedAt: Instant
    private(set) var attempts: Int
    private var tries: TaskTries
    private var source: TaskSource
    private(set) var stage: StickyStage
    /// It stands in the lines in which operators find it. True exactly while it waits and its number is not in use.
    var isListed = false
    private(set) var window: CallWindow?
    /// Where it stands among those that are due.
    var place: Place
    var state: TaskState
    /// Operators who are skipped for it now.
    var refusals: [Refusal] = []

    /// - Parameter owner: that of the record, shared with others.
    init(record: TaskRecord, owner: Shared<TaskOwner>, state: TaskState, place: Place) {
        id = record.id
        self.owner = owner
        number = record.number
        due = record.due
        openedAt = record.openedAt
        updatedAt = record.updatedAt
        attempts = record.attempts
        tries = record.tries
        source = record.source
        stage = record.stage
        window = record.window
        self.place = place
        self.state = state
    }

    /// Takes the object that others with the same owner have as well.
    mutating func share(_ owners: inout TaskOwners) {
        owner = owners.shared(owner.value)
    }

    var dialer: DialerID { owner.value.dialer }
    var responsible: OperatorID? { owner.value.responsible }
    var group: GroupID? { owner.value.group }

    /// Identity, number and the instant of opening never change, and who claims it is said by its state.
    var record: TaskRecord {
        get {
            let owner = owner.value
            var record = TaskRecord(
                TaskRequest(
                    id: id, dialer: owner.dialer, number: number, due: due, responsible: owner.responsible,
                    group: owner.group, source: source, window: window), at: openedAt)
            record.updatedAt = updatedAt
            record.stage = stage
            record.attempts = attempts
            record.tries = tries
            record.claimedBy = attempt?.operator
            return record
        }
        set {
            if owner.value != newValue.owner { owner = Shared(newValue.owner) }
            due = newValue.due
            updatedAt = newValue.updatedAt
            attempts = newValue.attempts
            tries = newValue.tries
            source = newValue.source
            stage = newValue.stage
            window = newValue.window
        }
    }

    /// The attempt that is going on. Setting it changes an existing one; it never begins or ends one.
    var attempt: Attempt? {
        get {
            switch state {
            case .attempt(let attempt), .withdrawn(let attempt): attempt
            case .scheduled, .findingWindow, .waiting, .parked: nil
            }
        }
        set {
            guard case .attempt = state, let newValue else { return }
            state = .attempt(newValue)
        }
    }

    func isRefused(by name: OperatorID) -> Bool {
        refusals.contains { $0.operator == name }
    }

    mutating func forgetRefusals(at now: Instant) {
        refusals.removeAll { $0.until <= now }
    }

    /// The calling hours allow it. Without a window they always do.
    func mayBeDialled(at now: Instant) -> Bool {
        window.map { $0.opens <= now && now < $0.closes } ?? true
    }

    var nextDeadline: Instant? {
        switch state {
        case .scheduled(let until): until
        case .waiting(let waiting):
            earliest(earliest(waiting.until, window?.closes), refusals.lazy.map(\.until).min())
        case .attempt(let attempt): attempt.nextDeadline
        case .findingWindow, .withdrawn, .parked: nil
        }
    }
}

/// Whose task it is. Few of these are shared by many tasks.
struct TaskOwner: Hashable, Sendable {
    let dialer: DialerID
    let responsible: OperatorID?
    let group: GroupID?
}

extension TaskRecord {
    var owner: TaskOwner { TaskOwner(dialer: dialer, responsible: responsible, group: group) }
}

/// Lines follow from the rest.
extension CallTask: Codable {
    private enum CodingKeys: CodingKey {
        case record, state, place, refusals
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let record = try container.decode(TaskRecord.self, forKey: .record)
        self.init(
            record: record, owner: Shared(record.owner), state: try container.decode(TaskState.self, forKey: .state),
            place: try container.decode(Place.self, forKey: .place))
        refusals = try container.decodeIfPresent([Refusal].self, forKey: .refusals) ?? []
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(record, forKey: .record)
        try container.encode(state, forKey: .state)
        try container.encode(place, forKey: .place)
        if !refusals.isEmpty { try container.encode(refusals, forKey: .refusals) }
    }
}

/// Where a task is between its request and its end (product.md section 6).
///
/// ```
///  ┌──────────── retry, put off ◀──────────────┐
///  ▼                                           │
/// scheduled ──due──▶ waiting ──somebody is──▶ attempt ──────────────────────────▶ closed
///  ▲                 own ▶ group   ready       claiming ▶ previewing ▶ ringing
///  └─ findingWindow ◀─ ▶ anyone  ◀──given up── ▶ dialling ▶ talking
///        hours over
/// ```
enum TaskState: Codable, Sendable {
    /// Nothing is done before then: it is not due, or the calling hours have not begun.
    ///
    /// Becomes `waiting` then, or `findingWindow` if its hours are over.
    case scheduled(until: Instant)

    /// The calling hours are over as far as we know them; the shell finds the next ones.
    ///
    /// Becomes `scheduled` or `waiting` with the answer.
    case findingWindow

    /// Due, for whoever its stage allows.
    ///
    /// Becomes `attempt` when one of them is ready, `scheduled` by rule of its dialer, `findingWindow` when the calling
    /// hours are over. While its number is in use it waits as well, and nobody finds it.
    case waiting(TaskWait)

    /// An operator is reserved for it, and everything up to the end of the conversation.
    ///
    /// Becomes `scheduled` for the next try, `waiting` if the customer was never dialled, or is closed.
    indirect case attempt(Attempt)

    /// The attempt was given up while its claim was being written; the operator does something else.
    ///
    /// Its end follows with the answer to the claim.
    indirect case withdrawn(Attempt)

    /// The configuration has no such dialer. Nothing is promised any more and nothing is lost.
    ///
    /// Becomes `scheduled` when the dialer is back.
    case parked
}

/// How a due task waits.
struct TaskWait: Hashable, Codable, Sendable {
    let since: Instant
    /// End of the stage; `nil`: it has none.
    let until: Instant?
    let stage: StickyStage
    /// A lead of personal mode: without times, and after all that has one.
    let isLead: Bool
}

/// One try to bring a customer and an operator together. The operator is reserved from the start.
struct Attempt: Codable, Sendable {
    enum Step: Hashable, Codable, Sendable {
        /// The claim is being written. Nobody knows of it yet.
        ///
        /// Becomes `previewing`, or `ringing` without preview.
        case claiming

        /// The operator sees the customer's card, until then or until they have seen enough.
        ///
        /// Becomes `ringing`.
        case previewing(until: Instant)

        /// The operator's phone is called. The deadline is the operator's.
        ///
        /// Becomes `dialling` with their answer.
        case ringing(RingID)

        /// The customer is called. The deadline is the call's.
        ///
        /// Becomes `talking` with their answer.
        case dialling

        /// The customer has answered. All else is the call's business; with its end the attempt ends.
        case talking
    }

    /// What becomes of the task when the attempt is over.
    enum Afterwards: Hashable, Codable, Sendable {
        /// Resolved by a successful conversation, tried again or given up otherwise.
        case byOutcome
        /// Somebody asked anew: due when they said.
        case reschedule
        /// Somebody wants it closed. A successful conversation resolves it all the same.
        case close(TaskResult)
    }

    let number: Int
    let `operator`: OperatorID
    /// The dialer as it was when the attempt began.
    let policy: DialerPolicy
    let began: Instant
    /// How the task waited, to be taken up again if the customer is never dialled.
    let waited: TaskWait
    /// Known once the claim is on disk.
    var call: CallID?
    var step = Step.claiming
    var dialledAt: Instant?
    var rangAt: Instant?
    var answeredAt: Instant?
    /// Known before the end if something other than a conversation decides it.
    var outcome: AttemptOutcome?
    var status: Int?
    /// A successful conversation since the attempt began.
    var resolvedBy: CallID?
    var afterwards = Afterwards.byOutcome

    init(number: Int, operator: OperatorID, policy: DialerPolicy, waited: TaskWait, at now: Instant) {
        self.number = number
        self.operator = `operator`
        self.policy = policy
        self.waited = waited
        began = now
    }

    var nextDeadline: Instant? {
        guard case .previewing(let until) = step else { return nil }
        return until
    }

    /// Nobody has called the customer yet.
    var isBeforeDial: Bool {
        switch step {
        case .claiming, .previewing, .ringing: true
        case .dialling, .talking: false
        }
    }
}
