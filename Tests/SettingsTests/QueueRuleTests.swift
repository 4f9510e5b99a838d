import Settings
import Testing

@Test func rulesOfJoiningAndLeavingAreRead() throws {
    let rules = "join_empty: false, leave_when_empty: true, callback_key: 1, max_talking: 3, resume_place: 2 min"
    let result = read(
        """
        queues:
          - {name: sales, \(rules)}
          - {name: support}
        """)
    let queues = try #require(result.configuration?.queues)
    #expect(!queues[0].joinEmpty && queues[0].leaveWhenEmpty)
    #expect(queues[0].callbackKey == "1")
    #expect(queues[0].maxTalking == 3)
    #expect(queues[0].resumePlace == .seconds(120))
    #expect(queues[1].joinEmpty && !queues[1].leaveWhenEmpty)
    #expect(queues[1].callbackKey == nil && queues[1].maxTalking == nil)
    #expect(queues[1].resumePlace == .seconds(60))
}

@Test(arguments: ["max_talking: 0", "resume_place: 2h", "callback_key: x", "join_empty: perhaps"])
func wrongRulesOfLeavingAreErrors(rule: String) {
    let text = "queues:\n  - {name: sales, \(rule)}\n"
    let result = read(text)
    #expect(result.configuration == nil)
    #expect(result.diagnostics.contains { $0.severity == .error })
}
