import Routing

/// What a request came to.
enum Reply: Hashable, Sendable {
    case answered(status: Int, retryAfter: Duration?)
    /// No answer: refused, cut, too late. In words.
    case failed(String)
}

/// What becomes of a letter after a reply.
enum Verdict: Hashable, Sendable {
    case delivered
    /// The endpoint wants nothing any more (410).
    case gone(problem: String)
    /// - `isWish`: the endpoint has said when.
    case retry(after: Duration, isWish: Bool, problem: String, status: Int?)
    /// It has been tried for long enough.
    case dead(problem: String, status: Int?)
}

/// When failed letters are tried again, and for how long. Time and chance are arguments.
package struct RetryRule: Hashable, Sendable {
    /// After the first failure; doubled with each further one.
    package var first: Duration = .seconds(5)
    package var longest: Duration = .seconds(3_600)
    /// A letter that could only be tried again later than this after it was written is dead.
    package var giveUpAfter: Duration = .seconds(24 * 3_600)
    /// An endpoint's own wish (`Retry-After`) counts from this on and up to `longest`.
    package var shortestWish: Duration = .seconds(1)

    package init() {}

    /// - Parameters:
    ///   - failures: in a row, this one included.
    ///   - chance: 0 to 1; takes up to a quarter off, so that many letters do not come back at the same moment.
    func delay(afterFailures failures: Int, chance: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 20)
        return min(first * (1 << doublings), longest) * (1 - min(max(chance, 0), 1) / 4)
    }

    /// - Parameters:
    ///   - attempts: failed ones before this.
    ///   - waited: since the letter was written.
    func verdict(on reply: Reply, attempts: Int, waited: Duration, chance: Double) -> Verdict {
        switch reply {
        case .answered(200...299, _):
            return .delivered
        case .answered(410, _):
            return .gone(problem: "HTTP status 410: the endpoint wants nothing any more")
        case .answered(let status, let wish):
            let problem =
                (300...399).contains(status)
                ? "HTTP status \(status): redirections are not followed" : "HTTP status \(status)"
            let wished = wish.map { min(max($0, shortestWish), longest) }
            let wait = wished ?? delay(afterFailures: attempts + 1, chance: chance)
            if waited + wait > giveUpAfter { return .dead(problem: problem, status: status) }
            return .retry(after: wait, isWish: wished != nil, problem: problem, status: status)
        case .failed(let problem):
            let wait = delay(afterFailures: attempts + 1, chance: chance)
            if waited + wait > giveUpAfter { return .dead(problem: problem, status: nil) }
            return .retry(after: wait, isWish: false, problem: problem, status: nil)
        }
    }
}

/// The header `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
enum RetryAfter {
    static func parse(_ text: String?, now: WallTime) -> Duration? {
        guard let text else { return nil }
        if !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            return Int64(text).map { .seconds($0) }
        }
        return date(text).map { max($0.since(now), .zero) }
    }

    /// The one form that may be sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> WallTime? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]),
            let month = months.firstIndex(of: words[2]), let year = Int(words[3]), (1970...9999).contains(year),
            let date = CivilDay(year: year, month: month + 1, day: day)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let seconds = date.number * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
        return WallTime(milliseconds: Int64(seconds) * 1_000)
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
