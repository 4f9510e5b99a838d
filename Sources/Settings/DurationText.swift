/// Durations as people write them: `250ms`, `20s`, `5 min` or `5m`, `1h`, `30d`, and `0`.
enum DurationText {
    struct Problem: Error, Hashable {
        var text: String
        var suggestion: String?
    }

    /// Longest that is read, so that no sum overflows: a hundred years.
    private static let maxMilliseconds: Int64 = 100 * 366 * 86_400_000

    private static let units: [(names: [String], milliseconds: Int64)] = [
        (["ms"], 1),
        (["s", "sec"], 1_000),
        (["m", "min"], 60_000),
        (["h"], 3_600_000),
        (["d"], 86_400_000),
    ]

    /// What people write for a unit, with the unit. Cyrillic letters are told from Latin ones by no eye.
    private static let otherNames: [(prefix: String, unit: String)] = [
        ("msec", "ms"), ("milli", "ms"), ("мс", "ms"), ("sec", "s"), ("с", "s"), ("min", " min"), ("mn", " min"),
        ("хв", " min"), ("мин", " min"), ("м", " min"), ("hour", "h"), ("hr", "h"), ("год", "h"), ("ч", "h"),
        ("day", "d"), ("д", "d"),
    ]

    static func parse(_ text: String) -> Result<Duration, Problem> {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = String(text.dropFirst(digits.count)).trimmed
        guard !digits.isEmpty else {
            return .failure(Problem(text: "must be a duration, not \"\(Reading.shown(text))\""))
        }
        guard let number = Int64(digits) else { return .failure(Problem(text: "is too long")) }
        if unit.isEmpty {
            if number == 0 { return .success(.zero) }
            return .failure(Problem(text: "needs a unit", suggestion: "\(digits)s"))
        }
        guard let scale = units.first(where: { $0.names.contains(unit) })?.milliseconds else {
            let lower = unit.lowercased()
            let meant =
                units.contains { $0.names.contains(lower) }
                ? lower : otherNames.first { lower.hasPrefix($0.prefix) }?.unit
            return .failure(
                Problem(
                    text: "has the unknown unit \"\(Reading.shown(unit))\"", suggestion: meant.map { "\(digits)\($0)" })
            )
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        guard !overflow, product <= maxMilliseconds else { return .failure(Problem(text: "is too long")) }
        return .success(.milliseconds(product))
    }

    /// In the largest unit that gives a whole number.
    static func write(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else {
            let milliseconds = attoseconds / 1_000_000_000_000_000
            return "\(seconds.multipliedReportingOverflow(by: 1_000).partialValue &+ milliseconds)ms"
        }
        if seconds == 0 { return "0s" }
        if seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
        if seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
        if seconds % 60 == 0 { return "\(seconds / 60) min" }
        return "\(seconds)s"
    }
}
