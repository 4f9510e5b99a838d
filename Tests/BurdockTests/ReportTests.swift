import ArgumentParser
import ControlAPI
import Reports
import Routing
import Storage
import Testing

@testable import burdock

/// What people see of reports, and what they may type for times.
struct ReportTests {
    private static let table = ExportTable(
        columns: ["queue", "entered", "share", "wait", "since"],
        rows: [
            [.text("sales"), .count(1_204), .share(0.876), .time(.seconds(75)), .none],
            [.none, .count(3), .share(0), .time(.zero), .none],
        ])

    @Test func aTableShowsTheColumnsThatAreAskedForInTheirOrder() {
        let text = ReportRendering.table(
            Self.table, [("wait", "wait"), ("queue", "queue"), ("share", "SL"), ("entered", "in"), ("missing", "x")]
        ).render(width: 80, color: false)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines[0] == ["wait", "queue", "SL", "in"])
        #expect(lines[1] == ["1:15", "sales", "88", "%", Texts.count(1_204)])
        #expect(lines[2] == ["0:00", "-", "0", "%", "3"])
    }

    @Test func timesAreSpansOrDates() throws {
        let before = Records.now
        let moment = try Records.moment("2h")
        #expect((7_199_000...7_210_000).contains(Records.now.milliseconds - moment.milliseconds))
        #expect(moment < before)
        #expect(try Records.moment("2026-11-21T09:00:00Z") == WallTime(milliseconds: 1_795_251_600_000))
        for text in ["", "yesterday", "2", "-5m", "2026-11-21"] {
            #expect(throws: ValidationError.self) { try Records.moment(text) }
        }
    }

    @Test func aPeriodThatEndsBeforeItBeginsIsAMistake() throws {
        #expect(throws: ValidationError.self) { try Records.period(since: "1h", until: "2h") }
        let period = try Records.period(since: "2h", until: "1h")
        #expect((3_599_000...3_601_000).contains(period.until.milliseconds - period.from.milliseconds))
    }

    @Test func daysOfAPeriodGoFromMidnightToMidnight() throws {
        let days = Period(
            from: WallTime(milliseconds: 1_795_251_600_000),
            until: WallTime(milliseconds: 1_795_251_600_000 + 172_800_000)
        ).days
        #expect(days.count == 3)
        for (day, next) in zip(days, days.dropFirst()) { #expect(day.until == next.from) }
    }

    @Test func anOperatorIsToldWhyNoCallsCome() throws {
        let explanation = try ControlClient.decode(
            OperatorExplanationDTO.self,
            from: #"""
                {"operator": "anna", "since": "2026-11-21T19:05:02.114Z", "story": [],
                 "standing": ["anna is not ready: wrap-up for another 4 s", "priority 0 in vip"]}
                """#)
        let text = ExplainCommand.render(explanation, color: false)
        #expect(text.hasPrefix("anna is not ready: wrap-up for another 4 s\n  priority 0 in vip\n"))
        #expect(text.contains("Nothing happened since"))
    }

    @Test(arguments: [
        ["explain"], ["explain", "1B2", "--operator", "anna"], ["explain", "1B2", "--since", "5m"],
        ["report", "queues", "--json", "--csv"], ["report", "queues", "--bom"],
        ["report", "queues", "--threshold", "0"],
    ])
    func commandsThatContradictThemselvesAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try Burdock.parseAsRoot(arguments) }
    }
}
