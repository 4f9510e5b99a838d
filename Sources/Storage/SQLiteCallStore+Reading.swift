import Dispatch
import GRDB
package import Routing

extension SQLiteCallStore {
    /// Without a transaction: a single statement sees one state of the database anyway.
    func readTie(of number: CustomerNumber, _ now: WallTime, _ db: Database) throws -> Tie? {
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

    /// What was last wanted of each dialer.
    package func dialerWishes() async throws(StorageError) -> [DialerID: DialerWish] {
        try await read("read which dialers are paused") { [poolName] db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT dialer, wish, reason FROM dialer_wishes WHERE pool = ?", arguments: [poolName])
            var wishes: [DialerID: DialerWish] = [:]
            for row in rows {
                guard let wish = DialerWish(stored: try row.value("wish"), reason: try row.optional("reason")) else {
                    throw DamagedRow(column: "wish")
                }
                wishes[DialerID(try row.value("dialer"))] = wish
            }
            return wishes
        }
    }

    package func calls(matching filter: CallFilter) async throws(StorageError) -> [StoredCall] {
        try await read("read the call log") { try CallQuery(filter).calls(in: $0) }
    }

    /// Runs on a reader's own thread, concurrently with the writer.
    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw .failed(operation: operation, problem: String(describing: error))
        }
    }
}
