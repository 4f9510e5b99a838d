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
        let segments = try parts("segments", "kind, begun_at, ended_at, operator", in: db) { row in
            StoredCall.Segment(
                kind: try row.choice(at: 1), from: WallTime(milliseconds: try row.at(2)),
                until: WallTime(milliseconds: try row.at(3)), operator: try row.optional(at: 4).map { OperatorID($0) })
        }
        let rings = try parts("rings", "operator, begun_at, ended_at, outcome, status", in: db) { row in
            StoredCall.Ring(
                operator: OperatorID(try row.at(1)), from: WallTime(milliseconds: try row.at(2)),
                until: WallTime(milliseconds: try row.at(3)), outcome: try row.at(4), status: try row.optional(at: 5))
        }
        let reroutes = try parts("reroutes", "queue, at", in: db) { row in
            StoredCall.Reroute(queue: QueueID(try row.at(1)), at: WallTime(milliseconds: try row.at(2)))
        }
        let rows = try Row.fetchCursor(
            db, sql: "SELECT \(StoredCall.columns) FROM calls WHERE id IN (\(ids)) ORDER BY \(order)",
            arguments: arguments)
        var calls: [StoredCall] = []
        while let row = try rows.next() {
            let id: Int64 = try row.at(0)
            var call = try StoredCall(row, segments: segments[id] ?? [], rings: rings[id] ?? [])
            call.reroutes = reroutes[id] ?? []
            calls.append(call)
        }
        return calls
    }

    /// What belongs to the calls, by call and in order. The call itself is column 0.
    private func parts<Part>(
        _ table: String, _ columns: String, in db: Database, _ part: (Row) throws -> Part
    ) throws -> [Int64: [Part]] {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT call, \(columns) FROM \(table) WHERE call IN (\(ids)) ORDER BY call, position",
            arguments: arguments)
        var parts: [Int64: [Part]] = [:]
        while let row = try rows.next() { parts[try row.at(0), default: []].append(try part(row)) }
        return parts
    }
}

extension CallFilter {
    /// Rows of one answer at most.
    package static let largestLimit = 10_000
}

extension StoredCall {
    /// Read by their places: exports read a million of them.
    fileprivate static let columns = """
        id, pool, line, queue, number, name, vip, interrupted, announced, was_interrupted, arrived_at, ended_at, outcome,
        ended_by, status, stage, direction, task, own_operator
        """

    fileprivate init(_ row: Row, segments: [Segment], rings: [Ring]) throws {
        self.init(
            call: CallID(stored: try row.at(0)), pool: try row.at(1), line: try row.at(2),
            queue: QueueID(try row.at(3)), number: try row.optional(at: 4).map { CustomerNumber($0) },
            name: try row.optional(at: 5), vip: try row.at(6), interrupted: try row.at(7), announced: try row.at(8),
            wasInterrupted: try row.at(9), arrivedAt: WallTime(milliseconds: try row.at(10)),
            endedAt: WallTime(milliseconds: try row.at(11)), outcome: try row.choice(at: 12),
            endedBy: try row.optionalChoice(at: 13), status: try row.optional(at: 14),
            stage: try row.optionalChoice(at: 15), segments: segments, rings: rings)
        direction = try CallDirection(stored: row.at(16), task: row.optional(at: 17))
        ownOperator = try row.optional(at: 18).map { OperatorID($0) }
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

    func optionalChoice<Value: RawRepresentable<String>>(_ column: String) throws -> Value? {
        guard let text: String = try optional(column) else { return nil }
        guard let value = Value(rawValue: text) else { throw DamagedRow(column: column) }
        return value
    }
}
