import Routing

/// One stay of a call in one queue: the unit in which queues are counted (product.md section 8, KPI per queue). A call
/// that is sent on to another queue stays in several, one after the other.
struct CallVisit: Hashable {
    /// How the stay ended: `answered`, `rerouted`, or the call's own outcome.
    enum Outcome: Hashable {
        case answered, rerouted
        case ended(CallRecord.Outcome)

        var stored: String {
            switch self {
            case .answered: CallRecord.Outcome.answered.rawValue
            case .rerouted: "rerouted"
            case .ended(let outcome): outcome.rawValue
            }
        }
    }

    var queue: QueueID
    var enteredAt: Instant
    /// When the first conversation of this stay began; `nil` unless it was answered.
    var answeredAt: Instant?
    var leftAt: Instant
    var outcome: Outcome
    /// Who answered.
    var `operator`: OperatorID?
}

extension CallRecord {
    /// The stays of the call in queues, in order; empty if it never reached one.
    ///
    /// Sent on within the same queue, to a colleague say, it stays where it is.
    var visits: [CallVisit] {
        var entries: [(queue: QueueID, at: Instant)] = []
        if let enteredAt { entries.append((arrival.queue, enteredAt)) }
        for reroute in reroutes where reroute.queue != entries.last?.queue {
            // The scenario chose another queue than the one that the call arrived for, which it never saw.
            if !arrival.script.isEmpty, entries.count == 1, let first = entries.first, reroute.at <= first.at {
                entries.removeLast()
            }
            entries.append((reroute.queue, reroute.at))
        }
        return entries.indices.map { index in
            let next = index + 1 < entries.count ? entries[index + 1].at : nil
            return visit(of: entries[index].queue, from: entries[index].at, until: next)
        }
    }

    /// When the customer who called entered the first queue: after the scenario, if there was one. `nil` if they never
    /// did, and for customers whom we called.
    var enteredAt: Instant? {
        guard arrival.direction == .inbound else { return nil }
        if let first = segments.first(where: { $0.kind != .scenario }) { return first.from }
        switch outcome {
        case .refused, .scenario, .unanswered: return nil
        case .leftByKey where !segments.isEmpty: return nil
        case .answered, .abandoned, .lostOnHold, .timedOut, .leftEmpty, .leftByKey, .lostByRestart:
            return segments.last?.until ?? arrivedAt
        }
    }

    private func visit(of queue: QueueID, from: Instant, until next: Instant?) -> CallVisit {
        let answer = segments.first { segment in
            segment.kind == .talking && segment.from >= from && (next.map { segment.from < $0 } ?? true)
        }
        let ended: CallVisit.Outcome =
            if answer != nil {
                .answered
            } else if next != nil {
                .rerouted
            } else {
                // The conversation was in an earlier queue.
                .ended(outcome == .answered ? .abandoned : outcome)
            }
        return CallVisit(
            queue: queue, enteredAt: from, answeredAt: answer?.from, leftAt: next ?? endedAt, outcome: ended,
            operator: answer?.operator)
    }
}
