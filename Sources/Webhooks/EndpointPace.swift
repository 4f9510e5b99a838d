import Routing
import Storage

/// How fast an endpoint is served: what is under way, and whether it is left in peace for a while.
///
/// Letters begin in the order of time, several at once, but never two about the same call or task. After a failure the
/// endpoint rests; then one letter goes alone, and only when one is taken do several go again. So a dead endpoint costs
/// one request a rest, and one letter that it does not like does not hold up the others.
struct EndpointPace {
    /// At once, if all is well.
    let limit: Int
    /// Subjects of the letters under way, by their number.
    private(set) var underWay: [Int64: String] = [:]
    private(set) var failures = 0
    private(set) var restsUntil: Instant?

    init(limit: Int) {
        self.limit = limit
    }

    var isIdle: Bool { underWay.isEmpty }

    /// How many more may begin.
    func room(at now: Instant) -> Int {
        if let restsUntil, now < restsUntil { return 0 }
        return max((failures > 0 ? 1 : limit) - underWay.count, 0)
    }

    /// Takes those that begin now.
    ///
    /// - Parameter letters: in the order of time, those under way among them.
    mutating func begin(_ letters: [Letter], at now: Instant) -> [Letter] {
        var room = room(at: now)
        var subjects = Set(underWay.values)
        var begun: [Letter] = []
        for letter in letters where room > 0 && underWay[letter.sequence] == nil {
            // The ones behind it wait for it even if it cannot begin itself.
            guard subjects.insert(letter.subject).inserted else { continue }
            underWay[letter.sequence] = letter.subject
            begun.append(letter)
            room -= 1
        }
        return begun
    }

    /// - Parameter rule: for how long it rests after so many failures in a row, unless it says itself for how long.
    mutating func ended(_ letter: Letter, _ verdict: Verdict, _ rule: RetryRule, chance: Double, at now: Instant) {
        underWay[letter.sequence] = nil
        switch verdict {
        case .delivered:
            failures = 0
            restsUntil = nil
        case .gone:
            break
        case .retry(let wait, let isWish, _, _):
            failed(rule, chance, at: now)
            if isWish { restsUntil = max(restsUntil ?? now, now + wait) }
        case .dead:
            failed(rule, chance, at: now)
        }
    }

    /// Those that were sent together and fail together are one failure.
    private mutating func failed(_ rule: RetryRule, _ chance: Double, at now: Instant) {
        if let restsUntil, now < restsUntil { return }
        failures += 1
        restsUntil = now + rule.delay(afterFailures: failures, chance: chance)
    }
}
