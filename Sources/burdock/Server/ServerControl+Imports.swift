import ControlAPI
import Journal
import Routing
import Settings
import Storage
import Switching

// Imports of files, as the outside asks for them.

extension ServerControl {
    func importRules(for dialer: DialerID) async -> ImportRules {
        let configuration = reloader.currentConfiguration
        var operators: [String: OperatorID] = [:]
        for one in configuration.operators {
            operators[one.name.lowercased()] = OperatorID(one.name)
            if let email = one.email { operators[email.lowercased()] = OperatorID(one.name) }
        }
        let plan = NumberPlan(configuration.numbers)
        return ImportRules(
            operators: operators, groups: Set(configuration.operators.flatMap(\.groups).map { GroupID($0) }),
            zone: configuration.dialers.first { $0.name == dialer.name }?.hours?.zone
        ) { plan.normalize($0) }
    }

    func storedImport(_ id: ImportID) async throws(StorageError) -> StoredImport? {
        try await imports.settle(id)
        return try await store.import(id)
    }

    func beginImport(_ one: StoredImport) async throws(StorageError) {
        store.write(.importBegan(one))
        try await store.flush()
    }

    func importedStretches(of id: ImportID, limit: Int) async throws(StorageError) -> [ClosedRange<Int>] {
        try await store.importedStretches(of: id, limit: limit)
    }

    func importRows(_ rows: [ImportRow], of id: ImportID) async throws(StorageError) -> ImportOutcome? {
        try await imports.take(rows, of: id)
    }
}

extension ImportDesk {
    /// One whose slices run on the switchboard's executor, each in one run.
    convenience init(store: SQLiteCallStore, clocks: Clocks, switchboard: Switchboard, journal: JournalWriter) {
        self.init(
            store: store, now: clocks.now, origin: clocks.origin, enter: { await Self.run($0, on: switchboard) },
            // What is wrong with its disk is in the log, and the import goes on without it.
            journalKeepsUp: { try? await journal.flush() })
    }

    private static func run(_ slice: Slice, on switchboard: isolated Switchboard) -> ImportOutcome {
        slice({ switchboard.submit($0) }, { switchboard.makeTask() })
    }
}
