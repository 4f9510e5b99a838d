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
        let rows = try Row.fetchCursor(db, sql: Self.visitSums, arguments: arguments)
        while let row = try rows.next() { try add(row) }
        let range: StatementArguments = ["from": period.from.milliseconds, "until": period.until.milliseconds]
        for row in try Row.fetchAll(db, sql: Self.open, arguments: range) {
            stillUp[QueueID(try row.value("queue"))] = try row.value("calls")
        }
        callsWithoutVisit = try Int64.fetchAll(db, sql: Self.missing, arguments: range).map { CallID(stored: $0) }
    }

    /// Adds the stays of one queue that ended in one way after a wait of so many tenths of a second.
    private mutating func add(_ row: Row) throws {
        let tally = Visits(
            queue: QueueID(try row.value("queue")), end: VisitEnd(stored: try row.value("outcome")),
            count: try row.value("visits"), waited: .milliseconds(try row.value("waited") as Int64),
            longestWait: .milliseconds(try row.value("longest") as Int64), inTime: try row.value("in_time"),
            returning: try row.value("with_own"), reachedOwn: try row.value("reached_own"))
        if tally.end == .answered {
            waits.append(Waits(queue: tally.queue, tenths: try row.value("tenths"), count: tally.count))
        }
        // They come in order, so that it is the last one or none.
        if let last = visits.last, last.queue == tally.queue, last.end == tally.end {
            visits[visits.count - 1] = last.adding(tally)
        } else {
            visits.append(tally)
        }
    }

    private static let visitSums = """
        SELECT queue, outcome, wait / 100 AS tenths, count(*) AS visits, sum(wait) AS waited, max(wait) AS longest,
            sum(wait <= :threshold) AS in_time, count(own_operator) AS with_own,
            coalesce(sum(own_operator = operator), 0) AS reached_own
        FROM (
            SELECT queue, outcome, max(coalesce(answered_at, left_at) - entered_at, 0) AS wait, own_operator, operator
            FROM visits WHERE entered_at >= :from AND entered_at < :until
        ) GROUP BY queue, outcome, tenths ORDER BY queue, outcome, tenths
        """

    /// The plus keeps SQLite from reading all calls in the order of their queues.
    private static let open = """
        SELECT queue, count(*) AS calls FROM calls
        WHERE ended_at IS NULL AND entered_at >= :from AND entered_at < :until GROUP BY +queue
        """

    /// One is worth as much as all: something is wrong, and the first few tell what.
    private static let missing = """
        SELECT id FROM calls
        WHERE arrived_at >= :from AND arrived_at < :until AND ended_at IS NOT NULL AND entered_at IS NOT NULL
            AND queue <> '' AND NOT EXISTS (SELECT 1 FROM visits WHERE call = calls.id)
        LIMIT 100
        """
}

extension QueueTallies.Visits {
    fileprivate func adding(_ other: Self) -> Self {
        var sum = self
        sum.count += other.count
        sum.waited += other.waited
        sum.longestWait = max(longestWait, other.longestWait)
        sum.inTime += other.inTime
        sum.returning += other.returning
        sum.reachedOwn += other.reachedOwn
        return sum
    }
}

extension OperatorTallies {
    fileprivate init(_ db: Database, _ pool: String, _ period: Period, _ success: Duration) throws {
        self.init()
        let range: StatementArguments = ["from": period.from.milliseconds, "until": period.until.milliseconds]
        for name in try String.fetchAll(db, sql: OperatorNames.query, arguments: ["pool": pool]) {
            activities += try Self.activities(db, of: name, range + ["pool": pool, "name": name])
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

    /// One operator at a time: their activities are in order already, and few at once are sorted sooner.
    private static func activities(
        _ db: Database, of name: String, _ arguments: StatementArguments
    ) throws -> [Activity] {
        let statement = try db.cachedStatement(sql: activityTimes)
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            guard
                let activity = OperatorActivity(
                    stored: try row.value("activity"), reason: try row.optional("reason"))
            else { throw DamagedRow(column: "activity") }
            return Activity(
                operator: OperatorID(name), activity: activity, time: .milliseconds(try row.value("time") as Int64),
                times: try row.value("times"), first: WallTime(milliseconds: try row.value("first")))
        }
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
        SELECT activity, reason, sum(ended - max(at, :from)) AS time, sum(at >= :from) AS times,
            min(max(at, :from)) AS first
        FROM (
            SELECT activity, reason, at, lead(at, 1, :until) OVER (ORDER BY at) AS ended
            FROM operator_activities
            WHERE pool = :pool AND operator = :name AND at < :until AND at >= coalesce((
                SELECT max(at) FROM operator_activities WHERE pool = :pool AND operator = :name AND at <= :from), :from)
        ) GROUP BY activity, reason ORDER BY activity, reason
        """

    private static let talks = """
        SELECT operator, sum(direction = 'inbound') AS inbound, sum(direction = 'outbound') AS outbound,
            sum(talked >= :success) AS successful, sum(talked) AS talked
        FROM (
            SELECT operator, sum(ended_at - begun_at) AS talked,
                (SELECT direction FROM calls WHERE id = segments.call) AS direction
            FROM segments
            WHERE kind = 'talking' AND begun_at >= :from AND begun_at < :until AND operator IS NOT NULL
            GROUP BY call, operator
        ) GROUP BY operator ORDER BY operator
        """
}

extension [OperatorTallies.Count] {
    fileprivate var total: [OperatorID: Int] {
        reduce(into: [:]) { $0[$1.operator, default: 0] += $1.count }
    }
}
