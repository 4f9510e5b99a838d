import GRDB
import Routing

/// A `CallFilter` in SQL. Open calls have no row yet as far as anybody is concerned who reads the log.
struct CallQuery {
    /// Selects the ids of the wanted calls, newest first.
    let ids: String
    /// Of the ids and of the rows.
    private let order: String
    let arguments: StatementArguments

    /// In the order of their ends, the first first.
    init(endedIn period: Period, after cursor: PageCursor?, limit: Int) {
        order = "ended_at, id"
        var conditions = Conditions()
        conditions.require("ended_at", in: period)
        if let cursor { conditions.require("(ended_at, id) > (?, ?)", cursor.at.milliseconds, cursor.key(0)) }
        ids = "SELECT id FROM calls WHERE \(conditions.sql) ORDER BY ended_at, id LIMIT ?"
        arguments = conditions.arguments + [min(max(limit, 1), CallFilter.largestLimit)]
    }

    init(_ filter: CallFilter) {
        order = "arrived_at DESC, id DESC"
        var conditions = ["ended_at IS NOT NULL"]
        var arguments = StatementArguments()
        func require(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let call = filter.call { require("id = ?", call.stored) }
        if let queue = filter.queue { require("queue = ?", queue.name) }
        if let number = filter.number { require("number = ?", number.text) }
        if let since = filter.since { require("arrived_at >= ?", since.milliseconds) }
        if let until = filter.until { require("arrived_at < ?", until.milliseconds) }
        if let after = filter.after { require("(arrived_at, id) < (?, ?)", after.at.milliseconds, after.key(0)) }
        // Written out rather than bound: only then does SQLite use the partial indexes.
        if let vip = filter.vip { require("vip = \(vip ? 1 : 0)") }
        if let interrupted = filter.interrupted { require("interrupted = \(interrupted ? 1 : 0)") }
        if let name = filter.operator?.name {
            require(
                "id IN (SELECT call FROM segments WHERE operator = ? UNION SELECT call FROM rings WHERE operator = ?)",
                name, name)
        }
        arguments += [min(max(filter.limit, 1), CallFilter.largestLimit)]
        ids = """
            SELECT id FROM calls WHERE \(conditions.joined(separator: " AND "))
            ORDER BY arrived_at DESC, id DESC LIMIT ?
            """
        self.arguments = arguments
    }

    func calls(in db: Database) throws -> [StoredCall] {
        let segments = try segments(in: db)
        let rings = try rings(in: db)
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM calls WHERE id IN (\(ids)) ORDER BY \(order)", arguments: arguments)
        let reroutes = try reroutes(in: db)
        return try rows.map { row in
            let id: Int64 = try row.value("id")
            var call = try StoredCall(row, segments: segments[id] ?? [], rings: rings[id] ?? [])
            call.direction = try CallDirection(row)
            call.ownOperator = try row.optional("own_operator").map { OperatorID($0) }
            call.reroutes = reroutes[id] ?? []
            return call
        }
    }

    private func segments(in db: Database) throws -> [Int64: [StoredCall.Segment]] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM segments WHERE call IN (\(ids)) ORDER BY call, position", arguments: arguments)
        var segments: [Int64: [StoredCall.Segment]] = [:]
        for row in rows {
            segments[try row.value("call"), default: []].append(
                StoredCall.Segment(
                    kind: try row.choice("kind"),
                    from: WallTime(milliseconds: try row.value("begun_at")),
                    until: WallTime(milliseconds: try row.value("ended_at")),
                    operator: try row.optional("operator").map { OperatorID($0) }))
        }
        return segments
    }

    private func reroutes(in db: Database) throws -> [Int64: [StoredCall.Reroute]] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM reroutes WHERE call IN (\(ids)) ORDER BY call, position", arguments: arguments)
        var reroutes: [Int64: [StoredCall.Reroute]] = [:]
        for row in rows {
            reroutes[try row.value("call"), default: []].append(
                StoredCall.Reroute(
                    queue: QueueID(try row.value("queue")), at: WallTime(milliseconds: try row.value("at"))))
        }
        return reroutes
    }

    private func rings(in db: Database) throws -> [Int64: [StoredCall.Ring]] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM rings WHERE call IN (\(ids)) ORDER BY call, position", arguments: arguments)
        var rings: [Int64: [StoredCall.Ring]] = [:]
        for row in rows {
            rings[try row.value("call"), default: []].append(
                StoredCall.Ring(
                    operator: OperatorID(try row.value("operator")),
                    from: WallTime(milliseconds: try row.value("begun_at")),
                    until: WallTime(milliseconds: try row.value("ended_at")),
                    outcome: try row.value("outcome"), status: try row.optional("status")))
        }
        return rings
    }
}

extension CallFilter {
    /// Rows of one answer at most.
    package static let largestLimit = 10_000
}

extension StoredCall {
    fileprivate init(_ row: Row, segments: [Segment], rings: [Ring]) throws {
        self.init(
            call: CallID(stored: try row.value("id")), pool: try row.value("pool"), line: try row.value("line"),
            queue: QueueID(try row.value("queue")),
            number: try row.optional("number").map { CustomerNumber($0) }, name: try row.optional("name"),
            vip: try row.value("vip"), interrupted: try row.value("interrupted"),
            announced: try row.value("announced"), wasInterrupted: try row.value("was_interrupted"),
            arrivedAt: WallTime(milliseconds: try row.value("arrived_at")),
            endedAt: WallTime(milliseconds: try row.value("ended_at")),
            outcome: try row.choice("outcome"), endedBy: try row.optionalChoice("ended_by"),
            status: try row.optional("status"), stage: try row.optionalChoice("stage"),
            segments: segments, rings: rings)
    }
}

/// A row that this program cannot have written.
struct DamagedRow: Error, CustomStringConvertible {
    let column: String

    var description: String { "the database holds an unreadable value in column \(column)" }
}

// GRDB's own subscripts trap on a value of the wrong type; a damaged file must not end the process.
extension Row {
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value: Value = try optional(column) else { throw DamagedRow(column: column) }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        guard let stored: DatabaseValue = self[column], !stored.isNull else { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw DamagedRow(column: column) }
        return value
    }

    func choice<Value: RawRepresentable<String>>(_ column: String) throws -> Value {
        guard let value: Value = try optionalChoice(column) else { throw DamagedRow(column: column) }
        return value
    }

    func optionalChoice<Value: RawRepresentable<String>>(_ column: String) throws -> Value? {
        guard let text: String = try optional(column) else { return nil }
        guard let value = Value(rawValue: text) else { throw DamagedRow(column: column) }
        return value
    }
}
