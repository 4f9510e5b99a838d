import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

@Suite struct TaskRouteTests {
    // MARK: - Looking

    @Test func tasksComeWithWhatIsWrittenOfThem() async throws {
        let answer = try await Answer.get("/v1/tasks")
        #expect(answer.status == 200)
        let list = try answer.read(TaskListDTO.self)
        #expect(list.tasks.map(\.task) == ["1Z7R", "1Z7S"])
        #expect(list.next == "1.2")
        let (open, closed) = (list.tasks[0], list.tasks[1])
        #expect(open.state == .open && open.responsible == "anna" && open.group == "sales" && open.attempts == 1)
        #expect(open.source == "lost_call" && open.sourceCall == "1Z7Q" && open.stage == "own")
        #expect(open.due.description == "2026-11-21T19:04:02.114Z")
        #expect(closed.state == .closed && closed.result == "resolved" && closed.resultDetail == "1Z7T")
        #expect(answer.text.contains(#""opened_at":"2026-11-21T"#))
    }

    @Test func everyFilterReachesTheRecords() async throws {
        let plane = FakePlane()
        let query = "state=open&responsible=anna&dialer=back&number=0671234567&due_since=1h&due_until=%2B2h"
        _ = try await Answer.get("/v1/tasks?\(query)&limit=7&cursor=a.b", of: plane)
        var filter = TaskFilter(limit: 7)
        filter.state = .open
        filter.responsible = OperatorID("anna")
        filter.dialer = DialerID("back")
        filter.number = CustomerNumber("+380671234567")
        filter.due = Period(
            from: FakePlane.wallNow.adding(milliseconds: -3_600_000),
            until: FakePlane.wallNow.adding(milliseconds: 7_200_000))
        filter.after = PageCursor("a.b")
        #expect(plane.askedTasks.withLock { $0 } == filter)
    }

    @Test func oneEndOfThePeriodIsEnough() async throws {
        let plane = FakePlane()
        _ = try await Answer.get("/v1/tasks?due_until=2026-11-21T19:00:00Z", of: plane)
        let due = try #require(plane.askedTasks.withLock { $0 }?.due)
        #expect(due.from.milliseconds == .min && Timestamp(due.until).description == "2026-11-21T19:00:00.000Z")
        _ = try await Answer.get("/v1/tasks", of: plane)
        #expect(plane.askedTasks.withLock { $0 } == TaskFilter(limit: 100))
    }

    @Test(
        arguments: [
            "state=opened", "number=anna", "due_since=soon", "limit=0", "limit=10001", "cursor=x", "dailer=back",
            "state=open&state=closed",
        ]) func aBadFilterIsExplained(_ query: String) async throws
    {
        let answer = try await Answer.get("/v1/tasks?" + query)
        #expect(answer.status == 400)
        #expect(try answer.problem.type == "urn:burdock:problem:bad-parameter")
        #expect(try answer.problem.next != nil)
    }

    @Test func aTaskIsShownWithItsAttemptsAndWhatGoesOn() async throws {
        let detail = try await Answer.get("/v1/tasks/1z7r").read(TaskDetailDTO.self)
        #expect(detail.task.task == "1Z7R")
        let now = try #require(detail.now)
        #expect(now.state == .waiting && now.stage == "own" && now.operator == nil)
        #expect(now.until?.description == "2026-11-21T19:14:02.114Z")
        #expect(now.closes?.description == "2026-11-21T20:05:02.114Z")
        #expect(detail.attempts.map(\.kind) == ["attempt", "responsible_wait_expired"])
        #expect(detail.attempts[0].number == 1 && detail.attempts[0].outcome == "BUSY")
        #expect(detail.attempts[0].status == 486 && detail.attempts[0].call == "1Z7U")
        #expect(detail.attempts[1].number == nil && detail.attempts[1].outcome == nil)
        #expect(try await Answer.get("/v1/tasks/1Z7S").read(TaskDetailDTO.self).now == nil)
    }

    @Test(arguments: ["1Z7X", "not-an-id"]) func anUnknownTaskIsExplained(_ id: String) async throws {
        for answer in [
            try await Answer.get("/v1/tasks/" + id), try await Answer.post("/v1/tasks/\(id)/cancel", "{}"),
            try await Answer.post("/v1/tasks/\(id)/postpone", #"{"due": "2h"}"#),
        ] {
            #expect(answer.status == 404)
            #expect(try answer.problem.type == "urn:burdock:problem:no-such-task")
            #expect(try answer.problem.next?.contains("burdock task list") == true)
        }
    }

    // MARK: - Changing

    @Test func aTaskIsAskedForWithANumberAsPeopleWriteIt() async throws {
        let plane = FakePlane()
        let answer = try await Answer.post(
            "/v1/tasks",
            #"{"dialer": "back", "number": "0671234567", "due": "1h30m", "responsible": "anna", "group": "sales"}"#,
            to: plane)
        #expect(answer.status == 200)
        #expect(try answer.read(TaskDetailDTO.self).task.task == "1Z7R")
        let draft = TaskDraft(
            dialer: DialerID("back"), number: CustomerNumber("+380671234567"),
            due: FakePlane.wallNow.adding(milliseconds: 5_400_000), responsible: OperatorID("anna"),
            group: GroupID("sales"))
        #expect(plane.drafts.withLock { $0 } == [draft])
    }

    @Test(arguments: [
        (#", "due": "2026-11-22T09:00:00+02:00""#, "2026-11-22T07:00:00.000Z"), ("", "2026-11-21T19:05:02.114Z"),
    ])
    func dueIsADateOrNow(_ due: String, _ expected: String) async throws {
        let plane = FakePlane()
        _ = try await Answer.post("/v1/tasks", #"{"dialer": "back", "number": "+380671234567"\#(due)}"#, to: plane)
        #expect(plane.drafts.withLock { $0.first.map { Timestamp($0.due).description } } == expected)
    }

    @Test(arguments: [
        ("", 400, "bad-body"), (#"{"dialer": "back"}"#, 400, "bad-body"),
        (#"{"dialer": "back", "number": "anna"}"#, 400, "bad-body"),
        (#"{"dialer": "back", "number": "+380671234567", "due": "soon"}"#, 400, "bad-body"),
        (#"{"dialer": "bakc", "number": "+380671234567"}"#, 404, "no-such-dialer"),
        (#"{"dialer": "back", "number": "+380671234567", "responsible": "ana"}"#, 404, "no-such-operator"),
    ])
    func aBadTaskIsRefusedWithTheNextStep(_ body: String, _ status: Int, _ type: String) async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/tasks", body, to: plane)
        #expect(answer.status == status)
        #expect(try answer.problem.type == "urn:burdock:problem:" + type)
        #expect(try answer.problem.next != nil)
        #expect(plane.drafts.withLock { $0 }.isEmpty)
    }

    @Test func aTaskThatIsNotTakenIsAConflict() async throws {
        let answer = try await Answer.post("/v1/tasks", #"{"dialer": "full", "number": "+380671234567"}"#)
        #expect(answer.status == 409)
        #expect(try answer.problem.next?.contains("+380671234567") == true)
    }

    @Test func aTaskIsCancelledOnce() async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/tasks/1Z7R/cancel", "{}", to: plane)
        #expect(answer.status == 200)
        #expect(try answer.read(TaskDetailDTO.self).task.result == "cancelled")
        let again = try await Answer.post("/v1/tasks/1Z7R/cancel", "{}", to: plane)
        #expect(again.status == 409)
        #expect(try again.problem.detail.contains("cancelled") == true)
        #expect(try again.problem.next?.contains("burdock task add") == true)
    }

    @Test func aTaskIsPutOff() async throws {
        let plane = FakePlane()
        #expect(try await Answer.post("/v1/tasks/1Z7R/postpone", #"{"due": "1d"}"#, to: plane).status == 200)
        let due = FakePlane.wallNow.adding(milliseconds: 86_400_000)
        #expect(plane.postponed.withLock { $0 } == [StoredTask.waiting.id: due])
        #expect(try await Answer.post("/v1/tasks/1Z7S/postpone", #"{"due": "1d"}"#, to: plane).status == 409)
        #expect(try await Answer.post("/v1/tasks/1Z7R/postpone", "{}", to: plane).status == 400)
    }

    @Test func aDiskThatFailsIsSaidSo() async throws {
        for uri in ["/v1/tasks", "/v1/tasks/1Z7R", "/v1/dialers", "/v1/dialers/back"] {
            let answer = try await Answer.get(uri, of: FakePlane(storageFails: true))
            #expect(answer.status == 503)
            #expect(try answer.problem.type == "urn:burdock:problem:records-unavailable")
        }
        #expect(
            try await Answer.post("/v1/tasks/1Z7R/cancel", "{}", to: FakePlane(storageFails: true)).status == 503)
    }
}

@Suite struct DialerRouteTests {
    @Test func dialersComeWithTheirFigures() async throws {
        let dialers = try await Answer.get("/v1/dialers").read(DialerListDTO.self).dialers
        #expect(dialers.map(\.name) == ["back", "full"])
        let back = dialers[0]
        #expect(back.mode == .callback && back.rulesOf == "sales" && back.open == 12 && back.due == 3)
        #expect(back.firstDue?.description == "2026-11-21T19:04:02.114Z")
        #expect(back.inProgress == 1)
        // Ihor has priority 0: no task comes to him.
        #expect(back.operators.total == 2 && back.operators.ready == 1 && back.operators.busy == 1)
        #expect(dialers[1].mode == .personal && dialers[1].open == 0 && dialers[1].firstDue == nil)
    }

    @Test func aDialerShowsItsPeopleByPriority() async throws {
        let detail = try await Answer.get("/v1/dialers/back").read(DialerDetailDTO.self)
        #expect(detail.members.map(\.operator.id) == ["anna", "olena", "ihor"])
        #expect(detail.members.map(\.priority) == [10, 5, 0])
        #expect(detail.members.map(\.isBusyHere) == [true, false, false])
    }

    @Test func anUnknownDialerIsExplained() async throws {
        let answer = try await Answer.get("/v1/dialers/bck")
        #expect(answer.status == 404)
        #expect(try answer.problem.next?.contains("Did you mean \"back\"?") == true)
    }

    @Test func withoutDialersTheConfigurationIsNamed() async throws {
        let plane = FakePlane()
        plane.state.withLock { $0.dialers = [] }
        let answer = try await Answer.get("/v1/dialers/back", of: plane)
        #expect(try answer.problem.next?.contains("dialers:") == true)
    }
}
