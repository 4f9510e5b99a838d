package import Routing

/// A day as it was: who called when, how long they talked or waited, who was at work. `DayRecorder` makes it from what
/// reached a router; a `SimulationScenario` made from it lives through the same day with any rules.
///
/// All times count from the beginning of the day.
package struct RecordedDay: Hashable, Sendable {
    /// One customer's call.
    package struct Call: Hashable, Sendable {
        /// As the shell gave it to the router. The steps of a scenario are left out: what the customer pressed is not
        /// known for another course of things.
        package var arrival: Arrival
        package var at: Instant
        /// Until somebody answered, or the customer was gone.
        package var wait = Duration.zero
        /// `nil`: not seen, because the process ended, or the record did.
        package var outcome: CallRecord.Outcome?
        /// Who answered first; `nil`: nobody.
        package var answeredBy: OperatorID?
        /// The whole conversation; `nil`: there was none, or it was not brought to its own end.
        package var talk: Duration?
        /// No phone rang at once.
        package var hadToWait = true
        /// A VIP call that took an operator out of a conversation.
        package var interrupted = false
        package var wantsCallback = false
        /// The customer had called a short while before and did not get through: whoever does need not call again.
        package var repeats = false

        package init(_ arrival: Arrival, at instant: Instant) {
            self.arrival = arrival
            self.arrival.script = []
            at = instant
        }

        var isRefused: Bool { outcome == .refused }
        var isAnswered: Bool { answeredBy != nil }
        var hungUp: Bool { outcome == .abandoned && answeredBy == nil }
    }

    /// An operator comes, goes, takes a break, or makes a call of their own.
    package struct Change: Hashable, Sendable {
        package enum What: Hashable, Sendable {
            /// The phone can be called, or not any more.
            case reachable(Bool)
            case wish(OperatorWish)
            /// Their phone is in a call that is none of the queues', for so long, with so much conversation in it.
            case ownCall(CustomerNumber?, Duration, talked: Duration)
        }

        package var at: Instant
        package var `operator`: OperatorID
        package var what: What
    }

    package var length: Duration
    /// In the order in which they came.
    package var calls: [Call] = []
    /// In the order in which they happened; those of the beginning say how the day began.
    package var changes: [Change] = []
    /// The rules in force at the end of the day; `nil`: the record does not say.
    package var policy: RoutingPolicy?
    /// As measured, for operators of whom enough was seen, and for all others.
    package var habitsOf: [OperatorID: OperatorHabits] = [:]
    package var habits = OperatorHabits()
    /// As measured, for those who do not get through though they did on the day that was.
    package var redial = Redial()

    package init(length: Duration) {
        self.length = length
    }

    /// The record says when they were at work, though it may be never. Whoever it does not know is new.
    var known: Set<OperatorID> {
        Set(changes.map(\.operator)).union((policy?.operators ?? []).map(\.id))
    }

    /// What came of the day as it was, for comparison. Operators' times are not in it.
    package func report(threshold: Duration) -> SimulationReport {
        var order = policy?.queues.map(\.id) ?? []
        var tallies: [QueueID: Tally] = [:]
        for call in calls {
            if tallies[call.arrival.queue] == nil, !order.contains(call.arrival.queue) {
                order.append(call.arrival.queue)
            }
            tallies[call.arrival.queue, default: Tally()].count(call, threshold)
        }
        var report = SimulationReport()
        report.queues = order.map { SimulationReport.Queue(id: $0, figures: (tallies[$0] ?? Tally()).finished()) }
        report.total = order.compactMap { tallies[$0] }.reduce(Tally(), +).finished()
        return report
    }
}

extension SimulationScenario {
    /// The recorded day. Its delays are those of the record, so the machines add none. Operators whom the record does
    /// not know are at work all day.
    package init(_ recorded: RecordedDay) {
        self.init()
        self.recorded = recorded
        length = recorded.length
        habits = recorded.habits
        habitsOf = recorded.habitsOf
        redial = recorded.redial
        engine.network = .none
    }
}

extension Tally {
    fileprivate mutating func count(_ call: RecordedDay.Call, _ threshold: Duration) {
        guard !call.isRefused else {
            figures.refused += 1
            return
        }
        figures.entered += 1
        if call.hadToWait { hadToWait += 1 }
        if call.interrupted { figures.interruptions += 1 }
        if call.wantsCallback { figures.callbacks += 1 }
        switch call.outcome {
        case .leftByKey: figures.leftOtherwise += 1
        case .leftEmpty: figures.leftEmpty += 1
        case .abandoned: figures.abandoned += 1
        case .timedOut: figures.timedOut += call.answeredBy == nil ? 1 : 0
        case .lostOnHold: figures.lostOnHold += 1
        case .lostByRestart, nil: figures.unfinished += call.answeredBy == nil ? 1 : 0
        case .answered, .refused, .scenario, .unanswered: break
        }
        guard let name = call.answeredBy else { return }
        figures.answered += 1
        waits.append(seconds(call.wait))
        if call.wait <= threshold { inTime += 1 }
        guard let own = call.arrival.tie?.operator else { return }
        figures.returning += 1
        if own == name { figures.reachedOwn += 1 }
    }
}
