package import Routing
package import Storage

/// What operators did during a period (product.md section 8). Times are clipped to it; conversations, rings and attempts
/// count in the period in which they began.
package struct OperatorReport: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package var `operator`: OperatorID
        package var figures: OperatorFigures
    }

    /// As far as it has passed.
    package let period: Period
    /// By name.
    package let rows: [Row]
    package let discrepancies: [Discrepancy]

    /// - Parameter period: which the tallies are of; none of it in the future, for nobody has done anything there.
    package init(_ tallies: OperatorTallies, period: Period) {
        self.period = period
        let activities = Dictionary(grouping: tallies.activities, by: \.operator)
        let conversations = Dictionary(grouping: tallies.conversations, by: \.operator)
        let rings = Dictionary(grouping: tallies.rings, by: \.operator)
        let attempts = Dictionary(grouping: tallies.attempts, by: \.operator)
        let names = Set(activities.keys).union(conversations.keys).union(rings.keys).union(attempts.keys)
            .union(tallies.missedVIP.keys).union(tallies.expiredWaits.keys).sorted()
        rows = names.map { name in
            var figures = OperatorFigures()
            for tally in activities[name] ?? [] { figures.add(tally) }
            for tally in conversations[name] ?? [] { figures.add(tally) }
            for tally in rings[name] ?? [] { figures.add(ring: tally) }
            for tally in attempts[name] ?? [] { figures.attempts[tally.cause, default: 0] += tally.count }
            figures.missedVIP = tallies.missedVIP[name] ?? 0
            figures.expiredWaits = tallies.expiredWaits[name] ?? 0
            return Row(operator: name, figures: figures)
        }
        discrepancies = rows.flatMap { Self.check($0, activities[$0.operator] ?? [], period) }
    }

    /// From the first activity on, each moment of the period belongs to exactly one.
    private static func check(
        _ row: Row, _ activities: [OperatorTallies.Activity], _ period: Period
    ) -> [Discrepancy] {
        var found: [Discrepancy] = []
        if let first = activities.map(\.first).min() {
            let missing = period.until.since(first) - row.figures.accountedFor
            if missing != .zero { found.append(.unaccountedTime(row.operator, missing)) }
        }
        if row.figures.talked > .zero, row.figures.talking == .zero, !activities.isEmpty {
            found.append(.conversationsWithoutTalking(row.operator, count: row.figures.calls))
        }
        return found
    }
}

/// The figures of one operator.
package struct OperatorFigures: Hashable, Sendable {
    // MARK: What their time went to

    package var idle = Duration.zero
    package var ringing = Duration.zero
    package var talking = Duration.zero
    package var wrapUp = Duration.zero
    /// Preview of tasks and dialling of their customers.
    package var preparing = Duration.zero
    package var ownCalls = Duration.zero
    /// By reason.
    package var pauses: [String: Duration] = [:]
    /// How often they paused, by reason.
    package var pauseCounts: [String: Int] = [:]
    package var away = Duration.zero

    // MARK: What they did

    /// Calls in which they talked with the customer.
    package var inbound = 0
    package var outbound = 0
    package var successful = 0
    /// In these, whenever it was; `talking` is what of it, and of the time between two sides of an interruption, lies in
    /// the period.
    package var talked = Duration.zero
    package var ringsAnswered = 0
    /// By cause: declined, busy, no answer, unreachable.
    package var missedRings: [String: Int] = [:]
    /// Stopped by us before they could answer; nobody's fault.
    package var ringsWithdrawn = 0
    /// By outcome.
    package var attempts: [String: Int] = [:]
    package var missedVIP = 0
    package var expiredWaits = 0

    package init() {}

    package var calls: Int { inbound + outbound }
    package var paused: Duration { pauses.values.reduce(.zero, +) }
    package var missed: Int { missedRings.values.reduce(0, +) }
    /// Of the calls, 0…1.
    package var successfulShare: Double { share(successful, of: calls) }
    /// Not away.
    package var atWork: Duration { idle + ringing + talking + wrapUp + preparing + ownCalls + paused }
    /// Share of the time at work that went to customers, 0…1.
    package var occupancy: Double {
        atWork > .zero ? ((ringing + talking + wrapUp + preparing).inSeconds / atWork.inSeconds) : 0
    }

    var accountedFor: Duration { atWork + away }

    mutating func add(_ tally: OperatorTallies.Activity) {
        switch tally.activity {
        case .idle: idle += tally.time
        case .ringing: ringing += tally.time
        case .talking: talking += tally.time
        case .wrapUp: wrapUp += tally.time
        case .preparing: preparing += tally.time
        case .ownCall: ownCalls += tally.time
        case .paused(let reason):
            pauses[reason, default: .zero] += tally.time
            pauseCounts[reason, default: 0] += tally.times
        case .away: away += tally.time
        }
    }

    mutating func add(_ tally: OperatorTallies.Conversations) {
        inbound += tally.inbound
        outbound += tally.outbound
        successful += tally.successful
        talked += tally.talked
    }

    mutating func add(ring tally: OperatorTallies.Count) {
        switch tally.cause {
        case "answered": ringsAnswered += tally.count
        case "withdrawn": ringsWithdrawn += tally.count
        default: missedRings[tally.cause, default: 0] += tally.count
        }
    }
}
