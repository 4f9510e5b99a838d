import Routing
import Testing

@testable import Storage

@Suite struct CallLogTests {
    @Test func anEndedCallIsReadBackAsItWasWritten() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(42), at: origin))
        store.end(record(42))
        try await store.flush()
        let expected = StoredCall(
            call: .number(42), pool: "main", line: "0800", queue: QueueID("sales"),
            number: CustomerNumber("+380671234567"), name: "Oksana", vip: false, interrupted: false, announced: false,
            wasInterrupted: false, arrivedAt: .seconds(0), endedAt: .seconds(120), outcome: .answered,
            endedBy: .customer, status: 200, stage: .anyone,
            segments: [
                .init(kind: .waiting, from: .seconds(0), until: .seconds(10), operator: nil),
                .init(kind: .talking, from: .seconds(10), until: .seconds(120), operator: OperatorID("anna")),
            ],
            rings: [
                .init(
                    operator: OperatorID("ihor"), from: .seconds(1), until: .seconds(3), outcome: "declined",
                    status: 603),
                .init(
                    operator: OperatorID("anna"), from: .seconds(3), until: .seconds(10), outcome: "answered",
                    status: nil),
            ])
        #expect(try await store.calls(matching: CallFilter()) == [expected])
        #expect(
            try store.inspect("SELECT stage || ' ' || (ended_at - begun_at) FROM stages ORDER BY position")
                == ["own 3000", "anyone 7000"])
    }

    @Test func aCallThatIsUpIsNotInTheLogYet() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: origin))
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).isEmpty)
        #expect(try store.inspect("SELECT count(*) FROM calls") == ["1"])
    }

    @Test func aSecondEndChangesNothing() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: origin))
        store.end(record(1))
        store.end(record(1) { $0.outcome = .abandoned })
        try await store.flush()
        store.write(.callBegan(arrival(1), at: origin))
        store.end(record(1) { $0.outcome = .timedOut })
        try await store.flush()
        let calls = try await store.calls(matching: CallFilter())
        #expect(calls.map(\.outcome) == [.answered])
        #expect(calls.first?.segments.count == 2)
        #expect(calls.first?.rings.count == 2)
    }

    @Test func anEndWithoutABeginningStillMakesARow() async throws {
        let store = try TemporaryStore().store
        store.end(record(7))
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).map(\.call) == [.number(7)])
    }

    @Test func theHighestCallIDSurvives() async throws {
        let store = try TemporaryStore().store
        store.end(record(.max))
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).map(\.call) == [.number(.max)])
    }

    @Test(arguments: CallRecord.Outcome.allCases) func everyOutcomeCanBeStored(_ outcome: CallRecord.Outcome)
        async throws
    {
        let store = try TemporaryStore().store
        store.end(record(1) { $0.outcome = outcome })
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).map(\.outcome) == [outcome])
    }

    @Test func whatIsBilledIsWrittenOnce() async throws {
        let store = try TemporaryStore().store
        for _ in 0..<2 {
            store.write(.fact(.vipUsed(.number(1), OperatorID("anna")), at: .seconds(1), origin: origin))
            store.write(.fact(.vipMissed(.number(1), OperatorID("anna")), at: .seconds(1), origin: origin))
        }
        try await store.flush()
        #expect(try store.inspect("SELECT operator FROM vip_usage") == ["anna"])
        #expect(try store.inspect("SELECT operator FROM missed_vip") == ["anna"])
    }

    @Test func aCallbackWishIsKept() async throws {
        let store = try TemporaryStore().store
        let wish = CallbackWish(
            call: .number(1), number: CustomerNumber("+380671234567"), queue: QueueID("sales"),
            responsible: OperatorID("anna"), group: nil)
        store.write(.fact(.callbackWanted(wish), at: .seconds(1), origin: origin))
        try await store.flush()
        #expect(try store.inspect("SELECT responsible FROM callback_wishes") == ["anna"])
    }
}

@Suite struct CallFilterTests {
    /// Four calls, a minute apart: 1 plain, 2 VIP, 3 VIP that interrupted, 4 of another queue and operator.
    private func filled() async throws -> SQLiteCallStore {
        let store = try TemporaryStore().store
        store.end(record(1, at: 0))
        store.end(record(2, at: 60) { $0.vip = true })
        store.end(
            record(3, at: 120) {
                $0.vip = true
                $0.interrupted = true
            })
        store.end(
            record(4, at: 180) {
                $0.arrival.queue = QueueID("support")
                $0.arrival.number = CustomerNumber("+48221234567")
                $0.rings = []
                $0.segments = [
                    .init(
                        kind: .talking, from: Instant(seconds: 180), until: Instant(seconds: 300),
                        operator: OperatorID("olena"))
                ]
            })
        try await store.flush()
        return store
    }

    private func ids(_ change: (inout CallFilter) -> Void) async throws -> [UInt64] {
        var filter = CallFilter()
        change(&filter)
        return try await filled().calls(matching: filter).map(\.call.rawValue)
    }

    @Test func newestFirst() async throws {
        #expect(try await ids { _ in } == [4, 3, 2, 1])
    }

    @Test func byVIP() async throws {
        #expect(try await ids { $0.vip = true } == [3, 2])
        #expect(try await ids { $0.vip = false } == [4, 1])
    }

    @Test func byInterruption() async throws {
        #expect(try await ids { $0.interrupted = true } == [3])
        #expect(try await ids { $0.interrupted = false } == [4, 2, 1])
    }

    @Test func byQueueNumberAndCall() async throws {
        #expect(try await ids { $0.queue = QueueID("support") } == [4])
        #expect(try await ids { $0.number = CustomerNumber("+48221234567") } == [4])
        #expect(try await ids { $0.call = .number(2) } == [2])
        #expect(try await ids { $0.call = .number(99) } == [])
    }

    @Test func byOperatorWhoTalkedOrWasRung() async throws {
        #expect(try await ids { $0.operator = OperatorID("anna") } == [3, 2, 1])
        #expect(try await ids { $0.operator = OperatorID("ihor") } == [3, 2, 1])
        #expect(try await ids { $0.operator = OperatorID("olena") } == [4])
    }

    @Test func byTimeOfArrival() async throws {
        #expect(try await ids { $0.since = .seconds(120) } == [4, 3])
        #expect(try await ids { $0.since = .seconds(120.001) } == [4])
    }

    @Test func filtersAreCombined() async throws {
        #expect(
            try await ids {
                $0.vip = true
                $0.operator = OperatorID("ihor")
                $0.queue = QueueID("sales")
                $0.since = .seconds(100)
            } == [3])
    }

    @Test(arguments: [(1, 1), (3, 3), (0, 1), (-5, 1), (Int.max, 4)])
    func theLimitIsKeptWithinItsRange(_ limit: Int, _ count: Int) async throws {
        #expect(try await ids { $0.limit = limit }.count == count)
    }

    /// A scan of the whole log is allowed only where an index gives the newest rows first.
    @Test func everyFilterUsesAnIndex() async throws {
        let store = try await filled()
        func plan(_ change: (inout CallFilter) -> Void) throws -> String {
            var filter = CallFilter()
            change(&filter)
            let sql = CallQuery(filter).ids.replacing("?", with: "'1'")
            return try store.inspect("EXPLAIN QUERY PLAN " + sql, column: 3).joined(separator: "; ")
        }
        #expect(try plan { _ in }.contains("USING INDEX calls_by_arrival"))
        #expect(try plan { $0.since = origin }.contains("USING INDEX calls_by_arrival"))
        #expect(try plan { $0.vip = true }.contains("USING INDEX calls_vip"))
        #expect(try plan { $0.interrupted = true }.contains("USING INDEX calls_interrupting"))
        #expect(try plan { $0.queue = QueueID("q") }.contains("calls_by_queue (queue=?)"))
        #expect(try plan { $0.number = CustomerNumber("1") }.contains("calls_by_number (number=?)"))
        #expect(try plan { $0.call = .number(1) }.contains("USING INTEGER PRIMARY KEY"))
        let byOperator = try plan { $0.operator = OperatorID("anna") }
        #expect(byOperator.contains("segments_by_operator (operator=?)"))
        #expect(byOperator.contains("rings_by_operator (operator=?)"))
    }
}
