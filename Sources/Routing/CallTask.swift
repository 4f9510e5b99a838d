/// One customer to be called, while that is open.
struct CallTask: Codable, Sendable {
    var record: TaskRecord
    var state: TaskState
    /// Where it stands among those that are due.
    var place: Place
    /// Operators who are skipped for it now.
    var refusals: [Refusal] = []
    /// It stands in the lines in which operators find it. True exactly while it waits and its number is not in use.
    var isListed = false

    /// Lines follow from the rest.
    private enum CodingKeys: CodingKey {
        case record, state, place, refusals
    }

    var id: TaskID { record.id }

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
        record.window.map { $0.opens <= now && now < $0.closes } ?? true
    }

    var nextDeadline: Instant? {
        switch state {
        case .scheduled(let until): until
        case .waiting(let waiting):
            earliest(earliest(waiting.until, record.window?.closes), refusals.lazy.map(\.until).min())
        case .attempt(let attempt): attempt.nextDeadline
        case .findingWindow, .withdrawn, .parked: nil
        }
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
    case attempt(Attempt)

    /// The attempt was given up while its claim was being written; the operator does something else.
    ///
    /// Its end follows with the answer to the claim.
    case withdrawn(Attempt)

    /// The configuration has no such dialer. Nothing is promised any more and nothing is lost.
    ///
    /// Becomes `scheduled` when the dialer is back.
    case parked
}

/// How a due task waits.
struct TaskWait: Hashable, Codable, Sendable {
    let stage: StickyStage
    let since: Instant
    /// End of the stage; `nil`: it has none.
    let until: Instant?
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
