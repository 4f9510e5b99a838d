package import Routing

// What reports are made of: rows that the database has already added up, so that a million calls are a few hundred of
// them. What they mean is said where they are put together, in Reports.

/// Stays of calls in queues during a period, by queue and by how they ended.
package struct QueueTallies: Hashable, Sendable {
    /// The stays of one queue that ended in one way. Counted in the period in which they began.
    package struct Visits: Hashable, Sendable {
        package var queue: QueueID
        /// `answered`, `rerouted`, or the outcome of the call; `nil`: one that this version does not know.
        package var end: VisitEnd?
        package var count: Int
        /// Until they were answered, or left.
        package var waited: Duration
        package var longestWait: Duration
        /// Of them, those that waited no longer than the threshold.
        package var inTime: Int
        /// Of them, those of customers with a last successful operator, and those whom that operator answered.
        package var returning: Int
        package var reachedOwn: Int
    }

    /// How many answered stays of one queue waited for so long.
    package struct Waits: Hashable, Sendable {
        package var queue: QueueID
        /// In tenths of a second, rounded down.
        package var tenths: Int
        package var count: Int
    }

    package var visits: [Visits] = []
    /// By queue, shortest first.
    package var waits: [Waits] = []
    /// Calls that entered in the period and have no end yet.
    package var stillUp: [QueueID: Int] = [:]
    /// Calls that arrived in the period, are over and entered a queue, and of which no stay is written down; there should be
    /// none. The first hundred.
    package var callsWithoutVisit: [CallID] = []

    package init() {}
}

/// How a stay in a queue ended.
package enum VisitEnd: Hashable, Sendable {
    case answered
    /// Sent on to another queue before anybody answered.
    case rerouted
    /// It ended with the call.
    case ended(CallRecord.Outcome)

    init?(stored: String) {
        switch stored {
        case "answered": self = .answered
        case "rerouted": self = .rerouted
        default:
            guard let outcome = CallRecord.Outcome(rawValue: stored) else { return nil }
            self = .ended(outcome)
        }
    }
}

/// What operators did during a period.
package struct OperatorTallies: Hashable, Sendable {
    /// The time that one operator spent on one thing, clipped to the period.
    package struct Activity: Hashable, Sendable {
        package var `operator`: OperatorID
        package var activity: OperatorActivity
        package var time: Duration
        /// How often it began in the period.
        package var times: Int
        /// Its first moment in the period.
        package var first: WallTime
    }

    /// Conversations that began in the period.
    package struct Conversations: Hashable, Sendable {
        package var `operator`: OperatorID
        /// Calls, however often each was interrupted and resumed.
        package var inbound: Int
        package var outbound: Int
        /// Of them, those that lasted long enough to count as successful.
        package var successful: Int
        package var talked: Duration
    }

    /// Something counted for one operator by a cause.
    package struct Count: Hashable, Sendable {
        package var `operator`: OperatorID
        package var cause: String
        package var count: Int
    }

    package var activities: [Activity] = []
    package var conversations: [Conversations] = []
    /// Rings that began in the period, by outcome as in `StoredCall.Ring`.
    package var rings: [Count] = []
    /// Attempts that began in the period, by `AttemptOutcome`.
    package var attempts: [Count] = []
    package var missedVIP: [OperatorID: Int] = [:]
    /// Responsible waits that expired in the period.
    package var expiredWaits: [OperatorID: Int] = [:]

    package init() {}
}
