package import Routing

/// The import of one file into one dialer. The same file has the same name however often it comes and whatever its
/// columns are taken for, so that nothing is imported twice (product.md section 6).
package struct ImportID: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    /// - Parameter sha256: of the file, in hexadecimal.
    package init(sha256: String, dialer: DialerID) {
        name = sha256.lowercased().prefix(32) + "." + dialer.name
    }

    package var description: String { name }
}

package struct StoredImport: Hashable, Sendable {
    package var id: ImportID
    package var dialer: DialerID
    /// As the one who imports it calls it.
    package var file: String
    /// In hexadecimal.
    package var sha256: String
    package var begunAt: WallTime
    /// Rows that became tasks.
    package var imported: Int
    /// Rows that changed a task which the customer had, also one from a row before.
    package var updated: Int

    package init(
        id: ImportID, dialer: DialerID, file: String, sha256: String, begunAt: WallTime, imported: Int = 0,
        updated: Int = 0
    ) {
        self.id = id
        self.dialer = dialer
        self.file = file
        self.sha256 = sha256
        self.begunAt = begunAt
        self.imported = imported
        self.updated = updated
    }
}

/// Rows of a file of which the tasks are written in the same group.
package struct ImportedRows: Hashable, Sendable {
    package var `import`: ImportID
    /// Their numbers in the file, from 1 to `largestRow`.
    package var rows: [Int]
    /// How many of them became new tasks.
    package var opened: Int

    package static let largestRow = 100_000_000

    package init(import: ImportID, rows: [Int], opened: Int) {
        self.import = `import`
        self.rows = rows
        self.opened = opened
    }
}
