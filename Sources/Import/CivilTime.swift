import Foundation

/// A date and time of day without a place.
struct CivilTime: Hashable, Sendable {
    var year: Int
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0

    /// `nil`: the calendar, or the clock, has no such time.
    init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1970...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, year)).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// Since 1970-01-01 00:00, as if it were UTC.
    var seconds: Int64 { Int64(((daysSinceEpoch * 24 + hour) * 60 + minute) * 60 + second) }

    /// A year that begins in March has its leap day at its end.
    private var daysSinceEpoch: Int {
        let years = month > 2 ? year : year - 1
        let months = (month + 9) % 12
        return years * 365 + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day - 1 - 719_468
    }

    private static func days(inMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// The time zone in which a file's times are meant.
package struct LocalZone: Sendable {
    package let name: String
    private let zone: TimeZone

    /// `nil`: this machine's.
    package init(_ name: String?) {
        zone = name.flatMap { TimeZone(identifier: $0) } ?? .current
        self.name = zone.identifier
    }

    /// In milliseconds since 1970-01-01 00:00 UTC, from seconds that ignore the zone. Of a time that comes twice in
    /// autumn the later one; one that is left out in spring is taken as an hour later.
    func milliseconds(of local: Int64) -> Int64 {
        let first = local - offset(at: local)
        let second = local - offset(at: first)
        return (offset(at: second) == local - second ? second : max(first, second)) * 1_000
    }

    private func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }
}
