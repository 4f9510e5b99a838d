import Routing
import Testing

@testable import Storage

/// What the HTTP API keeps: tokens, answers to requests that come again, and ties as they can be looked at.
@Suite struct APIStoreTests {
    private func token(_ name: String, expiresAt: WallTime? = nil) -> StoredToken {
        StoredToken(
            name: name, digest: Array(repeating: UInt8(name.utf8.first ?? 0), count: 32), scopes: ["read", "tasks"],
            createdAt: .seconds(0), expiresAt: expiresAt)
    }

    private func answer(_ request: UInt8 = 1, at seconds: Double = 0) -> StoredAnswer {
        StoredAnswer(
            request: Array(repeating: request, count: 32), status: 201, contentType: "application/json",
            body: Array("{\"a\":1}".utf8), at: .seconds(seconds))
    }

    // MARK: - Tokens

    @Test func tokensAreThereAfterAPowerCut() async throws {
        let temporary = try TemporaryStore()
        #expect(try await temporary.store.add(token("crm", expiresAt: .seconds(60))))
        #expect(try await temporary.store.add(token("board")))
        try await temporary.store.noteUse(of: "crm", on: .seconds(30))
        var used = token("crm", expiresAt: .seconds(60))
        used.lastUsedDay = .seconds(30)
        #expect(try await temporary.reopenedAfterKill().tokens() == [token("board"), used])
    }

    @Test func aNameIsTakenOnce() async throws {
        let store = try TemporaryStore().store
        #expect(try await store.add(token("crm")))
        var other = token("crm")
        other.scopes = ["admin"]
        #expect(try await !store.add(other))
        #expect(try await store.tokens() == [token("crm")])
    }

    @Test func aRevokedTokenIsGoneWithItsAnswers() async throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        _ = try await store.add(token("crm"))
        let key = RequestKey(token: "crm", key: "k")
        try await store.keep(answer(), to: key, since: .seconds(-1))
        #expect(try await store.removeToken("crm"))
        #expect(try await !store.removeToken("crm"))
        let next = try temporary.reopenedAfterKill()
        #expect(try await next.tokens().isEmpty)
        #expect(try await next.answer(to: key, since: .seconds(-1)) == nil)
    }

    // MARK: - Answers

    @Test func anAnswerIsFoundByTokenAndKeyAfterAPowerCut() async throws {
        let temporary = try TemporaryStore()
        let key = RequestKey(token: "crm", key: "k")
        try await temporary.store.keep(answer(), to: key, since: .seconds(-1))
        let next = try temporary.reopenedAfterKill()
        #expect(try await next.answer(to: key, since: .seconds(-1)) == answer())
        #expect(try await next.answer(to: RequestKey(token: "other", key: "k"), since: .seconds(-1)) == nil)
        #expect(try await next.answer(to: RequestKey(token: "crm", key: "K"), since: .seconds(-1)) == nil)
    }

    @Test func theFirstAnswerCounts() async throws {
        let store = try TemporaryStore().store
        let key = RequestKey(token: "", key: "k")
        try await store.keep(answer(1), to: key, since: .seconds(-1))
        try await store.keep(answer(2), to: key, since: .seconds(-1))
        #expect(try await store.answer(to: key, since: .seconds(-1)) == answer(1))
    }

    @Test func oldAnswersCountForNothingAndAreGivenUp() async throws {
        let store = try TemporaryStore().store
        try await store.keep(answer(at: 0), to: RequestKey(token: "", key: "old"), since: .seconds(-1))
        #expect(try await store.answer(to: RequestKey(token: "", key: "old"), since: .seconds(1)) == nil)
        try await store.keep(answer(at: 9), to: RequestKey(token: "", key: "new"), since: .seconds(1))
        #expect(try store.inspect("SELECT key FROM api_answers") == ["new"])
    }

    @Test func answersAreBoundedInNumber() async throws {
        let store = try TemporaryStore().store
        try store.inspect(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(SQLiteCallStore.mostAnswers))
            INSERT INTO api_answers (pool, token, key, request, status, content_type, body, at)
            SELECT 'main', 'crm', 'k' || i, zeroblob(32), 200, 'x', x'', 0 FROM n
            """)
        try await store.keep(answer(), to: RequestKey(token: "crm", key: "newest"), since: WallTime(milliseconds: -1))
        #expect(try store.inspect("SELECT count(*) FROM api_answers") == ["\(SQLiteCallStore.mostAnswers)"])
        #expect(try store.inspect("SELECT min(id) FROM api_answers") == ["2"])
    }

    // MARK: - Ties

    @Test func tiesAreListedByNumberPageByPage() async throws {
        let store = try TemporaryStore().store
        for (number, name) in [("+3", "anna"), ("+1", "anna"), ("+2", "ihor")] {
            store.tie(number, to: name, group: "sales", by: 7, at: 5)
        }
        try await store.flush()
        var filter = TieFilter(limit: 2)
        #expect(try await store.ties(matching: filter).map(\.number.text) == ["+1", "+2"])
        filter.after = CustomerNumber("+2")
        let rest = try await store.ties(matching: filter)
        #expect(
            rest == [
                StoredTie(
                    number: CustomerNumber("+3"), operator: OperatorID("anna"), group: GroupID("sales"),
                    call: .number(7), tiedAt: .seconds(5))
            ])
        filter = TieFilter()
        filter.operator = OperatorID("anna")
        #expect(try await store.ties(matching: filter).map(\.number.text) == ["+1", "+3"])
    }

    @Test func aResetTieIsGoneAtOnceAndAfterAPowerCut() async throws {
        let temporary = try TemporaryStore()
        let number = CustomerNumber("+1")
        temporary.store.tie("+1", to: "anna", at: 5)
        #expect(try await temporary.store.resetTie(of: number, at: .seconds(9), origin: origin))
        #expect(try await temporary.store.tie(of: number, now: .seconds(9)) == nil)
        #expect(try await !temporary.store.resetTie(of: number, at: .seconds(9), origin: origin))
        #expect(try await temporary.reopenedAfterKill().tie(of: number, now: .seconds(9)) == nil)
    }
}
