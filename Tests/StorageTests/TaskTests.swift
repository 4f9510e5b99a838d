import Routing
import Testing

@testable import Storage

func task(_ id: UInt64, number: String = "+380671234567", change: (inout TaskRecord) -> Void = { _ in }) -> TaskRecord {
    let request = TaskRequest(
        id: TaskID(rawValue: id), dialer: DialerID("callbacks"), number: CustomerNumber(number),
        due: Instant(seconds: 100))
    var record = TaskRecord(request, at: Instant(seconds: 50))
    change(&record)
    return record
}

func attempt(_ task: UInt64, _ number: Int, _ outcome: AttemptOutcome = .busy, at seconds: Double = 200)
    -> AttemptRecord
{
    AttemptRecord(
        task: TaskID(rawValue: task), dialer: DialerID("callbacks"), number: CustomerNumber("+380671234567"),
        attempt: number, operator: OperatorID("anna"), call: .number(70), outcome: outcome, status: 486,
        began: Instant(seconds: seconds), dialledAt: Instant(seconds: seconds + 5), rangAt: nil, answeredAt: nil,
        endedAt: Instant(seconds: seconds + 9))
}

extension SQLiteCallStore {
    /// A fact at so many seconds after `origin`.
    func note(_ fact: Fact, at seconds: Double = 0) {
        write(.fact(fact, at: .seconds(seconds), origin: origin))
    }
}

@Suite struct TaskTests {
    private func column(_ store: SQLiteCallStore, _ sql: String) async throws -> [String] {
        try await store.flush()
        return try store.inspect(sql)
    }

    @Test func everyFactIsWrittenOnce() async throws {
        let store = try TemporaryStore().store
        let id = TaskID(rawValue: 1)
        let facts: [Fact] = [
            .taskOpened(task(1)), .taskUpdated(task(1) { $0.stage = .group }), .attemptEnded(attempt(1, 1)),
            .attemptEnded(attempt(1, 2, .answer)),
            .responsibleWaitExpired(
                id, OperatorID("anna"), from: Instant(seconds: 100), until: Instant(seconds: 160)),
            .reminded(OperatorID("anna"), count: 3), .taskClosed(id, .resolved(by: .number(9))),
            .operatorEntered(OperatorID("anna"), .idle),
        ]
        // The same group twice in one transaction, and once more in another.
        for _ in 0..<2 { for fact in facts { store.note(fact, at: 300) } }
        try await store.flush()
        for fact in facts { store.note(fact, at: 300) }
        try await store.flush()
        let tables = [
            "tasks": 1, "attempts": 2, "responsible_waits": 1, "reminders": 1, "operator_activities": 1,
        ]
        for (table, count) in tables {
            #expect(try store.inspect("SELECT count(*) FROM \(table)") == ["\(count)"], "\(table)")
        }
    }

    @Test func theNewestStateOfATaskCounts() async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        store.note(.taskUpdated(task(1) { $0.responsible = OperatorID("ihor") }))
        store.note(.taskUpdated(task(1) { $0.dialer = DialerID("night") }))
        #expect(try await column(store, "SELECT dialer || coalesce(responsible, '-') FROM tasks") == ["night-"])
    }

    @Test func openTasksAreCountedByDialer() async throws {
        let store = try TemporaryStore().store
        #expect(try await store.openTaskCounts(at: .seconds(100)).isEmpty)
        store.note(.taskOpened(task(1)))
        store.note(.taskOpened(task(2, number: "+2") { $0.due = Instant(seconds: 101) }))
        store.note(.taskOpened(task(3, number: "+3") { $0.dialer = DialerID("night") }))
        store.note(.taskOpened(task(4, number: "+4")))
        store.note(.taskClosed(TaskID(rawValue: 4), .cancelled))
        try await store.flush()
        #expect(
            try await store.openTaskCounts(at: .seconds(100)) == [
                DialerID("callbacks"): TaskCounts(open: 2, due: 1, firstDue: .seconds(100)),
                DialerID("night"): TaskCounts(open: 1, due: 1, firstDue: .seconds(100)),
            ])
    }

    @Test func aClosedTaskIsNeverOpenAgain() async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        store.note(.taskClosed(TaskID(rawValue: 1), .givenUp(.noAnswer)), at: 400)
        store.note(.taskUpdated(task(1) { $0.claimedBy = OperatorID("anna") }), at: 500)
        store.note(.taskUpdated(task(1) { $0.dialer = DialerID("night") }), at: 500)
        store.note(.taskClosed(TaskID(rawValue: 1), .cancelled), at: 600)
        #expect(
            try await column(
                store,
                "SELECT result || ' ' || result_outcome || ' ' || (closed_at - \(origin.milliseconds)) FROM tasks")
                == ["given_up NOANSWER 400000"])
        #expect(try store.inspect("SELECT dialer FROM tasks") == ["callbacks"])
    }

    @Test func theFirstEndOfAnAttemptCounts() async throws {
        let store = try TemporaryStore().store
        store.note(.attemptEnded(attempt(1, 1, .answer)))
        store.note(.attemptEnded(attempt(1, 1, .cancel)))
        #expect(try await column(store, "SELECT outcome FROM attempts") == ["ANSWER"])
    }

    @Test func theEndOfAnAttemptEndsItsClaim() async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        try await store.claim(
            TaskClaim(task: TaskID(rawValue: 1), attempt: 2, operator: OperatorID("anna"), at: .seconds(200)))
        #expect(try store.inspect("SELECT claimed_by || attempts FROM tasks") == ["anna2"])
        store.note(.attemptEnded(attempt(1, 1)))
        #expect(try await column(store, "SELECT claimed_by FROM tasks") == ["anna"])
        store.note(.attemptEnded(attempt(1, 2)))
        #expect(try await column(store, "SELECT claimed_by FROM tasks WHERE claimed_by IS NOT NULL").isEmpty)
    }

    @Test func aClaimIsOnTheDiskWithWhatCameBefore() async throws {
        let temporary = try TemporaryStore()
        temporary.store.note(.taskOpened(task(1)))
        try await temporary.store.claim(
            TaskClaim(task: TaskID(rawValue: 1), attempt: 1, operator: OperatorID("anna"), at: .seconds(200)))
        let again = try temporary.reopenedAfterKill()
        #expect(try again.inspect("SELECT claimed_by FROM tasks") == ["anna"])
    }

    @Test func aTaskThatIsClosedOrUnknownCannotBeClaimed() async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        store.note(.taskClosed(TaskID(rawValue: 1), .cancelled))
        for id in [1, 2] as [UInt64] {
            await #expect(throws: StorageError.self) {
                try await store.claim(
                    TaskClaim(task: TaskID(rawValue: id), attempt: 1, operator: OperatorID("anna"), at: origin))
            }
        }
    }

    /// Whoever wanted it was told that it is not there.
    @Test func aClaimThatFailedIsNotTriedAgain() async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        try await store.flush()
        try store.inspect("PRAGMA query_only = 1")
        let claim = TaskClaim(task: TaskID(rawValue: 1), attempt: 1, operator: OperatorID("anna"), at: origin)
        await #expect(throws: StorageError.self) { try await store.claim(claim) }
        try store.inspect("PRAGMA query_only = 0")
        store.note(.reminded(OperatorID("anna"), count: 1))
        #expect(try await column(store, "SELECT attempts FROM tasks WHERE claimed_by IS NULL") == ["0"])
    }

    @Test func aTaskSettlesTheWishOfItsCall() async throws {
        let store = try TemporaryStore().store
        for call in [5, 6] as [UInt64] {
            store.note(
                .callbackWanted(
                    CallbackWish(
                        call: .number(call), number: CustomerNumber("+1"), queue: QueueID("sales"), responsible: nil,
                        group: nil)))
        }
        store.note(.taskOpened(task(5) { $0.source = .lostCall(.number(5)) }), at: 10)
        #expect(try await column(store, "SELECT call FROM callback_wishes WHERE settled_at IS NULL") == ["6"])
    }

    @Test(arguments: [
        TaskResult.resolved(by: .number(.max)), .cancelled, .givenUp(.drop), .handedToCRM,
        .merged(into: TaskID(rawValue: 8)),
    ]) func everyResultCanBeStored(_ result: TaskResult) async throws {
        let store = try TemporaryStore().store
        store.note(.taskOpened(task(1)))
        store.note(.taskClosed(TaskID(rawValue: 1), result))
        #expect(try await column(store, "SELECT result FROM tasks") == [result.word])
    }

    @Test func triesAreWrittenInOneOrder() {
        var tries = TaskTries()
        #expect(tries.stored == "{}")
        tries[.busy] = 2
        tries[.noAnswer] = 1
        #expect(tries.stored == #"{"NOANSWER":1,"BUSY":2}"#)
        #expect(TaskTries(stored: tries.stored) == tries)
        #expect(TaskTries(stored: "[]") == nil)
        #expect(TaskTries(stored: #"{"LATER":4}"#) == TaskTries())
    }
}

@Suite struct ActivityTests {
    @Test func ofSeveralActivitiesInOneMillisecondTheLastCounts() async throws {
        let store = try TemporaryStore().store
        let anna = OperatorID("anna")
        for (activity, seconds) in [
            (OperatorActivity.away, 0), (.idle, 1), (.ringing, 1), (.idle, 1), (.paused(reason: ""), 2),
        ] as [(OperatorActivity, Double)] {
            store.note(.operatorEntered(anna, activity), at: seconds)
        }
        try await store.flush()
        #expect(
            try store.inspect("SELECT activity || coalesce('/' || reason, '') FROM operator_activities ORDER BY at")
                == ["away", "idle", "paused/"])
    }

    @Test(arguments: [
        OperatorActivity.idle, .ringing, .talking, .wrapUp, .preparing, .ownCall, .paused(reason: "lunch"), .away,
    ]) func everyActivityCanBeStored(_ activity: OperatorActivity) async throws {
        let store = try TemporaryStore().store
        store.note(.operatorEntered(OperatorID("anna"), activity))
        try await store.flush()
        let row = try store.inspect("SELECT activity || coalesce('/' || reason, '') FROM operator_activities")
        let parts = row[0].split(separator: "/").map(String.init)
        #expect(OperatorActivity(stored: parts[0], reason: parts.count > 1 ? parts[1] : nil) == activity)
    }
}

@Suite struct VisitTests {
    private func queues(_ change: (inout CallRecord) -> Void) -> [String] {
        record(1, change: change).visits.map { visit in
            let wait = ((visit.answeredAt ?? visit.leftAt) - visit.enteredAt).components.seconds
            return "\(visit.queue) \(visit.outcome.stored) \(wait) \(visit.operator?.name ?? "-")"
        }
    }

    private func segment(_ kind: CallRecord.Segment.Kind, _ from: Double, _ until: Double, _ name: String? = nil)
        -> CallRecord.Segment
    {
        CallRecord.Segment(
            kind: kind, from: Instant(seconds: from), until: Instant(seconds: until),
            operator: name.map { OperatorID($0) })
    }

    @Test func anAnsweredCallIsOneVisit() {
        #expect(queues { _ in } == ["sales answered 10 anna"])
    }

    @Test func aCallSentOnWhileItWaitsLeavesTheFirstQueueOtherwise() {
        #expect(
            queues { $0.reroutes = [.init(queue: QueueID("support"), at: Instant(seconds: 4))] }
                == ["sales rerouted 4 -", "support answered 6 anna"])
    }

    @Test func aCallSentOnByItsOperatorWasAnsweredThere() {
        let visits = queues {
            $0.segments = [
                segment(.waiting, 0, 10), segment(.talking, 10, 60, "anna"), segment(.waiting, 60, 120),
            ]
            $0.reroutes = [.init(queue: QueueID("support"), at: Instant(seconds: 60))]
        }
        #expect(visits == ["sales answered 10 anna", "support abandoned 60 -"])
    }

    @Test func aCallHandedToAColleagueStaysInItsQueue() {
        #expect(
            queues { $0.reroutes = [.init(queue: QueueID("sales"), at: Instant(seconds: 60))] }
                == ["sales answered 10 anna"])
    }

    @Test func aScenarioIsNoWait() {
        let visits = queues {
            $0.arrival.script = [.hangUp]
            $0.segments = [segment(.scenario, 0, 30), segment(.waiting, 30, 40), segment(.talking, 40, 120, "anna")]
        }
        #expect(visits == ["sales answered 10 anna"])
    }

    @Test func aQueueThatTheScenarioPassedByWasNeverEntered() {
        let visits = queues {
            $0.arrival.script = [.hangUp]
            $0.segments = [segment(.scenario, 0, 30), segment(.waiting, 30, 120)]
            $0.reroutes = [.init(queue: QueueID("support"), at: Instant(seconds: 30))]
            $0.outcome = .timedOut
        }
        #expect(visits == ["support timed_out 90 -"])
    }

    @Test(arguments: [CallRecord.Outcome.scenario, .refused, .leftByKey])
    func aCallThatEndsInItsScenarioEntersNoQueue(_ outcome: CallRecord.Outcome) {
        let visits = queues {
            $0.arrival.script = [.hangUp]
            $0.segments = [segment(.scenario, 0, 120)]
            $0.outcome = outcome
        }
        #expect(visits.isEmpty)
    }

    @Test func aCallThatIsGoneAtOnceHasEntered() {
        let visits = queues {
            $0.segments = []
            $0.endedAt = $0.arrivedAt
            $0.outcome = .abandoned
        }
        #expect(visits == ["sales abandoned 0 -"])
    }

    @Test func aCustomerWhomWeCalledEntersAQueueOnlyIfSentThere() {
        let outbound = { (record: inout CallRecord) in
            record.arrival.direction = .outbound(TaskID(rawValue: 1))
            record.segments = [
                self.segment(.dialling, 0, 10), self.segment(.talking, 10, 60, "anna"),
                self.segment(.waiting, 60, 70), self.segment(.talking, 70, 120, "ihor"),
            ]
        }
        #expect(queues(outbound).isEmpty)
        let visits = queues {
            outbound(&$0)
            $0.reroutes = [.init(queue: QueueID("support"), at: Instant(seconds: 60))]
        }
        #expect(visits == ["support answered 10 ihor"])
    }
}
