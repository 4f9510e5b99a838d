import Foundation
import Logging
import Routing
import Testing

@testable import Storage

@Suite struct RestartTests {
    @Test func whatWasAcknowledgedSurvivesAKill() async throws {
        let temporary = try TemporaryStore()
        for call in 1...50 { temporary.store.end(record(UInt64(call))) }
        try await temporary.store.flush()
        temporary.store.end(record(51))
        let again = try temporary.reopenedAfterKill()
        #expect(try await again.calls(matching: CallFilter()).count == 50)
    }

    @Test func callsThatWereUpAreClosedAsLostByRestart() async throws {
        let temporary = try TemporaryStore()
        temporary.store.end(record(1))
        temporary.store.write(.callBegan(arrival(2), at: .seconds(10)))
        temporary.store.write(.callBegan(arrival(3), at: .seconds(500)))
        try await temporary.store.flush()
        let again = try temporary.reopenedAfterKill()
        #expect(try await again.closeOpenCalls(at: .seconds(9_000)).count == 2)
        let calls = try await again.calls(matching: CallFilter())
        #expect(calls.map(\.call.rawValue) == [3, 2, 1])
        #expect(calls.map(\.outcome) == [.lostByRestart, .lostByRestart, .answered])
        #expect(try await again.closeOpenCalls(at: .seconds(9_000)).isEmpty)
    }

    /// The machine may have been down all night; that was no call of eight hours.
    @Test func aCutCallEndsWithTheLastSignOfLife() async throws {
        let store = try TemporaryStore().store
        store.write(.callBegan(arrival(1), at: .seconds(10)))
        store.end(record(2, at: 20))
        try await store.flush()
        try await store.closeOpenCalls(at: .seconds(30_000), alive: .seconds(200))
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

@Suite struct CutCallTests {
    private func closed(_ fill: (SQLiteCallStore) -> Void, now: Double = 1_000) async throws -> SQLiteCallStore {
        let store = try TemporaryStore().store
        fill(store)
        try await store.flush()
        try await store.closeOpenCalls(at: .seconds(now), alive: .seconds(500))
        return store
    }

    @Test func aCutCallIsToldWithWhatIsKnownOfIt() async throws {
        let store = try TemporaryStore().store
        var outbound = arrival(3, number: "+3")
        outbound.direction = .outbound(TaskID(rawValue: 7))
        var scripted = arrival(4, number: nil)
        scripted.script = [.hangUp]
        var resumed = arrival(1)
        resumed.waited = .seconds(30)
        store.write(.callBegan(resumed, at: .seconds(100)))
        store.write(.callBegan(arrival(2, number: "+2"), at: .seconds(200)))
        store.write(.callConnected(.number(2), OperatorID("anna"), at: .seconds(260)))
        store.write(.callConnected(.number(2), OperatorID("ihor"), at: .seconds(300)))
        store.write(.callBegan(outbound, at: .seconds(300)))
        store.write(.callBegan(scripted, at: .seconds(400)))
        try await store.flush()
        let cut = try await store.closeOpenCalls(at: .seconds(1_000), alive: .seconds(500))
        #expect(cut.map(\.call.rawValue) == [1, 2, 3, 4])
        #expect(cut.map(\.waited) == [.seconds(430), .seconds(60), nil, nil])
        #expect(cut.map(\.answeredBy) == [nil, OperatorID("anna"), nil, nil])
        #expect(cut.map(\.number?.text) == ["+380671234567", "+2", "+3", nil])
        #expect(cut[2].direction == .outbound(TaskID(rawValue: 7)))
        #expect(cut.allSatisfy { $0.endedAt == .seconds(500) })
        let calls = try await store.calls(matching: CallFilter()).reversed()
        #expect(calls.map(\.segments.count) == [1, 2, 0, 0])
        #expect(
            calls.flatMap(\.segments).map { "\($0.kind) \($0.until.since($0.from).components.seconds)" }
                == ["waiting 400", "waiting 60", "talking 240"])
        #expect(
            try store.inspect("SELECT call || ' ' || outcome FROM visits ORDER BY call")
                == ["1 lost_by_restart", "2 answered"])
    }

    @Test func customersWhoWereCutAreOwedACallUntilThereIsATask() async throws {
        let store = try await closed { store in
            store.tie("+1", to: "anna", group: "english", at: 0)
            store.tie("+2", to: "anna", group: "english", at: 0)
            store.write(.callBegan(arrival(1, number: "+1"), at: .seconds(10)))
            store.write(.callBegan(arrival(2, number: "+2"), at: .seconds(20)))
            store.write(.callConnected(.number(2), OperatorID("ihor"), at: .seconds(30)))
            store.write(.callBegan(arrival(3, number: nil), at: .seconds(40)))
        }
        let owed = try await store.owedCallbacks(since: .seconds(900))
        #expect(owed.map(\.call.rawValue) == [1, 2])
        #expect(owed.map(\.responsible) == [OperatorID("anna"), OperatorID("ihor")])
        #expect(owed.map(\.group) == [GroupID("english"), nil])
        // The next start finds them as well, unless a task was made meanwhile.
        try await store.closeOpenCalls(at: .seconds(1_100))
        #expect(try await store.owedCallbacks(since: .seconds(900)).count == 2)
        store.note(.taskOpened(task(1) { $0.source = .lostCall(.number(1)) }), at: 1_200)
        try await store.flush()
        #expect(try await store.owedCallbacks(since: .seconds(900)).map(\.call.rawValue) == [2])
        #expect(try await store.owedCallbacks(since: .seconds(1_001)).isEmpty)
    }

    @Test func operatorsAreAwayFromTheLastSignOfLife() async throws {
        let store = try await closed { store in
            store.note(.operatorEntered(OperatorID("anna"), .talking), at: 100)
            store.note(.operatorEntered(OperatorID("ihor"), .idle), at: 50)
            store.note(.operatorEntered(OperatorID("olena"), .idle), at: 50)
            store.note(.operatorEntered(OperatorID("olena"), .away), at: 60)
        }
        let rows = "SELECT operator || ' ' || activity || ' ' || (at - \(origin.milliseconds)) FROM operator_activities"
        let expected = [
            "anna talking 100000", "anna away 500000", "ihor idle 50000", "ihor away 500000", "olena idle 50000",
            "olena away 60000",
        ]
        #expect(try store.inspect(rows) == expected)
        try await store.closeOpenCalls(at: .seconds(2_000), alive: .seconds(1_900))
        #expect(try store.inspect(rows) == expected)
    }

    @Test func nothingIsClosedWhereNothingWasUp() async throws {
        let store = try await closed { $0.end(record(1)) }
        #expect(try await store.closeOpenCalls(at: .seconds(5_000)).isEmpty)
        #expect(try await store.owedCallbacks(since: WallTime(milliseconds: 0)).isEmpty)
    }

    /// The log may hold a million calls, and years of activities.
    @Test func theStartReadsNoWholeTable() async throws {
        let store = try TemporaryStore().store
        let plans = try [RestartClosing.signsOfLife, RestartClosing.lastActivities.replacing(":pool", with: "'main'")]
            .flatMap { try store.inspect("EXPLAIN QUERY PLAN " + $0, column: 3) }
        let scans = plans.filter { $0.hasPrefix("SCAN ") }
        #expect(scans.allSatisfy { $0.contains("names") || $0 == "SCAN CONSTANT ROW" })
        #expect(plans.count > scans.count)
    }
}

@Suite struct TaskRestartTests {
    @Test func openTasksAreReadBackRelativeToTheNewOrigin() async throws {
        let temporary = try TemporaryStore()
        let full = task(1) {
            $0.responsible = OperatorID("anna")
            $0.group = GroupID("english")
            $0.source = .click(OperatorID("olena"))
            $0.window = CallWindow(opens: Instant(seconds: 10), closes: Instant(seconds: 900))
            $0.updatedAt = Instant(seconds: 60)
            $0.stage = .group
            $0.attempts = 3
            $0.tries[.busy] = 2
            $0.claimedBy = OperatorID("ihor")
        }
        temporary.store.note(.taskOpened(full))
        temporary.store.note(.taskOpened(task(2, number: "+2") { $0.due = Instant(seconds: 5) }))
        temporary.store.note(.taskOpened(task(3, number: "+3")))
        temporary.store.note(.taskClosed(TaskID(rawValue: 3), .cancelled))
        try await temporary.store.flush()
        let again = try temporary.reopenedAfterKill()
        #expect(try await again.openTasks(origin: origin).map(\.id.rawValue) == [2, 1])
        #expect(try await again.openTasks(origin: origin).last == full)
        // A process that starts 1000 s later has its instants from there.
        let later = try #require(try await again.openTasks(origin: .seconds(1_000)).last)
        #expect(later.due == Instant(seconds: -900))
        #expect(later.openedAt == Instant(seconds: -950))
        #expect(later.window == CallWindow(opens: Instant(seconds: -990), closes: Instant(seconds: -100)))
        #expect(later.claimedBy == OperatorID("ihor"))
    }

    @Test(arguments: [
        TaskSource.lostCall(.number(.max)), .customer(.number(1)), .form, .click(OperatorID("anna")), .importFile,
        .program, .hangUp(.number(3)),
    ]) func everySourceIsReadBack(_ source: TaskSource) async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(.max) { $0.source = source }))
        try await store.flush()
        #expect(try await store.openTasks(origin: origin).map(\.source) == [source])
    }

    @Test func whatWasWantedOfADialerIsRestored() async throws {
        let temporary = try TemporaryStore()
        let (back, sales) = (DialerID("back"), DialerID("sales"))
        let wishes: [(DialerID, DialerWish)] = [
            (back, .paused(reason: "holiday")), (sales, .paused(reason: "")), (back, .running),
        ]
        for (dialer, wish) in wishes { temporary.store.note(.dialerWished(dialer, wish)) }
        try await temporary.store.flush()
        #expect(try await temporary.reopenedAfterKill().dialerWishes() == [back: .running, sales: .paused(reason: "")])
    }

    @Test func aClaimIsRestoredWithItsTask() async throws {
        let temporary = try TemporaryStore()
        temporary.store.note(.taskOpened(task(1)))
        try await temporary.store.claim(
            TaskClaim(task: TaskID(rawValue: 1), attempt: 4, operator: OperatorID("anna"), at: .seconds(70)))
        let restored = try await temporary.reopenedAfterKill().openTasks(origin: origin)
        #expect(restored.map(\.claimedBy) == [OperatorID("anna")])
        #expect(restored.map(\.attempts) == [4])
    }

    @Test func oneDamagedTaskDoesNotKeepTheOthers() async throws {
        let log = LogCounter()
        let store = try TemporaryStore(logger: Logger(label: "test") { _ in log }).store
        for id in 1...3 { store.note(.taskOpened(task(UInt64(id), number: "+\(id)"))) }
        try await store.flush()
        try store.inspect("UPDATE tasks SET source = 'click' WHERE id = 2")
        #expect(try await store.openTasks(origin: origin).map(\.id.rawValue) == [1, 3])
        #expect(log.count == 1)
    }
}

@Suite struct RegistrationTests {
    @Test func registrationsSurviveAKillUntilTheyRunOut() async throws {
        let temporary = try TemporaryStore()
        func register(_ user: String, _ payload: String, until seconds: Double) {
            temporary.store.write(
                .registered(StoredRegistration(user: user, payload: payload, expiresAt: .seconds(seconds))))
        }
        register("anna", "old", until: 10)
        register("anna", "new", until: 100)
        register("ihor", "x", until: 40)
        register("olena", "x", until: 100)
        temporary.store.write(.unregistered(user: "olena"))
        try await temporary.store.flush()
        let again = try temporary.reopenedAfterKill()
        #expect(
            try await again.registrations(now: .seconds(40))
                == [StoredRegistration(user: "anna", payload: "new", expiresAt: .seconds(100))])
    }
}
