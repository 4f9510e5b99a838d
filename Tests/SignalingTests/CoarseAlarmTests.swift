import Testing

@testable import Signaling

/// What is forgotten seconds later is forgotten together; nothing is ever early.
struct CoarseAlarmTests {
    private let step = UserAgentCore.coarseStep

    @Test(arguments: [0, 1, 500_000_000, UserAgentCore.coarseDelay - 1] as [Int64])
    func shortDelaysAreExact(delay: Int64) {
        #expect(UserAgentCore.due(now: 12_345_678_901, after: delay) == 12_345_678_901 + delay)
    }

    @Test(arguments: [0, 1, 99_999_999, 12_345_678_901] as [Int64])
    func longDelaysEndTogetherAndNeverEarly(now: Int64) {
        let exact = now + 32_000_000_000
        let due = UserAgentCore.due(now: now, after: 32_000_000_000)
        #expect(due.isMultiple(of: step))
        #expect((exact..<exact + step).contains(due))
    }

    @Test func endlessDelayDoesNotOverflow() {
        #expect(UserAgentCore.due(now: 5, after: .max) > .max / 2)
        #expect(UserAgentCore.due(now: .max - 5, after: 3) > .max / 2)
        #expect(UserAgentCore.due(now: 5, after: -7) == 5)
    }
}
