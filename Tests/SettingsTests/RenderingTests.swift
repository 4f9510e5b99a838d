import Foundation
import Testing

@testable import Settings

// Goal: what a person reads is exact: position, line, underline, suggestion, next step. Method: golden texts.

@Test func findingIsPrintedWithLineUnderlineSuggestionAndNextStep() {
    let yaml = """
        operators: [{name: anna}]
        queues:
          - name: sales
            operators: {ana: 5}
        """
    #expect(
        read(yaml).render(color: false) == """
            test.yaml:4:17  error    there is no operator "ana"
                4 |       operators: {ana: 5}
                  |                   ^^^  did you mean "anna"?
                  = correct the name, or add the operator under operators
            1 error
            """)
}

@Test func allFindingsAreReportedAtOnceInTheOrderOfTheFile() {
    let yaml = """
        lines: [{number: "100", queue: sals}]
        queues:
          - {name: sales, ring_timout: 20s, wrap_up: 10}
        log: {level: loud}
        """
    #expect(
        read(yaml).render(color: false) == """
            test.yaml:1:32  error    there is no queue "sals"
                1 |   lines: [{number: "100", queue: sals}]
                  |                                  ^^^^  did you mean "sales"?
                  = correct the name, or add the queue under queues
            test.yaml:3:12  warning  queue "sales" has no operators: its callers wait in vain
                3 |     - {name: sales, ring_timout: 20s, wrap_up: 10}
                  |              ^^^^^
                  = add "operators: {NAME: PRIORITY}" to it
            test.yaml:3:19  error    unknown key "ring_timout" in queue "sales"
                3 |     - {name: sales, ring_timout: 20s, wrap_up: 10}
                  |                     ^^^^^^^^^^^  did you mean "ring_timeout"?
                  = known here: name, vip, strategy, sticky, group_sticky, responsible_wait, sticky_expires, \
            ring_timeout, retry_after, max_wait, max_length, wrap_up, callback, join_empty, leave_when_empty, \
            callback_key, callback_announcement, callback_time, max_talking, resume_place, hold, timeout_announcement, \
            interruption, operators
            test.yaml:3:46  error    wrap_up needs a unit
                3 |     - {name: sales, ring_timout: 20s, wrap_up: 10}
                  |                                                ^^  did you mean "10s"?
                  = durations are written 250ms, 20s, 5 min, 1h or 30d
            test.yaml:4:14  error    level must be one of trace, debug, info, notice, warning, error, critical, \
            not "loud"
                4 |   log: {level: loud}
                  |                ^^^^
            4 errors, 1 warning
            """)
}

@Test func underlineStandsUnderCyrillicText() {
    #expect(
        read("operators: [{name: anna, display: \"Ганна Й\", email: пошта}]").render(color: false) == """
            test.yaml:1:53  error    "пошта" is not an e-mail address
                1 |   operators: [{name: anna, display: "Ганна Й", email: пошта}]
                  |                                                       ^^^^^
            1 error
            """)
}

@Test func underlineCountsWideAndCombiningCharactersByTheirColumns() {
    // Two wide characters take four columns, the combining accent none.
    #expect(
        read("operators: [{name: \"電話e\u{301}\"}]").render(color: false) == """
            test.yaml:1:20  error    "電話e\u{301}" is not a name: 1 to 64 Latin letters, digits, "-", "_" or "."
                1 |   operators: [{name: "電話e\u{301}"}]
                  |                      ^^^^^^^
            1 error
            """)
}

@Test func tabsBeforeTheUnderlineAreKept() {
    #expect(
        read("log:\t{level:\tinof}").render(color: false)
            == "test.yaml:1:14  error    level must be one of trace, debug, info, notice, warning, error, critical, "
            + "not \"inof\"\n"
            + "    1 |   log:\t{level:\tinof}\n      |       \t       \t^^^^  did you mean \"info\"?\n1 error"
    )
}

@Test func longLinesAreCutAroundTheOffendingText() throws {
    let names = (0..<100).map { "{name: o\($0)}" }.joined(separator: ", ")
    let result = read("operators: [\(names), {nam: x}, \(names)]")
    let excerpt = try #require(result.diagnostics.first?.excerpt)
    #expect(excerpt.text.hasPrefix("…") && excerpt.text.hasSuffix("…"))
    #expect(excerpt.text.unicodeScalars.count == 181)
    #expect(String(excerpt.text.dropFirst(excerpt.offset).prefix(excerpt.length)) == "nam")
}

@Test func longLineNumbersMoveTheBarOfBothLines() {
    let yaml = String(repeating: "\n", count: 123_455) + "log: {level: inof}"
    let lines = read(yaml).render(color: false).split(separator: "\n")
    #expect(lines[1] == "123456 |   log: {level: inof}")
    #expect(lines[2].hasPrefix("       |                ^^^^"))
}

@Test func coloursAreOnlyPutInWhenAskedFor() {
    let diagnostic = read("sip: 5").diagnostics[0]
    #expect(!diagnostic.render(color: false).contains("\u{1B}"))
    #expect(diagnostic.render(color: true).hasPrefix("\u{1B}[1mtest.yaml:1:6\u{1B}[0m  \u{1B}[31merror  \u{1B}[0m"))
}

@Test func secretsAreNeverShown() {
    for yaml in [
        "operators: [{name: anna, secret: hunter2-hunter2, groop: x}]",
        "operators: [{name: anna, secret: \"hunter2, }\\\" hunter2\", groop: x}]",
        "operators: [{name: anna, 'secret' : 'hunter2 hunter2', groop: x}]",
        "operators: [{name: anna, secret: hunter2}]",
        "trunks:\n  - {name: a, user: b, secret: \"hunter2\\u0007\"}",
        "operators:\n  - name: anna\n    secret: hunter2 hunter2, and: more",
    ] {
        let result = read(yaml)
        #expect(!result.diagnostics.isEmpty)
        #expect(!result.render(color: false).contains("hunter"), "\(yaml)")
        #expect(!result.json().contains("hunter"), "\(yaml)")
    }
}

@Test func controlCharactersOfTheFileDoNotReachTheTerminal() {
    let text = read("log: {level: \"\\e[31mred\"} # \u{200E}\u{202E}").render(color: false)
    #expect(!text.unicodeScalars.contains { $0.isUnprintable && $0 != "\n" })
}

@Test func findingsAsJSONHoldPositionsAndWords() throws {
    let json = read("log: {level: inof}").json()
    let array = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    let finding = try #require(array.first)
    #expect(Set(finding.keys) == ["file", "line", "column", "length", "severity", "message", "suggestion"])
    #expect(finding["file"] as? String == "test.yaml")
    #expect(finding["line"] as? Int == 1)
    #expect(finding["column"] as? Int == 14)
    #expect(finding["length"] as? Int == 4)
    #expect(finding["severity"] as? String == "error")
    #expect(finding["suggestion"] as? String == "info")
}

@Test func nothingToSayIsSaidWithNothing() {
    #expect(read("log: {level: info}").render(color: true) == "")
    #expect(read("log: {level: info}").json() == "[\n\n]")
}
