import Routing
import Storage

extension CallDTO {
    init(_ stored: StoredCall) {
        func seconds(_ isCounted: (CallRecord.Segment.Kind) -> Bool) -> Double {
            stored.segments.filter { isCounted($0.kind) }
                .reduce(Duration.zero) { $0 + max($1.until.since($1.from), .zero) }.inSeconds
        }
        self.init(
            call: stored.call.description, pool: stored.pool, line: stored.line, queue: stored.queue.name,
            number: stored.number?.text, name: stored.name, vip: stored.vip, interrupted: stored.interrupted,
            announced: stored.announced, wasInterrupted: stored.wasInterrupted,
            arrivedAt: Timestamp(stored.arrivedAt), endedAt: Timestamp(stored.endedAt),
            outcome: stored.outcome.rawValue, endedBy: stored.endedBy?.rawValue, status: stored.status,
            stage: stored.stage?.rawValue,
            operator: stored.segments.last { $0.kind == .talking }?.operator?.name,
            waitSeconds: seconds(\.isWait), talkSeconds: seconds { $0 == .talking },
            heldSeconds: seconds { $0 == .held },
            segments: stored.segments.map {
                Segment(
                    kind: $0.kind.rawValue, from: Timestamp($0.from), until: Timestamp($0.until),
                    operator: $0.operator?.name)
            },
            rings: stored.rings.map {
                Ring(
                    operator: $0.operator.name, from: Timestamp($0.from), until: Timestamp($0.until),
                    outcome: $0.outcome, status: $0.status)
            })
    }
}
