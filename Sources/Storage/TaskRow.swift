import GRDB
import Routing

/// A row of `tasks`, read by the places of its columns: there may be a hundred thousand of them at a start.
struct TaskRow {
    static let columns = """
        id, dialer, number, due_at, responsible, group_name, source, source_call, source_operator, window_opens,
        window_closes, opened_at, updated_at, stage, attempts, tries, claimed_by, result, result_call, result_outcome,
        result_task, closed_at
        """

    private let row: Row

    /// - Parameter row: of a query for `columns`.
    init(_ row: Row) {
        self.row = row
    }

    func record(origin: WallTime) throws -> TaskRecord {
        func instant(_ milliseconds: Int64) -> Instant { Instant(WallTime(milliseconds: milliseconds), origin: origin) }
        let source: String = try row.at(6)
        let sourceCall: Int64? = try row.optional(at: 7)
        let sourceOperator: String? = try row.optional(at: 8)
        guard
            let source = TaskSource(
                word: source, call: sourceCall.map { CallID(stored: $0) },
                operator: sourceOperator.map { OperatorID($0) })
        else { throw DamagedRow(column: "source") }
        let opens: Int64? = try row.optional(at: 9)
        let closes: Int64? = try row.optional(at: 10)
        let window = opens.flatMap { opens in
            closes.map { CallWindow(opens: instant(opens), closes: instant($0)) }
        }
        let request = TaskRequest(
            id: TaskID(stored: try row.at(0)), dialer: DialerID(try row.at(1)), number: CustomerNumber(try row.at(2)),
            due: instant(try row.at(3)), responsible: try row.optional(at: 4).map { OperatorID($0) },
            group: try row.optional(at: 5).map { GroupID($0) }, source: source, window: window)
        var record = TaskRecord(request, at: instant(try row.at(11)))
        record.updatedAt = instant(try row.at(12))
        guard let stage = StickyStage(rawValue: try row.at(13)) else { throw DamagedRow(column: "stage") }
        record.stage = stage
        record.attempts = try row.at(14)
        guard let tries = TaskTries(stored: try row.at(15)) else { throw DamagedRow(column: "tries") }
        record.tries = tries
        record.claimedBy = try row.optional(at: 16).map { OperatorID($0) }
        return record
    }

    /// How and when it came to its end; `nil`: it is open.
    func end() throws -> (result: TaskResult, at: WallTime)? {
        guard let stored: String = try row.optional(at: 17), let closedAt: Int64 = try row.optional(at: 21) else {
            return nil
        }
        let call: Int64? = try row.optional(at: 18)
        let outcome: String? = try row.optional(at: 19)
        let task: Int64? = try row.optional(at: 20)
        guard
            let result = TaskResult(
                word: stored, call: call.map { CallID(stored: $0) },
                outcome: outcome.flatMap { AttemptOutcome(rawValue: $0) }, task: task.map { TaskID(stored: $0) })
        else { throw DamagedRow(column: "result") }
        return (result, WallTime(milliseconds: closedAt))
    }
}

extension Row {
    func at<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
        guard let value: Value = try optional(at: index) else { throw DamagedRow(column: "\(index)") }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(at index: Int) throws -> Value? {
        let stored: DatabaseValue = self[index]
        guard !stored.isNull else { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw DamagedRow(column: "\(index)") }
        return value
    }

    func choice<Value: RawRepresentable<String>>(at index: Int) throws -> Value {
        guard let value: Value = try optionalChoice(at: index) else { throw DamagedRow(column: "\(index)") }
        return value
    }

    func optionalChoice<Value: RawRepresentable<String>>(at index: Int) throws -> Value? {
        guard let text: String = try optional(at: index) else { return nil }
        guard let value = Value(rawValue: text) else { throw DamagedRow(column: "\(index)") }
        return value
    }
}
