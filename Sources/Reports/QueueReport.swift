package import Routing
package import Storage

/// What happened in the queues during a period (product.md section 8).
///
/// A call counts for a queue when it enters it, and in the period in which it does, whenever it ends; a call that is sent
/// on counts in each queue that it enters.
package struct QueueReport: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        /// `nil`: all queues together, in which a call that was sent on counts several times.
        package var queue: QueueID?
        package var figures: QueueFigures
    }

    package let period: Period
    /// Of the service level.
    package let threshold: Duration
    /// By name.
    package let rows: [Row]
    package let total: QueueFigures
    package let discrepancies: [Discrepancy]

    package init(_ tallies: QueueTallies, period: Period, threshold: Duration) {
        self.period = period
        self.threshold = threshold
        let names = Set(tallies.visits.map(\.queue)).union(tallies.stillUp.keys).sorted()
        let visits = Dictionary(grouping: tallies.visits, by: \.queue)
        let waits = Dictionary(grouping: tallies.waits, by: \.queue)
        rows = names.map { name in
            let figures = QueueFigures(
                visits[name] ?? [], waits: waits[name] ?? [], stillUp: tallies.stillUp[name] ?? 0)
            return Row(queue: name, figures: figures)
        }
        total = QueueFigures(
            tallies.visits, waits: tallies.waits, stillUp: tallies.stillUp.values.reduce(0, +))
        discrepancies = rows.flatMap(Self.check) + Self.check(tallies)
    }

    private static func check(_ row: Row) -> [Discrepancy] {
        guard let queue = row.queue else { return [] }
        var found: [Discrepancy] = []
        if row.figures.endedUnknown > 0 { found.append(.unknownEnds(queue, count: row.figures.endedUnknown)) }
        if row.figures.accountedFor != row.figures.entered {
            found.append(
                .unbalanced(queue, entered: row.figures.entered, accountedFor: row.figures.accountedFor))
        }
        return found
    }

    private static func check(_ tallies: QueueTallies) -> [Discrepancy] {
        tallies.callsWithoutVisit.isEmpty ? [] : [.callsWithoutVisit(tallies.callsWithoutVisit)]
    }
}

/// The figures of one queue, or of all.
package struct QueueFigures: Hashable, Sendable {
    /// Each ends as one of the next three, or is still up.
    package var entered = 0
    package var answered = 0
    /// Ended without a conversation (product.md section 1), in whichever way.
    package var lost = 0
    /// Left without being lost: sent on to another queue, or by the callback key.
    package var leftOtherwise = 0
    /// Entered, and not over yet. It counts for the queue in which the call began.
    package var stillUp = 0
    /// Ended in a way that this version does not know.
    package var endedUnknown = 0

    /// Of the lost: the customer hung up while waiting; `max_wait` was over; nobody was signed in any more; a restart.
    package var abandoned = 0
    package var timedOut = 0
    package var leftEmpty = 0
    package var lostByRestart = 0

    /// Answered within the threshold.
    package var answeredInTime = 0
    /// Lost by hanging up within the threshold.
    package var abandonedInTime = 0
    /// Waits of the answered until they were: their sum, the longest, and the one that 90 % of them did not exceed, to a
    /// tenth of a second.
    package var waited = Duration.zero
    package var longestWait = Duration.zero
    package var waitOfNinetyPercent = Duration.zero
    /// Waits of the lost until they were.
    package var lostWaited = Duration.zero
    package var longestLostWait = Duration.zero

    /// Answered customers with a last successful operator, and those of them whom that operator answered.
    package var returning = 0
    package var reachedOwn = 0

    package var averageWait: Duration { answered > 0 ? waited / answered : .zero }
    package var averageLostWait: Duration { lost > 0 ? lostWaited / lost : .zero }
    /// Share of the answered, lost and otherwise left calls that was answered within the threshold, 0…1.
    package var serviceLevel: Double { share(answeredInTime, of: entered - stillUp) }
    /// Asterisk's `ServicelevelPerf`: of the answered calls alone, 0…1.
    package var asteriskServiceLevel: Double { share(answeredInTime, of: answered) }
    /// Asterisk's `ServicelevelPerf2`: those answered or given up within the threshold, of all answered and given up, 0…1.
    package var asteriskServiceLevel2: Double { share(answeredInTime + abandonedInTime, of: answered + abandoned) }
    package var lostShare: Double { share(lost, of: entered - stillUp) }
    package var ownShare: Double { share(reachedOwn, of: returning) }

    var accountedFor: Int { answered + lost + leftOtherwise + stillUp + endedUnknown }

    init(_ visits: [QueueTallies.Visits], waits: [QueueTallies.Waits], stillUp: Int) {
        self.stillUp = stillUp
        entered = stillUp
        for tally in visits { add(tally) }
        waitOfNinetyPercent = Self.wait(of: 0.9, in: waits)
    }

    private mutating func add(_ tally: QueueTallies.Visits) {
        entered += tally.count
        switch tally.end {
        case .answered:
            answered += tally.count
            answeredInTime += tally.inTime
            waited += tally.waited
            longestWait = max(longestWait, tally.longestWait)
            returning += tally.returning
            reachedOwn += tally.reachedOwn
        case .rerouted: leftOtherwise += tally.count
        case .ended(let outcome): add(tally, outcome)
        case nil: endedUnknown += tally.count
        }
    }

    private mutating func add(_ tally: QueueTallies.Visits, _ outcome: CallRecord.Outcome) {
        switch outcome {
        case .abandoned, .lostOnHold:
            abandoned += tally.count
            abandonedInTime += tally.inTime
        case .timedOut: timedOut += tally.count
        case .leftEmpty: leftEmpty += tally.count
        case .lostByRestart: lostByRestart += tally.count
        case .leftByKey, .scenario, .refused, .unanswered:
            leftOtherwise += tally.count
            return
        case .answered:
            // A stay that was answered says so itself.
            endedUnknown += tally.count
            return
        }
        lost += tally.count
        lostWaited += tally.waited
        longestLostWait = max(longestLostWait, tally.longestWait)
    }

    /// The shortest wait that this share of the calls did not exceed, rounded down to tenths of a second.
    static func wait(of wanted: Double, in waits: [QueueTallies.Waits]) -> Duration {
        let count = waits.reduce(0) { $0 + $1.count }
        guard count > 0 else { return .zero }
        let rank = Int((Double(count) * wanted).rounded(.up))
        var seen = 0
        for tally in waits.sorted(by: { $0.tenths < $1.tenths }) {
            seen += tally.count
            if seen >= rank { return .milliseconds(tally.tenths * 100) }
        }
        return .zero
    }
}
