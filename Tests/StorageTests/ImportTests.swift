import Routing
import Testing

@testable import Storage

@Suite struct ImportTests {
    private static let id = ImportID(sha256: String(repeating: "AB", count: 32), dialer: DialerID("callbacks"))
    private static let one = StoredImport(
        id: id, dialer: DialerID("callbacks"), file: "leads.csv", sha256: String(repeating: "ab", count: 32),
        begunAt: origin)

    private func store() throws -> TemporaryStore {
        let temporary = try TemporaryStore()
        temporary.store.write(.importBegan(Self.one))
        return temporary
    }

    @Test func theSameFileAndDialerAreTheSameImport() {
        #expect(Self.id.name == "abababababababababababababababab.callbacks")
        #expect(ImportID(sha256: String(repeating: "ab", count: 32), dialer: DialerID("callbacks")) == Self.id)
        #expect(ImportID(sha256: String(repeating: "ab", count: 32), dialer: DialerID("other")) != Self.id)
    }

    @Test func rowsAreMarkedOnceAndCountedOnce() async throws {
        let store = try store().store
        let rows = ImportedRows(import: Self.id, rows: [2, 3, 4_095, 4_096, 4_097, 9_000], opened: 4)
        // In one transaction, and once more in another.
        for _ in 0..<2 { store.write(.rowsImported(rows)) }
        try await store.flush()
        store.write(.rowsImported(rows))
        store.write(.importBegan(Self.one))
        try await store.flush()
        let stored = try await store.import(Self.id)
        #expect(stored?.imported == 4)
        #expect(stored?.updated == 2)
        #expect(try await store.importedStretches(of: Self.id, limit: 10) == [2...3, 4_095...4_097, 9_000...9_000])
        #expect(try await store.importedStretches(of: Self.id, limit: 2) == [2...3, 4_095...4_097])
        #expect(try await store.importedRows(of: Self.id, in: 3...4_096) == [3, 4_095, 4_096])
        #expect(try await store.importedRows(of: ImportID("other"), in: 1...9_000).isEmpty)
    }

    @Test func theLargestRowHasItsPlace() async throws {
        let store = try store().store
        let row = ImportedRows.largestRow
        store.write(.rowsImported(ImportedRows(import: Self.id, rows: [1, row], opened: 2)))
        try await store.flush()
        #expect(try await store.importedStretches(of: Self.id, limit: 10) == [1...1, row...row])
    }

    /// Killed at any moment, the store has a group or it does not.
    @Test func aGroupIsNeverTorn() async throws {
        var tuning = SQLiteCallStore.Tuning.quiet
        tuning.batch = 3
        let temporary = try TemporaryStore(tuning: tuning)
        temporary.store.write(.importBegan(Self.one))
        try await temporary.store.flush()
        for group in 0..<5 {
            temporary.store.together { written in
                for row in 0..<5 {
                    let number = UInt64(group * 5 + row + 1)
                    temporary.store.note(.taskOpened(task(number, number: "+38067\(number)")))
                }
                #expect(written().count == 5)
                temporary.store.write(
                    .rowsImported(ImportedRows(import: Self.id, rows: [group + 1], opened: 1)))
            }
        }
        try await temporary.store.flush()
        let copy = try temporary.reopenedAfterKill()
        #expect(try copy.inspect("SELECT count(*) FROM tasks") == ["25"])
        #expect(try copy.inspect("SELECT imported FROM imports") == ["5"])
    }

    @Test func whoeverWaitsForTheDiskDuringAGroupIsAnswered() async throws {
        let store = try store().store
        await withTaskGroup(of: Void.self) { group in
            for round in 0..<20 {
                group.addTask { try? await store.flush() }
                store.together { _ in
                    store.write(.rowsImported(ImportedRows(import: Self.id, rows: [round + 1], opened: 1)))
                }
            }
        }
        try await store.flush()
        #expect(try await store.importedStretches(of: Self.id, limit: 10) == [1...20])
    }
}

@Suite struct GroupedBufferTests {
    private func entry(_ call: UInt64) -> StoredEntry { .callBegan(arrival(call), at: origin) }

    @Test func aBatchEndsWhereAGroupDoes() {
        var buffer = WriteBuffer()
        buffer.append(entry(0))
        buffer.beginGroup()
        for call in 1...5 { buffer.append(entry(UInt64(call))) }
        buffer.endGroup()
        buffer.append(entry(6))
        #expect(buffer.takeBatch(limit: 3).map(\.sequence) == [1, 2, 3, 4, 5, 6])
        buffer.failed()
        #expect(buffer.takeBatch(limit: 1).map(\.sequence) == [1])
        buffer.committed()
        #expect(buffer.takeBatch(limit: 1).map(\.sequence) == [2, 3, 4, 5, 6])
        buffer.committed()
        #expect(buffer.takeBatch(limit: 3).map(\.sequence) == [7])
    }

    @Test func anOpenGroupWaits() {
        var buffer = WriteBuffer()
        buffer.append(entry(0))
        buffer.beginGroup()
        #expect(buffer.groupSoFar.isEmpty)
        buffer.append(entry(1))
        #expect(buffer.groupSoFar == [entry(1)])
        #expect(buffer.takeBatch(limit: 10).map(\.sequence) == [1])
        buffer.append(entry(2))
        buffer.committed()
        #expect(buffer.takeBatch(limit: 10).isEmpty)
        #expect(buffer.groupSoFar == [entry(1), entry(2)])
        buffer.endGroup()
        #expect(buffer.takeBatch(limit: 10).map(\.sequence) == [2, 3])
    }

    @Test func anEmptyGroupIsNothing() {
        var buffer = WriteBuffer()
        buffer.beginGroup()
        buffer.endGroup()
        buffer.append(entry(1))
        #expect(buffer.takeBatch(limit: 1).count == 1)
    }
}
