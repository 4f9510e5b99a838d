package import Routing
import Synchronization

/// What a scraper wants to know of calls that are over, summed up since the start of the process.
///
/// It sees what the router records, so that it counts what the call log has.
package final class CallMetrics: Sendable {
    /// Upper bounds in seconds; beside the usual ones, those by which service levels are measured.
    static let bounds: [Double] = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600]

    fileprivate struct Histogram {
        var counts = [UInt64](repeating: 0, count: bounds.count)
        var sum = 0.0
        var count: UInt64 = 0

        mutating func note(_ seconds: Double) {
            count += 1
            sum += seconds
            // A bucket counts everything up to its bound.
            for index in bounds.indices where seconds <= bounds[index] { counts[index] += 1 }
        }
    }

    fileprivate struct Queue {
        var outcomes: [CallRecord.Outcome: UInt64] = [:]
        var answered = Histogram()
        var sticky: [String: UInt64] = [:]
        var interruptions: UInt64 = 0
        var announced: UInt64 = 0
    }

    private struct State {
        var queues: [QueueID: Queue] = [:]
        var rings: [RingEnd.Cause?: UInt64] = [:]
        var missedVIP: UInt64 = 0
        var expiredWaits: UInt64 = 0
        var attempts: [AttemptOutcome: UInt64] = [:]
        var lateness = Histogram()
        var decisions: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Looks at what was decided; the router's observer.
    package func note(_ decisions: [Decision]) {
        state.withLock { state in
            state.decisions += 1
            for decision in decisions {
                if case .record(let fact) = decision.action { Self.note(fact, in: &state) }
            }
        }
    }

    private static func note(_ fact: Fact, in state: inout State) {
        switch fact {
        case .callEnded(let record):
            state.queues[record.arrival.queue, default: Queue()].note(record)
            for ring in record.rings { state.rings[ring.end?.cause, default: 0] += 1 }
        case .vipMissed: state.missedVIP += 1
        case .responsibleWaitExpired: state.expiredWaits += 1
        case .attemptEnded(let attempt): state.attempts[attempt.outcome, default: 0] += 1
        case .tied, .untied, .vipUsed, .callbackWanted, .operatorWished, .operatorEntered, .dialerWished, .taskOpened,
            .taskUpdated, .taskClosed, .reminded:
            break
        }
    }
}

extension CallMetrics.Queue {
    fileprivate mutating func note(_ record: CallRecord) {
        outcomes[record.outcome, default: 0] += 1
        if record.interrupted { interruptions += 1 }
        if record.announced { announced += 1 }
        let talking = record.segments.first { $0.kind == .talking }
        if let talking {
            let wait = record.segments.prefix { $0.kind != .talking }.filter(\.kind.isWait)
                .reduce(Duration.zero) { $0 + ($1.until - $1.from) }
            answered.note(wait.inSeconds)
            if let own = record.arrival.tie?.operator {
                sticky[talking.operator == own ? "own" : "other", default: 0] += 1
            }
        } else if record.arrival.tie != nil {
            sticky["lost", default: 0] += 1
        }
    }
}

// MARK: - As metrics

extension CallMetrics {
    /// Everything that was counted, in an order that does not change.
    package var metrics: [Metric] {
        let state = state.withLock { $0 }
        let queues = state.queues.sorted { $0.key < $1.key }
        return Self.queueMetrics(queues.map { ($0.key, $0.value) }) + [
            Metric(
                "burdock_rings_total", .counter, "Rings of operators' phones by what came of them",
                state.rings.map { .init(Double($0.value), [("outcome", $0.key?.words ?? "answered")]) }.ordered),
            Metric("burdock_vip_missed_total", .counter, "VIP calls that their operator did not take", state.missedVIP),
            Metric(
                "burdock_responsible_waits_expired_total", .counter,
                "Tasks whose responsible operator did not come in time", state.expiredWaits),
            Metric(
                "burdock_attempts_total", .counter, "Attempts to call a customer back, by outcome",
                state.attempts.map { .init(Double($0.value), [("outcome", $0.key.rawValue)]) }.ordered),
            Metric("burdock_router_events_total", .counter, "Events the router has decided on", state.decisions),
        ]
    }

    private static func queueMetrics(_ queues: [(QueueID, Queue)]) -> [Metric] {
        [
            Metric(
                "burdock_queue_calls_total", .counter, "Calls that are over, by how they ended",
                queues.flatMap { id, queue in
                    queue.outcomes.map {
                        Metric.Sample(Double($0.value), [("queue", id.name), ("outcome", $0.key.rawValue)])
                    }.ordered
                }),
            Metric(
                "burdock_queue_wait_seconds", .histogram, "Wait of calls that were answered",
                queues.flatMap { id, queue in queue.answered.samples([("queue", id.name)]) }),
            Metric(
                "burdock_sticky_calls_total", .counter,
                "Calls of customers with an operator of their own: did they reach that one, another, or nobody",
                queues.flatMap { id, queue in
                    queue.sticky.map { Metric.Sample(Double($0.value), [("queue", id.name), ("reached", $0.key)]) }
                        .ordered
                }),
            Metric(
                "burdock_vip_interrupts_total", .counter, "VIP calls that interrupted a conversation",
                queues.map { .init(Double($1.interruptions), [("queue", $0.name)]) }),
            Metric(
                "burdock_vip_announced_total", .counter, "VIP calls whose announcement an operator heard",
                queues.map { .init(Double($1.announced), [("queue", $0.name)]) }),
        ]
    }
}

extension CallMetrics.Histogram {
    fileprivate func samples(_ labels: [(name: String, value: String)]) -> [Metric.Sample] {
        guard count > 0 else { return [] }
        let buckets = zip(CallMetrics.bounds, counts).map { bound, count in
            Metric.Sample(Double(count), labels + [("le", "\(bound)")], suffix: "_bucket")
        }
        return buckets + [
            Metric.Sample(Double(count), labels + [("le", "+Inf")], suffix: "_bucket"),
            Metric.Sample(sum, labels, suffix: "_sum"),
            Metric.Sample(Double(count), labels, suffix: "_count"),
        ]
    }
}

extension [Metric.Sample] {
    /// By their labels: a dictionary has no order of its own.
    fileprivate var ordered: [Metric.Sample] {
        sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) }
    }
}
