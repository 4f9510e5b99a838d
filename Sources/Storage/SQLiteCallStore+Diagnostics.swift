import Dispatch
import GRDB

extension SQLiteCallStore {
    /// Runs one statement on the writer's connection, outside of any transaction, and returns one column of its
    /// rows as text. For tests and for looking into a damaged file; never with text from outside. Blocks.
    @discardableResult
    func inspect(_ sql: String, column: Int = 0) throws(StorageError) -> [String] {
        do {
            return try pool.writeWithoutTransaction { db in
                try Row.fetchAll(db, sql: sql).map { row in
                    guard row.count > column, let value: DatabaseValue = row[column] else { return "" }
                    return String.fromDatabaseValue(value) ?? value.description
                }
            }
        } catch {
            throw .failed(operation: sql, problem: String(describing: error))
        }
    }

    /// Makes a file as an earlier version of the program left it. For tests. Blocks.
    static func make(_ path: String, migrations count: Int, filledWith sql: String) throws(StorageError) {
        do {
            let file = try DatabaseQueue(path: path)
            try Schema.migrator(first: count).migrate(file)
            try file.writeWithoutTransaction { try $0.execute(sql: sql) }
            try file.close()
        } catch {
            throw .failed(operation: "make a file of version \(count)", problem: String(describing: error))
        }
    }

    /// Returns when the writer has come to rest: what is written from then on is taken together by the next `flush`. One
    /// that has just been flushed may still look whether there is more.
    func rest() async {
        await withCheckedContinuation { continuation in dispatch.async { continuation.resume() } }
    }
}
