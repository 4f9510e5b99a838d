import GRDB
import Routing

/// Turns entries into rows. Runs inside a transaction of the one writer.
struct EntryWriter {
    /// For rows whose entry does not name a pool.
    let pool: String

    func write(_ entry: StoredEntry, in db: Database) throws {
        switch entry {
        case .callBegan(let arrival, let at): try begin(arrival, at: at, in: db)
        case .fact(.callEnded(let record), _, let origin): try end(record, origin: origin, in: db)
        case .fact(let fact, let at, _): try write(fact, at: at, in: db)
        case .story(let line): try write(line, in: db)
        }
    }

    private func begin(_ arrival: Arrival, at: WallTime, in db: Database) throws {
        try db.run(
            """
            INSERT INTO calls (id, pool, line, queue, number, name, vip, arrived_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                arrival.call.stored, pool, arrival.line, arrival.queue.name, arrival.number?.text, arrival.name,
                arrival.listedVIP, at.milliseconds,
            ])
    }

    /// Completes the open row, or makes one if the beginning was never written. A row that has an end stays as it is:
    /// there is one row for one call, and the first end counts.
    private func end(_ record: CallRecord, origin: WallTime, in db: Database) throws {
        let call = record.arrival.call.stored
        let pool = record.pool.isEmpty ? self.pool : record.pool
        try db.run(
            """
            INSERT INTO calls (
                id, pool, line, queue, number, name, vip, interrupted, announced, was_interrupted, arrived_at,
                ended_at, outcome, ended_by, status, stage
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                pool = excluded.pool, line = excluded.line, queue = excluded.queue, number = excluded.number,
                name = excluded.name, vip = excluded.vip, interrupted = excluded.interrupted,
                announced = excluded.announced, was_interrupted = excluded.was_interrupted,
                arrived_at = excluded.arrived_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
                ended_by = excluded.ended_by, status = excluded.status, stage = excluded.stage
            WHERE calls.ended_at IS NULL
            """,
            [
                call, pool, record.arrival.line, record.arrival.queue.name, record.arrival.number?.text,
                record.arrival.name, record.vip, record.interrupted, record.announced, record.wasInterrupted,
                WallTime(record.arrivedAt, origin: origin).milliseconds,
                WallTime(record.endedAt, origin: origin).milliseconds, record.outcome.rawValue,
                record.endedBy?.rawValue, record.ended.status, record.finalStage?.rawValue,
            ])
        guard db.changesCount > 0 else { return }
        try writeSegments(of: record, pool: pool, origin: origin, in: db)
        try writeRings(of: record, pool: pool, origin: origin, in: db)
        try writeStages(of: record, pool: pool, origin: origin, in: db)
    }

    private func writeSegments(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, segment) in record.segments.enumerated() {
            try db.run(
                "INSERT INTO segments (call, position, pool, kind, begun_at, ended_at, operator) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, segment.kind.rawValue,
                    WallTime(segment.from, origin: origin).milliseconds,
                    WallTime(segment.until, origin: origin).milliseconds, segment.operator?.name,
                ])
        }
    }

    private func writeRings(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, ring) in record.rings.enumerated() {
            try db.run(
                "INSERT INTO rings (call, position, pool, operator, begun_at, ended_at, outcome, status) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, ring.operator.name,
                    WallTime(ring.from, origin: origin).milliseconds,
                    WallTime(ring.until, origin: origin).milliseconds,
                    ring.end?.cause.stored ?? "answered", ring.end?.status,
                ])
        }
    }

    private func writeStages(of record: CallRecord, pool: String, origin: WallTime, in db: Database) throws {
        for (position, stage) in record.stages.enumerated() {
            try db.run(
                "INSERT INTO stages (call, position, pool, stage, begun_at, ended_at, reason) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    record.arrival.call.stored, position, pool, stage.stage.rawValue,
                    WallTime(stage.from, origin: origin).milliseconds,
                    WallTime(stage.until, origin: origin).milliseconds, String(describing: stage.ended),
                ])
        }
    }

    private func write(_ line: StoryLine, in db: Database) throws {
        try db.run(
            "INSERT INTO story_lines (call, pool, at, kind, text) VALUES (?, ?, ?, ?, ?)",
            [line.call.stored, pool, line.at.milliseconds, line.kind.rawValue, line.text])
    }

    private func write(_ fact: Fact, at: WallTime, in db: Database) throws {
        switch fact {
        case .callEnded:
            preconditionFailure("the end of a call is written by end(_:origin:in:)")
        case .tied(let number, let name, let group, let call):
            // Entries come in the order in which things happened, so the last one is the newest even if the clock
            // was set back in between.
            try db.run(
                """
                INSERT INTO ties (pool, number, operator, group_name, call, tied_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool, number) DO UPDATE SET operator = excluded.operator,
                    group_name = excluded.group_name, call = excluded.call, tied_at = excluded.tied_at
                """,
                [pool, number.text, name.name, group?.name, call.stored, at.milliseconds])
        case .vipUsed(let call, let name):
            try db.run(
                "INSERT INTO vip_usage (call, pool, operator, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [call.stored, pool, name.name, at.milliseconds])
        case .vipMissed(let call, let name):
            try db.run(
                "INSERT INTO missed_vip (call, operator, at, pool) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [call.stored, name.name, at.milliseconds, pool])
        case .callbackWanted(let wish):
            try db.run(
                """
                INSERT INTO callback_wishes (call, pool, number, queue, responsible, group_name, wanted_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                [
                    wish.call.stored, pool, wish.number.text, wish.queue.name, wish.responsible?.name,
                    wish.group?.name, at.milliseconds,
                ])
        case .untied(let number, _):
            try db.run("DELETE FROM ties WHERE pool = ? AND number = ?", [pool, number.text])
        case .taskOpened, .taskUpdated, .taskClosed, .attemptEnded, .responsibleWaitExpired, .reminded,
            .operatorEntered:
            // No dialer can be configured yet; the tables for these come with them.
            break
        case .operatorWished(let name, let wish):
            try db.run(
                """
                INSERT INTO operator_wishes (pool, operator, wish, reason, wished_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (pool, operator) DO UPDATE SET
                    wish = excluded.wish, reason = excluded.reason, wished_at = excluded.wished_at
                """,
                [pool, name.name, wish.stored, wish.storedReason, at.milliseconds])
        }
    }
}

extension Database {
    /// Executes one statement that is prepared once for each connection.
    fileprivate func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

extension CallID {
    /// SQLite's integers are signed: the same bits.
    var stored: Int64 { Int64(bitPattern: rawValue) }

    init(stored: Int64) {
        self.init(rawValue: UInt64(bitPattern: stored))
    }
}

extension RingEnd.Cause {
    var stored: String {
        switch self {
        case .declined: "declined"
        case .busy: "busy"
        case .noAnswer: "no answer"
        case .unreachable: "unreachable"
        case .withdrawn: "withdrawn"
        }
    }
}

extension OperatorWish {
    var stored: String {
        switch self {
        case .ready: "ready"
        case .paused: "paused"
        case .off: "off"
        }
    }

    var storedReason: String? {
        switch self {
        case .paused(let reason): reason
        case .ready, .off: nil
        }
    }

    init?(stored: String, reason: String?) {
        switch stored {
        case "ready": self = .ready
        case "paused": self = .paused(reason: reason ?? "")
        case "off": self = .off
        default: return nil
        }
    }
}

extension CallRecord {
    /// The stage in which the call was taken or ended; an own stage that never began counts as none.
    fileprivate var finalStage: StickyStage? {
        guard let last = stages.last else { return nil }
        return switch last.ended {
        case .tieExpired, .responsibleNotAssigned: .anyone
        default: last.stage
        }
    }
}
