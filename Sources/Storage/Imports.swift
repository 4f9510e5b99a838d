import Foundation
import GRDB
import Routing

// Imports of files, written and read.

extension EntryWriter {
    /// What is known of an import that began before stays.
    func begin(_ one: StoredImport, in db: Database) throws {
        try db.run(
            """
            INSERT INTO imports (id, pool, dialer, file, sha256, begun_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [one.id.name, pool, one.dialer.name, one.file, one.sha256, one.begunAt.milliseconds])
    }

    /// Rows that are done already are neither marked nor counted again.
    func write(_ imported: ImportedRows, in db: Database) throws {
        var marked = 0
        for (chunk, rows) in Dictionary(grouping: imported.rows, by: RowChunk.number) {
            let select = try db.cachedStatement(sql: "SELECT rows FROM imported_rows WHERE import = ? AND chunk = ?")
            let stored = try Data.fetchOne(select, arguments: [imported.import.name, chunk])
            var bits = RowChunk(number: chunk, stored: stored)
            let count = rows.count { bits.mark($0) }
            guard count > 0 else { continue }
            marked += count
            try db.run(
                """
                INSERT INTO imported_rows (import, chunk, pool, rows) VALUES (?, ?, ?, ?)
                ON CONFLICT (import, chunk) DO UPDATE SET rows = excluded.rows
                """,
                [imported.import.name, chunk, pool, bits.stored])
        }
        guard marked > 0 else { return }
        let opened = min(max(imported.opened, 0), marked)
        try db.run(
            "UPDATE imports SET imported = imported + ?, updated = updated + ? WHERE id = ?",
            [opened, marked - opened, imported.import.name])
    }
}

extension SQLiteCallStore {
    /// `nil`: no such import has begun.
    package func `import`(_ id: ImportID) async throws(StorageError) -> StoredImport? {
        try await read("look up an import") { [poolName] db in
            let sql = "SELECT * FROM imports WHERE id = ? AND pool = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [id.name, poolName]) else { return nil }
            return StoredImport(
                id: id, dialer: DialerID(try row.value("dialer")), file: try row.value("file"),
                sha256: try row.value("sha256"), begunAt: WallTime(milliseconds: try row.value("begun_at")),
                imported: try row.value("imported"), updated: try row.value("updated"))
        }
    }

    /// Which of these rows are done.
    package func importedRows(of id: ImportID, in rows: ClosedRange<Int>) async throws(StorageError) -> Set<Int> {
        try await read("look up imported rows") { db in
            let chunks = RowChunk.number(of: rows.lowerBound)...RowChunk.number(of: rows.upperBound)
            let all = try Self.chunks(of: id, chunks, db).flatMap(\.rows)
            return Set(all.filter(rows.contains))
        }
    }

    /// All rows that are done, as stretches without a gap, the first `limit` of them.
    package func importedStretches(of id: ImportID, limit: Int) async throws(StorageError) -> [ClosedRange<Int>] {
        try await read("look up imported rows") { db in
            var stretches: [ClosedRange<Int>] = []
            for row in try Self.chunks(of: id, 0...RowChunk.number(of: ImportedRows.largestRow), db).flatMap(\.rows) {
                if let last = stretches.last, last.upperBound == row - 1 {
                    stretches[stretches.count - 1] = last.lowerBound...row
                } else if stretches.count < limit {
                    stretches.append(row...row)
                } else {
                    break
                }
            }
            return stretches
        }
    }

    /// In the order of their rows.
    private static func chunks(of id: ImportID, _ range: ClosedRange<Int>, _ db: Database) throws -> [RowChunk] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT chunk, rows FROM imported_rows WHERE import = ? AND chunk BETWEEN ? AND ? ORDER BY chunk",
            arguments: [id.name, range.lowerBound, range.upperBound])
        return try rows.map { RowChunk(number: try $0.at(0), stored: try $0.at(1)) }
    }
}

/// 4,096 rows, done or not.
struct RowChunk {
    private static let size = 4_096

    private let number: Int
    private var bits: [UInt8]

    init(number: Int, stored: Data?) {
        self.number = number
        bits = stored.map { [UInt8]($0) } ?? []
        if bits.count != Self.size / 8 { bits = [UInt8](repeating: 0, count: Self.size / 8) }
    }

    var stored: Data { Data(bits) }

    static func number(of row: Int) -> Int { max(row, 0) / size }

    /// - Returns: whether it was not marked before.
    mutating func mark(_ row: Int) -> Bool {
        let place = row - number * Self.size
        guard (0..<Self.size).contains(place), !isMarked(place) else { return false }
        bits[place / 8] |= 1 << UInt8(place % 8)
        return true
    }

    /// Those that are done, in order.
    var rows: [Int] { (0..<Self.size).filter(isMarked).map { number * Self.size + $0 } }

    private func isMarked(_ place: Int) -> Bool { bits[place / 8] & 1 << UInt8(place % 8) != 0 }
}
