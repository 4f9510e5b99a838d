import ControlAPI
import Foundation
import Storage
import Testing

@testable import burdock

/// What the client commands print. The answers are written as the JSON that the server sends.
@Suite struct RenderingTests {
    private func read<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try ControlJSON.decoder().decode(type, from: Data(json.utf8))
    }

    private func fits(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 && $0.last != " " }
    }

    private static let anna = """
        {"id": "anna", "name": "Анна Коваленко-Величковська", "wish": "ready", "registered": true,
         "state": "interrupted", "call": "1B2XK7A000002", "number": "+380501111122", "held_call": "1B2XK7A000001",
         "held_number": "+380671234567", "since": "2026-11-21T19:05:02.114Z", "state_seconds": 62.5, "calls": 31,
         "missed_in_a_row": 0, "assignments": [{"queue": "sales", "priority": 7}]}
        """
    private static let ihor = """
        {"id": "ihor", "name": "Ihor Bondar", "wish": "paused", "registered": true, "state": "paused",
         "reason": "a long lunch with the whole department in the town", "since": "2026-11-21T19:05:02.114Z",
         "state_seconds": 723, "calls": 22, "missed_in_a_row": 2, "assignments": []}
        """
    private static let queue = """
        {"name": "sales", "vip": false, "strategy": "weighted", "max_length": 50, "waiting": 2,
         "longest_wait_seconds": 72, "talking": 1, "held": 1, "entered": 160, "answered": 148, "lost": 9, "operators":
         {"total": 3, "registered": 3, "ready": 1, "busy": 1, "wrap_up": 0, "paused": 1, "offline": 0}}
        """
    private static let waiting = """
        {"call": "1B2XK7A000003", "queue": "sales", "number": "+380441230017", "vip": false, "state": "waiting",
         "stage": "own", "operators": [], "own_operator": "anna", "arrived_at": "2026-11-21T19:05:02.114Z",
         "seconds": 72, "state_seconds": 71}
        """

    @Test(arguments: [
        (
            ReloadDTO.Outcome.applied,
            "2 changes taken over; 1 change needs a restart; new secrets in secrets.yaml: olena"
        ), (.checked, "2 changes would be taken over; 1 change needs a restart"),
        (.refused, "nothing was changed; mend it, then see: burdock check /etc/burdock.yaml"),
    ])
    func aReloadSaysWhatBecameOfEachChange(outcome: ReloadDTO.Outcome, summary: String) {
        let report = ReloadDTO(
            outcome: outcome, configuration: "/etc/burdock.yaml",
            changes: [
                .init(key: "queues.sales.max_wait", old: "5 min", new: "3 min", needsRestart: false),
                .init(key: "operators.olena", old: nil, new: "name: olena", needsRestart: false),
                .init(key: "media.ports", old: "10000-20000", new: nil, needsRestart: true),
            ],
            findings: [
                .init(
                    file: "/etc/burdock.yaml", line: 3, column: 5, isError: false, message: "odd", next: "look there")
            ],
            newSecrets: ["olena"])
        #expect(
            ReloadCommand.render(report, color: false) == """
                /etc/burdock.yaml:3:5: warning: odd
                  look there
                ~ queues.sales.max_wait: 5 min -> 3 min
                + operators.olena: name: olena
                - media.ports: 10000-20000 (needs a restart)
                \(summary)
                """)
    }

    @Test func aQueueShowsWhoWaitsAndWhoWorks() throws {
        let detail = try read(
            QueueDetailDTO.self,
            """
            {"queue": \(Self.queue), "callers": [\(Self.waiting)],
             "members": [{"operator": \(Self.anna), "priority": 7}, {"operator": \(Self.ihor), "priority": 5}]}
            """)
        let text = QueueRendering.detail(detail, color: false)
        #expect(fits(text))
        #expect(text.hasPrefix("sales   2 waiting (longest 1:12, max 50)   weighted   answered 148  lost 9\n"))
        #expect(text.contains("with a VIP"))
        #expect(text.contains("pause: a"))
        #expect(text.contains("+380 44 … 00 17  1B2XK7A000003  normal   1:12  1:11  waits for anna"))
    }

    @Test func queuesAreListedInOneLineEach() throws {
        let text = QueueRendering.list(try read(QueueListDTO.self, #"{"queues": [\#(Self.queue)]}"#), color: false)
        #expect(fits(text))
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.contains("1 of 3"))
    }

    @Test func operatorsAreListedWithWhatTheyDo() throws {
        let list = try read(OperatorListDTO.self, #"{"operators": [\#(Self.anna), \#(Self.ihor)]}"#)
        let text = OperatorRendering.list(list, color: false)
        #expect(fits(text))
        #expect(text.contains("anna"))
        #expect(text.contains("1:02"))
    }

    @Test func anOperatorIsShownInDetail() throws {
        let text = OperatorRendering.detail(try read(OperatorDTO.self, Self.anna), color: false)
        #expect(text.contains("+380 50 … 11 22, holds +380 67 … 45 67"))
        let paused = OperatorRendering.detail(try read(OperatorDTO.self, Self.ihor), color: false)
        #expect(paused.contains("22, the last 2 missed"))
        #expect(paused.contains("No queue reaches them"))
    }

    @Test func aWishThatHasToWaitSaysSo() throws {
        var one = try read(OperatorDTO.self, Self.anna)
        one.wish = .paused
        #expect(OperatorRendering.wished(one, color: false).hasSuffix("with a VIP; paused as soon as that is over"))
        one.wish = .ready
        one.state = .offline
        #expect(OperatorRendering.wished(one, color: false).hasSuffix("ready as soon as their phone registers"))
        one.state = .ready
        #expect(OperatorRendering.wished(one, color: false).hasSuffix(": ready"))
    }

    private static func row(_ outcome: String, change: String = "") -> String {
        """
        {"call": "1B2XK7A000003", "pool": "main", "line": "0800", "queue": "sales-department-of-kyiv", "vip": true,
         "interrupted": true, "announced": true, "was_interrupted": true, "arrived_at": "2026-11-21T19:05:02.114Z",
         "ended_at": "2026-11-21T19:07:02.114Z", "outcome": "\(outcome)", "ended_by": "customer", "status": 486,
         "number": "+380441230017", "name": "Oksana\\u001b[2J", "operator": "anna", "wait_seconds": 9.3,
         "talk_seconds": 120, "held_seconds": 5, "segments": [], "rings": []}
        """
    }

    @Test func theLogFitsWithTheLongestOfEverything() throws {
        let outcomes = ["answered", "abandoned", "lost_on_hold", "timed_out", "refused", "lost_by_restart", "new"]
        let json = #"{"calls": ["# + outcomes.map { Self.row($0) }.joined(separator: ",") + "]}"
        let list = try read(CallListDTO.self, json)
        for now in ["2026-11-21T19:30:00Z", "2026-12-21T19:30:00Z"] {
            let text = CallLogRendering.list(list, filtered: false, now: try #require(Timestamp(now)), color: false)
            #expect(fits(text), "\(text)")
            #expect(text.contains("1B2XK7A000003"))
            #expect(text.hasSuffix("VIP*: interrupted a conversation"))
        }
    }

    @Test func everyEmptyListSaysWhatToDo() throws {
        let none = try read(CallListDTO.self, #"{"calls": []}"#)
        #expect(CallLogRendering.list(none, filtered: false, now: .now, color: false).contains("burdock call list"))
        #expect(CallLogRendering.list(none, filtered: true, now: .now, color: false).contains("--since"))
        let noCalls = try read(LiveCallListDTO.self, #"{"calls": []}"#)
        #expect(LiveCallRendering.list(noCalls, color: false).contains("burdock call list"))
        let noQueues = try read(QueueListDTO.self, #"{"queues": []}"#)
        #expect(QueueRendering.list(noQueues, color: false).contains("configuration"))
        let noOperators = try read(OperatorListDTO.self, #"{"operators": []}"#)
        #expect(OperatorRendering.list(noOperators, color: false).contains("configuration"))
    }

    @Test func anExplanationIsAStory() throws {
        let explanation = try read(
            ExplanationDTO.self,
            """
            {"call": "1B2XK7A000003", "record": \(Self.row("answered")), "story": [
             {"at": "2026-11-21T19:05:02.114Z", "kind": "event", "text": "arrived on line 0800"},
             {"at": "2026-11-21T19:05:02.116Z", "kind": "decision", "text": "ring anna: she is the last successful \
            operator of this customer and has been ready for two minutes and ten seconds"}]}
            """)
        let text = ExplainCommand.render(explanation, color: false)
        #expect(fits(text), "\(text)")
        #expect(text.contains(":02.114  arrived on line 0800\n"))
        #expect(text.contains(":02.116  → ring anna: she is"))
        #expect(text.contains("talked 2:00 with anna"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func theStatusFits() throws {
        let status = try read(
            StatusDTO.self,
            """
            {"version": "0.1.0", "started_at": "2026-11-21T19:05:02.114Z", "uptime_seconds": 11560, "draining": true,
             "listeners": ["udp 0.0.0.0:5060", "tcp 0.0.0.0:5060", "udp [2001:db8::1]:5060", "tcp [2001:db8::1]:5060"],
             "operators": {"total": 4000, "registered": 3000, "ready": 1000, "busy": 1000, "wrap_up": 1000,
             "paused": 1000, "offline": 0}, "calls": {"waiting": 5000, "talking": 1000, "held": 100},
             "rtp_ports": {"in_use": 6, "total": 10000}, "database": "/var/lib/burdock/burdock.db"}
            """)
        let text = StatusCommand.render(status, color: false)
        #expect(fits(text), "\(text)")
        #expect(text.contains("draining"))
        #expect(text.contains("6 of 10,000 in use"))
    }

    @Test func aRefusalNamesTheNextStep() {
        let problem = ProblemDTO(
            type: "urn:burdock:problem:no-such-queue", title: "", status: 404, detail: "No queue is called \"sals\"",
            next: "Did you mean \"sales\"?", instance: nil)
        #expect(
            ClientFailure.refused(problem, json: "{}").render(color: false)
                == "burdock: No queue is called \"sals\"\n  Did you mean \"sales\"?")
        #expect(ClientFailure.notRunning(socket: "state/burdock.sock").render(color: false).contains("burdock serve"))
    }
}

@Suite struct ControlClientTests {
    @Test func pathsAndParametersAreEncoded() {
        let request = ControlRequest.get(
            "queues", "a b/ї", query: [("queue", "x&y"), ("since", nil), ("number", "+38")])
        #expect(request.path == "queues/a%20b%2F%D1%97?queue=x%26y&number=%2B38")
    }

    @Test func aServerThatIsNotThereIsSaidSoAtOnce() async {
        let missing = ControlClient(socket: NSTemporaryDirectory() + "no-burdock-here.sock")
        await #expect {
            _ = try await missing.answer(to: .get("status"))
        } throws: { error in
            guard case ClientFailure.notRunning = error else { return false }
            return true
        }
    }

    @Test func withJSONAFailureIsAProblemDocument() throws {
        let json = ClientFailure.notRunning(socket: "state/burdock.sock").json
        let problem = try ControlJSON.decoder().decode(ProblemDTO.self, from: Data(json.utf8))
        #expect(problem.type == "urn:burdock:problem:server-not-running")
    }
}
