import Routing
import Storage
import Synchronization

@testable import ControlAPI

/// Imports of a server that has none yet.
struct FakeImports {
    var begun: [ImportID: StoredImport] = [:]
    var stretches: [ClosedRange<Int>] = []
    var taken: [ImportRow] = []
    var isBusy = false
}

extension FakePlane {
    func importRules(for dialer: DialerID) async -> ImportRules {
        ImportRules(
            operators: ["anna": OperatorID("anna"), "anna@example.com": OperatorID("anna")], groups: [GroupID("sales")],
            zone: dialer == DialerID("back") ? "Europe/Kyiv" : nil
        ) { text in
            if text.hasPrefix("+") { return CustomerNumber(text) }
            guard Int(text) != nil else { return nil }
            return CustomerNumber(text.count < 8 ? text : text.hasPrefix("09") ? "+" + text : "+38" + text)
        }
    }

    func storedImport(_ id: ImportID) async throws(StorageError) -> StoredImport? {
        guard !storageFails else { throw .failed(operation: "look up an import", problem: "disk I/O error") }
        return imports.withLock { $0.begun[id] }
    }

    func beginImport(_ one: StoredImport) async throws(StorageError) {
        imports.withLock { if $0.begun[one.id] == nil { $0.begun[one.id] = one } }
    }

    func importedStretches(of id: ImportID, limit: Int) async throws(StorageError) -> [ClosedRange<Int>] {
        imports.withLock { Array($0.stretches.prefix(limit)) }
    }

    func importRows(_ rows: [ImportRow], of id: ImportID) async throws(StorageError) -> ImportOutcome? {
        imports.withLock { imports in
            guard !imports.isBusy else { return nil }
            imports.taken += rows
            return ImportOutcome(imported: rows.count)
        }
    }
}
