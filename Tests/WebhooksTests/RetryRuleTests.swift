import Routing
import Storage
import Testing

@testable import Webhooks

@Suite struct RetryRuleTests {
    private let rule = RetryRule()

    @Test(arguments: [
        (1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320), (8, 640), (9, 1_280), (10, 2_560), (11, 3_600),
        (12, 3_600), (1_000, 3_600), (Int.max, 3_600), (0, 5),
    ])
    func delaysDoubleUpToAnHour(failures: Int, seconds: Int) {
        #expect(rule.delay(afterFailures: failures, chance: 0) == .seconds(seconds))
        #expect(rule.delay(afterFailures: failures, chance: 1) == .seconds(seconds) * 0.75)
        let between = rule.delay(afterFailures: failures, chance: 0.5)
        #expect(between < .seconds(seconds) && between > .seconds(seconds) * 0.75)
    }

    @Test(arguments: [200, 201, 202, 204, 299]) func everyTwoHundredIsADelivery(status: Int) {
        let reply = Reply.answered(status: status, retryAfter: .seconds(9))
        #expect(rule.verdict(on: reply, attempts: 3, waited: .seconds(90_000), chance: 0) == .delivered)
    }

    @Test func goneIsForGood() {
        let verdict = rule.verdict(
            on: .answered(status: 410, retryAfter: .seconds(1)), attempts: 0, waited: .zero, chance: 0)
        guard case .gone = verdict else {
            Issue.record("\(verdict)")
            return
        }
    }

    @Test(arguments: [100, 301, 302, 307, 400, 401, 404, 409, 429, 500, 503, 599])
    func everyOtherStatusIsTriedAgain(status: Int) {
        let verdict = rule.verdict(
            on: .answered(status: status, retryAfter: nil), attempts: 1, waited: .zero, chance: 0)
        guard case .retry(let wait, false, _, status) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(wait == .seconds(10))
    }

    @Test(arguments: [(0, 1), (1, 1), (30, 30), (3_600, 3_600), (9_999, 3_600)])
    func theEndpointsOwnWishCountsWithinBounds(wish: Int, seconds: Int) {
        let verdict = rule.verdict(
            on: .answered(status: 503, retryAfter: .seconds(wish)), attempts: 7, waited: .zero, chance: 0)
        #expect(
            verdict == .retry(after: .seconds(seconds), isWish: true, problem: "HTTP status 503", status: 503))
    }

    @Test func aDayAfterItWasWrittenALetterIsDead() {
        let day = Duration.seconds(86_400)
        let failure = Reply.failed("refused")
        let last = rule.verdict(on: failure, attempts: 0, waited: day - .seconds(5), chance: 0)
        #expect(last == .retry(after: .seconds(5), isWish: false, problem: "refused", status: nil))
        let over = rule.verdict(on: failure, attempts: 0, waited: day - .seconds(4), chance: 0)
        #expect(over == .dead(problem: "refused", status: nil))
        let status = rule.verdict(
            on: .answered(status: 500, retryAfter: nil), attempts: 40, waited: day, chance: 0)
        #expect(status == .dead(problem: "HTTP status 500", status: 500))
    }

    @Test(
        arguments: [
            ("120", 120), ("0", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 7), ("Sun, 06 Nov 1994 08:49:29 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 167_670_630), ("", nil), ("-1", nil), ("1.5", nil), ("soon", nil),
            ("9999999999", nil), ("Sun, 06 Nov 1994 08:49:37 EET", nil), ("Sun, 32 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 99999 08:49:37 GMT", nil),
        ] as [(String, Int?)])
    func retryAfterIsSecondsOrADate(text: String, seconds: Int?) {
        // 1994-11-06T08:49:30Z
        let now = WallTime(milliseconds: 784_111_770_000)
        #expect(RetryAfter.parse(text, now: now) == seconds.map { .seconds($0) })
    }
}

@Suite struct EndpointPaceTests {
    private let rule = RetryRule()
    private let failure = Verdict.retry(after: .seconds(5), isWish: false, problem: "no", status: nil)

    private func at(_ seconds: Double) -> Instant { Instant(seconds: seconds) }

    private func letters(_ subjects: String...) -> [Letter] {
        subjects.enumerated().map { index, subject in
            Letter(
                sequence: Int64(index + 1), endpoint: "crm", event: "e\(index)", type: "", subject: subject, body: "",
                attempts: 0, since: origin)
        }
    }

    private func begun(_ letters: [Letter], _ seconds: Double, _ pace: inout EndpointPace) -> [Int64] {
        pace.begin(letters, at: at(seconds)).map(\.sequence)
    }

    @Test func lettersBeginInOrderUpToTheLimit() {
        var pace = EndpointPace(limit: 2)
        let all = letters("a", "b", "c")
        #expect(begun(all, 0, &pace) == [1, 2])
        #expect(begun(all, 0, &pace) == [])
        pace.ended(all[0], .delivered, rule, chance: 0, at: at(1))
        #expect(begun(Array(all.dropFirst()), 1, &pace) == [3])
    }

    @Test func lettersAboutTheSameNeverOvertakeEachOther() {
        var pace = EndpointPace(limit: 4)
        let all = letters("a", "b", "a", "a", "c")
        #expect(begun(all, 0, &pace) == [1, 2, 5])
        pace.ended(all[1], .delivered, rule, chance: 0, at: at(1))
        #expect(begun([all[0], all[2], all[3], all[4]], 1, &pace) == [])
        pace.ended(all[0], .delivered, rule, chance: 0, at: at(1))
        #expect(begun([all[2], all[3], all[4]], 1, &pace) == [3])
    }

    @Test func afterAFailureItRestsAndThenOneGoesAlone() {
        var pace = EndpointPace(limit: 4)
        let all = letters("a", "b", "c", "d", "e")
        _ = pace.begin(Array(all.prefix(1)), at: at(0))
        pace.ended(all[0], failure, rule, chance: 0, at: at(1))
        #expect(pace.room(at: at(5.9)) == 0 && pace.room(at: at(6)) == 1)
        #expect(begun(all, 6, &pace) == [1])
        pace.ended(all[0], failure, rule, chance: 0, at: at(7))
        #expect(pace.room(at: at(16.9)) == 0 && pace.room(at: at(17)) == 1)
        #expect(begun(Array(all.dropFirst()), 17, &pace) == [2])
        pace.ended(all[1], .delivered, rule, chance: 0, at: at(18))
        #expect(pace.room(at: at(18)) == 4 && pace.failures == 0)
    }

    @Test func thoseThatFailTogetherAreOneFailure() {
        var pace = EndpointPace(limit: 4)
        let all = letters("a", "b", "c")
        _ = pace.begin(all, at: at(0))
        for letter in all { pace.ended(letter, failure, rule, chance: 0, at: at(1)) }
        #expect(pace.failures == 1 && pace.restsUntil == at(6))
    }

    @Test func anEndpointThatSaysWhenIsLeftAloneUntilThen() {
        var pace = EndpointPace(limit: 4)
        let all = letters("a")
        _ = pace.begin(all, at: at(0))
        let wish = Verdict.retry(after: .seconds(90), isWish: true, problem: "no", status: 503)
        pace.ended(all[0], wish, rule, chance: 0, at: at(1))
        #expect(pace.restsUntil == at(91))
    }
}
