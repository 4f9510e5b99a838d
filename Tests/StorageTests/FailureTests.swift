import Logging
import Routing
import Synchronization
import Testing

@testable import Storage

/// The disk fails for real here: SQLite itself is told to refuse writes, or to stop at a size.
@Suite struct FailureTests {
    @Test func aFailingWriteIsReportedAndNothingIsLostOrDoubled() async throws {
        let store = try TemporaryStore().store
        try store.inspect("PRAGMA query_only = 1")
        for call in 1...20 {
            store.write(.callBegan(arrival(UInt64(call)), at: origin))
            store.end(record(UInt64(call), at: Double(call)))
        }
        for _ in 0..<3 {
            await #expect(throws: StorageError.self) { try await store.flush() }
        }
        store.end(record(21, at: 21))
        #expect(try await store.calls(matching: CallFilter()).isEmpty)

        try store.inspect("PRAGMA query_only = 0")
        try await store.flush()
        #expect(
            try await store.calls(matching: CallFilter()).map(\.call.rawValue) == (1...21).reversed().map { UInt64($0) }
        )
        #expect(try store.inspect("SELECT count(*) FROM rings") == ["42"])
    }

    @Test func aFullDiskIsRetriedByItselfUntilItWorks() async throws {
        var tuning = SQLiteCallStore.Tuning()
        tuning.groupDelay = .milliseconds(1)
        tuning.retryDelay = .milliseconds(1)
        tuning.longestRetryDelay = .milliseconds(4)
        let log = LogCounter()
        let store = try TemporaryStore(tuning: tuning, logger: Logger(label: "test") { _ in log }).store
        let pages = try store.inspect("PRAGMA page_count")[0]
        try store.inspect("PRAGMA max_page_count = \(pages)")
        for call in 1...2_000 { store.end(record(UInt64(call), at: Double(call))) }
        await log.reaches(5)
        try store.inspect("PRAGMA max_page_count = 100000")
        while try store.inspect("SELECT count(*) FROM calls") != ["2000"] { await Task.yield() }
        try await store.flush()
        #expect(try store.inspect("SELECT count(*) FROM rings") == ["4000"])
    }

    @Test func aTieCountsWhileTheDiskFails() async throws {
        let store = try TemporaryStore().store
        store.tie("+380671234567", to: "anna", at: 1)
        try await store.flush()
        try store.inspect("PRAGMA query_only = 1")
        store.tie("+380671234567", to: "ihor", at: 2)
        await #expect(throws: StorageError.self) { try await store.flush() }
        let tie = try await store.tie(of: CustomerNumber("+380671234567"), now: .seconds(2))
        #expect(tie?.operator == OperatorID("ihor"))
    }

    @Test func aLongBacklogIsAnnouncedOnceAndNothingOfItIsGivenUp() async throws {
        var tuning = SQLiteCallStore.Tuning.quiet
        tuning.alarmingBacklog = 100
        let log = LogCounter()
        let store = try TemporaryStore(tuning: tuning, logger: Logger(label: "test") { _ in log }).store
        try store.inspect("PRAGMA query_only = 1")
        for call in 1...100 {
            store.write(.callBegan(arrival(UInt64(call)), at: origin))
            store.end(record(UInt64(call), at: Double(call)))
        }
        #expect(log.count == 1)
        try store.inspect("PRAGMA query_only = 0")
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter(limit: 1_000)).count == 100)
    }

    @Test func anEntryThatTheSchemaRefusesDoesNotHoldUpTheOthers() async throws {
        let log = LogCounter()
        let store = try TemporaryStore(logger: Logger(label: "test") { _ in log }).store
        store.end(record(1, at: 1))
        store.end(record(2, at: 2) { $0.ended.status = 7_000 })
        store.end(record(3, at: 3))
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).map(\.call.rawValue) == [3, 1])
        #expect(log.count == 1)
        // Half a call is none: the refused one has left no rings behind either.
        #expect(try store.inspect("SELECT count(*) FROM rings") == ["4"])
    }

    @Test func theDelayDoublesUpToItsLimit() {
        let tuning = SQLiteCallStore.Tuning()
        let delays = (1...8).map { tuning.delay(afterFailures: $0) }
        #expect(
            delays == [.milliseconds(250), .milliseconds(500)] + [1, 2, 4, 8, 10, 10].map { Duration.seconds($0) })
        #expect(tuning.delay(afterFailures: .max) == .seconds(10))
    }

    @Test func writersOnManyThreadsKeepTheirOrder() async throws {
        var tuning = SQLiteCallStore.Tuning()
        tuning.groupDelay = .zero
        tuning.batch = 7
        let store = try TemporaryStore(tuning: tuning).store
        await withTaskGroup(of: Void.self) { group in
            for call in 1...8 {
                group.addTask {
                    for second in 0..<200 { store.tie("+38067\(call)", to: "operator-\(second)", at: Double(second)) }
                }
            }
        }
        try await store.flush()
        for call in 1...8 {
            let tie = try await store.tie(of: CustomerNumber("+38067\(call)"), now: .seconds(200))
            #expect(tie?.operator == OperatorID("operator-199"))
        }
    }
}

/// Counts the critical lines of a log.
struct LogCounter: LogHandler {
    private final class Box: Sendable {
        let count = Mutex(0)
    }

    private let box = Box()
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    var count: Int { box.count.withLock { $0 } }

    func reaches(_ count: Int) async {
        while self.count < count { await Task.yield() }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level == .critical else { return }
        box.count.withLock { $0 += 1 }
    }
}
