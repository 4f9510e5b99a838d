package import Routing

/// Letters to programs outside that wait to be delivered, at least once each (product.md sections 6 and 8).
package protocol Outbox: Sendable {
    /// Letters to be sent now, by when they are due and then in the order in which they were written. One that was
    /// never tried is due whatever its date, for clocks are set back.
    func dueLetters(to endpoint: String, at now: WallTime, limit: Int) async throws(StorageError) -> [Letter]
    /// When the next letter becomes due that is not due yet; `nil`: there is none.
    func nextDue(to endpoint: String, after now: WallTime) async throws(StorageError) -> WallTime?
    /// Writes down what became of a letter, and waits until that is on the disk. If this throws it is kept, and written
    /// as soon as the disk works.
    func settle(_ letter: Letter, _ fate: LetterFate) async throws(StorageError)
    /// Waits until everything that was settled is on the disk.
    func flush() async throws(StorageError)
    /// Every letter to this endpoint that waits becomes a dead one. Returns how many they were.
    @discardableResult
    func buryAll(to endpoint: String, because problem: String, at now: WallTime) async throws(StorageError) -> Int
    /// Dead letters, the last to die first.
    func deadLetters(to endpoint: String, after: PageCursor?, limit: Int) async throws(StorageError) -> Page<DeadLetter>
    /// Dead letters are to be sent again, all or the one with this event. Returns how many they are.
    func resend(to endpoint: String, event: String?, at now: WallTime) async throws(StorageError) -> Int
    /// Counts of every endpoint that has letters, configured or not.
    func letterCounts() async throws(StorageError) -> [String: LetterCounts]
    /// Removes what is too old or too much.
    func tidyLetters(_ limits: OutboxLimits, at now: WallTime) async throws(StorageError) -> TidiedLetters
}

/// What is to be told to one endpoint.
package struct NewLetter: Hashable, Sendable {
    /// By its name in the configuration.
    package var endpoint: String
    /// The event's id: the same event is written once for each endpoint.
    package var event: String
    /// The event's type, for people.
    package var type: String
    /// The call or task that it is about. Letters of the same subject are not sent at the same time.
    package var subject: String
    package var at: WallTime
    /// As it is sent.
    package var body: String

    package init(endpoint: String, event: String, type: String, subject: String, at: WallTime, body: String) {
        self.endpoint = endpoint
        self.event = event
        self.type = type
        self.subject = subject
        self.at = at
        self.body = body
    }
}

/// A letter that waits.
package struct Letter: Hashable, Sendable {
    /// In the order in which letters were written.
    package var sequence: Int64
    package var endpoint: String
    package var event: String
    package var type: String
    package var subject: String
    package var body: String
    /// Failed ones.
    package var attempts: Int
    /// From when it counts how long it has been tried: when it was written, or last asked to be sent again.
    package var since: WallTime

    package init(
        sequence: Int64, endpoint: String, event: String, type: String, subject: String, body: String, attempts: Int,
        since: WallTime
    ) {
        self.sequence = sequence
        self.endpoint = endpoint
        self.event = event
        self.type = type
        self.subject = subject
        self.body = body
        self.attempts = attempts
        self.since = since
    }
}

/// What became of sending a letter.
package enum LetterFate: Hashable, Sendable {
    /// It is removed: whoever has it needs no copy here.
    case delivered
    case failed(nextAt: WallTime, problem: String, status: Int?)
    case dead(at: WallTime, problem: String, status: Int?)
}

/// A letter that nobody could be brought to take.
package struct DeadLetter: Hashable, Sendable {
    package var event: String
    package var type: String
    package var subject: String
    /// When it happened.
    package var at: WallTime
    package var attempts: Int
    package var diedAt: WallTime
    package var problem: String
    /// The HTTP status of the last attempt, if there was an answer.
    package var status: Int?

    package init(
        event: String, type: String, subject: String, at: WallTime, attempts: Int, diedAt: WallTime, problem: String,
        status: Int?
    ) {
        self.event = event
        self.type = type
        self.subject = subject
        self.at = at
        self.attempts = attempts
        self.diedAt = diedAt
        self.problem = problem
        self.status = status
    }
}

/// Letters of one endpoint in figures.
package struct LetterCounts: Hashable, Sendable {
    package var waiting: Int
    package var dead: Int
    /// When the oldest of those that wait happened.
    package var oldestWaiting: WallTime?

    package init(waiting: Int = 0, dead: Int = 0, oldestWaiting: WallTime? = nil) {
        self.waiting = waiting
        self.dead = dead
        self.oldestWaiting = oldestWaiting
    }
}

package struct OutboxLimits: Hashable, Sendable {
    /// Letters altogether; the oldest dead ones go first, then the oldest. Default 100,000, some 100 MB.
    package var most = 100_000
    /// Dead letters that died before are removed. Default 30 d.
    package var keepDead: Duration = .seconds(30 * 86_400)
    /// Letters that wait for longer and that nobody tries to send (their endpoint is switched off or gone) are dead.
    /// Default 25 h: those that are tried die before.
    package var longestWait: Duration = .seconds(25 * 3_600)

    package init() {}
}

/// What was done to keep the outbox small.
package struct TidiedLetters: Hashable, Sendable {
    /// Dead letters that were too old.
    package var expired = 0
    /// Letters that nobody tried to send, and that are dead now.
    package var buried = 0
    /// Dead letters removed because there were too many letters.
    package var droppedDead = 0
    /// Letters removed though they were waiting.
    package var droppedWaiting = 0

    package init() {}
}
