import Dispatch
import GRDB
package import Routing

extension SQLiteCallStore {
    package func findTie(of number: CustomerNumber, now: WallTime, answer: @escaping TieAnswer) {
        if let tie = pendingTie(of: number) {
            let age = max(now.since(tie.at), .zero)
            answer(.success(tie.operator.map { Tie(operator: $0, group: tie.group, age: age) }))
            return
        }
        lookups.async {
            let result = Result { try self.pool.unsafeRead { try self.readTie(of: number, now, $0) } }
            answer(
                result.mapError {
                    .failed(operation: "look up who last served a customer", problem: String(describing: $0))
                })
        }
    }

    /// Without a transaction: a single statement sees one state of the database anyway.
    private func readTie(of number: CustomerNumber, _ now: WallTime, _ db: Database) throws -> Tie? {
        let statement = try db.cachedStatement(sql: Self.tieQuery)
        guard let row = try Row.fetchOne(statement, arguments: [poolName, number.text]) else { return nil }
        let tiedAt = WallTime(milliseconds: try row.value("tied_at"))
        return Tie(
            operator: OperatorID(try row.value("operator")),
            group: try row.optional("group_name").map { GroupID($0) },
            // A clock that was set back makes the tie new, not unborn.
            age: max(now.since(tiedAt), .zero))
    }

    static let tieQuery = "SELECT operator, group_name, tied_at FROM ties WHERE pool = ? AND number = ?"

    package func wishes() async throws(StorageError) -> [OperatorID: OperatorWish] {
        try await read("read what operators wished") { [poolName] db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT operator, wish, reason FROM operator_wishes WHERE pool = ?", arguments: [poolName])
            var wishes: [OperatorID: OperatorWish] = [:]
            for row in rows {
                guard let wish = OperatorWish(stored: try row.value("wish"), reason: try row.optional("reason")) else {
                    throw DamagedRow(column: "wish")
                }
                wishes[OperatorID(try row.value("operator"))] = wish
            }
            return wishes
        }
    }

    package func calls(matching filter: CallFilter) async throws(StorageError) -> [StoredCall] {
        try await read("read the call log") { try CallQuery(filter).calls(in: $0) }
    }

    package func story(of call: CallID) async throws(StorageError) -> [StoryLine] {
        try await read("read the story of a call") { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT at, kind, text FROM story_lines WHERE call = ? ORDER BY id", arguments: [call.stored])
            return try rows.map { row in
                StoryLine(
                    call: call, at: WallTime(milliseconds: try row.value("at")),
                    kind: try row.choice("kind"), text: try row.value("text"))
            }
        }
    }

    /// Closes, as lost by restart, the calls that were up when the process last died; to be called once at the start,
    /// before the first `write`.
    ///
    /// Nobody knows when such a call ended. It is given the last moment at which the process is known to have lived,
    /// that is the newest time in the log, rather than the whole time that the machine was down.
    /// - Parameter at: the present; no call ends later.
    /// - Returns: how many calls were closed.
    @discardableResult
    package func closeOpenCalls(at now: WallTime) async throws(StorageError) -> Int {
        do {
            return try await pool.write { db in
                try db.execute(sql: Self.closing, arguments: ["now": now.milliseconds])
                return db.changesCount
            }
        } catch {
            throw .failed(operation: "close calls that a restart cut", problem: String(describing: error))
        }
    }

    private static let closing = """
        UPDATE calls SET
            outcome = 'lost_by_restart',
            ended_at = max(arrived_at, min(:now, max(
                (SELECT max(arrived_at) FROM calls),
                coalesce((SELECT max(ended_at) FROM calls), 0),
                coalesce((SELECT at FROM story_lines ORDER BY id DESC LIMIT 1), 0)
            )))
        WHERE ended_at IS NULL
        """

    /// Runs on a reader's own thread, concurrently with the writer.
    private func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw .failed(operation: operation, problem: String(describing: error))
        }
    }
}
