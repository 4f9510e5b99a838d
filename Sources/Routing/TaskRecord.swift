/// A wish that a customer be called: from the CRM, the desk, an import, or a call that did not get through.
package struct TaskRequest: Hashable, Codable, Sendable {
    package var id: TaskID
    package var dialer: DialerID
    package var number: CustomerNumber
    /// When to call; the past means now.
    package var due: Instant
    package var responsible: OperatorID?
    /// Responsible group; `nil` means the responsible operator's first group.
    package var group: GroupID?
    package var source: TaskSource
    /// When the customer may be dialled, as far as known; `nil`: at any time.
    package var window: CallWindow?

    package init(
        id: TaskID, dialer: DialerID, number: CustomerNumber, due: Instant, responsible: OperatorID? = nil,
        group: GroupID? = nil, source: TaskSource = .program, window: CallWindow? = nil
    ) {
        self.id = id
        self.dialer = dialer
        self.number = number
        self.due = due
        self.responsible = responsible
        self.group = group
        self.source = source
        self.window = window
    }
}

/// Where a task comes from (product.md section 6).
package enum TaskSource: Hashable, Codable, Sendable {
    case lostCall(CallID)
    /// The customer asked for it by key.
    case customer(CallID)
    /// The customer called a line that rejects the call and calls them back.
    case hangUp(CallID)
    case form
    indirect case click(OperatorID)
    case importFile
    /// The CRM, over the API.
    case program
}

/// A stretch of time in which a customer may be dialled, computed outside from the calling hours in the customer's time
/// zone. When it is over, the router asks for the next one (`findWindow`).
package struct CallWindow: Hashable, Codable, Sendable {
    package var opens: Instant
    /// The first instant at which nobody may be dialled any more.
    package var closes: Instant

    package init(opens: Instant, closes: Instant) {
        self.opens = opens
        self.closes = closes
    }
}

/// An open task as it is to be remembered.
package struct TaskRecord: Hashable, Codable, Sendable {
    package let id: TaskID
    package var dialer: DialerID
    package let number: CustomerNumber
    package var due: Instant
    package var responsible: OperatorID?
    package var group: GroupID?
    package var source: TaskSource
    package var window: CallWindow?
    package let openedAt: Instant
    /// When somebody last asked for it.
    package var updatedAt: Instant
    /// How far it has been released. What is released stays so until somebody asks anew.
    package var stage: StickyStage
    /// The number of its newest attempt; 0: none.
    package var attempts: Int
    package var tries: TaskTries
    /// The operator of the newest attempt, as long as that has no end: somebody may have been dialled.
    package var claimedBy: OperatorID?

    package init(_ request: TaskRequest, at now: Instant) {
        id = request.id
        dialer = request.dialer
        number = request.number
        due = request.due
        responsible = request.responsible
        group = request.group
        source = request.source
        window = request.window
        openedAt = now
        updatedAt = now
        stage = .own
        attempts = 0
        tries = TaskTries()
        claimedBy = nil
    }

    /// Somebody asks for the same customer again. What they do not say stays as it was.
    mutating func update(with request: TaskRequest, at now: Instant) {
        due = request.due
        responsible = request.responsible ?? responsible
        group = request.group ?? (request.responsible == nil ? group : nil)
        source = request.source
        window = request.window ?? window
        updatedAt = now
        stage = .own
        tries = TaskTries()
    }
}

/// Most tasks have never been tried, nor asked for twice: what is as it was at first is left out.
extension TaskRecord {
    private enum CodingKeys: CodingKey {
        case id, dialer, number, due, responsible, group, source, window, openedAt, updatedAt, stage, attempts, tries
        case claimedBy
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let request = TaskRequest(
            id: try values.decode(TaskID.self, forKey: .id), dialer: try values.decode(DialerID.self, forKey: .dialer),
            number: try values.decode(CustomerNumber.self, forKey: .number),
            due: try values.decode(Instant.self, forKey: .due),
            responsible: try values.decodeIfPresent(OperatorID.self, forKey: .responsible),
            group: try values.decodeIfPresent(GroupID.self, forKey: .group),
            source: try values.decode(TaskSource.self, forKey: .source),
            window: try values.decodeIfPresent(CallWindow.self, forKey: .window))
        self.init(request, at: try values.decode(Instant.self, forKey: .openedAt))
        updatedAt = try values.decodeIfPresent(Instant.self, forKey: .updatedAt) ?? openedAt
        stage = try values.decodeIfPresent(StickyStage.self, forKey: .stage) ?? .own
        attempts = try values.decodeIfPresent(Int.self, forKey: .attempts) ?? 0
        tries = try values.decodeIfPresent(TaskTries.self, forKey: .tries) ?? TaskTries()
        claimedBy = try values.decodeIfPresent(OperatorID.self, forKey: .claimedBy)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(dialer, forKey: .dialer)
        try values.encode(number, forKey: .number)
        try values.encode(due, forKey: .due)
        try values.encodeIfPresent(responsible, forKey: .responsible)
        try values.encodeIfPresent(group, forKey: .group)
        try values.encode(source, forKey: .source)
        try values.encodeIfPresent(window, forKey: .window)
        try values.encode(openedAt, forKey: .openedAt)
        if updatedAt != openedAt { try values.encode(updatedAt, forKey: .updatedAt) }
        if stage != .own { try values.encode(stage, forKey: .stage) }
        if attempts != 0 { try values.encode(attempts, forKey: .attempts) }
        if tries != TaskTries() { try values.encode(tries, forKey: .tries) }
        try values.encodeIfPresent(claimedBy, forKey: .claimedBy)
    }
}

/// How many attempts since the last request ended in each way. Only those count in which the customer was dialled, up to
/// 1,023 for each.
package struct TaskTries: Hashable, Sendable {
    /// Ten bits for each outcome.
    private var counts: UInt64 = 0

    package init() {}

    package subscript(outcome: AttemptOutcome) -> Int {
        get { Int((counts >> outcome.shift) & Self.most) }
        set {
            let count = UInt64(max(0, min(newValue, Int(Self.most))))
            counts = counts & ~(Self.most << outcome.shift) | count << outcome.shift
        }
    }

    private static let most: UInt64 = 1_023
}

extension TaskTries: Codable {
    private enum CodingKeys: CodingKey {
        case counts
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let counts = try container.decode(ByOutcome<Int>.self, forKey: .counts)
        for outcome in AttemptOutcome.allCases { self[outcome] = counts[outcome] ?? 0 }
    }

    package func encode(to encoder: any Encoder) throws {
        var counts = ByOutcome<Int>()
        for outcome in AttemptOutcome.allCases where self[outcome] > 0 { counts[outcome] = self[outcome] }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(counts, forKey: .counts)
    }
}

/// What came of an attempt (product.md section 6).
package enum AttemptOutcome: String, Hashable, Codable, Sendable, CaseIterable {
    /// Customer and operator were connected.
    case answer = "ANSWER"
    /// The customer's phone rang for the answer timeout.
    case noAnswer = "NOANSWER"
    case busy = "BUSY"
    /// The operator or the system gave up first.
    case cancel = "CANCEL"
    /// The customer answered and no operator was there.
    case drop = "DROP"
    case failed = "FAILED"

    /// Where `TaskTries` has its count.
    fileprivate var shift: UInt64 {
        switch self {
        case .answer: 0
        case .noAnswer: 10
        case .busy: 20
        case .cancel: 30
        case .drop: 40
        case .failed: 50
        }
    }
}

/// One row of the attempts log.
package struct AttemptRecord: Hashable, Codable, Sendable {
    package var task: TaskID
    package var dialer: DialerID
    package var number: CustomerNumber
    /// From 1 for each task.
    package var attempt: Int
    package var `operator`: OperatorID
    /// `nil`: the claim was withdrawn before the attempt had a call.
    package var call: CallID?
    package var outcome: AttemptOutcome
    /// The SIP status with which the customer's network ended the dial, if it did.
    package var status: Int?
    package var began: Instant
    package var dialledAt: Instant?
    package var rangAt: Instant?
    package var answeredAt: Instant?
    package var endedAt: Instant

    package init(
        task: TaskID, dialer: DialerID, number: CustomerNumber, attempt: Int, operator: OperatorID, call: CallID?,
        outcome: AttemptOutcome, status: Int?, began: Instant, dialledAt: Instant?, rangAt: Instant?,
        answeredAt: Instant?, endedAt: Instant
    ) {
        self.task = task
        self.dialer = dialer
        self.number = number
        self.attempt = attempt
        self.operator = `operator`
        self.call = call
        self.outcome = outcome
        self.status = status
        self.began = began
        self.dialledAt = dialledAt
        self.rangAt = rangAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
    }
}

/// How a task came to its end.
package enum TaskResult: Hashable, Codable, Sendable {
    /// There was a successful conversation with the customer, inbound or outbound.
    case resolved(by: CallID)
    case cancelled
    /// The last try that the dialer allows ended so.
    case givenUp(AttemptOutcome)
    /// The responsible did not come in time, and the CRM goes on from here.
    case handedToCRM
    /// It was moved to a dialer that has a task for this customer already.
    case merged(into: TaskID)
}

/// Why the dialling of a customer ended without an answer.
package struct DialEnd: Hashable, Codable, Sendable {
    package enum Cause: Hashable, Codable, Sendable {
        /// 486, 600.
        case busy
        /// The network gave up after it rang (408, 480).
        case noAnswer
        /// Anything else: no such number, no trunk, refused.
        case failed
        /// We stopped it.
        case stopped
    }

    package var cause: Cause
    /// The SIP status that said so, if a response did.
    package var status: Int?

    package init(_ cause: Cause, status: Int? = nil) {
        self.cause = cause
        self.status = status
    }

    var outcome: AttemptOutcome {
        switch cause {
        case .busy: .busy
        case .noAnswer: .noAnswer
        case .failed: .failed
        case .stopped: .cancel
        }
    }
}
