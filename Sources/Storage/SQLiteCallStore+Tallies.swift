import GRDB
import Routing

// Sums for reports, made by the database. Each function reads one state of it, beside the writer.

extension SQLiteCallStore {
    /// - Parameter threshold: of the service level.
    package func queueTallies(in period: Period, threshold: Duration) async throws(StorageError) -> QueueTallies {
        try await read("add up what happened in queues") { try QueueTallies($0, period, threshold) }
    }

    /// - Parameter success: a conversation of that length is successful (`success_talk`).
    package func operatorTallies(in period: Period, success: Duration) async throws(StorageError) -> OperatorTallies {
        try await read("add up what operators did") { [poolName] in try OperatorTallies($0, poolName, period, success) }
    }

    /// VIP calls that interrupted a conversation or whose announcement was heard: what is billed, for each of the periods,
    /// which are usually days (product.md section 4).
    package func vipUsage(in periods: [Period]) async throws(StorageError) -> [Int] {
        try await read("count the use of VIP calls") { [poolName] db in
            try periods.map { period in
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM vip_usage WHERE pool = ? AND at >= ? AND at < ?",
                    arguments: [poolName, period.from.milliseconds, period.until.milliseconds]) ?? 0
            }
        }
    }
}

extension QueueTallies {
    fileprivate init(_ db: Database, _ period: Period, _ threshold: Duration) throws {
        self.init()
        let arguments: StatementArguments = [
            "from": period.from.milliseconds, "until": period.until.milliseconds,
            "threshold": threshold.wholeMilliseconds,
        ]
        visits = try Row.fetchAll(db, sql: Self.visitSums, arguments: arguments).map { row in
            Visits(
                queue: QueueID(try row.value("queue")), end: VisitEnd(stored: try row.value("outcome")),
                count: try row.value("visits"), waited: .milliseconds(try row.value("waited") as Int64),
                longestWait: .milliseconds(try row.value("longest") as Int64), inTime: try row.value("in_time"),
                returning: try row.value("with_own"), reachedOwn: try row.value("reached_own"))
        }
        let range: StatementArguments = ["from": period.from.milliseconds, "until": period.until.milliseconds]
        waits = try Row.fetchAll(db, sql: Self.waitCounts, arguments: range).map { row in
            Waits(
                queue: QueueID(try row.value("queue")), tenths: try row.value("tenths"), count: try row.value("visits"))
        }
        for row in try Row.fetchAll(db, sql: Self.open, arguments: range) {
            stillUp[QueueID(try row.value("queue"))] = try row.value("calls")
        }
        enteringCalls =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM calls WHERE \(Self.entering)", arguments: range) ?? 0
        callsWithoutVisit = try Int64.fetchAll(db, sql: Self.missing, arguments: range).map { CallID(stored: $0) }
    }

    private static let visitSums = """
        SELECT queue, outcome, count(*) AS visits, sum(wait) AS waited, max(wait) AS longest,
            sum(wait <= :threshold) AS in_time, count(own_operator) AS with_own,
            coalesce(sum(own_operator = operator), 0) AS reached_own
        FROM (
            SELECT queue, outcome, max(coalesce(answered_at, left_at) - entered_at, 0) AS wait, own_operator, operator
            FROM visits WHERE entered_at >= :from AND entered_at < :until
        ) GROUP BY queue, outcome ORDER BY queue, outcome
        """

    private static let waitCounts = """
        SELECT queue, max(answered_at - entered_at, 0) / 100 AS tenths, count(*) AS visits
        FROM visits WHERE entered_at >= :from AND entered_at < :until AND outcome = 'answered'
        GROUP BY 1, 2 ORDER BY 1, 2
        """

    private static let open = """
        SELECT queue, count(*) AS calls FROM calls
        WHERE ended_at IS NULL AND entered_at >= :from AND entered_at < :until GROUP BY queue
        """

    private static let entering = """
        arrived_at >= :from AND arrived_at < :until AND ended_at IS NOT NULL AND entered_at IS NOT NULL AND queue <> ''
        """

    /// One is worth as much as all: something is wrong, and the first few tell what.
    private static let missing = """
        SELECT id FROM calls WHERE \(entering) AND NOT EXISTS (SELECT 1 FROM visits WHERE call = calls.id) LIMIT 100
        """
}

extension OperatorTallies {
    fileprivate init(_ db: Database, _ pool: String, _ period: Period, _ success: Duration) throws {
        self.init()
        let range: StatementArguments = ["from": period.from.milliseconds, "until": period.until.milliseconds]
        activities = try Row.fetchAll(db, sql: Self.activityTimes, arguments: range + ["pool": pool]).map { row in
            guard
                let activity = OperatorActivity(
                    stored: try row.value("activity"), reason: try row.optional("reason"))
            else { throw DamagedRow(column: "activity") }
            return Activity(
                operator: OperatorID(try row.value("operator")), activity: activity,
                time: .milliseconds(try row.value("time") as Int64), times: try row.value("times"),
                first: WallTime(milliseconds: try row.value("first")))
        }
        let talks = range + ["success": success.wholeMilliseconds]
        conversations = try Row.fetchAll(db, sql: Self.talks, arguments: talks).map { row in
            Conversations(
                operator: OperatorID(try row.value("operator")), inbound: try row.value("inbound"),
                outbound: try row.value("outbound"), successful: try row.value("successful"),
                talked: .milliseconds(try row.value("talked") as Int64))
        }
        rings = try Self.counts(db, "rings", by: "outcome", at: "begun_at", range)
        attempts = try Self.counts(db, "attempts", by: "outcome", at: "began_at", range)
        missedVIP = try Self.counts(db, "missed_vip", by: "''", at: "at", range).total
        expiredWaits = try Self.counts(db, "responsible_waits", by: "''", at: "ended_at", range).total
    }

    private static func counts(
        _ db: Database, _ table: String, by cause: String, at time: String, _ range: StatementArguments
    ) throws -> [Count] {
        let sql = """
            SELECT operator, \(cause) AS cause, count(*) AS rows FROM \(table)
            WHERE \(time) >= :from AND \(time) < :until GROUP BY 1, 2 ORDER BY 1, 2
            """
        return try Row.fetchAll(db, sql: sql, arguments: range).map { row in
            Count(
                operator: OperatorID(try row.value("operator")), cause: try row.value("cause"),
                count: try row.value("rows"))
        }
    }

    /// Each activity lasts until the operator's next. The one that was going on when the period began counts from there.
    private static let activityTimes = """
        \(OperatorNames.inPool)
        SELECT operator, activity, reason, sum(ended - max(at, :from)) AS time, sum(at >= :from) AS times,
            min(max(at, :from)) AS first
        FROM (
            SELECT a.operator, a.activity, a.reason, a.at,
                lead(a.at, 1, :until) OVER (PARTITION BY a.operator ORDER BY a.at) AS ended
            FROM names CROSS JOIN operator_activities a ON a.pool = :pool AND a.operator = names.name
                AND a.at < :until AND a.at >= coalesce((
                    SELECT max(at) FROM operator_activities
                    WHERE pool = :pool AND operator = names.name AND at <= :from), :from)
        ) GROUP BY operator, activity, reason ORDER BY operator, activity, reason
        """

    private static let talks = """
        SELECT operator, sum(direction = 'inbound') AS inbound, sum(direction = 'outbound') AS outbound,
            sum(talked >= :success) AS successful, sum(talked) AS talked
        FROM (
            SELECT s.operator, s.call, sum(s.ended_at - s.begun_at) AS talked
            FROM segments s WHERE s.kind = 'talking' AND s.begun_at >= :from AND s.begun_at < :until
                AND s.operator IS NOT NULL
            GROUP BY s.operator, s.call
        ) t JOIN calls ON calls.id = t.call
        GROUP BY operator ORDER BY operator
        """
}

extension [OperatorTallies.Count] {
    fileprivate var total: [OperatorID: Int] {
        reduce(into: [:]) { $0[$1.operator, default: 0] += $1.count }
    }
}
