package import Routing

/// What came of a simulated day.
package struct SimulationReport: Hashable, Sendable {
    /// Seconds from arrival to answer, over all calls that were answered; 0 if there were none.
    package struct Waits: Hashable, Sendable {
        package var mean = 0.0
        package var median = 0.0
        package var p90 = 0.0
        package var p99 = 0.0
        package var longest = 0.0
    }

    /// One queue, or all of them.
    package struct Figures: Hashable, Sendable {
        /// Calls that joined the queue. Each is answered, or ends as one of those below down to `unfinished`, of which
        /// `lostOnHold` is counted twice.
        package var entered = 0
        package var answered = 0
        /// Hung up before anybody answered.
        package var abandoned = 0
        /// Left by `max_wait`.
        package var timedOut = 0
        /// Lost because no operator was signed in any more.
        package var leftEmpty = 0
        /// Left by the callback key.
        package var leftOtherwise = 0
        /// Answered first, and hung up while held for a VIP: counted in `answered` as well.
        package var lostOnHold = 0
        /// Still there when the simulation ended: nobody was left to answer them.
        package var unfinished = 0
        /// Calls that never joined: the queue was full, or the house.
        package var refused = 0

        package var waits = Waits()
        /// Share of those who entered for whom nobody was ready at once, 0…1.
        package var waitedShare = 0.0
        /// Share of those who entered who were answered within the threshold, 0…1.
        package var serviceLevel = 0.0
        package var abandonedShare: Double { share(abandoned + timedOut + leftEmpty, of: entered) }

        /// VIP calls that took an operator out of a conversation.
        package var interruptions = 0
        /// Answered calls of customers with a last successful operator, and those of them whom that operator answered.
        package var returning = 0
        package var reachedOwn = 0
        package var ownShare: Double { share(reachedOwn, of: returning) }
        /// Answered calls by the priority of who answered, 0…10.
        package var byPriority = [Int](repeating: 0, count: 11)
        /// Callback tasks that were asked for.
        package var callbacks = 0
        /// What came of them; `nil` if the day has nobody who calls back.
        package var calledBack: CalledBack?
    }

    /// Callback tasks by their end: each that was asked for ends as one of the first five.
    package struct CalledBack: Hashable, Sendable {
        /// The customer was called back, and it was a successful conversation.
        package var made = 0
        /// The customer got through by calling again.
        package var redialled = 0
        /// The last try had no answer.
        package var givenUp = 0
        /// Somebody else goes on from here, as the dialer's rules say.
        package var handedOn = 0
        /// Neither at the end of the day.
        package var open = 0

        /// Those made so soon after they were due as the day's limit says.
        package var onTime = 0
        /// Those made for whose task somebody was responsible, and those of them that the responsible made.
        package var withResponsible = 0
        package var byResponsible = 0
        /// How often customers' phones were called.
        package var dials = 0

        package var responsibleShare: Double { share(byResponsible, of: withResponsible) }
        /// Of those whose customers did not get through by themselves, 0…1: whoever was not reached was not on time.
        package var onTimeShare: Double { share(onTime, of: made + givenUp + handedOn + open) }

        package init() {}

        static func + (left: Self, right: Self) -> Self {
            var sum = left
            sum.made += right.made
            sum.redialled += right.redialled
            sum.givenUp += right.givenUp
            sum.handedOn += right.handedOn
            sum.open += right.open
            sum.onTime += right.onTime
            sum.withResponsible += right.withResponsible
            sum.byResponsible += right.byResponsible
            sum.dials += right.dials
            return sum
        }
    }

    package struct Queue: Hashable, Sendable {
        package var id: QueueID
        package var figures: Figures
    }

    package struct Operator: Hashable, Sendable {
        package var id: OperatorID
        /// Conversations.
        package var calls: Int
        /// Seconds at work, in conversation, and afterwards.
        package var atWork: Double
        package var talking: Double
        package var wrapUp: Double
        /// Share of the time at work that was conversation or wrap-up, 0…1.
        package var occupancy: Double { atWork > 0 ? min(1, (talking + wrapUp) / atWork) : 0 }
    }

    package var total = Figures()
    /// In the configured order.
    package var queues: [Queue] = []
    /// In the configured order.
    package var operators: [Operator] = []
    /// Events that the router was given.
    package var events = 0
    /// Calls of a recorded day for queues that the rules do not have; they are not counted anywhere else.
    package var leftOut = 0
    /// Each call that had entered a queue, in the order of their ends, if that was asked for.
    package var calls: [SimulatedCall] = []

    package init() {}

    /// Over all who were at work at all.
    package var occupancy: Double {
        let working = operators.reduce((busy: 0.0, all: 0.0)) {
            ($0.busy + $1.talking + $1.wrapUp, $0.all + $1.atWork)
        }
        return working.all > 0 ? min(1, working.busy / working.all) : 0
    }
}

/// How one simulated call ended.
package struct SimulatedCall: Hashable, Sendable {
    package var queue: QueueID
    package var arrivedAt: Instant
    package var outcome: CallRecord.Outcome
    /// Until answered, or until it left.
    package var wait: Duration
    /// Nobody was ready when it came.
    package var hadToWait: Bool
}

private func share(_ part: Int, of whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
}

// MARK: - Collecting

/// Figures in the making.
struct Tally: Sendable {
    var figures = SimulationReport.Figures()
    var waits: [Double] = []
    var hadToWait = 0
    var inTime = 0

    init(calledBack: SimulationReport.CalledBack? = nil) {
        figures.calledBack = calledBack
    }

    /// Everything that both counted.
    static func + (left: Tally, right: Tally) -> Tally {
        var sum = left
        sum.waits += right.waits
        sum.hadToWait += right.hadToWait
        sum.inTime += right.inTime
        sum.figures.add(right.figures)
        return sum
    }

    func finished() -> SimulationReport.Figures {
        var figures = figures
        let sorted = waits.sorted()
        if let longest = sorted.last {
            figures.waits.mean = sorted.reduce(0, +) / Double(sorted.count)
            figures.waits.median = Self.quantile(0.5, of: sorted)
            figures.waits.p90 = Self.quantile(0.9, of: sorted)
            figures.waits.p99 = Self.quantile(0.99, of: sorted)
            figures.waits.longest = longest
        }
        figures.waitedShare = share(hadToWait, of: figures.entered)
        figures.serviceLevel = share(inTime, of: figures.entered)
        return figures
    }

    /// The least value that so large a share of all do not exceed.
    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}

extension SimulationReport.Figures {
    fileprivate mutating func add(_ other: Self) {
        entered += other.entered
        answered += other.answered
        abandoned += other.abandoned
        timedOut += other.timedOut
        leftEmpty += other.leftEmpty
        leftOtherwise += other.leftOtherwise
        lostOnHold += other.lostOnHold
        unfinished += other.unfinished
        refused += other.refused
        interruptions += other.interruptions
        returning += other.returning
        reachedOwn += other.reachedOwn
        callbacks += other.callbacks
        if let theirs = other.calledBack { calledBack = (calledBack ?? .init()) + theirs }
        for priority in byPriority.indices { byPriority[priority] += other.byPriority[priority] }
    }
}
