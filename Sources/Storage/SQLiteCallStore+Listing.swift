import GRDB
package import Routing

// Listings, page by page: newest first, and each page one step into an index.

extension SQLiteCallStore {
    /// The call log, newest first; `filter.after` goes on where a page ended.
    package func callPage(matching filter: CallFilter) async throws(StorageError) -> Page<StoredCall> {
        let rows = try await calls(matching: filter)
        return Page(rows: rows, limit: filter.limit) { PageCursor(at: $0.arrivedAt, $0.call.stored) }
    }

    /// Calls in the order of their ends, the first first, for exports; none that ends outside of `period`.
    package func callsByEnd(
        in period: Period, after cursor: PageCursor? = nil, limit: Int = 1_000
    ) async throws(StorageError) -> Page<StoredCall> {
        let rows = try await read("export the call log") { db in
            try CallQuery(endedIn: period, after: cursor, limit: limit).calls(in: db)
        }
        return Page(rows: rows, limit: limit) { PageCursor(at: $0.endedAt, $0.call.stored) }
    }

    /// Tasks, the last due first.
    package func tasks(matching filter: TaskFilter) async throws(StorageError) -> Page<StoredTask> {
        let rows = try await read("list tasks") { db in
            let (sql, arguments) = filter.query
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { try TaskRow($0).task() }
        }
        return Page(rows: rows, limit: filter.limit) { PageCursor(at: $0.due, $0.id.stored) }
    }

    /// How many tasks are open in each dialer, and how many of them are due at that moment.
    package func openTaskCounts(at now: WallTime) async throws(StorageError) -> [DialerID: TaskCounts] {
        try await read("count open tasks") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT dialer, count(*) AS open, sum(due_at <= ?) AS due, min(due_at) AS first FROM tasks
                    WHERE closed_at IS NULL GROUP BY dialer
                    """,
                arguments: [now.milliseconds])
            return try rows.reduce(into: [:]) { counts, row in
                counts[DialerID(try row.value("dialer"))] = TaskCounts(
                    open: try row.value("open"), due: try row.value("due"),
                    firstDue: WallTime(milliseconds: try row.value("first")))
            }
        }
    }

    /// The attempts log, newest first.
    package func attempts(matching filter: AttemptFilter) async throws(StorageError) -> Page<StoredAttempt> {
        let rows = try await read("list attempts") { db in
            let (sql, arguments) = filter.query
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { try StoredAttempt($0) }
        }
        return Page(rows: rows, limit: filter.limit) { row in
            switch row.kind {
            case .attempt(let number, _): PageCursor(at: row.began, row.task.stored, Int64(number))
            case .responsibleWaitExpired: PageCursor(at: row.endedAt, row.task.stored, -1)
            }
        }
    }
}

extension Page {
    /// A page that is not full is the last.
    fileprivate init(rows: [Row], limit: Int, cursor: (Row) -> PageCursor) {
        let isFull = rows.count >= min(max(limit, 1), CallFilter.largestLimit)
        let end = rows.last.map(cursor)
        self.init(rows: rows, next: isFull ? end : nil, end: end)
    }
}

/// Conditions that are collected one by one.
struct Conditions {
    private var all: [String] = []
    private(set) var arguments = StatementArguments()

    mutating func require(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
        all.append(condition)
        arguments += StatementArguments(values)
    }

    mutating func require(_ column: String, in period: Period?) {
        guard let period else { return }
        require("\(column) >= ? AND \(column) < ?", period.from.milliseconds, period.until.milliseconds)
    }

    var sql: String { all.isEmpty ? "1" : all.joined(separator: " AND ") }
}

extension TaskFilter {
    var query: (sql: String, arguments: StatementArguments) {
        var conditions = Conditions()
        if let task { conditions.require("id = ?", task.stored) }
        // Written out rather than bound: only then does SQLite use the partial index.
        switch state {
        case .open: conditions.require("closed_at IS NULL")
        case .closed: conditions.require("closed_at IS NOT NULL")
        case nil: break
        }
        if let name = responsible?.name { conditions.require("responsible = ?", name) }
        if let dialer { conditions.require("dialer = ?", dialer.name) }
        if let number { conditions.require("number = ?", number.text) }
        conditions.require("due_at", in: due)
        if let after { conditions.require("(due_at, id) < (?, ?)", after.at.milliseconds, after.key(0)) }
        let sql = """
            SELECT \(TaskRow.columns) FROM tasks WHERE \(conditions.sql) ORDER BY due_at DESC, id DESC LIMIT ?
            """
        return (sql, conditions.arguments + [min(max(limit, 1), CallFilter.largestLimit)])
    }
}

extension AttemptFilter {
    /// Both kinds of rows, each from its own index, put together in order.
    var query: (sql: String, arguments: StatementArguments) {
        var (attempts, waits) = (Conditions(), Conditions())
        if let task {
            attempts.require("task = ?", task.stored)
            waits.require("w.task = ?", task.stored)
        }
        if let name = `operator`?.name {
            attempts.require("operator = ?", name)
            waits.require("w.operator = ?", name)
        }
        if let dialer {
            attempts.require("dialer = ?", dialer.name)
            waits.require("t.dialer = ?", dialer.name)
        }
        if let number {
            attempts.require("number = ?", number.text)
            waits.require("t.number = ?", number.text)
        }
        attempts.require("began_at", in: period)
        waits.require("w.ended_at", in: period)
        if let after {
            let keys = [after.at.milliseconds, after.key(0), after.key(1)]
            attempts.require("(began_at, task, attempt) < (?, ?, ?)", keys[0], keys[1], keys[2])
            waits.require("(w.ended_at, w.task, -1) < (?, ?, ?)", keys[0], keys[1], keys[2])
        }
        let sql = """
            SELECT began_at AS at, task, attempt AS number_of, dialer, number, operator, call, outcome, status, began_at,
                dialled_at, rang_at, answered_at, ended_at
            FROM attempts WHERE \(attempts.sql)
            UNION ALL
            SELECT w.ended_at, w.task, -1, t.dialer, t.number, w.operator, NULL, NULL, NULL, w.begun_at, NULL, NULL,
                NULL, w.ended_at
            FROM responsible_waits w LEFT JOIN tasks t ON t.id = w.task WHERE \(waits.sql)
            ORDER BY at DESC, task DESC, number_of DESC LIMIT ?
            """
        let limit = min(max(limit, 1), CallFilter.largestLimit)
        return (sql, attempts.arguments + waits.arguments + [limit])
    }
}

extension TaskRow {
    func task() throws -> StoredTask {
        // Dates are what is wanted here, so the origin is that of all dates.
        let epoch = WallTime(milliseconds: 0)
        let record = try record(origin: epoch)
        let end = try end()
        return StoredTask(
            id: record.id, dialer: record.dialer, number: record.number, due: WallTime(record.due, origin: epoch),
            responsible: record.responsible, group: record.group, source: record.source,
            openedAt: WallTime(record.openedAt, origin: epoch), updatedAt: WallTime(record.updatedAt, origin: epoch),
            stage: record.stage, attempts: record.attempts, claimedBy: record.claimedBy, result: end?.result,
            closedAt: end?.at)
    }
}

extension StoredAttempt {
    fileprivate init(_ row: Row) throws {
        func date(_ column: String) throws -> WallTime? {
            try (row.optional(column) as Int64?).map { WallTime(milliseconds: $0) }
        }
        let outcome: AttemptOutcome? = try row.optionalChoice("outcome")
        let number: Int = try row.value("number_of")
        self.init(
            kind: outcome.map { .attempt(number, $0) } ?? .responsibleWaitExpired,
            task: TaskID(stored: try row.value("task")), dialer: try row.optional("dialer").map { DialerID($0) },
            number: try row.optional("number").map { CustomerNumber($0) },
            operator: OperatorID(try row.value("operator")), call: try row.optional("call").map { CallID(stored: $0) },
            status: try row.optional("status"), began: WallTime(milliseconds: try row.value("began_at")),
            dialledAt: try date("dialled_at"), rangAt: try date("rang_at"), answeredAt: try date("answered_at"),
            endedAt: WallTime(milliseconds: try row.value("ended_at")))
    }
}
