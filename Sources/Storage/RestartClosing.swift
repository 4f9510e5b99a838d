import GRDB
import Routing

/// Closes what was up when the process died. Runs inside a transaction of the one writer.
struct RestartClosing {
    let pool: String
    let now: WallTime

    func close(lastSignOfLife alive: WallTime?, in db: Database) throws -> [CutCall] {
        let signs = try Int64.fetchOne(db, sql: Self.signsOfLife) ?? 0
        let activities = try lastActivities(in: db)
        let newest = max(signs, activities.map(\.at).max() ?? 0, alive?.milliseconds ?? 0)
        let end = WallTime(milliseconds: min(now.milliseconds, newest))
        for activity in activities where activity.isAtWork {
            try EntryWriter(pool: pool).note(
                OperatorID(activity.operator), entered: .away,
                at: WallTime(milliseconds: max(end.milliseconds, activity.at)), in: db)
        }
        return try closeCalls(at: end, in: db)
    }

    // MARK: - Calls

    private func closeCalls(at end: WallTime, in db: Database) throws -> [CutCall] {
        try db.execute(sql: "CREATE TEMP TABLE cut_calls AS SELECT * FROM calls WHERE ended_at IS NULL")
        try db.execute(
            sql: "UPDATE cut_calls SET ended_at = max(arrived_at, coalesce(answered_at, arrived_at), ?)",
            arguments: [end.milliseconds])
        try db.execute(sql: Self.ends)
        let cut = try Row.fetchAll(db, sql: "SELECT * FROM cut_calls ORDER BY arrived_at, id")
        try db.execute(sql: Self.segments)
        try db.execute(sql: Self.visits)
        try db.execute(sql: Self.wishes, arguments: ["now": now.milliseconds, "pool": pool])
        try db.execute(sql: "DROP TABLE cut_calls")
        return try cut.map { try CutCall($0) }
    }

    static let signsOfLife = """
        SELECT max(
            coalesce((SELECT max(arrived_at) FROM calls), 0),
            coalesce((SELECT max(ended_at) FROM calls WHERE ended_at IS NOT NULL), 0),
            coalesce((SELECT max(answered_at) FROM calls WHERE ended_at IS NULL), 0))
        """

    private static let ends = """
        UPDATE calls SET outcome = 'lost_by_restart',
            ended_at = (SELECT ended_at FROM cut_calls WHERE cut_calls.id = calls.id)
        WHERE ended_at IS NULL
        """

    /// Only what is known: that the customer waited from their entry until they were connected or cut, and with whom they
    /// were connected first, even if that was the last thing that anybody knows.
    private static let segments = """
        INSERT INTO segments (call, position, pool, kind, begun_at, ended_at, operator)
        SELECT id, 0, pool, 'waiting', entered_at, coalesce(answered_at, ended_at), NULL FROM cut_calls
        WHERE entered_at < coalesce(answered_at, ended_at)
        UNION ALL
        SELECT id, 1, pool, 'talking', answered_at, ended_at, answered_by FROM cut_calls WHERE answered_at <= ended_at
        """

    private static let visits = """
        INSERT INTO visits (call, position, pool, queue, entered_at, answered_at, left_at, outcome, operator, own_operator)
        SELECT id, 0, pool, queue, entered_at, answered_at, ended_at,
            iif(answered_at IS NULL, 'lost_by_restart', 'answered'), answered_by, own_operator
        FROM cut_calls WHERE entered_at IS NOT NULL AND queue <> ''
        """

    /// Whoever talked with the customer is to call them back, else whoever last served them.
    private static let wishes = """
        INSERT INTO callback_wishes (call, pool, number, queue, responsible, group_name, wanted_at)
        SELECT c.id, :pool, c.number, c.queue, coalesce(c.answered_by, t.operator),
            iif(coalesce(c.answered_by, t.operator) = t.operator, t.group_name, NULL), :now
        FROM cut_calls c LEFT JOIN ties t ON t.pool = :pool AND t.number = c.number
        WHERE c.number IS NOT NULL AND c.direction = 'inbound'
        ON CONFLICT DO NOTHING
        """

    // MARK: - Operators

    private struct LastActivity {
        let `operator`: String
        let at: Int64
        let isAtWork: Bool
    }

    static let lastActivities = """
        \(OperatorNames.inPool)
        SELECT a.operator, a.at, a.activity <> 'away' AS at_work
        FROM names CROSS JOIN operator_activities a ON a.pool = :pool AND a.operator = names.name
            AND a.at = (SELECT max(at) FROM operator_activities WHERE pool = :pool AND operator = names.name)
        """

    private func lastActivities(in db: Database) throws -> [LastActivity] {
        let rows = try Row.fetchAll(db, sql: Self.lastActivities, arguments: ["pool": pool])
        return try rows.map {
            LastActivity(
                operator: try $0.value("operator"), at: try $0.value("at"), isAtWork: try $0.value("at_work"))
        }
    }
}

/// The operators of the activity log, found by one step in its index for each, however long the log is.
enum OperatorNames {
    /// A common table expression with the one column `name`; takes the argument `pool`.
    static let inPool = """
        WITH RECURSIVE names (name) AS (
            SELECT min(operator) FROM operator_activities WHERE pool = :pool
            UNION ALL
            SELECT (SELECT min(operator) FROM operator_activities WHERE pool = :pool AND operator > names.name)
            FROM names WHERE names.name IS NOT NULL
        )
        """

    static let query = "\(inPool) SELECT name FROM names WHERE name IS NOT NULL"
}

extension CutCall {
    fileprivate init(_ row: Row) throws {
        let enteredAt: Int64? = try row.optional("entered_at")
        let endedAt: Int64 = try row.value("ended_at")
        let until: Int64 = try row.optional("answered_at") ?? endedAt
        let before: Int64 = try row.value("waited_before")
        self.init(
            call: CallID(stored: try row.value("id")), line: try row.value("line"),
            queue: QueueID(try row.value("queue")), number: try row.optional("number").map { CustomerNumber($0) },
            direction: try CallDirection(stored: row.value("direction"), task: row.optional("task")),
            arrivedAt: WallTime(milliseconds: try row.value("arrived_at")),
            endedAt: WallTime(milliseconds: endedAt),
            waited: enteredAt.map {
                .milliseconds(before) + WallTime(milliseconds: until).since(WallTime(milliseconds: $0))
            },
            answeredBy: try row.optional("answered_by").map { OperatorID($0) })
    }
}

extension CallDirection {
    /// From the columns of `calls`.
    init(stored direction: String, task: Int64?) throws {
        switch direction {
        case "inbound": self = .inbound
        // Of calls that an early version made, the task is not known.
        case "outbound": self = .outbound(TaskID(stored: task ?? 0))
        default: throw DamagedRow(column: "direction")
        }
    }
}
