import GRDB
package import Routing

extension SQLiteCallStore: Outbox {
    package func dueLetters(
        to endpoint: String, at now: WallTime, limit: Int
    ) async throws(StorageError) -> [Letter] {
        try await read("read the letters that are due") { [poolName] db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT sequence, event, type, subject, body, attempts, since FROM outbox
                    WHERE pool = ? AND endpoint = ? AND dead_at IS NULL AND (attempts = 0 OR next_at <= ?)
                    ORDER BY next_at, sequence LIMIT ?
                    """,
                arguments: [poolName, endpoint, now.milliseconds, min(max(limit, 1), CallFilter.largestLimit)]
            ).map { row in
                Letter(
                    sequence: try row.at(0), endpoint: endpoint, event: try row.at(1), type: try row.at(2),
                    subject: try row.at(3), body: try row.at(4), attempts: try row.at(5),
                    since: WallTime(milliseconds: try row.at(6)))
            }
        }
    }

    package func nextDue(to endpoint: String, after now: WallTime) async throws(StorageError) -> WallTime? {
        try await read("read when the next letter is due") { [poolName] db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT min(next_at) FROM outbox
                    WHERE pool = ? AND endpoint = ? AND dead_at IS NULL AND next_at > ? AND attempts > 0
                    """,
                arguments: [poolName, endpoint, now.milliseconds]
            ).map { WallTime(milliseconds: $0) }
        }
    }

    /// Goes the way of all that is written: behind what was written before, and together with it.
    package func settle(_ letter: Letter, _ fate: LetterFate) async throws(StorageError) {
        write(.letterSettled(letter.sequence, fate))
        try await flush()
    }

    @discardableResult
    package func buryAll(
        to endpoint: String, because problem: String, at now: WallTime
    ) async throws(StorageError) -> Int {
        try await change("give up letters") { [poolName] db in
            try db.execute(
                sql: """
                    UPDATE outbox SET dead_at = ?, problem = ?
                    WHERE pool = ? AND endpoint = ? AND dead_at IS NULL
                    """,
                arguments: [now.milliseconds, problem, poolName, endpoint])
            return db.changesCount
        }
    }

    package func deadLetters(
        to endpoint: String, after cursor: PageCursor?, limit: Int
    ) async throws(StorageError) -> Page<DeadLetter> {
        let limit = min(max(limit, 1), CallFilter.largestLimit)
        let rows = try await read("list dead letters") { [poolName] db in
            var conditions = Conditions()
            conditions.require("pool = ?", poolName)
            conditions.require("endpoint = ?", endpoint)
            conditions.require("dead_at IS NOT NULL")
            if let cursor {
                conditions.require("(dead_at, sequence) < (?, ?)", cursor.at.milliseconds, cursor.key(0))
            }
            let sql = """
                SELECT sequence, event, type, subject, at, attempts, dead_at, problem, status FROM outbox
                WHERE \(conditions.sql) ORDER BY dead_at DESC, sequence DESC LIMIT ?
                """
            return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments + [limit]).map { row in
                (try row.at(0) as Int64, try DeadLetter(row))
            }
        }
        let end = rows.last.map { PageCursor(at: $1.diedAt, $0) }
        return Page(rows: rows.map(\.1), next: rows.count >= limit ? end : nil, end: end)
    }

    package func resend(
        to endpoint: String, event: String?, at now: WallTime
    ) async throws(StorageError) -> Int {
        try await change("send dead letters again") { [poolName] db in
            try db.execute(
                sql: """
                    UPDATE outbox SET dead_at = NULL, attempts = 0, since = :now, next_at = :now
                    WHERE pool = :pool AND endpoint = :endpoint AND dead_at IS NOT NULL
                        AND (:event IS NULL OR event = :event)
                    """,
                arguments: ["now": now.milliseconds, "pool": poolName, "endpoint": endpoint, "event": event])
            return db.changesCount
        }
    }

    package func letterCounts() async throws(StorageError) -> [String: LetterCounts] {
        try await read("count letters") { [poolName] db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT endpoint, sum(dead_at IS NULL) AS waiting, sum(dead_at IS NOT NULL) AS dead,
                        min(iif(dead_at IS NULL, at, NULL)) AS oldest
                    FROM outbox WHERE pool = ? GROUP BY endpoint
                    """,
                arguments: [poolName])
            return try rows.reduce(into: [:]) { counts, row in
                counts[try row.value("endpoint")] = LetterCounts(
                    waiting: try row.value("waiting"), dead: try row.value("dead"),
                    oldestWaiting: (try row.optional("oldest") as Int64?).map { WallTime(milliseconds: $0) })
            }
        }
    }

    package func tidyLetters(
        _ limits: OutboxLimits, at now: WallTime
    ) async throws(StorageError) -> TidiedLetters {
        try await change("tidy the outbox") { [poolName] db in try OutboxTidying(poolName, limits, now).run(in: db) }
    }

    private func change<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        do {
            return try await pool.write(body)
        } catch {
            throw .failed(operation: operation, problem: String(describing: error))
        }
    }
}

/// Keeps the outbox within its limits. Runs inside a transaction of the one writer.
private struct OutboxTidying {
    let pool: String
    let limits: OutboxLimits
    let now: WallTime

    init(_ pool: String, _ limits: OutboxLimits, _ now: WallTime) {
        self.pool = pool
        self.limits = limits
        self.now = now
    }

    func run(in db: Database) throws -> TidiedLetters {
        var tidied = TidiedLetters()
        guard let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox"), count > 0 else { return tidied }
        tidied.expired = try run("DELETE FROM outbox WHERE dead_at < ?", [before(limits.keepDead)], in: db)
        tidied.buried = try run(
            "UPDATE outbox SET dead_at = ?, problem = coalesce(problem, 'nobody tried to send it') "
                + "WHERE dead_at IS NULL AND since < ?",
            [now.milliseconds, before(limits.longestWait)], in: db)
        let surplus = count - tidied.expired - max(limits.most, 0)
        guard surplus > 0 else { return tidied }
        tidied.droppedDead = try drop("dead_at IS NOT NULL", by: "dead_at, sequence", surplus, in: db)
        guard surplus > tidied.droppedDead else { return tidied }
        tidied.droppedWaiting = try drop("1", by: "sequence", surplus - tidied.droppedDead, in: db)
        return tidied
    }

    private func before(_ age: Duration) -> Int64 {
        now.adding(milliseconds: -(age.wholeNanoseconds / 1_000_000)).milliseconds
    }

    private func drop(_ condition: String, by order: String, _ count: Int, in db: Database) throws -> Int {
        try run(
            """
            DELETE FROM outbox WHERE sequence IN (
                SELECT sequence FROM outbox WHERE \(condition) ORDER BY \(order) LIMIT ?)
            """,
            [count], in: db)
    }

    private func run(_ sql: String, _ arguments: StatementArguments, in db: Database) throws -> Int {
        try db.execute(sql: sql, arguments: arguments)
        return db.changesCount
    }
}

extension DeadLetter {
    fileprivate init(_ row: Row) throws {
        self.init(
            event: try row.at(1), type: try row.at(2), subject: try row.at(3),
            at: WallTime(milliseconds: try row.at(4)), attempts: try row.at(5),
            diedAt: WallTime(milliseconds: try row.at(6)), problem: try row.optional(at: 7) ?? "",
            status: try row.optional(at: 8))
    }
}
