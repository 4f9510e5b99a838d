import Hummingbird
import Routing
import Storage

/// The query parameters of a request, read strictly: an unknown or doubled one is an error, so that a slip of the pen
/// (`interupted=true`) never answers with everything.
struct Query {
    private let values: [String: String]

    /// - Throws: `Problem` unless every parameter is in `known` and comes once.
    init(_ request: Request, known: [String]) throws {
        var values: [String: String] = [:]
        for (key, value) in request.uri.queryParameters {
            let name = String(key)
            guard known.contains(name) else {
                let suggestion = Spelling.closest(to: name, among: known).map { "Did you mean \"\($0)\"? " } ?? ""
                throw Problem(
                    .badParameter, "There is no parameter \"\(name)\" here",
                    next: suggestion + "Known are " + known.joined(separator: ", "))
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw Problem(.badParameter, "The parameter \"\(name)\" comes twice", next: "Give it once")
            }
        }
        self.values = values
    }

    func text(_ name: String) -> String? { values[name] }

    func flag(_ name: String) throws -> Bool? {
        switch values[name] {
        case nil: nil
        case "true", "1", "": true
        case "false", "0": false
        case let other?:
            throw Problem(.badParameter, "\(name)=\(other) is neither true nor false", next: "Write \(name)=true")
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = values[name] else { return nil }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), range.contains(number) else {
            throw Problem(
                .badParameter, "\(name)=\(text) is not a whole number of \(range.lowerBound) to \(range.upperBound)",
                next: "Write, for example, \(name)=\(min(max(100, range.lowerBound), range.upperBound))")
        }
        return number
    }

    /// A date, or how long ago.
    func time(_ name: String, now: WallTime) throws -> WallTime? {
        guard let text = values[name] else { return nil }
        if let timestamp = Timestamp(text) { return timestamp.wall }
        if let ago = TimeSpan.parse(text) { return now.adding(milliseconds: -(ago.wholeNanoseconds / 1_000_000)) }
        throw Problem(
            .badParameter, "\(name)=\(text) is neither a time nor a time span",
            next: "Write a span such as 10m, 2h or 7d, or a time such as 2026-11-21T09:00:00Z")
    }
}

/// Time spans as people type them.
package enum TimeSpan {
    /// Reads `90s`, `10m`, `2h`, `7d` or sums such as `1h30m`: whole numbers, each with its unit, at most ten years.
    package static func parse(_ text: some StringProtocol) -> Duration? {
        var seconds = 0
        var number: Int?
        for character in text {
            if let digit = character.wholeNumberValue, character.isASCII {
                let next = (number ?? 0) * 10 + digit
                guard next <= longest else { return nil }
                number = next
            } else {
                guard let count = number, let unit = units[character] else { return nil }
                // Both factors are bounded by `longest` and a day: the product fits.
                seconds += count * unit
                guard seconds <= longest else { return nil }
                number = nil
            }
        }
        guard number == nil, !text.isEmpty else { return nil }
        return .seconds(seconds)
    }

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    private static let longest = 3_653 * 86_400
}

/// Finds what somebody meant who mistyped a name.
enum Spelling {
    /// The candidate with the fewest letters to change, if they are no more than a third of the word.
    static func closest(to word: String, among candidates: [String]) -> String? {
        let limit = max(word.count / 3, 1)
        return candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.1 <= limit }
            .min { $0.1 < $1.1 }?.0
    }

    /// Letters to insert, remove, replace or swap with their neighbour. Long words are not worth the square of
    /// their length: they are as far from each other as can be.
    private static func distance(_ left: String, _ right: String) -> Int {
        guard left.utf8.count <= 64, right.utf8.count <= 64 else { return .max }
        let (left, right) = (Array(left), Array(right))
        var older = [Int]()
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                var best = min(row[j + 1] + 1, next[j] + 1, row[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, older[j - 1] + 1) }
                next.append(best)
            }
            (older, row) = (row, next)
        }
        return row[right.count]
    }
}
