package import Routing
package import Storage

/// What the outside may ask of the running server about imports of files.
package protocol ImportPlane: Sendable {
    /// By which rules rows become tasks of the dialer now.
    func importRules(for dialer: DialerID) async -> ImportRules
    /// With all rows that were taken, which are on disk when this returns. `nil`: no such import has begun.
    func storedImport(_ id: ImportID) async throws(StorageError) -> StoredImport?
    /// Writes down that the file is imported, and waits until that is on disk. An import that began before goes on.
    func beginImport(_ one: StoredImport) async throws(StorageError)
    /// Rows that are done, as stretches without a gap; at most `limit` of them.
    func importedStretches(of id: ImportID, limit: Int) async throws(StorageError) -> [ClosedRange<Int>]
    /// Asks for the customers of these rows to be called, and waits until those of the batch before are on disk: so one
    /// batch is written while the next is made. Rows that are done already are left out; each other row is on disk
    /// together with the mark that it is done.
    ///
    /// - Returns: `nil`: rows of this import are being worked on already.
    func importRows(_ rows: [ImportRow], of id: ImportID) async throws(StorageError) -> ImportOutcome?
}

/// What rows are checked against.
package struct ImportRules: Sendable {
    /// By short name and by e-mail, both in lower case.
    package var operators: [String: OperatorID]
    package var groups: Set<GroupID>
    /// Of the dialer's calling hours ("Europe/Kyiv"); `nil`: it has none.
    package var zone: String?
    /// Brings a number into the form in which customers are known; `nil`: it is none.
    package var normalize: @Sendable (String) -> CustomerNumber?

    package init(
        operators: [String: OperatorID], groups: Set<GroupID>, zone: String?,
        normalize: @escaping @Sendable (String) -> CustomerNumber?
    ) {
        self.operators = operators
        self.groups = groups
        self.zone = zone
        self.normalize = normalize
    }
}

/// A row of a file that can become a task.
package struct ImportRow: Hashable, Sendable {
    /// Its number in the file.
    package var row: Int
    package var draft: TaskDraft

    package init(row: Int, draft: TaskDraft) {
        self.row = row
        self.draft = draft
    }
}

/// What became of rows.
package struct ImportOutcome: Hashable, Sendable {
    /// New tasks.
    package var imported: Int
    /// Changes of a task that the customer had.
    package var updated: Int
    /// Done before.
    package var skipped: Int

    package init(imported: Int = 0, updated: Int = 0, skipped: Int = 0) {
        self.imported = imported
        self.updated = updated
        self.skipped = skipped
    }
}
