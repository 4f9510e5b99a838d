import Foundation
import Routing
import Testing

@testable import Storage

@Suite struct RestartTests {
    @Test func whatWasAcknowledgedSurvivesAKill() async throws {
        let temporary = try TemporaryStore()
        for call in 1...50 { temporary.store.end(record(UInt64(call))) }
        temporary.store.tell("it was answered", of: 3)
        try await temporary.store.flush()
        temporary.store.end(record(51))
        let again = try temporary.reopenedAfterKill()
        #expect(try await again.calls(matching: CallFilter()).count == 50)
        #expect(try await again.story(of: .number(3)).map(\.text) == ["it was answered"])
    }

    @Test func callsThatWereUpAreClosedAsLostByRestart() async throws {
        let temporary = try TemporaryStore()
        temporary.store.end(record(1))
        temporary.store.write(.callBegan(arrival(2), at: .seconds(10)))
        temporary.store.write(.callBegan(arrival(3), at: .seconds(500)))
        try await temporary.store.flush()
        let again = try temporary.reopenedAfterKill()
        #expect(try await again.closeOpenCalls(at: .seconds(9_000)) == 2)
        let calls = try await again.calls(matching: CallFilter())
        #expect(calls.map(\.call.rawValue) == [3, 2, 1])
        #expect(calls.map(\.outcome) == [.lostByRestart, .lostByRestart, .answered])
        #expect(try await again.closeOpenCalls(at: .seconds(9_000)) == 0)
    }

    /// The machine may have been down all night; that was no call of eight hours.
    @Test func aCutCallEndsWithTheLastSignOfLife() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: .seconds(10)))
        store.end(record(2, at: 20))
        store.tell("the last that was heard", of: 3, at: 200)
        try await store.flush()
        try await store.closeOpenCalls(at: .seconds(30_000))
        var filter = CallFilter()
        filter.call = .number(1)
        #expect(try await store.calls(matching: filter).map(\.endedAt) == [.seconds(200)])
    }

    @Test func aCutCallEndsNeitherInTheFutureNorBeforeItBegan() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: .seconds(10)))
        store.write(.callBegan(arrival(2), at: .seconds(900)))
        try await store.flush()
        try await store.closeOpenCalls(at: .seconds(100))
        #expect(try await store.calls(matching: CallFilter()).map(\.endedAt) == [.seconds(900), .seconds(100)])
    }

    @Test func aCallThatWasClosedAtTheRestartStaysSo() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: origin))
        try await store.flush()
        try await store.closeOpenCalls(at: .seconds(5))
        store.end(record(1))
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).map(\.outcome) == [.lostByRestart])
    }

    @Test func closingFlushesFirst() async throws {
        let temporary = try TemporaryStore()
        temporary.store.end(record(1))
        try await temporary.store.close()
        let log = try FileManager.default.attributesOfItem(atPath: temporary.path + "-wal")[.size] as? Int ?? 0
        #expect(log == 0)
        #expect(try await temporary.reopenedAfterKill().calls(matching: CallFilter()).count == 1)
        await #expect(throws: StorageError.self) { try await temporary.store.calls(matching: CallFilter()) }
    }
}
