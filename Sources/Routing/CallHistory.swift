/// What becomes of a call, collected as it happens: the row of the call log in the making.
///
/// Its clocks follow the state of the call: each stretch is begun by closing the one before, so they never overlap and add
/// up to the call's length whatever happens.
struct CallHistory: Codable, Sendable {
    private(set) var record: CallRecord
    private var segment: CallRecord.Segment
    /// Time in conversation with the present operator, over all interruptions.
    private(set) var talked = Duration.zero
    /// When the first conversation began.
    private(set) var answeredAt: Instant?
    /// There was a conversation.
    private(set) var wasAnswered = false
    /// The customer was put on hold and is not back with an operator.
    private(set) var isOnHold = false
    /// An operator gave the call away, and nobody has answered since.
    private var isTransferred = false
    /// The VIP call has been counted as used.
    var isUsageRecorded = false

    /// More rings than these are not written down: the row of a call that rings for days stays readable.
    static let mostRings = 500

    init(_ record: CallRecord, beginningWith kind: CallRecord.Segment.Kind = .waiting) {
        self.record = record
        segment = CallRecord.Segment(kind: kind, from: record.arrivedAt, until: record.arrivedAt)
    }

    /// When the present stretch of the call's life began.
    var since: Instant { segment.from }
    /// When the present stretch of talking began; `nil`: it is none.
    var talkingSince: Instant? { segment.kind == .talking ? segment.from : nil }
    var wasInterrupted: Bool { record.wasInterrupted }

    /// The stretch of talking is over, though the call goes on: it waits for somebody else.
    mutating func giveAway(at now: Instant) {
        isTransferred = true
        enter(.waiting, at: now)
    }

    /// Begins a stretch of another kind, or with another operator. Waiting and ringing are `transferred` where the call
    /// has been given away.
    mutating func enter(_ kind: CallRecord.Segment.Kind, with name: OperatorID? = nil, at now: Instant) {
        guard !(isTransferred && kind.isWait) else {
            begin(.transferred, with: nil, at: now)
            return
        }
        begin(kind, with: name, at: now)
        switch kind {
        case .scenario, .waiting, .ringing, .transferred, .dialling: break
        case .talking:
            wasAnswered = true
            if answeredAt == nil { answeredAt = now }
            isOnHold = false
            isTransferred = false
        case .held:
            isOnHold = true
            record.wasInterrupted = true
        }
    }

    /// The conversation with the present operator is over: its length, counted anew from here on. Called when the
    /// stretch of talking has been closed.
    mutating func takeTalked() -> Duration {
        defer { talked = .zero }
        return talked
    }

    mutating func add(_ ring: Ring, of name: OperatorID, end: RingEnd?, at now: Instant) {
        guard record.rings.count < Self.mostRings else { return }
        record.rings.append(CallRecord.Ring(operator: name, from: ring.from, until: now, end: end))
    }

    mutating func endStage(_ stickiness: Stickiness, because reason: RoutingReason, at now: Instant) {
        record.stages.append(
            CallRecord.Stage(stage: stickiness.stage, from: stickiness.since, until: now, ended: reason))
    }

    /// A stage that never began, and why.
    mutating func skipStage(_ stage: StickyStage, because reason: RoutingReason, at now: Instant) {
        record.stages.append(CallRecord.Stage(stage: stage, from: now, until: now, ended: reason))
    }

    mutating func reroute(to queue: QueueID, at now: Instant) {
        guard record.reroutes.count < Self.mostRings else { return }
        record.reroutes.append(CallRecord.Reroute(queue: queue, at: now))
    }

    mutating func noteAnnounced() {
        record.announced = true
    }

    mutating func noteInterrupted() {
        record.interrupted = true
    }

    mutating func end(
        _ outcome: CallRecord.Outcome, _ cause: HangupCause, by side: CallRecord.Side?, at now: Instant
    ) -> CallRecord {
        closeSegment(at: now)
        record.endedAt = now
        record.outcome = outcome
        record.ended = cause
        record.endedBy = side
        return record
    }

    private mutating func begin(_ kind: CallRecord.Segment.Kind, with name: OperatorID?, at now: Instant) {
        guard segment.kind != kind || segment.operator != name else { return }
        closeSegment(at: now)
        segment = CallRecord.Segment(kind: kind, from: now, until: now, operator: name)
    }

    private mutating func closeSegment(at now: Instant) {
        segment.until = now
        if segment.kind == .talking { talked += now - segment.from }
        if segment.from < now { record.segments.append(segment) }
    }
}
