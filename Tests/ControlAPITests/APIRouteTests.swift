import Hummingbird
import HummingbirdTesting
import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

/// Calls that are begun and ended, ties, attempts, previews, reports, pages.
@Suite struct CallChangeTests {
    private static let call = #"{"operator": "olena", "number": "0671234567", "dialer": "back"}"#

    @Test func anOperatorWhoIsReadyCallsACustomerNow() async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/calls", Self.call, to: plane)
        #expect(answer.status == 202)
        #expect(answer.headers[.location] == "/v1/tasks/1Z7R")
        #expect(try answer.read(TaskDetailDTO.self).task.task == "1Z7R")
        var draft = TaskDraft(
            dialer: DialerID("back"), number: CustomerNumber("+380671234567"), due: FakePlane.wallNow,
            responsible: OperatorID("olena"))
        draft.source = .click(OperatorID("olena"))
        #expect(plane.drafts.withLock { $0 } == [draft])
        #expect(plane.started.withLock { $0 } == [StoredTask.waiting.id: OperatorID("olena")])
    }

    @Test(arguments: [
        (#"{"operator": "anna", "number": "0671234567", "dialer": "back"}"#, 409, "conflict"),
        (#"{"operator": "oleg", "number": "0671234567", "dialer": "back"}"#, 404, "no-such-operator"),
        (#"{"operator": "olena", "number": "0671234567", "dialer": "front"}"#, 404, "no-such-dialer"),
        (#"{"operator": "olena", "number": "olena", "dialer": "back"}"#, 400, "bad-body"),
        (#"{"operator": "olena", "number": "0671234567", "dialer": "full"}"#, 409, "conflict"),
    ])
    func whoeverCannotBeCalledNowIsNotCalledLater(_ body: String, _ status: Int, _ type: String) async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/calls", body, to: plane)
        #expect(answer.status == status)
        #expect(try answer.problem.type == "urn:burdock:problem:" + type)
        #expect(plane.started.withLock { $0 }.isEmpty)
    }

    @Test(arguments: [("anna", 200), ("olena", 409), ("oleg", 404)])
    func operatorForWhomRequestsWaitIsReminded(_ name: String, _ status: Int) async throws {
        #expect(try await Answer.post("/v1/operators/\(name)/remind", "{}").status == status)
    }

    @Test func aCallThatIsUpIsEnded() async throws {
        let plane = FakePlane()
        let answer = try await Answer.delete("/v1/calls/2", of: plane)
        #expect(answer.status == 204 && answer.text.isEmpty)
        #expect(plane.hungUp.withLock { $0 } == [CallID(rawValue: 2)])
        #expect(try await Answer.delete("/v1/calls/1Z7Q", of: plane).status == 409)
        #expect(try await Answer.delete("/v1/calls/ZZZZ", of: plane).status == 404)
        #expect(try await Answer.delete("/v1/calls/not-an-id", of: plane).status == 404)
    }

    @Test func aCallIsShownWhileItIsUpAndAfterwards() async throws {
        #expect(try await Answer.get("/v1/calls/2").read(OneCallDTO.self).live?.operators == ["anna"])
        let over = try await Answer.get("/v1/calls/1Z7Q").read(OneCallDTO.self)
        #expect(over.live == nil && over.record?.operator == "anna")
        #expect(try await Answer.get("/v1/calls/ZZZZ").status == 404)
    }
}

@Suite struct PreviewTests {
    @Test(arguments: ["end", "skip"]) func onlyWhoIsShownTheCardMayEndOrSkipIt(_ verb: String) async throws {
        let plane = FakePlane()
        let uri = "/v1/tasks/1Z7R/preview/" + verb
        #expect(try await Answer.post(uri, #"{"operator": "olena"}"#, to: plane).status == 409)
        #expect(try await Answer.post(uri, #"{"operator": "oleg"}"#, to: plane).status == 404)
        #expect(try await Answer.post(uri, #"{"operator": "anna"}"#, to: plane).status == 200)
        #expect(try await Answer.post(uri, #"{"operator": "anna"}"#, to: plane).status == 409)
        #expect(try await Answer.post("/v1/tasks/ZZZ/preview/" + verb, #"{"operator": "anna"}"#).status == 404)
    }

    @Test func anOperatorStartsATaskThatIsOpen() async throws {
        let plane = FakePlane()
        #expect(try await Answer.post("/v1/tasks/1Z7R/start", #"{"operator": "ihor"}"#, to: plane).status == 200)
        #expect(plane.started.withLock { $0 } == [StoredTask.waiting.id: OperatorID("ihor")])
        #expect(try await Answer.post("/v1/tasks/1Z7S/start", #"{"operator": "ihor"}"#, to: plane).status == 409)
    }
}

@Suite struct DialerWishTests {
    @Test func aDialerIsPausedForAReasonAndResumed() async throws {
        let plane = FakePlane()
        let uri = "/v1/dialers/back/wish"
        let paused = try await Answer.post(uri, #"{"wish": "paused", "reason": "holiday"}"#, to: plane)
            .read(DialerDetailDTO.self)
        #expect(paused.dialer.paused && paused.dialer.reason == "holiday")
        let resumed = try await Answer.post(uri, #"{"wish": "running"}"#, to: plane).read(DialerDetailDTO.self)
        #expect(!resumed.dialer.paused && resumed.dialer.reason == nil)
        #expect(try await Answer.post("/v1/dialers/nobody/wish", #"{"wish": "running"}"#, to: plane).status == 404)
        #expect(try await Answer.post(uri, #"{"wish": "running", "reason": "x"}"#, to: plane).status == 400)
        #expect(try await Answer.post(uri, #"{"wish": "off"}"#, to: plane).status == 400)
    }
}

@Suite struct TieRouteTests {
    @Test func aTieIsReadAndReset() async throws {
        let plane = FakePlane()
        let list = try await Answer.get("/v1/ties?operator=anna&limit=1", of: plane).read(TieListDTO.self)
        #expect(list.ties.map(\.number) == ["+380671234567"] && list.next == "+380671234567")
        #expect(try await Answer.get("/v1/ties?operator=ihor", of: plane).read(TieListDTO.self).ties.isEmpty)
        // In any form in which people write it.
        let tie = try await Answer.get("/v1/ties/0671234567", of: plane).read(TieDTO.self)
        #expect(tie.operator == "anna" && tie.group == "sales" && tie.call == "1Z7Q")
        #expect(try await Answer.delete("/v1/ties/%2B380671234567", of: plane).status == 204)
        #expect(try await Answer.delete("/v1/ties/%2B380671234567", of: plane).status == 404)
        #expect(try await Answer.get("/v1/ties/0671234567", of: plane).status == 404)
        #expect(try await Answer.get("/v1/ties/anna", of: plane).status == 404)
    }
}

@Suite struct ListTests {
    @Test func attemptsCanBeFilteredAndPaged() async throws {
        let plane = FakePlane()
        let query = "operator=anna&dialer=back&number=0671234567&since=1h&until=10m&limit=7&cursor=a.b.c"
        let list = try await Answer.get("/v1/attempts?" + query, of: plane).read(AttemptListDTO.self)
        #expect(list.attempts.map(\.task) == ["1Z7R", "1Z7R"] && list.next == "1.2.3")
        #expect(list.attempts[0].attempt.outcome == "BUSY" && list.attempts[0].customer == "+380671234567")
        var filter = AttemptFilter(limit: 7)
        filter.operator = OperatorID("anna")
        filter.dialer = DialerID("back")
        filter.number = CustomerNumber("+380671234567")
        filter.period = Period(
            from: FakePlane.wallNow.adding(milliseconds: -3_600_000),
            until: FakePlane.wallNow.adding(milliseconds: -600_000))
        filter.after = PageCursor("a.b.c")
        #expect(plane.askedAttempts.withLock { $0 } == filter)
        #expect(try await Answer.get("/v1/attempts?task=1Z7R").read(AttemptListDTO.self).next == nil)
        #expect(try await Answer.get("/v1/attempts?task=x-y").status == 404)
    }

    @Test func whatIsInMemoryComesPageByPage() async throws {
        var (names, cursor) = ([String](), "")
        repeat {
            let page = try await Answer.get("/v1/operators?limit=3\(cursor)").read(OperatorListDTO.self)
            #expect(page.operators.count <= 3)
            names += page.operators.map(\.id)
            cursor = page.next.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(names == ["anna", "ihor", "olena", "petro"])
        // Somebody who is gone is no obstacle.
        let rest = try await Answer.get("/v1/operators?cursor=boris").read(OperatorListDTO.self)
        #expect(rest.operators.map(\.id) == ["ihor", "olena", "petro"])
        #expect(try await Answer.get("/v1/queues?limit=1").read(QueueListDTO.self).next == "sales")
        #expect(
            try await Answer.get("/v1/dialers?cursor=back").read(DialerListDTO.self).dialers.map(\.name) == ["full"])
    }
}

@Suite struct ReportRouteTests {
    @Test func queuesComeAsJSONOrAsCSV() async throws {
        let answer = try await Answer.get("/v1/reports/queues?from=1d&threshold=3")
        #expect(answer.type == "application/json" && answer.headers[.vary] == "Accept")
        #expect(answer.text.contains(#"{"queue":"sales","entered":1,"answered":1"#))
        #expect(
            answer.text.contains(#""service_level":0,"#) && answer.text.hasPrefix(#"{"discrepancies":[],"from":"2026"#))
        let server = ControlServer(plane: FakePlane(), socketPath: "/nowhere", logger: .silent)
        try await server.application.test(.router) { client in
            let csv = try await client.ask("/v1/reports/operators", headers: ["Accept": "text/csv"])
            #expect(csv.type == "text/csv; charset=utf-8")
            #expect(csv.text.hasPrefix("operator,calls,inbound") && csv.text.contains("\r\nanna,1,1,0,1,1,"))
        }
    }

    @Test(arguments: ["from=soon", "from=1h&to=2h", "threshold=0", "treshold=5"])
    func aBadPeriodIsExplained(_ query: String) async throws {
        #expect(try await Answer.get("/v1/reports/queues?" + query).status == 400)
    }
}
