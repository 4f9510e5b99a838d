import ControlAPI
import Foundation
import Logging
import Routing
import Storage
import Synchronization
import Testing

@testable import burdock

/// A router with a store behind it, without calls.
final class SmallHouse: Sendable {
    static let origin = WallTime(milliseconds: 1_795_287_902_000)
    static let back = DialerID("back")

    let store: SQLiteCallStore
    private let state: Mutex<RoutingState>
    private let clock = Mutex<Int64>(0)
    private let ids = Mutex<UInt64>(1_000)
    private let step: Int64

    /// - Parameter step: nanoseconds that pass whenever somebody looks at the clock.
    init(step: Int64 = 1_000) throws {
        store = try SQLiteCallStore(
            path: NSTemporaryDirectory() + "burdock-import-" + UUID().uuidString + "/burdock.db",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        state = Mutex(RoutingState(seed: 1))
        self.step = step
        var policy = RoutingPolicy()
        policy.queues = [QueuePolicy(id: QueueID("sales"))]
        policy.dialers = [DialerPolicy(id: Self.back, queue: QueueID("sales"))]
        handle(.configured(policy))
    }

    deinit {
        // What stays behind harms nobody.
        try? FileManager.default.removeItem(at: URL(fileURLWithPath: store.path).deletingLastPathComponent())
    }

    var now: Instant {
        clock.withLock { clock in
            clock += step
            return Instant(nanoseconds: clock)
        }
    }

    var snapshot: RoutingSnapshot { state.withLock { $0.snapshot(at: Instant(nanoseconds: 0), withTasks: false) } }

    func handle(_ event: RoutingEvent) {
        let now = now
        let decisions = state.withLock { $0.handle(event, at: now) }
        for case .record(let fact) in decisions.map(\.action) {
            store.write(.fact(fact, at: Self.origin, origin: Self.origin))
        }
    }

    func makeTask() -> TaskID {
        ids.withLock { id in
            id += 1
            return TaskID(rawValue: id)
        }
    }

    /// - Parameter before: happens before each slice.
    func desk(before: @escaping @Sendable () async -> Void = {}) -> ImportDesk {
        ImportDesk(store: store, now: { self.now }, origin: { Self.origin }) { slice in
            await before()
            return slice({ self.handle($0) }, { self.makeTask() })
        }
    }
}

@Suite struct ImportDeskTests {
    private static let id = ImportID(sha256: String(repeating: "ab", count: 32), dialer: SmallHouse.back)

    private func row(_ row: Int, _ number: Int, name: String? = nil) throws -> ImportRow {
        var draft = TaskDraft(
            dialer: SmallHouse.back, number: CustomerNumber("+38067\(number)"),
            due: SmallHouse.origin.adding(milliseconds: 3_600_000))
        draft.card = try name.map { try TaskCard(name: $0) }
        return ImportRow(row: row, draft: draft)
    }

    private func begun(_ house: SmallHouse) async throws -> ImportDesk {
        house.store.write(
            .importBegan(
                StoredImport(
                    id: Self.id, dialer: SmallHouse.back, file: "leads.csv", sha256: String(repeating: "ab", count: 32),
                    begunAt: SmallHouse.origin)))
        return house.desk()
    }

    private func tasks(_ house: SmallHouse) async throws -> [StoredTask] {
        try await house.store.flush()
        return try await house.store.tasks(matching: TaskFilter(limit: 10_000)).rows
    }

    @Test func everyRowBecomesATaskWithItsCard() async throws {
        let house = try SmallHouse()
        let desk = try await begun(house)
        let rows = try (1...1_000).map { try row($0 + 1, 1_000_000 + $0, name: "Customer \($0)") }
        #expect(try await desk.take(rows, of: Self.id) == ImportOutcome(imported: 1_000))
        let tasks = try await tasks(house)
        #expect(tasks.count == 1_000)
        #expect(tasks.allSatisfy { $0.source == .importFile && $0.dialer == SmallHouse.back })
        let one = try #require(tasks.first { $0.number == CustomerNumber("+380671000007") })
        #expect(try await house.store.card(of: one.id)?.name == "Customer 7")
        #expect(one.due == SmallHouse.origin.adding(milliseconds: 3_600_000))
        #expect(try await house.store.importedStretches(of: Self.id, limit: 10) == [2...1_001])
    }

    @Test func aRowThatIsDoneIsNotDoneAgain() async throws {
        let house = try SmallHouse()
        let desk = try await begun(house)
        #expect(try await desk.take([row(2, 1), row(3, 2)], of: Self.id) == ImportOutcome(imported: 2))
        let id = try #require(try await tasks(house).first { $0.number == CustomerNumber("+380671") }?.id)
        house.handle(.taskCancelled(id))
        // The same row twice in a batch is one row.
        let again = try await desk.take([row(2, 1), row(3, 2), row(4, 3), row(4, 3)], of: Self.id)
        #expect(again == ImportOutcome(imported: 1, skipped: 3))
        try await house.store.flush()
        #expect(try await tasks(house).filter { $0.closedAt == nil }.count == 2)
        let stored = try await house.store.import(Self.id)
        #expect(stored?.imported == 3)
    }

    @Test func twoRowsOfACustomerAreOneTaskAndTheLaterHolds() async throws {
        let house = try SmallHouse()
        let desk = try await begun(house)
        let outcome = try await desk.take([row(2, 1, name: "Old"), row(3, 2), row(4, 1, name: "New")], of: Self.id)
        #expect(outcome == ImportOutcome(imported: 2, updated: 1))
        let one = try #require(try await tasks(house).first { $0.number == CustomerNumber("+380671") })
        #expect(try await house.store.card(of: one.id)?.name == "New")
        #expect(try await house.store.import(Self.id)?.updated == 1)
    }

    /// With a clock on which each row takes 300 µs, a slice has four of them.
    @Test func aSliceEndsWhenItsTimeIsOver() async throws {
        let house = try SmallHouse(step: 150_000)
        let slices = Mutex<Int>(0)
        _ = try await begun(house)
        let desk = house.desk { slices.withLock { $0 += 1 } }
        let rows = try (1...20).map { try row($0, $0) }
        #expect(try await desk.take(rows, of: Self.id) == ImportOutcome(imported: 20))
        #expect(slices.withLock { $0 } == 5)
    }

    @Test func oneAtATimeWorksOnAnImport() async throws {
        let house = try SmallHouse()
        _ = try await begun(house)
        let second = Mutex<ImportOutcome?>(ImportOutcome(imported: -1))
        let made = Mutex<ImportDesk?>(nil)
        let desk = house.desk {
            // While the first is at it.
            let other = try? await made.withLock { $0 }?.take([], of: Self.id)
            second.withLock { $0 = other ?? nil }
        }
        made.withLock { $0 = desk }
        #expect(try await desk.take([row(2, 1)], of: Self.id) == ImportOutcome(imported: 1))
        #expect(second.withLock { $0 } == nil)
        #expect(try await desk.take([], of: Self.id) == ImportOutcome())
        made.withLock { $0 = nil }
    }
}
