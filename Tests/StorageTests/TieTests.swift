import Routing
import Testing

@testable import Storage

@Suite struct TieTests {
    private let customer = CustomerNumber("+380671234567")

    @Test func anUnknownCustomerHasNoTie() async throws {
        #expect(try await TemporaryStore().store.tie(of: customer, now: origin) == nil)
    }

    @Test func theAgeOfATieIsReckonedFromTheEndOfTheConversation() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", group: "english", at: 10)
        try await store.flush()
        let tie = try await store.tie(of: customer, now: .seconds(70))
        #expect(tie == Tie(operator: OperatorID("anna"), group: GroupID("english"), age: .seconds(60)))
    }

    @Test func aTieThatIsGivenUpIsGoneAtOnceAndOnTheDisk() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", at: 10)
        try await store.flush()
        store.write(.fact(.untied(customer, by: .number(2)), at: .seconds(20), origin: origin))
        #expect(try await store.tie(of: customer, now: .seconds(20)) == nil)
        try await store.flush()
        #expect(try await store.tie(of: customer, now: .seconds(20)) == nil)
        #expect(try store.inspect("SELECT count(*) FROM ties") == ["0"])
    }

    @Test func aClockThatWasSetBackMakesNoNegativeAge() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", at: 100)
        #expect(try await store.tie(of: customer, now: .seconds(0))?.age == .zero)
        try await store.flush()
        #expect(try await store.tie(of: customer, now: .seconds(0))?.age == .zero)
    }

    @Test func theNewestConversationTies() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", group: "english", at: 10)
        store.tie(customer.text, to: "ihor", at: 20)
        try await store.flush()
        #expect(
            try await store.tie(of: customer, now: .seconds(20)) == Tie(operator: OperatorID("ihor"), age: .zero))
        #expect(try store.inspect("SELECT count(*) FROM ties") == ["1"])
    }

    @Test func theNewestConversationTiesEvenIfTheClockWentBack() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", at: 1_000_000)
        try await store.flush()
        store.tie(customer.text, to: "ihor", at: 20)
        try await store.flush()
        #expect(try await store.tie(of: customer, now: .seconds(20))?.operator == OperatorID("ihor"))
    }

    @Test func aTieCountsBeforeItIsOnTheDisk() async throws {
        let store = try TemporaryStore().store
        store.tie(customer.text, to: "anna", at: 10)
        #expect(try await store.tie(of: customer, now: .seconds(10))?.operator == OperatorID("anna"))
        try await store.flush()
        #expect(store.pendingTie(of: customer) == nil)
        #expect(try await store.tie(of: customer, now: .seconds(10))?.operator == OperatorID("anna"))
    }

    @Test func tiesSurviveAKill() async throws {
        let temporary = try TemporaryStore()
        temporary.store.tie(customer.text, to: "anna", at: 10)
        try await temporary.store.flush()
        let again = try temporary.reopenedAfterKill()
        #expect(try await again.tie(of: customer, now: .seconds(15))?.age == .seconds(5))
    }

    @Test func lookingUpATieIsOneStepInAnIndex() throws {
        let store = try TemporaryStore().store
        let sql = SQLiteCallStore.tieQuery.replacing("?", with: "'1'")
        #expect(
            try store.inspect("EXPLAIN QUERY PLAN " + sql, column: 3)
                == ["SEARCH ties USING PRIMARY KEY (pool=? AND number=?)"])
    }
}

@Suite struct WishTests {
    @Test func whatOperatorsWishedSurvivesAKill() async throws {
        let temporary = try TemporaryStore()
        let wishes: [(String, OperatorWish)] = [
            ("anna", .off), ("ihor", .ready), ("olena", .paused(reason: "lunch")), ("anna", .ready),
            ("petro", .paused(reason: "")), ("ihor", .off),
        ]
        for (name, wish) in wishes {
            temporary.store.write(.fact(.operatorWished(OperatorID(name), wish), at: origin, origin: origin))
        }
        try await temporary.store.flush()
        #expect(
            try await temporary.reopenedAfterKill().wishes() == [
                OperatorID("anna"): .ready, OperatorID("ihor"): .off, OperatorID("olena"): .paused(reason: "lunch"),
                OperatorID("petro"): .paused(reason: ""),
            ])
    }
}
