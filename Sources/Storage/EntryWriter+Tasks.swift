import GRDB
import Routing

// Tasks, their attempts and what became of them (product.md section 6).

extension EntryWriter {
    func note(_ dialer: DialerID, wished wish: DialerWish, at: WallTime, in db: Database) throws {
        try db.run(
            """
            INSERT INTO dialer_wishes (pool, dialer, wish, reason, wished_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (pool, dialer) DO UPDATE SET
                wish = excluded.wish, reason = excluded.reason, wished_at = excluded.wished_at
            """,
            [pool, dialer.name, wish.stored, wish.storedReason, at.milliseconds])
    }

    /// The task as it is now. What is closed stays so, whatever comes late. A task that came from a lost call settles
    /// the wish to be called back that the call left.
    func write(_ task: TaskRecord, at: WallTime, origin: WallTime, in db: Database) throws {
        func date(_ instant: Instant) -> Int64 { WallTime(instant, origin: origin).milliseconds }
        // As values, and not as whatever can be one: a file with a million customers is so many rows.
        func value(_ value: (some DatabaseValueConvertible)?) -> DatabaseValue { value?.databaseValue ?? .null }
        let values = [
            value(task.id.stored), value(pool), value(task.dialer.name), value(task.number.text),
            value(date(task.due)), value(task.responsible?.name), value(task.group?.name), value(task.source.word),
            value(task.source.call?.stored), value(task.source.operator?.name),
            value(task.window.map { date($0.opens) }), value(task.window.map { date($0.closes) }),
            value(date(task.openedAt)), value(date(task.updatedAt)), value(task.stage.rawValue),
            value(max(task.attempts, 0)), value(task.tries.stored), value(task.claimedBy?.name),
        ]
        try db.run(Self.upserting, StatementArguments(values))
        guard let call = task.source.call else { return }
        try db.run(
            "UPDATE callback_wishes SET settled_at = ? WHERE call = ? AND settled_at IS NULL",
            [at.milliseconds, call.stored])
    }

    private static let upserting = """
        INSERT INTO tasks (
            id, pool, dialer, number, due_at, responsible, group_name, source, source_call, source_operator,
            window_opens, window_closes, opened_at, updated_at, stage, attempts, tries, claimed_by
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            dialer = excluded.dialer, due_at = excluded.due_at, responsible = excluded.responsible,
            group_name = excluded.group_name, source = excluded.source, source_call = excluded.source_call,
            source_operator = excluded.source_operator, window_opens = excluded.window_opens,
            window_closes = excluded.window_closes, updated_at = excluded.updated_at, stage = excluded.stage,
            attempts = excluded.attempts, tries = excluded.tries, claimed_by = excluded.claimed_by
        WHERE tasks.closed_at IS NULL
        """

    /// - Returns: whether the task is there and open.
    func claim(_ claim: TaskClaim, in db: Database) throws -> Bool {
        try db.run(
            """
            UPDATE tasks SET attempts = ?, claimed_by = ?, updated_at = max(updated_at, ?)
            WHERE id = ? AND pool = ? AND closed_at IS NULL
            """,
            [claim.attempt, claim.operator.name, claim.at.milliseconds, claim.task.stored, pool])
        return db.changesCount > 0
    }

    /// The first end of an attempt counts: after a restart it may be told a second time.
    func write(_ attempt: AttemptRecord, origin: WallTime, in db: Database) throws {
        func date(_ instant: Instant) -> Int64 { WallTime(instant, origin: origin).milliseconds }
        try db.run(
            """
            INSERT INTO attempts (
                task, attempt, pool, dialer, number, operator, call, outcome, status, began_at, dialled_at, rang_at,
                answered_at, ended_at
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task, attempt) DO NOTHING
            """,
            [
                attempt.task.stored, attempt.attempt, pool, attempt.dialer.name, attempt.number.text,
                attempt.operator.name, attempt.call?.stored, attempt.outcome.rawValue, attempt.status,
                date(attempt.began), attempt.dialledAt.map(date), attempt.rangAt.map(date),
                attempt.answeredAt.map(date), date(attempt.endedAt),
            ])
        // Nobody is being dialled any more, whatever is written about the task next.
        try db.run(
            "UPDATE tasks SET claimed_by = NULL WHERE id = ? AND attempts <= ? AND claimed_by IS NOT NULL",
            [attempt.task.stored, attempt.attempt])
    }

    func expire(
        _ task: TaskID, _ name: OperatorID, from: Instant, until: Instant, origin: WallTime, in db: Database
    ) throws {
        try db.run(
            """
            INSERT INTO responsible_waits (task, operator, begun_at, ended_at, pool) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                task.stored, name.name, WallTime(from, origin: origin).milliseconds,
                WallTime(until, origin: origin).milliseconds, pool,
            ])
    }

    func close(_ task: TaskID, _ result: TaskResult, at: WallTime, in db: Database) throws {
        try db.run(
            """
            UPDATE tasks SET result = ?, result_call = ?, result_outcome = ?, result_task = ?, closed_at = ?,
                claimed_by = NULL
            WHERE id = ? AND closed_at IS NULL
            """,
            [
                result.word, result.call?.stored, result.outcome?.rawValue, result.task?.stored, at.milliseconds,
                task.stored,
            ])
    }
}
