package import Routing

/// What must outlive the process, behind a protocol: SQLite is the embedded default (product.md section 8).
///
/// `write` never waits for the disk: it queues, and groups of entries are committed together, in order. `flush`
/// waits until everything queued so far is on disk.
package protocol CallStore: Sendable {
    /// What is known of the customer who calls into `queue`.
    ///
    /// Asked once for each call, so it is no task of its own: `answer` is called once, on any thread, perhaps before
    /// this returns.
    /// - Parameters:
    ///   - now: the present, from which the tie's age is reckoned.
    ///   - resumeWithin: so long after their last call customers get their place back (`resume_place`); zero: nobody.
    func findCustomer(
        _ number: CustomerNumber, in queue: QueueID, now: WallTime, resumeWithin: Duration,
        answer: @escaping ProfileAnswer)
    /// What each operator wanted when the process last ran.
    func wishes() async throws(StorageError) -> [OperatorID: OperatorWish]

    func write(_ entry: StoredEntry)
    func flush() async throws(StorageError)
    /// Puts a claim on the disk, behind everything that was written before. If this throws it is not there, or what
    /// there is of it does no harm: the attempt counts after a restart though nobody was dialled.
    func claim(_ claim: TaskClaim) async throws(StorageError)

    /// Newest first.
    func calls(matching filter: CallFilter) async throws(StorageError) -> [StoredCall]
}

/// One thing to write down.
package enum StoredEntry: Hashable, Sendable {
    /// A call has arrived. Its row stays open until `fact(.callEnded)`; an open row found at start was cut by a restart.
    case callBegan(Arrival, at: WallTime)
    /// A fact of the router. `origin` is the wall-clock time of `Instant(nanoseconds: 0)`, with which the instants
    /// in it turn into dates; `at` is when it happened.
    case fact(Fact, at: WallTime, origin: WallTime)
    /// The call is connected to this operator. Said once it is, not when it ends, it lets the log tell talking from
    /// waiting should a restart cut the call; only the first of them counts.
    case callConnected(CallID, OperatorID, at: WallTime)
    /// A phone has registered, or registered anew.
    case registered(StoredRegistration)
    /// The phones of this user are gone.
    case unregistered(user: String)
    /// The card of the customer's open task in the dialer. Comes behind the fact that opened or updated the task.
    case taskCarded(TaskCard, of: CustomerNumber, in: DialerID)
    /// A file is imported, perhaps not for the first time.
    case importBegan(StoredImport)
    /// In the same group as the tasks that these rows became.
    case rowsImported(ImportedRows)
    /// What became of sending a letter of the outbox, by its number.
    case letterSettled(Int64, LetterFate)
}

/// Which rows of the call log are wanted; `nil` leaves a column free.
package struct CallFilter: Hashable, Sendable {
    package var call: CallID?
    package var queue: QueueID?
    package var `operator`: OperatorID?
    package var number: CustomerNumber?
    package var vip: Bool?
    /// VIP calls that really interrupted somebody.
    package var interrupted: Bool?
    package var since: WallTime?
    /// The first moment at which a call must not have arrived any more.
    package var until: WallTime?
    /// Behind the page that ended here.
    package var after: PageCursor?
    /// 1…10,000.
    package var limit: Int

    package init(limit: Int = 100) {
        self.limit = limit
    }
}

/// A row of the call log as it was written.
package struct StoredCall: Hashable, Sendable {
    package struct Segment: Hashable, Sendable {
        package var kind: CallRecord.Segment.Kind
        package var from: WallTime
        package var until: WallTime
        package var `operator`: OperatorID?

        package init(kind: CallRecord.Segment.Kind, from: WallTime, until: WallTime, operator: OperatorID?) {
            self.kind = kind
            self.from = from
            self.until = until
            self.operator = `operator`
        }
    }

    package struct Ring: Hashable, Sendable {
        package var `operator`: OperatorID
        package var from: WallTime
        package var until: WallTime
        /// `answered`, or the cause in words ("declined", "no answer").
        package var outcome: String
        package var status: Int?

        package init(operator: OperatorID, from: WallTime, until: WallTime, outcome: String, status: Int?) {
            self.operator = `operator`
            self.from = from
            self.until = until
            self.outcome = outcome
            self.status = status
        }
    }

    package struct Reroute: Hashable, Sendable {
        package var queue: QueueID
        package var at: WallTime

        package init(queue: QueueID, at: WallTime) {
            self.queue = queue
            self.at = at
        }
    }

    package var call: CallID
    package var pool: String
    package var line: String
    package var queue: QueueID
    package var number: CustomerNumber?
    package var name: String?
    package var vip: Bool
    package var interrupted: Bool
    package var announced: Bool
    package var wasInterrupted: Bool
    package var arrivedAt: WallTime
    package var endedAt: WallTime
    package var outcome: CallRecord.Outcome
    package var endedBy: CallRecord.Side?
    package var status: Int?
    /// The stage of stickiness in which it ended or was answered.
    package var stage: StickyStage?
    package var segments: [Segment]
    package var rings: [Ring]
    package var direction = CallDirection.inbound
    /// The customer's last successful operator when the call arrived.
    package var ownOperator: OperatorID?
    /// Where it was sent on to, in order.
    package var reroutes: [Reroute] = []

    package init(
        call: CallID, pool: String, line: String, queue: QueueID, number: CustomerNumber?, name: String?, vip: Bool,
        interrupted: Bool, announced: Bool, wasInterrupted: Bool, arrivedAt: WallTime, endedAt: WallTime,
        outcome: CallRecord.Outcome, endedBy: CallRecord.Side?, status: Int?, stage: StickyStage?,
        segments: [Segment], rings: [Ring]
    ) {
        self.call = call
        self.pool = pool
        self.line = line
        self.queue = queue
        self.number = number
        self.name = name
        self.vip = vip
        self.interrupted = interrupted
        self.announced = announced
        self.wasInterrupted = wasInterrupted
        self.arrivedAt = arrivedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.endedBy = endedBy
        self.status = status
        self.stage = stage
        self.segments = segments
        self.rings = rings
    }
}

package enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be opened or its schema is newer than the program.
    case cannotOpen(path: String, problem: String)
    case failed(operation: String, problem: String)

    package var description: String {
        switch self {
        case .cannotOpen(let path, let problem): "cannot open the database \(path): \(problem)"
        case .failed(let operation, let problem): "\(operation): \(problem)"
        }
    }
}
