import Routing
import Testing

@testable import Storage

/// Who calls back within `resume_place` has their place again (product.md section 8).
@Suite struct ResumedPlaceTests {
    private let customer = CustomerNumber("+380671234567")

    private func abandon(
        _ call: UInt64, at seconds: Double, after wait: Double = 40, in store: SQLiteCallStore,
        change: (inout CallRecord) -> Void = { _ in }
    ) {
        store.end(
            record(call, at: seconds) {
                $0.segments = [
                    .init(kind: .waiting, from: Instant(seconds: seconds), until: Instant(seconds: seconds + wait))
                ]
                $0.endedAt = Instant(seconds: seconds + wait)
                $0.outcome = .abandoned
                change(&$0)
            })
    }

    private func resumed(_ store: SQLiteCallStore, at seconds: Double, queue: String = "sales") async throws
        -> Duration?
    {
        try await store.profile(of: customer, queue: queue, now: .seconds(seconds)).resumed
    }

    /// The same whether it is on the disk yet or not.
    private func both(
        _ fill: (SQLiteCallStore) -> Void, at seconds: Double, queue: String = "sales"
    ) async throws -> [Duration?] {
        let store = try TemporaryStore().store
        fill(store)
        let pending = try await resumed(store, at: seconds, queue: queue)
        try await store.flush()
        #expect(store.pending(of: customer).1 == nil)
        return [pending, try await resumed(store, at: seconds, queue: queue)]
    }

    @Test func whoHungUpWhileWaitingHasWaited() async throws {
        #expect(try await both({ abandon(1, at: 0, in: $0) }, at: 99) == [.seconds(40), .seconds(40)])
    }

    @Test func afterTheTimeNothingIsResumed() async throws {
        #expect(try await both({ abandon(1, at: 0, in: $0) }, at: 100) == [nil, nil])
    }

    @Test func anotherQueueIsAnotherPlace() async throws {
        #expect(try await both({ abandon(1, at: 0, in: $0) }, at: 50, queue: "support") == [nil, nil])
    }

    @Test func aPlaceIsThatOfTheQueueInWhichTheyWereLast() async throws {
        let fill = { store in
            abandon(1, at: 0, in: store) {
                $0.reroutes = [.init(queue: QueueID("support"), at: Instant(seconds: 10))]
            }
        }
        #expect(try await both(fill, at: 50, queue: "support") == [.seconds(40), .seconds(40)])
        #expect(try await both(fill, at: 50) == [nil, nil])
    }

    @Test(arguments: CallRecord.Outcome.allCases.filter { $0 != .abandoned && $0 != .lostByRestart })
    func otherEndsLeaveNoPlace(_ outcome: CallRecord.Outcome) async throws {
        let fill = { store in self.abandon(1, at: 0, in: store) { $0.outcome = outcome } }
        #expect(try await both(fill, at: 50) == [nil, nil])
    }

    @Test func onlyTheLastCallCounts() async throws {
        let fill = { (store: SQLiteCallStore) in
            self.abandon(1, at: 0, in: store)
            store.end(record(2, at: 45) { $0.endedAt = Instant(seconds: 50) })
        }
        #expect(try await both(fill, at: 60) == [nil, nil])
    }

    @Test func whoIsStillInAnotherCallHasNoSecondPlace() async throws {
        let fill = { (store: SQLiteCallStore) in
            store.write(.callBegan(arrival(1), at: origin))
            store.write(.callBegan(arrival(2), at: .seconds(1)))
            self.abandon(1, at: 0, in: store)
        }
        #expect(try await both(fill, at: 50) == [nil, nil])
    }

    @Test func waitsAddUpOverSeveralCalls() async throws {
        let fill = { store in self.abandon(2, at: 0, in: store) { $0.arrival.waited = .seconds(300) } }
        #expect(try await both(fill, at: 50) == [.seconds(340), .seconds(340)])
    }

    /// The machine may have been silent for long before it died: what counts is when it was there again.
    @Test func whoWasCutByARestartIsResumedFromTheStart() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: .seconds(100)))
        try await store.flush()
        try await store.closeOpenCalls(at: .seconds(1_000), alive: .seconds(180))
        #expect(try await resumed(store, at: 1_059) == .seconds(80))
        #expect(try await resumed(store, at: 1_060) == nil)
    }

    @Test func callsThatWeMadeChangeNothing() async throws {
        let fill = { (store: SQLiteCallStore) in
            self.abandon(1, at: 0, in: store)
            store.end(
                record(2, at: 42) {
                    $0.arrival.direction = .outbound(TaskID(rawValue: 1))
                    $0.endedAt = Instant(seconds: 50)
                    $0.outcome = .unanswered
                })
        }
        #expect(try await both(fill, at: 60) == [.seconds(40), .seconds(40)])
    }

    @Test func theTieComesWithIt() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", at: 0)
        abandon(1, at: 0, in: store)
        let expected = CustomerProfile(
            tie: Tie(operator: OperatorID("anna"), age: .seconds(50)), resumed: .seconds(40))
        #expect(try await store.profile(of: customer, queue: "sales", now: .seconds(50)) == expected)
        try await store.flush()
        #expect(try await store.profile(of: customer, queue: "sales", now: .seconds(50)) == expected)
        store.write(.fact(.untied(customer, by: .number(1)), at: .seconds(50), origin: origin))
        #expect(try await store.profile(of: customer, queue: "sales", now: .seconds(50)).tie == nil)
    }

    @Test func lookingUpTheLastCallReadsNoTable() throws {
        let store = try TemporaryStore().store
        let plan = try store.inspect(
            "EXPLAIN QUERY PLAN " + SQLiteCallStore.lastCallQuery.replacing("?", with: "'1'"), column: 3)
        #expect(plan.contains { $0.contains("calls_by_number (number=?)") })
        #expect(plan.allSatisfy { !$0.hasPrefix("SCAN") && !$0.contains("TEMP B-TREE") })
    }
}

extension SQLiteCallStore {
    func profile(of number: CustomerNumber, queue: String, now: WallTime) async throws(StorageError)
        -> CustomerProfile
    {
        let result = await withCheckedContinuation { continuation in
            findCustomer(number, in: QueueID(queue), now: now, resumeWithin: .seconds(60)) {
                continuation.resume(returning: $0)
            }
        }
        return try result.get()
    }
}
