package import Routing

/// A date of the API: RFC 3339 in UTC with milliseconds, `2026-11-21T19:05:02.114Z`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let wall: WallTime

    package init(_ wall: WallTime) {
        self.wall = wall
    }

    /// Reads RFC 3339: any offset, with or without a fraction, of which milliseconds are kept. Years 0000…9999.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard
            let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2), reader.skip("Tt "),
            let hour = reader.number(digits: 2), reader.skip(":"), let minute = reader.number(digits: 2),
            reader.skip(":"), let second = reader.number(digits: 2),
            (1...12).contains(month), (1...Self.days(inMonth: month, year: year)).contains(day),
            // RFC 3339 §5.6 allows a leap second, which no count of milliseconds since 1970 has: the next minute.
            hour < 24, minute < 60, second <= 60,
            let milliseconds = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let days = Self.days(beforeYear: year, month: month) + day - 1
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        self.init(WallTime(milliseconds: Int64(seconds * 1_000 + milliseconds)))
    }

    package var description: String {
        let clamped = min(max(wall.milliseconds, Self.earliest), Self.latest)
        let (days, inDay) = clamped.flooredDivision(by: 86_400_000)
        let (year, month, day) = Self.civil(days: Int(days))
        func pad(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(width - digits.count, 0)) + digits
        }
        let seconds = Int(inDay / 1_000)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
            + "T\(pad(seconds / 3_600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
            + ".\(pad(Int(inDay % 1_000), 3))Z"
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.wall < right.wall }

    /// 0000-01-01 and the last millisecond of 9999, which is what four digits of a year can say.
    private static let earliest: Int64 = -62_167_219_200_000
    private static let latest: Int64 = 253_402_300_799_999
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let timestamp = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no RFC 3339 time")
        }
        self = timestamp
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

// MARK: - The calendar

extension Timestamp {
    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// From 1970-01-01 to the first of the month. The year begins in March here, so that the leap day is its last.
    private static func days(beforeYear year: Int, month: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        // Counted from the year -400, which is a multiple of the calendar's period of 400 years and before all of ours.
        let years = shifted + 400
        let daysOfYears = years * 365 + years / 4 - years / 100 + years / 400
        let monthsSinceMarch = (month + 9) % 12
        return daysOfYears + (153 * monthsSinceMarch + 2) / 5 - daysToEpoch
    }

    /// From 1 March of the year -400 to 1970-01-01.
    private static let daysToEpoch = 865_565

    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        // The estimate is never too late by more than one year, and never too early.
        var year = 1970 + Int((Double(days) / 365.2425).rounded(.down)) - 1
        while Self.days(beforeYear: year + 1, month: 1) <= days { year += 1 }
        var month = 1
        while month < 12, Self.days(beforeYear: year, month: month + 1) <= days { month += 1 }
        return (year, month, days - Self.days(beforeYear: year, month: month) + 1)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Reads ASCII digits and separators from the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: some StringProtocol) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Exactly so many digits.
    mutating func number(digits: Int) -> Int? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy(\.isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// One of the characters.
    mutating func skip(_ characters: String) -> Bool {
        guard let next = rest.first, characters.utf8.contains(next) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Milliseconds of an optional fraction of 1 to 9 digits.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        let digits = rest.prefix(while: \.isDigit)
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let padded = Array(digits.prefix(3)) + Array(repeating: UInt8(ascii: "0"), count: max(3 - digits.count, 0))
        return padded.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Minutes east of Greenwich.
    mutating func offset() -> Int? {
        if skip("Zz") { return 0 }
        let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
        guard skip("+-"), let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
