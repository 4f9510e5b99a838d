import GRDB
import Routing

// The call log, and what a call leaves behind: ties, VIP usage, wishes to be called back.

extension EntryWriter {
    /// - Returns: `false` if the call has a row already.
    @discardableResult
    func begin(_ arrival: Arrival, at: WallTime, in db: Database) throws -> Bool {
        // With a scenario before it nobody knows yet when the call enters a queue, or whether it does.
        let entered = arrival.direction == .inbound && arrival.script.isEmpty ? at : nil
        try db.run(
            """
            INSERT INTO calls (
                id, pool, line, queue, number, name, vip, arrived_at, direction, task, own_operator, waited_before,
                entered_at
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                arrival.call.stored, pool, arrival.line, arrival.queue.name, arrival.number?.text, arrival.name,
                arrival.listedVIP, at.milliseconds, arrival.direction.stored, arrival.direction.task?.stored,
                arrival.tie?.operator.name, arrival.waited.wholeMilliseconds, entered?.milliseconds,
            ])
        return db.changesCount > 0
    }

    /// Only the first conversation counts, and only as long as the call has no end: that says more.
    func connect(_ call: CallID, _ name: OperatorID, at: WallTime, in db: Database) throws {
        try db.run(
            """
            UPDATE calls SET answered_at = ?, answered_by = ?
            WHERE id = ? AND ended_at IS NULL AND answered_at IS NULL
            """,
            [at.milliseconds, name.name, call.stored])
    }

    /// Completes the open row, or makes one if the beginning was never written. A row that has an end stays as it is:
    /// there is one row for one call, and the first end counts.
    func end(_ record: CallRecord, origin: WallTime, in db: Database) throws {
        if try !complete(record, origin: origin, in: db) {
            let arrivedAt = WallTime(record.arrivedAt, origin: origin)
            guard try begin(record.arrival, at: arrivedAt, in: db), try complete(record, origin: origin, in: db) else {
                return
            }
        }
        let pool = pool(of: record)
        try writeSegments(of: record, pool: pool, origin: origin, in: db)
        try writeRings(of: record, pool: pool, origin: origin, in: db)
        try writeStages(of: record, pool: pool, origin: origin, in: db)
        try writeReroutes(of: record, pool: pool, origin: origin, in: db)
        try writeVisits(of: record, pool: pool, origin: origin, in: db)
    }

    private func pool(of record: CallRecord) -> String { record.pool.isEmpty ? pool : record.pool }

    /// Only what the beginning did not know: each column that is set moves the rows of the indexes it is in.
    private func complete(_ record: CallRecord, origin: WallTime, in db: Database) throws -> Bool {
        let (arrival, answer) = (record.arrival, record.segments.first { $0.kind == .talking })
        try db.run(
            """
            UPDATE calls SET pool = ?, name = ?, vip = ?, interrupted = ?, announced = ?, was_interrupted = ?,
                ended_at = ?, outcome = ?, ended_by = ?, status = ?, stage = ?, own_operator = ?, waited_before = ?,
                entered_at = ?, answered_at = ?, answered_by = ?
            WHERE id = ? AND ended_at IS NULL
            """,
            [
                pool(of: record), arrival.name, record.vip, record.interrupted, record.announced,
                record.wasInterrupted, WallTime(record.endedAt, origin: origin).milliseconds,
                record.outcome.rawValue, record.endedBy?.rawValue, record.ended.status, record.finalStage?.rawValue,
                arrival.tie?.operator.name, arrival.waited.wholeMilliseconds,
                record.enteredAt.map { WallTime($0, origin: origin).milliseconds },
                answer.map { WallTime($0.from, origin: origin).milliseconds }, answer?.operator?.name,
                arrival.call.stored,
            ])
        guard db.changesCount > 0 else { return false }
        if !record.reroutes.isEmpty || !arrival.script.isEmpty {
            try db.run("UPDATE calls SET queue = ? WHERE id = ?", [arrival.queue.name, arrival.call.stored])
        }
        return true
    }

    // MARK: - What the customer leaves behind

    /// Entries come in the order in which things happened, so the last one is the newest even if the clock was set back
    /// in between.
    func tie(
        _ number: CustomerNumber, to name: OperatorID, _ group: GroupID?, by call: CallID, at: WallTime,
        in db: Database
    ) throws {
        try db.run(
            """
            INSERT INTO ties (pool, number, operator, group_name, call, tied_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (pool, number) DO UPDATE SET operator = excluded.operator,
                group_name = excluded.group_name, call = excluded.call, tied_at = excluded.tied_at
            """,
            [pool, number.text, name.name, group?.name, call.stored, at.milliseconds])
    }

    func untie(_ number: CustomerNumber, in db: Database) throws {
        try db.run("DELETE FROM ties WHERE pool = ? AND number = ?", [pool, number.text])
    }

    func use(vip call: CallID, _ name: OperatorID, at: WallTime, in db: Database) throws {
        try db.run(
            "INSERT INTO vip_usage (call, pool, operator, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [call.stored, pool, name.name, at.milliseconds])
    }

    func miss(vip call: CallID, _ name: OperatorID, at: WallTime, in db: Database) throws {
        try db.run(
            "INSERT INTO missed_vip (call, operator, at, pool) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [call.stored, name.name, at.milliseconds, pool])
    }

    func want(_ wish: CallbackWish, at: WallTime, in db: Database) throws {
        try db.run(
            """
            INSERT INTO callback_wishes (call, pool, number, queue, responsible, group_name, wanted_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                wish.call.stored, pool, wish.number.text, wish.queue.name, wish.responsible?.name,
                wish.group?.name, at.milliseconds,
            ])
    }
}

extension CallID {
    /// SQLite's integers are signed: the same bits.
    var stored: Int64 { Int64(bitPattern: rawValue) }

    init(stored: Int64) {
        self.init(rawValue: UInt64(bitPattern: stored))
    }
}

extension CallDirection {
    var stored: String {
        switch self {
        case .inbound: "inbound"
        case .outbound: "outbound"
        }
    }

    /// For which we dialled.
    var task: TaskID? {
        switch self {
        case .inbound: nil
        case .outbound(let task): task
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
