import Routing
import Synchronization
import Testing

@testable import Storage

// Goal: a letter is on the disk exactly if what it tells of is, and what is too much or too old goes. Method: an
// announcer that writes a letter about every end of a call.

private final class Announcer: Announcing {
    let commits = Mutex(0)

    func wants(_ kind: News.Kind) -> Bool { kind == .callEnded || kind == .callCut || kind == .vipUsed }

    func letters(of news: News) -> [NewLetter] {
        let call: CallID =
            switch news {
            case .callEnded(let record, _): record.arrival.call
            case .callCut(let cut): cut.call
            default: .number(0)
            }
        return ["crm", "other"].map { letter(call, to: $0) }
    }

    func lettersWritten() { commits.withLock { $0 += 1 } }

    private func letter(_ call: CallID, to endpoint: String) -> NewLetter {
        NewLetter(
            endpoint: endpoint, event: "e\(call)", type: "ended", subject: "call/\(call)",
            at: .seconds(Double(call.rawValue)), body: "{}")
    }
}

@Suite struct OutboxTests {
    private func opened(_ announcer: Announcer = Announcer(), path: String? = nil) throws -> SQLiteCallStore {
        try SQLiteCallStore(
            path: path ?? Directories.make() + "/burdock.sqlite", tuning: .quiet, announcer: announcer, logger: .silent)
    }

    private func due(_ store: SQLiteCallStore, to endpoint: String = "crm", at seconds: Double = 9e6) async throws
        -> [Letter]
    {
        try await store.dueLetters(to: endpoint, at: .seconds(seconds), limit: 100)
    }

    @Test func aLetterIsInTheSameCommitAsItsFact() async throws {
        let announcer = Announcer()
        let store = try opened(announcer)
        store.end(record(1))
        #expect(try await due(store).isEmpty && announcer.commits.withLock { $0 } == 0)
        try await store.flush()
        #expect(try await due(store).map(\.event) == ["e1"])
        #expect(try await due(store, to: "other").map(\.event) == ["e1"])
        #expect(announcer.commits.withLock { $0 } == 1)
        // As if the commit of both had been refused in the middle.
        try store.inspect(
            "CREATE TRIGGER no BEFORE INSERT ON outbox WHEN NEW.event = 'e3' BEGIN SELECT RAISE(ABORT, 'no'); END")
        for call in 2...4 { store.end(record(UInt64(call))) }
        try await store.flush()
        #expect(try await due(store).map(\.event) == ["e1", "e2", "e4"])
        #expect(try await store.calls(matching: CallFilter()).map(\.call.rawValue).sorted() == [1, 2, 4])
    }

    @Test func whatIsWrittenTwiceIsToldOnce() async throws {
        let store = try opened()
        store.end(record(1))
        store.end(record(1))
        try await store.flush()
        let letter = try #require(try await due(store).first)
        try await store.settle(letter, .delivered)
        store.end(record(1))
        try await store.flush()
        #expect(try await due(store).isEmpty)
    }

    @Test func callsThatARestartCutAreToldWithTheirEnd() async throws {
        let store = try opened()
        store.write(.callBegan(arrival(1), at: .seconds(1)))
        try await store.flush()
        #expect(try await store.closeOpenCalls(at: .seconds(60)).count == 1)
        #expect(try await due(store).map(\.event) == ["e1"])
    }

    /// A fact about a call that is not there is no reason to lose the fact.
    @Test func newsOfWhatIsNotKnownAreNotTold() async throws {
        let store = try opened()
        store.write(.fact(.vipUsed(.number(9), OperatorID("anna")), at: origin, origin: origin))
        try await store.flush()
        #expect(try store.inspect("SELECT call FROM vip_usage") == ["9"])
        #expect(try await due(store).isEmpty)
    }

    @Test func failedLettersComeAgainWhenTheyAreDue() async throws {
        let store = try opened()
        for call in 1...3 { store.end(record(UInt64(call))) }
        try await store.flush()
        let letters = try await due(store)
        try await store.settle(letters[0], .failed(nextAt: .seconds(100), problem: "no", status: 500))
        try await store.settle(letters[1], .delivered)
        #expect(try await due(store, at: 50).map(\.event) == ["e3"])
        #expect(try await due(store, at: 100).map(\.event) == ["e3", "e1"])
        #expect(try await due(store, at: 100).map(\.attempts) == [0, 1])
        #expect(try await store.nextDue(to: "crm", after: .seconds(50)) == .seconds(100))
        #expect(try await store.nextDue(to: "crm", after: .seconds(100)) == nil)
        // A clock that was set back does not keep a letter that nobody has tried.
        #expect(try await due(store, at: -1_000).map(\.event) == ["e3"])
    }

    @Test func deadLettersAreListedPageByPageAndComeBackToLife() async throws {
        let store = try opened()
        for call in 1...5 { store.end(record(UInt64(call))) }
        try await store.flush()
        for letter in try await due(store) {
            try await store.settle(letter, .dead(at: .seconds(1_000), problem: "no", status: nil))
        }
        let first = try await store.deadLetters(to: "crm", after: nil, limit: 2)
        #expect(first.rows.map(\.event) == ["e5", "e4"] && first.rows[0].attempts == 1)
        let second = try await store.deadLetters(to: "crm", after: first.next, limit: 3)
        #expect(second.rows.map(\.event) == ["e3", "e2", "e1"])
        #expect(
            try await store.letterCounts() == [
                "crm": LetterCounts(waiting: 0, dead: 5), "other": LetterCounts(waiting: 5, oldestWaiting: .seconds(1)),
            ])
        #expect(try await store.resend(to: "crm", event: "e3", at: .seconds(5_000)) == 1)
        let again = try await due(store)
        #expect(again.map(\.event) == ["e3"] && again[0].attempts == 0 && again[0].since == .seconds(5_000))
        #expect(try await store.resend(to: "crm", event: nil, at: .seconds(5_000)) == 4)
        #expect(try await store.buryAll(to: "crm", because: "gone", at: .seconds(6_000)) == 5)
        #expect(try await store.deadLetters(to: "crm", after: nil, limit: 9).rows.allSatisfy { $0.problem == "gone" })
    }

    @Test func theOutboxIsBoundedAndTheOldestDeadLettersGoFirst() async throws {
        let store = try opened()
        for call in 1...10 { store.end(record(UInt64(call))) }
        try await store.flush()
        for letter in try await due(store).prefix(6) {
            let at = WallTime.seconds(100 - Double(letter.sequence))
            try await store.settle(letter, .dead(at: at, problem: "no", status: nil))
        }
        var limits = OutboxLimits()
        limits.most = 16
        let now = WallTime.seconds(200)
        #expect(try await store.tidyLetters(limits, at: now).droppedDead == 4)
        #expect(try await store.deadLetters(to: "crm", after: nil, limit: 9).rows.map(\.event) == ["e1", "e2"])
        #expect(try await store.tidyLetters(limits, at: now) == TidiedLetters())
        limits.most = 5
        let tidied = try await store.tidyLetters(limits, at: now)
        #expect(tidied.droppedDead == 2 && tidied.droppedWaiting == 9)
        #expect(try await store.letterCounts().values.map(\.waiting).reduce(0, +) == 5)
        #expect(try await due(store).last?.event == "eA")
    }

    @Test func whatIsTooOldGoes() async throws {
        let store = try opened()
        for call in 1...2 { store.end(record(UInt64(call))) }
        try await store.flush()
        try await store.settle(try await due(store)[0], .dead(at: .seconds(100), problem: "no", status: nil))
        let day = 86_400.0
        var tidied = try await store.tidyLetters(OutboxLimits(), at: .seconds(day))
        #expect(tidied == TidiedLetters())
        // Nobody has tried them for 25 hours.
        tidied = try await store.tidyLetters(OutboxLimits(), at: .seconds(day + 3_603))
        #expect(tidied.buried == 3)
        #expect(try await store.letterCounts()["other"] == LetterCounts(waiting: 0, dead: 2))
        tidied = try await store.tidyLetters(OutboxLimits(), at: .seconds(30 * day + 101))
        #expect(tidied.expired == 1)
        tidied = try await store.tidyLetters(OutboxLimits(), at: .seconds(40 * day))
        #expect(tidied.expired == 3)
        #expect(try await store.letterCounts().isEmpty)
    }

    @Test func everyQuestionAboutLettersIsAStepIntoAnIndex() throws {
        let store = try opened()
        for (sql, index) in [
            (
                "SELECT body FROM outbox WHERE pool = 'main' AND endpoint = 'crm' AND dead_at IS NULL "
                    + "AND (attempts = 0 OR next_at <= 5) ORDER BY next_at, sequence LIMIT 5", "outbox_by_due"
            ),
            (
                "SELECT min(next_at) FROM outbox WHERE pool = 'main' AND endpoint = 'crm' AND dead_at IS NULL "
                    + "AND next_at > 5 AND attempts > 0", "outbox_by_due"
            ),
            (
                "SELECT body FROM outbox WHERE pool = 'main' AND endpoint = 'crm' AND dead_at IS NOT NULL "
                    + "ORDER BY dead_at DESC, sequence DESC LIMIT 5", "outbox_by_death"
            ),
        ] {
            let plan = try store.inspect("EXPLAIN QUERY PLAN " + sql, column: 3).joined(separator: "; ")
            #expect(plan.contains(index) && !plan.contains("TEMP B-TREE"), "\(plan)")
        }
    }
}
