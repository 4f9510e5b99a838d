import Foundation
import Routing

/// A date and time of day without a place.
struct CivilTime: Hashable, Sendable {
    private let day: CivilDay
    private let hour: Int
    private let minute: Int
    private let second: Int

    /// `nil`: the calendar, or the clock, has no such time.
    init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1970...9999).contains(year), let day = CivilDay(year: year, month: month, day: day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        (self.day, self.hour, self.minute, self.second) = (day, hour, minute, second)
    }

    /// Since 1970-01-01 00:00, as if it were UTC.
    var seconds: Int64 { Int64(((day.number * 24 + hour) * 60 + minute) * 60 + second) }
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
