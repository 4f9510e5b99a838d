import Routing
import Storage

// What the events say: the member `data` of each. Times are RFC 3339 in UTC, numbers E.164 with their plus sign.

/// Of `call.…` and `vip.…`: what is known of the call at that moment.
struct CallData: Encodable {
    var call: String
    /// `inbound`, or `outbound` for a task.
    var direction: String
    var task: String?
    /// The dialled number.
    var line: String?
    var queue: String
    /// Absent if withheld.
    var number: String?
    /// As the customer's network gave it.
    var name: String?
    var vip: Bool?
    var arrivedAt: String

    /// Who answered first; of `vip.…` the operator concerned.
    var `operator`: String?
    /// From the arrival to the answer, or to the end of a call that nobody answered.
    var waitSeconds: Double?
    var answeredAt: String?

    // Of `call.ended` only.
    var endedAt: String?
    /// As in the call log: `answered`, `abandoned`, `timed_out` and so on.
    var outcome: String?
    /// `customer` or `operator`; absent if it was our decision.
    var endedBy: String?
    var status: Int?
    /// With whom the customer talked, in order, each once.
    var operators: [String]?
    var talkSeconds: Double?
    /// It is a VIP call and interrupted a conversation.
    var interrupted: Bool?
    /// It is a VIP call whose announcement an operator heard.
    var announced: Bool?
    /// Its conversation was interrupted by a VIP call.
    var wasInterrupted: Bool?
}

extension CallData {
    init(_ arrival: Arrival, vip: Bool?, at: WallTime) {
        call = arrival.call.description
        direction = arrival.direction.word
        task = arrival.direction.task?.description
        line = arrival.line.isEmpty ? nil : arrival.line
        queue = arrival.queue.name
        number = arrival.number?.text
        name = arrival.name
        self.vip = vip
        arrivedAt = at.text
    }

    init(_ known: KnownCall, by name: OperatorID) {
        call = known.call.description
        direction = known.direction.word
        task = known.direction.task?.description
        line = known.line.isEmpty ? nil : known.line
        queue = known.queue.name
        number = known.number?.text
        self.name = known.name
        vip = known.vip
        arrivedAt = known.arrivedAt.text
        self.operator = name.name
    }

    init(_ record: CallRecord, origin: WallTime) {
        func date(_ instant: Instant) -> WallTime { WallTime(instant, origin: origin) }
        self.init(record.arrival, vip: record.vip, at: date(record.arrivedAt))
        let talks = record.segments.filter { $0.kind == .talking }
        let people = talks.compactMap { $0.operator?.name }
        `operator` = people.first
        operators = people.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        answeredAt = talks.first.map { date($0.from).text }
        waitSeconds = ((talks.first?.from ?? record.endedAt) - record.arrivedAt).inSeconds
        talkSeconds = talks.reduce(Duration.zero) { $0 + ($1.until - $1.from) }.inSeconds
        endedAt = date(record.endedAt).text
        outcome = record.outcome.rawValue
        endedBy = record.endedBy?.rawValue
        status = record.ended.status
        interrupted = record.interrupted
        announced = record.announced
        wasInterrupted = record.wasInterrupted
    }

    init(_ cut: CutCall) {
        call = cut.call.description
        direction = cut.direction.word
        task = cut.direction.task?.description
        line = cut.line.isEmpty ? nil : cut.line
        queue = cut.queue.name
        number = cut.number?.text
        arrivedAt = cut.arrivedAt.text
        `operator` = cut.answeredBy?.name
        waitSeconds = cut.waited?.inSeconds
        endedAt = cut.endedAt.text
        outcome = CallRecord.Outcome.lostByRestart.rawValue
    }
}

/// Of `task.…` and `responsible_wait.expired`.
struct TaskData: Encodable {
    var task: String
    var dialer: String
    var number: String
    var due: String
    var responsible: String?
    var group: String?
    /// `lost_call`, `customer`, `hang_up`, `form`, `click`, `import` or `program`.
    var source: String
    /// The call from which it comes.
    var sourceCall: String?
    var openedAt: String
    /// Attempts that have begun.
    var attempts: Int

    // Of `task.closed` and `task.handed_over`.
    /// `resolved`, `cancelled`, `given_up`, `handed_to_crm` or `merged`.
    var outcome: String?
    /// With whom the customer talked; of an expired wait, who did not come.
    var `operator`: String?
    /// The call that resolved it.
    var call: String?
    /// What the last attempt of a task that is given up came to.
    var lastOutcome: String?
    /// The task of which it became a part.
    var mergedInto: String?
    var closedAt: String?

    // Of `responsible_wait.expired`.
    var waitedFrom: String?
    var waitedUntil: String?
}

extension TaskData {
    init(_ record: TaskRecord, origin: WallTime) {
        func date(_ instant: Instant) -> String { WallTime(instant, origin: origin).text }
        self.init(
            task: record.id.description, dialer: record.dialer.name, number: record.number.text,
            due: date(record.due), responsible: record.responsible?.name, group: record.group?.name,
            source: record.source.word, sourceCall: record.source.call?.description, openedAt: date(record.openedAt),
            attempts: record.attempts)
    }

    init(_ stored: StoredTask) {
        self.init(
            task: stored.id.description, dialer: stored.dialer.name, number: stored.number.text,
            due: stored.due.text, responsible: stored.responsible?.name, group: stored.group?.name,
            source: stored.source.word, sourceCall: stored.source.call?.description, openedAt: stored.openedAt.text,
            attempts: stored.attempts)
    }

    init(_ stored: StoredTask, closed result: TaskResult, by name: OperatorID?, at: WallTime) {
        self.init(stored)
        closedAt = at.text
        `operator` = name?.name
        outcome = result.word
        switch result {
        case .resolved(let resolvedBy): call = resolvedBy.description
        case .givenUp(let last): lastOutcome = last.rawValue
        case .merged(let other): mergedInto = other.description
        case .cancelled, .handedToCRM: break
        }
    }
}

/// Of `attempt.ended`.
struct AttemptData: Encodable {
    var task: String
    /// From 1 for each task.
    var attempt: Int
    var dialer: String
    var number: String
    var `operator`: String
    var call: String?
    /// `ANSWER`, `NOANSWER`, `BUSY`, `CANCEL`, `DROP` or `FAILED`.
    var outcome: String
    /// The SIP status with which the customer's network ended the dial.
    var status: Int?
    var beganAt: String
    var dialledAt: String?
    var rangAt: String?
    var answeredAt: String?
    var endedAt: String

    init(_ record: AttemptRecord, origin: WallTime) {
        func date(_ instant: Instant) -> String { WallTime(instant, origin: origin).text }
        task = record.task.description
        attempt = record.attempt
        dialer = record.dialer.name
        number = record.number.text
        `operator` = record.operator.name
        call = record.call?.description
        outcome = record.outcome.rawValue
        status = record.status
        beganAt = date(record.began)
        dialledAt = record.dialledAt.map(date)
        rangAt = record.rangAt.map(date)
        answeredAt = record.answeredAt.map(date)
        endedAt = date(record.endedAt)
    }
}

/// Of `operator.missed`.
struct MissedData: Encodable {
    var `operator`: String
    /// `declined`, `busy`, `no_answer` or `unreachable`.
    var cause: String
    var status: Int?
    var call: String
    var queue: String
    var number: String?
    var vip: Bool
    var rangFrom: String
    var rangUntil: String
}

// MARK: - Words

extension CallDirection {
    fileprivate var word: String {
        switch self {
        case .inbound: "inbound"
        case .outbound: "outbound"
        }
    }

    fileprivate var task: TaskID? {
        switch self {
        case .inbound: nil
        case .outbound(let task): task
        }
    }
}

extension RingEnd.Cause {
    /// `nil`: we stopped it, and nobody missed anything.
    var missed: String? {
        switch self {
        case .declined: "declined"
        case .busy: "busy"
        case .noAnswer: "no_answer"
        case .unreachable: "unreachable"
        case .withdrawn: nil
        }
    }
}
