import Hummingbird
import Routing
import Storage
import Synchronization
import Testing

@testable import ControlAPI

@Suite struct StatusRouteTests {
    @Test func statusCountsOperatorsAndCalls() async throws {
        let answer = try await Answer.get("/v1/status")
        #expect(answer.status == 200)
        #expect(answer.type == "application/json")
        let status = try answer.read(StatusDTO.self)
        #expect(status.operators == .init(total: 4, registered: 3, ready: 1, busy: 1, wrapUp: 0, paused: 1, offline: 1))
        #expect(status.calls == .init(waiting: 2, talking: 1, held: 1))
        #expect(status.rtpPorts == .init(inUse: 6, total: 10_000))
        #expect(status.uptimeSeconds == 3_600)
        #expect(status.startedAt.description == "2026-11-21T18:05:02.114Z")
    }

    @Test func keysAreInSnakeCaseAndSlashesPlain() async throws {
        let text = try await Answer.get("/v1/status").text
        #expect(text.contains(#""rtp_ports":{"in_use":6,"total":10000}"#))
        #expect(text.contains(#""database":"state/burdock.sqlite""#))
    }
}

@Suite struct ReloadRouteTests {
    @Test(arguments: [(true, ReloadDTO.Outcome.checked), (false, .applied)])
    func reloadSaysWhatHasChanged(dryRun: Bool, outcome: ReloadDTO.Outcome) async throws {
        let answer = try await Answer.post("/v1/reload", #"{"dry_run": \#(dryRun)}"#)
        #expect(answer.status == 200)
        let report = try answer.read(ReloadDTO.self)
        #expect(report.outcome == outcome)
        #expect(report.changes.map(\.key) == ["queues.sales.max_wait"])
        #expect(answer.text.contains(#""needs_restart":false"#))
    }

    @Test func reloadWithoutABodyIsExplained() async throws {
        let answer = try await Answer.post("/v1/reload", "")
        #expect(answer.status == 400)
        #expect(try answer.problem.next?.contains(#"{"dry_run": false}"#) == true)
    }
}

@Suite struct QueueRouteTests {
    @Test func queuesComeByNameWithTheirFigures() async throws {
        let queues = try await Answer.get("/v1/queues").read(QueueListDTO.self).queues
        #expect(queues.map(\.name) == ["sales", "vip"])
        let sales = try #require(queues.first)
        #expect(sales.waiting == 2)
        #expect(sales.longestWaitSeconds == 72)
        #expect(sales.held == 1)
        #expect(sales.answered == 148)
        // Petro's priority is 0: nothing of the queue ever reaches him.
        #expect(sales.operators.total == 3)
        #expect(queues.last?.longestWaitSeconds == nil)
    }

    @Test func aQueueShowsItsMembersByPriorityAndItsCallersByAge() async throws {
        let detail = try await Answer.get("/v1/queues/sales").read(QueueDetailDTO.self)
        #expect(detail.members.map(\.operator.id) == ["olena", "anna", "ihor", "petro"])
        #expect(detail.members.map(\.priority) == [10, 7, 5, 0])
        #expect(detail.callers.map(\.call) == ["1", "3", "4"])
        #expect(detail.callers[1].ownOperator == "anna")
        #expect(detail.callers[1].stage == "own")
        #expect(detail.callers[2].number == nil)
        #expect(detail.callers[2].operators == ["olena"])
    }

    @Test func anUnknownQueueIsExplained() async throws {
        let answer = try await Answer.get("/v1/queues/sals")
        #expect(answer.status == 404)
        #expect(answer.type == "application/problem+json")
        let problem = try answer.problem
        #expect(problem.type == "urn:burdock:problem:no-such-queue")
        #expect(problem.instance == "/v1/queues/sals")
        #expect(problem.next?.contains("Did you mean \"sales\"?") == true)
    }
}

@Suite struct OperatorRouteTests {
    @Test func operatorsComeByIDWithWhatTheyDo() async throws {
        let operators = try await Answer.get("/v1/operators").read(OperatorListDTO.self).operators
        #expect(operators.map(\.id) == ["anna", "ihor", "olena", "petro"])
        let anna = operators[0]
        #expect(anna.state == .interrupted)
        #expect(anna.number == "+380501111122")
        #expect(anna.heldNumber == "+380671234567")
        #expect(anna.stateSeconds == 62)
        #expect(anna.since.description == "2026-11-21T19:04:00.114Z")
        #expect(operators[1].reason == "lunch")
        #expect(operators[3].registered == false)
    }

    @Test(
        arguments: [
            (#"{"wish":"ready"}"#, OperatorWish.ready), (#"{"wish":"off"}"#, .off),
            (#"{"wish":"paused","reason":"обід"}"#, .paused(reason: "обід")),
            (#"{"wish":"paused"}"#, .paused(reason: "")),
        ]) func aWishReachesThePlane(_ body: String, _ wish: OperatorWish) async throws
    {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/operators/olena/wish", body, to: plane)
        #expect(answer.status == 200)
        #expect(plane.wishes.withLock { $0 } == [OperatorID("olena"): wish])
        #expect(try answer.read(OperatorDTO.self).id == "olena")
    }

    @Test(
        arguments: [
            "", "{}", "ready", #"{"wish":"asleep"}"#, #"{"wish":"ready","reason":"lunch"}"#,
            #"{"wish":"paused","reason":"a\u0007b"}"#,
            #"{"wish":"paused","reason":""# + String(repeating: "a", count: 101) + #""}"#,
        ]) func aBadWishIsRefused(_ body: String) async throws
    {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/operators/olena/wish", body, to: plane)
        #expect(answer.status == 400)
        #expect(try answer.problem.type == "urn:burdock:problem:bad-body")
        #expect(try answer.problem.next != nil)
        #expect(plane.wishes.withLock { $0 }.isEmpty)
    }

    @Test func theLongestReasonIsAccepted() async throws {
        let body = #"{"wish":"paused","reason":""# + String(repeating: "a", count: 100) + #""}"#
        #expect(try await Answer.post("/v1/operators/olena/wish", body).status == 200)
    }

    @Test(arguments: [(1_048_576, 400), (1_048_577, 413)]) func theBodyIsLimited(_ bytes: Int, _ status: Int)
        async throws
    {
        let answer = try await Answer.post("/v1/operators/olena/wish", String(repeating: " ", count: bytes))
        #expect(answer.status == status)
        #expect(answer.type == "application/problem+json")
    }

    @Test func anUnknownOperatorIsExplained() async throws {
        for answer in [
            try await Answer.get("/v1/operators/ana"),
            try await Answer.post("/v1/operators/ana/wish", #"{"wish":"off"}"#),
            try await Answer.post("/v1/operators/ana/interruption", #"{"forbidden":true}"#),
        ] {
            #expect(answer.status == 404)
            #expect(try answer.problem.type == "urn:burdock:problem:no-such-operator")
            let next = try #require(try answer.problem.next)
            #expect(next.contains("Did you mean \"anna\"?"))
        }
    }

    @Test func aNameMayBePercentEncoded() async throws {
        #expect(try await Answer.get("/v1/operators/%61nna").read(OperatorDTO.self).id == "anna")
    }

    @Test func aConversationIsMarkedAsNotToBeInterrupted() async throws {
        let plane = FakePlane()
        let answer = try await Answer.post("/v1/operators/anna/interruption", #"{"forbidden":true}"#, to: plane)
        #expect(answer.status == 200)
        #expect(plane.forbidden.withLock { $0 } == [OperatorID("anna"): true])
    }
}

@Suite struct CallRouteTests {
    @Test func theLogIsAskedForWhatTheQuerySays() async throws {
        let plane = FakePlane()
        let uri = "/v1/calls?vip=true&interrupted=1&queue=vip&operator=anna&since=10m&limit=7&number=0501111122"
        let answer = try await Answer.get(uri + "&until=5m&cursor=a.b", of: plane)
        #expect(try answer.read(CallListDTO.self).next == "1.2")
        var filter = CallFilter(limit: 7)
        filter.vip = true
        filter.interrupted = true
        filter.queue = QueueID("vip")
        filter.operator = OperatorID("anna")
        filter.number = CustomerNumber("+380501111122")
        filter.since = FakePlane.wallNow.adding(milliseconds: -600_000)
        filter.until = FakePlane.wallNow.adding(milliseconds: -300_000)
        filter.after = PageCursor("a.b")
        #expect(plane.asked.withLock { $0 } == filter)
    }

    @Test func withoutParametersTheNewestHundredAreMeant() async throws {
        let plane = FakePlane()
        _ = try await Answer.get("/v1/calls?since=2026-11-21T19:00:00%2B02:00", of: plane)
        var filter = CallFilter(limit: 100)
        filter.since = Timestamp("2026-11-21T17:00:00Z")?.wall
        #expect(plane.asked.withLock { $0 } == filter)
    }

    @Test func aRowSaysHowLongItWaitedAndTalked() async throws {
        let row = try #require(try await Answer.get("/v1/calls").read(CallListDTO.self).calls.first)
        #expect(row.call == "1Z7Q")
        #expect(row.waitSeconds == 9.3)
        #expect(row.talkSeconds == 50.7)
        #expect(row.heldSeconds == 0)
        #expect(row.operator == "anna")
        #expect(row.rings.map(\.status) == [603])
        #expect(row.interrupted)
        #expect(row.endedAt.description == "2026-11-21T19:05:02.114Z")
    }

    @Test func liveCallsComeLongestFirstAndCanBeFiltered() async throws {
        func live(_ query: String) async throws -> [String] {
            try await Answer.get("/v1/calls?live=true" + query).read(LiveCallListDTO.self).calls.map(\.call)
        }
        #expect(try await live("") == ["1", "2", "3", "4"])
        #expect(try await live("&vip=true") == ["2"])
        #expect(try await live("&vip=false&limit=2") == ["1", "3"])
        #expect(try await live("&queue=vip") == ["2"])
        #expect(try await live("&operator=anna") == ["1", "2"])
        #expect(try await live("&since=90s") == ["3", "4"])
    }

    @Test(
        arguments: [
            "interupted=true", "vip=maybe", "limit=0", "limit=10001", "limit=x", "since=yesterday",
            "vip=true&vip=false",
            "live=true&interrupted=true", "live=true&until=1h", "cursor=x", "number=anna", "limit=+5",
        ]) func aBadParameterIsRefused(_ query: String) async throws
    {
        let answer = try await Answer.get("/v1/calls?" + query)
        #expect(answer.status == 400)
        #expect(try answer.problem.type == "urn:burdock:problem:bad-parameter")
        #expect(try answer.problem.next != nil)
    }

    @Test func aMistypedParameterIsRecognised() async throws {
        let next = try await Answer.get("/v1/calls?interupted=true").problem.next
        #expect(next?.hasPrefix("Did you mean \"interrupted\"?") == true)
    }

    @Test func theLargestLimitIsAccepted() async throws {
        #expect(try await Answer.get("/v1/calls?limit=10000").status == 200)
    }

    @Test func aCallIsExplained() async throws {
        let explanation = try await Answer.get("/v1/calls/1z7q/explain").read(ExplanationDTO.self)
        #expect(explanation.call == "1Z7Q")
        #expect(explanation.record?.operator == "anna")
        #expect(explanation.live == nil)
        #expect(explanation.story.map(\.text) == ["arrived", "ring anna"])
        #expect(explanation.story.map(\.kind) == ["event", "decision"])
    }

    @Test func aCallThatIsUpIsExplainedToo() async throws {
        let explanation = try await Answer.get("/v1/calls/2/explain").read(ExplanationDTO.self)
        #expect(explanation.live?.operators == ["anna"])
        #expect(explanation.record == nil)
    }

    @Test(arguments: ["ZZZZ", "not-an-id", "ZZZZZZZZZZZZZZZZZZZZ"]) func anUnknownCallIsExplained(
        _ call: String
    ) async throws {
        let answer = try await Answer.get("/v1/calls/\(call)/explain")
        #expect(answer.status == 404)
        #expect(try answer.problem.type == "urn:burdock:problem:no-such-call")
    }

    @Test func aLogThatCannotBeReadIsNoMistakeOfTheClient() async throws {
        let plane = FakePlane(storageFails: true)
        for uri in ["/v1/calls", "/v1/calls/1Z7Q/explain"] {
            let answer = try await Answer.get(uri, of: plane)
            #expect(answer.status == 503)
            #expect(try answer.problem.detail.contains("disk I/O error"))
        }
        #expect(try await Answer.get("/v1/calls?live=true", of: plane).status == 200)
    }
}

@Suite struct ProblemTests {
    @Test(arguments: ["/", "/v1", "/v2/status", "/v1/operators/anna/lunch"]) func anUnknownPathIsAProblem(
        _ path: String
    ) async throws {
        let answer = try await Answer.get(path)
        #expect(answer.status == 404)
        #expect(answer.type == "application/problem+json")
        #expect(try answer.problem.type == "urn:burdock:problem:no-such-path")
    }

    @Test func theWrongMethodIsAProblemThatNamesTheRightOnes() async throws {
        let answer = try await Answer.post("/v1/status", "")
        #expect(answer.status == 405)
        #expect(answer.type == "application/problem+json")
        #expect(answer.headers[.allow] == "GET, HEAD")
        #expect(try await Answer.delete("/v1/operators/anna/wish").headers[.allow] == "POST")
        #expect(try await Answer.delete("/v1/calls").headers[.allow] == "GET, HEAD, POST")
    }

    @Test(arguments: [
        (#"{"wish":"ready","resaon":"x"}"#, "/resaon"), (#"{"wish":5}"#, "/wish"), ("{}", "/wish"), ("[]", ""),
        (#"{"wish":"asleep"}"#, "/wish"), (#"{"wish":"ready","reason":"x"}"#, "/reason"),
        (#"{"a~/b":1,"wish":"off"}"#, "/a~0~1b"),
    ])
    func whatIsWrongWithABodyIsPointedAt(_ body: String, _ pointer: String) async throws {
        let problem = try await Answer.post("/v1/operators/olena/wish", body).problem
        #expect(problem.errors?.map(\.pointer) == [pointer])
    }
}
