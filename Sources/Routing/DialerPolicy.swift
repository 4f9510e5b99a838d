/// One dialer: an outbound campaign and its bucket, the list of leads with the operators who work it (product.md
/// section 6). Ranges are checked where the configuration is read; the router treats a negative duration as zero.
package struct DialerPolicy: Hashable, Codable, Sendable {
    package enum Mode: String, Hashable, Codable, Sendable, CaseIterable {
        /// Tasks have a due time, wait for their responsible, and are then released to others.
        case callback
        /// Each operator works the leads assigned to them, without times. A lead assigned to nobody is for any operator
        /// of the dialer.
        case personal
    }

    /// What becomes of a task whose responsible did not come within the responsible wait.
    package enum Expiry: Hashable, Codable, Sendable {
        /// To the responsible group for as long again, if there is one, then to anyone.
        case release
        /// Due again so much later, 1 s at least, and then for the responsible first.
        case postpone(by: Duration)
        /// To whoever works the bucket of another dialer.
        case moveTo(DialerID)
        /// The CRM is told; the task is closed here.
        case handToCRM
    }

    package var id: DialerID
    /// Whose rules hold for its conversations (wrap-up, hold audio), and where a customer goes on waiting who was held
    /// for a VIP call and whose operator did not come back.
    package var queue: QueueID
    package var mode: Mode = .callback
    /// How long a due task is its responsible's, and then its group's.
    package var responsibleWait: Duration = .seconds(600)
    package var expiry: Expiry = .release
    /// How long the operator sees the lead's card before their phone is called; zero: not at all.
    package var preview: Duration = .seconds(15)
    /// An operator may leave a lead to others, or for later, while they see its card.
    package var skipAllowed: Bool = false
    /// How long the operator's phone rings, if it does not answer by itself.
    package var ringTimeout: Duration = .seconds(20)
    /// An operator who did not answer is skipped for this task so long; a claim that could not be written is tried
    /// again after it. 1 s at least.
    package var retryAfter: Duration = .seconds(30)
    /// How long the customer's phone rings.
    package var answerTimeout: Duration = .seconds(30)
    /// Rules of their own for some outcomes; `RetryRule()` holds for the others.
    package var retries = ByOutcome<RetryRule>()
    /// Personal mode: the leads of an operator who is offline for longer go to `fallback`; `nil`: they wait.
    package var reassignAfter: Duration?
    /// The dialer whose bucket takes them; `nil`: they stay in this one, for any of its operators.
    package var fallback: DialerID?
    /// Customers are dialled at certain hours only: the router asks for them before each task is due (`findWindow`).
    package var hasHours = false

    package init(id: DialerID, queue: QueueID) {
        self.id = id
        self.queue = queue
    }

    package func rule(for outcome: AttemptOutcome) -> RetryRule { retries[outcome] ?? RetryRule() }
}

/// How often and when to try again.
package struct RetryRule: Hashable, Codable, Sendable {
    /// Attempts that may end in this way; with the last of them the task is given up.
    package var tries: Int
    /// From the end of one attempt until the task is due again, 1 s at least.
    package var interval: Duration

    package init(tries: Int = 3, interval: Duration = .seconds(900)) {
        self.tries = tries
        self.interval = interval
    }
}

/// An operator's place in a dialer.
package struct DialerAssignment: Hashable, Codable, Sendable {
    package var `operator`: OperatorID
    package var dialer: DialerID
    /// 0…10. 10: most tasks, 1: fewest, 0: none come, not even their own; they start them themselves.
    package var priority: Int

    package init(_ operator: OperatorID, _ dialer: DialerID, priority: Int) {
        self.operator = `operator`
        self.dialer = dialer
        self.priority = priority
    }
}

/// How an operator is reminded of the requests that wait for them.
package struct ReminderPolicy: Hashable, Codable, Sendable {
    /// Starts the first of them.
    package var startKey: Key? = Key("1")
    /// From the end of the sentence until we hang up.
    package var keyWait: Duration = .seconds(5)
    package var ringTimeout: Duration = .seconds(20)
    /// From the first request that waits for an operator to the first reminder, and on to each next as long as any
    /// waits; 1 s at least. `nil`: only when a program asks for it. Nobody is reminded of what comes to them anyway, and
    /// nobody who is out of reach or busy when the time comes.
    package var every: Duration?

    package init() {}
}
