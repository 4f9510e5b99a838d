import Routing
package import Storage

// Logs and reports as tables, for CSV and JSON lines. Columns are only ever added, and at the end.

extension ExportTable {
    package static let callColumns = [
        "call", "pool", "direction", "line", "queue", "number", "name", "vip", "interrupted", "announced",
        "was_interrupted", "arrived_at", "ended_at", "outcome", "ended_by", "status", "stage", "own_operator",
        "operator", "wait_seconds", "talk_seconds", "held_seconds", "rings", "missed_rings", "sent_on_to",
    ]

    /// The call log.
    package init(calls: [StoredCall]) {
        self.init(columns: Self.callColumns, rows: calls.map(Self.fields))
    }

    private static func fields(_ call: StoredCall) -> [Field] {
        func time(_ kinds: CallRecord.Segment.Kind...) -> Field {
            .time(
                call.segments.filter { kinds.contains($0.kind) }
                    .reduce(.zero) { $0 + $1.until.since($1.from) })
        }
        let talker = call.segments.last { $0.kind == .talking }?.operator
        return [
            .text(call.call.description), .text(call.pool),
            .text(call.direction == .inbound ? "inbound" : "outbound"), .text(call.line), .text(call.queue.name),
            .text(orNone: call.number?.text), .text(orNone: call.name), .flag(call.vip), .flag(call.interrupted),
            .flag(call.announced), .flag(call.wasInterrupted), .date(call.arrivedAt), .date(call.endedAt),
            .text(call.outcome.rawValue), .text(orNone: call.endedBy?.rawValue), .count(orNone: call.status),
            .text(orNone: call.stage?.rawValue), .text(orNone: call.ownOperator?.name), .text(orNone: talker?.name),
            .time(call.waited), time(.talking), time(.held), .count(call.rings.count),
            .count(call.rings.count { $0.outcome != "answered" && $0.outcome != "withdrawn" }),
            call.reroutes.isEmpty ? .none : .text(call.reroutes.map(\.queue.name).joined(separator: " ")),
        ]
    }

    package static let taskColumns = [
        "task", "dialer", "number", "due_at", "responsible", "group", "source", "opened_at", "updated_at", "stage",
        "attempts", "claimed_by", "result", "result_detail", "closed_at",
    ]

    /// The task list.
    package init(tasks: [StoredTask]) {
        self.init(columns: Self.taskColumns, rows: tasks.map(Self.fields))
    }

    private static func fields(_ task: StoredTask) -> [Field] {
        [
            .text(task.id.description), .text(task.dialer.name), .text(task.number.text), .date(task.due),
            .text(orNone: task.responsible?.name), .text(orNone: task.group?.name), .text(task.source.word),
            .date(task.openedAt), .date(task.updatedAt), .text(task.stage.rawValue), .count(task.attempts),
            .text(orNone: task.claimedBy?.name), .text(orNone: task.result?.word),
            .text(orNone: task.result?.detail), .date(orNone: task.closedAt),
        ]
    }

    package static let attemptColumns = [
        "kind", "task", "attempt", "dialer", "number", "operator", "call", "outcome", "status", "began_at",
        "dialled_at",
        "rang_at", "answered_at", "ended_at",
    ]

    /// The attempts log.
    package init(attempts: [StoredAttempt]) {
        self.init(columns: Self.attemptColumns, rows: attempts.map(Self.fields))
    }

    private static func fields(_ row: StoredAttempt) -> [Field] {
        let (kind, number, outcome): (String, Int?, String?) =
            switch row.kind {
            case .attempt(let number, let outcome): ("attempt", number, outcome.rawValue)
            case .responsibleWaitExpired: ("responsible_wait_expired", nil, nil)
            }
        return [
            .text(kind), .text(row.task.description), .count(orNone: number), .text(orNone: row.dialer?.name),
            .text(orNone: row.number?.text), .text(row.operator.name), .text(orNone: row.call?.description),
            .text(orNone: outcome), .count(orNone: row.status), .date(row.began), .date(orNone: row.dialledAt),
            .date(orNone: row.rangAt), .date(orNone: row.answeredAt), .date(row.endedAt),
        ]
    }
}

extension StoredCall {
    /// Until the first conversation, or the end.
    package var waited: Duration {
        var waited = Duration.zero
        for segment in segments {
            if segment.kind == .talking { break }
            if segment.kind.isWait { waited += segment.until.since(segment.from) }
        }
        return waited
    }
}
