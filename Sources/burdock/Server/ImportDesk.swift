import ControlAPI
import Routing
import Storage
import Synchronization

/// Turns rows of files into tasks: through the router, in slices so short that calls do not notice, each slice on disk
/// as a whole and with the mark that it is done. While one batch is written the next is decided on.
final class ImportDesk: Sendable {
    /// Gives the router events and makes identities of tasks, there where the router decides.
    typealias Slice = @Sendable (_ submit: (RoutingEvent) -> Void, _ makeTask: () -> TaskID) -> ImportOutcome
    /// Runs a slice there, without a suspension, and returns what came of it.
    typealias Enter = @Sendable (_ slice: @escaping Slice) async -> ImportOutcome

    /// No slice begins another row after that. A row takes some 20 µs.
    static let sliceTime: Duration = .milliseconds(1)
    /// Nor has it more rows than that: what it writes waits in memory until it is over.
    static let sliceRows = 200

    private let store: SQLiteCallStore
    private let now: @Sendable () -> Instant
    /// The date of `Instant(nanoseconds: 0)`.
    private let origin: @Sendable () -> WallTime
    private let enter: Enter
    /// Waits until what was decided is in the journal, as far as its disk lets it.
    private let journalKeepsUp: @Sendable () async -> Void
    private let busy = Mutex<Set<ImportID>>([])
    /// The newest batch of each import, until it is known to be on disk.
    private let newest = Mutex<[ImportID: Writing]>([:])
    /// The disk failed when their rows were to be written: these may be done, and not be on it yet.
    private let unsure = Mutex<Set<ImportID>>([])

    /// A batch on its way to the disk.
    private struct Writing {
        let rows: ClosedRange<Int>
        let end: Task<Result<Void, StorageError>, Never>
    }

    init(
        store: SQLiteCallStore, now: @escaping @Sendable () -> Instant, origin: @escaping @Sendable () -> WallTime,
        enter: @escaping Enter, journalKeepsUp: @escaping @Sendable () async -> Void = {}
    ) {
        self.store = store
        self.journalKeepsUp = journalKeepsUp
        self.now = now
        self.origin = origin
        self.enter = enter
    }

    /// Decides on the rows, and waits until those of the batch before are on disk.
    ///
    /// - Returns: `nil`: rows of this import are being worked on already.
    func take(_ rows: [ImportRow], of id: ImportID) async throws(StorageError) -> ImportOutcome? {
        guard busy.withLock({ $0.insert(id).inserted }) else { return nil }
        defer { busy.withLock { _ = $0.remove(id) } }
        guard let first = rows.map(\.row).min(), let last = rows.map(\.row).max() else { return ImportOutcome() }
        if newest.withLock({ $0[id]?.rows.overlaps(first...last) }) == true { try await settle(id) }
        var left = try await undone(rows, first...last, of: id)[...]
        var outcome = ImportOutcome(skipped: rows.count - left.count)
        while !left.isEmpty {
            let next = Array(left.prefix(Self.sliceRows))
            let slice = await enter { [self] in self.slice(next, of: id, submit: $0, makeTask: $1) }
            outcome.imported += slice.imported
            outcome.updated += slice.updated
            left = left.dropFirst(max(slice.imported + slice.updated, 1))
        }
        try await settle(id, next: Writing(rows: first...last, end: Task { await write() }))
        return outcome
    }

    /// Waits until all rows that were taken are on disk.
    func settle(_ id: ImportID) async throws(StorageError) { try await settle(id, next: nil) }

    private func settle(_ id: ImportID, next: Writing?) async throws(StorageError) {
        let before = newest.withLock { newest in
            defer { newest[id] = next }
            return newest[id]
        }
        guard case .failure(let error)? = await before?.end.value else { return }
        unsure.withLock { _ = $0.insert(id) }
        throw error
    }

    private func write() async -> Result<Void, StorageError> {
        async let journalled: Void = journalKeepsUp()
        let result: Result<Void, StorageError>
        do throws(StorageError) {
            result = .success(try await store.flush())
        } catch {
            result = .failure(error)
        }
        await journalled
        return result
    }

    /// Each row once, without those that are done.
    private func undone(
        _ rows: [ImportRow], _ range: ClosedRange<Int>, of id: ImportID
    ) async throws(StorageError) -> [ImportRow] {
        if unsure.withLock({ $0.contains(id) }) {
            try await store.flush()
            unsure.withLock { _ = $0.remove(id) }
        }
        var done = try await store.importedRows(of: id, in: range)
        return rows.filter { done.insert($0.row).inserted }
    }

    /// As many of the rows as there is time for, at least one.
    private func slice(
        _ rows: [ImportRow], of id: ImportID, submit: (RoutingEvent) -> Void, makeTask: () -> TaskID
    ) -> ImportOutcome {
        var outcome = ImportOutcome()
        let (began, origin) = (now(), origin())
        store.together { written in
            var taken = 0
            var tasks = Set<TaskID>()
            repeat {
                let draft = rows[taken].draft
                let request = TaskRequest(
                    id: makeTask(), dialer: draft.dialer, number: draft.number, due: Instant(draft.due, origin: origin),
                    responsible: draft.responsible, group: draft.group, source: .importFile)
                tasks.insert(request.id)
                submit(.taskRequested(request))
                if let card = draft.card { store.write(.taskCarded(card, of: draft.number, in: draft.dialer)) }
                taken += 1
            } while taken < rows.count && now() - began < Self.sliceTime
            let opened = written().count { $0.opens(oneOf: tasks) }
            outcome = ImportOutcome(imported: opened, updated: taken - opened)
            store.write(
                .rowsImported(ImportedRows(import: id, rows: rows.prefix(taken).map(\.row), opened: opened)))
        }
        return outcome
    }
}

extension StoredEntry {
    fileprivate func opens(oneOf tasks: Set<TaskID>) -> Bool {
        if case .fact(.taskOpened(let task), _, _) = self { tasks.contains(task.id) } else { false }
    }
}
