import ControlAPI
import Foundation
import Testing

@testable import burdock

/// What `burdock task` and `burdock dialer` print. The answers are written as the JSON that the server sends.
@Suite struct TaskRenderingTests {
    private static let now = Timestamp("2026-11-21T19:30:00Z")!

    private func read<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try ControlJSON.decoder().decode(type, from: Data(json.utf8))
    }

    private func fits(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 && $0.last != " " }
    }

    private static func task(
        due: String = "2026-11-21T19:00:00Z", stage: String = "own", more: String = ""
    ) -> String {
        """
        {"task": "1B2XK7A000003", "dialer": "callbacks-of-the-sales-department", "number": "+380671234567",
         "state": "open", "due": "\(due)", "responsible": "anna-kovalenko-velychkovska", "group": "sales",
         "source": "lost_call", "source_call": "1B2XK7A000003", "stage": "\(stage)", "attempts": 100,
         "opened_at": "2026-11-20T19:00:00Z", "updated_at": "2026-11-21T18:00:00Z"\(more)}
        """
    }

    private static func closed(_ result: String, _ detail: String) -> String {
        let result = #", "result": "\#(result)", "result_detail": "\#(detail)", "closed_at": "2026-11-21T19:10:00Z""#
        return task(more: result)
    }

    private func list(_ tasks: String...) throws -> String {
        let list = try read(TaskListDTO.self, #"{"tasks": [\#(tasks.joined(separator: ","))], "next": "a.b.c"}"#)
        return TaskRendering.list(list, filtered: false, now: Self.now, color: false)
    }

    @Test func theListFitsWithTheLongestOfEverything() throws {
        let text = try list(
            Self.task(), Self.task(stage: "group"), Self.task(stage: "anyone"), Self.task(due: "2026-12-31T19:00:00Z"),
            Self.task(more: #", "operator": "anna-kovalenko-velychkovska""#), Self.closed("resolved", "1B2XK7A000004"),
            Self.closed("given_up", "NOANSWER"), Self.closed("merged", "1B2XK7A000005"),
            Self.closed("handed_to_crm", ""), Self.closed("new\\u001b[2J", ""))
        #expect(fits(text), "\(text)")
        #expect(text.contains("+380 67 … 45 67"))
        #expect(text.contains("1B2XK7A000003"))
        #expect(!text.contains("\u{1B}"))
        #expect(text.hasSuffix("\nThere are more: --cursor a.b.c"))
    }

    @Test func aTaskSaysWhoseItIsAndHowItStands() throws {
        let short = Self.task(stage: "anyone").replacing("anna-kovalenko-velychkovska", with: "anna")
            .replacing("callbacks-of-the-sales-department", with: "back")
        let lines = try list(
            short, short.replacing("2026-11-21T19:00:00Z", with: "2026-11-21T20:00:00Z"),
            short.replacing(#""responsible": "anna", "#, with: "")
        ).split(separator: "\n")
        #expect(lines[1].contains("back") && lines[1].contains("anna") && lines[1].hasSuffix("due, for anyone"))
        #expect(lines[2].hasSuffix("later"))
        #expect(lines[3].contains("sales"))
    }

    @Test func everyEmptyListSaysWhatToDo() throws {
        let none = try read(TaskListDTO.self, #"{"tasks": []}"#)
        #expect(TaskRendering.list(none, filtered: false, now: .now, color: false).contains("burdock task add"))
        #expect(TaskRendering.list(none, filtered: true, now: .now, color: false).contains("--state all"))
        let dialers = try read(DialerListDTO.self, #"{"dialers": []}"#)
        #expect(DialerRendering.list(dialers, now: .now, color: false).contains("configuration"))
    }

    // MARK: - One task

    @Test func aTaskShowsItsCardInItsOrder() throws {
        let long = String(repeating: "Дуже довге значення ", count: 20)
        let card = #"{"name": "Оксана", "fields": {"b": "1\nl\u001b[2J", "a": "\#(long)"}, "order": ["b"]}"#
        let detail = try read(TaskDetailDTO.self, #"{"task": \#(Self.task()), "attempts": [], "card": \#(card)}"#)
        let text = TaskRendering.detail(detail, now: Self.now, color: false)
        #expect(fits(text), "\(text)")
        #expect(text.contains("  card     Оксана\n           b: 1 l\u{fffd}[2J\n           a: Дуже довге"))
        #expect(!text.contains("\u{1B}"))
    }

    private static let attempts = """
        [{"kind": "attempt", "number": 2, "operator": "anna-kovalenko-velychkovska", "outcome": "ANSWER",
          "call": "1B2XK7A000009", "began": "2026-11-21T19:20:00Z", "dialled_at": "2026-11-21T19:20:15Z",
          "rang_at": "2026-11-21T19:20:17Z", "answered_at": "2026-11-21T19:20:26Z", "ended_at": "2026-11-21T19:20:29Z"},
         {"kind": "responsible_wait_expired", "operator": "anna-kovalenko-velychkovska",
          "began": "2026-11-20T19:00:00Z", "ended_at": "2026-11-20T19:10:00Z"},
         {"kind": "attempt", "number": 1, "operator": "ihor", "outcome": "NOANSWER", "status": 480,
          "call": "1B2XK7A000008", "began": "2026-11-20T18:00:00Z", "rang_at": "2026-11-20T18:00:00Z",
          "ended_at": "2026-11-20T18:00:30Z"}]
        """

    private func detail(_ task: String, now: String? = nil, attempts: String = "[]") throws -> String {
        let going = now.map { #""now": \#($0),"# } ?? ""
        let detail = try read(TaskDetailDTO.self, #"{"task": \#(task), \#(going) "attempts": \#(attempts)}"#)
        return TaskRendering.detail(detail, now: Self.now, color: false)
    }

    @Test func aTaskIsShownWithItsAttempts() throws {
        let text = try detail(
            Self.task(), now: #"{"state": "waiting", "stage": "own", "until": "2026-11-21T19:40:00Z"}"#,
            attempts: Self.attempts)
        #expect(fits(text), "\(text)")
        #expect(text.contains("waits for its responsible until"))
        #expect(text.contains("the lost call 1B2XK7A000003"))
        #expect(text.contains("ANSWER") && text.contains("0:03") && text.contains("did not come"))
        #expect(text.contains("480") && text.contains("1B2XK7A000008"))
    }

    @Test func aClosedTaskSaysHowItEnded() throws {
        let text = try detail(Self.closed("resolved", "1B2XK7A000004"))
        #expect(text.contains("by call 1B2XK7A000004"))
        #expect(text.contains("Nobody has tried to call yet."))
    }

    @Test func everyStateIsSaidInWords() throws {
        var seen: Set<String> = []
        for state in TaskDetailDTO.Now.State.allCases {
            let text = try detail(Self.task(), now: #"{"state": "\#(state.rawValue)", "operator": "anna"}"#)
            #expect(fits(text), "\(text)")
            seen.insert(text)
        }
        #expect(seen.count == TaskDetailDTO.Now.State.allCases.count)
    }

    // MARK: - Dialers

    private static let dialer = """
        {"name": "callbacks-of-the-sales-department", "mode": "callback", "paused": false, "rules_of": "sales", "open": 1000000,
         "due": 250000, "first_due": "2026-11-20T19:00:00Z", "in_progress": 12, "operators":
         {"total": 300, "registered": 3, "ready": 100, "busy": 1, "wrap_up": 0, "paused": 1, "offline": 0}}
        """

    @Test func dialersAreListedInOneLineEach() throws {
        let list = try read(DialerListDTO.self, #"{"dialers": [\#(Self.dialer)]}"#)
        let text = DialerRendering.list(list, now: Self.now, color: false)
        #expect(fits(text), "\(text)")
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.contains("250,000") && text.contains("100 of 300"))
    }

    @Test func aDialerShowsWhoWorksIt() throws {
        let anna = """
            {"id": "anna", "name": "Анна Коваленко-Величковська", "wish": "ready", "registered": true,
             "state": "previewing", "since": "2026-11-21T19:05:02.114Z", "state_seconds": 62.5, "calls": 31,
             "missed_in_a_row": 0, "assignments": []}
            """
        let detail = try read(
            DialerDetailDTO.self,
            """
            {"dialer": \(Self.dialer), "members": [{"operator": \(anna), "priority": 10, "is_busy_here": true},
             {"operator": \(anna), "priority": 0, "is_busy_here": false}]}
            """)
        let text = DialerRendering.detail(detail, now: Self.now, color: false)
        #expect(fits(text), "\(text)")
        #expect(text.contains("preview") && text.contains("task"))
        #expect(text.contains("12 in progress"))
        var empty = detail
        empty.members = []
        #expect(DialerRendering.detail(empty, now: Self.now, color: false).contains("configuration"))
    }
}
