import Routing

/// Who has arrived, or been dialled, and is not in a queue yet.
struct QueueNewcomer {
    var line: String
    var number: CustomerNumber?
    var name: String?
    /// The queue whose rules hold for them; `nil`: not known.
    var queue: QueueID?
    var steps: ScriptWalk

    init(_ arrival: Arrival) {
        line = arrival.line
        number = arrival.number
        name = arrival.name
        queue = arrival.queue
        steps = ScriptWalk(arrival.script)
    }

    /// The customer of a task.
    init(dialled number: CustomerNumber, for queue: QueueID?) {
        line = ""
        self.number = number
        name = nil
        self.queue = queue
        steps = ScriptWalk([])
    }
}

/// A call's stay in one queue, from where it enters to the end of the conversation that came of it.
struct QueueVisit {
    enum Stage {
        case waiting, talking
        /// A VIP talks with the operator meanwhile.
        case held
        /// It is up, and out of what the log follows: handed over to a colleague.
        case elsewhere
    }

    var who: QueueNewcomer
    var queue: QueueID
    var enteredAt: Instant
    /// `nil`: not known.
    var originalPosition: Int?
    var stage = Stage.waiting
    var `operator`: OperatorID?
    var connectedAt: Instant?
    var isHeldByPhone = false

    init(_ who: QueueNewcomer, in queue: QueueID, at now: Instant, position: Int?) {
        self.who = who
        self.queue = queue
        enteredAt = now
        originalPosition = position
    }

    /// How long they waited for the conversation.
    var held: Duration { (connectedAt ?? enteredAt) - enteredAt }

    func talked(until now: Instant) -> Duration { now - (connectedAt ?? now) }
}

extension QueueVisit {
    /// The last stay of a call whose beginning was not seen, as the call log tells it; `nil`: it was in no queue.
    init?(_ record: CallRecord) {
        guard record.arrival.direction == .inbound else { return nil }
        let queue = record.reroutes.last?.queue ?? record.arrival.queue
        self.init(QueueNewcomer(record.arrival), in: queue, at: record.endedAt, position: nil)
        var rest = record.segments[...]
        // A conversation that was over at once has left no stretch.
        let isWaiting = rest.last?.kind.isWait == true && record.outcome != .answered
        if !isWaiting {
            guard record.outcome == .answered || record.outcome == .lostOnHold else { return nil }
            stage = record.outcome == .answered ? .talking : .held
            let answered = record.rings.last { $0.end == nil }?.operator
            `operator` = rest.last?.kind.isWait == true ? answered : rest.last?.operator ?? answered
            connectedAt = record.endedAt
            while let last = rest.last, last.kind == .talking || last.kind == .held {
                connectedAt = rest.removeLast().from
            }
            enteredAt = connectedAt ?? record.endedAt
        }
        let isTransferred = rest.last?.kind == .transferred
        // A conversation comes between a first wait and one after a transfer, however short it was.
        while let last = rest.last, last.kind.isWait, (last.kind == .transferred) == isTransferred {
            enteredAt = rest.removeLast().from
        }
        if let connectedAt, let sentAt = record.reroutes.last?.at, sentAt > connectedAt { stage = .elsewhere }
        // A stay goes on where the call is sent to an operator of the queue in which it waits.
        var queueBefore = record.arrival.queue
        for reroute in record.reroutes {
            if reroute.queue != queueBefore { enteredAt = max(enteredAt, min(reroute.at, connectedAt ?? reroute.at)) }
            queueBefore = reroute.queue
        }
    }
}
