import Foundation
import Routing
import Settings

extension CallingHours {
    /// - Parameter now: the zone's table reaches from a year before it to twelve years after.
    ///
    /// - Parameter zone: instead of that of the hours.
    init(_ hours: Configuration.Hours, zone: String? = nil, now: WallTime) {
        let weekdays = Configuration.Weekday.allCases
        self.init(
            stretches: hours.stretches.map { stretch in
                Stretch(
                    days: Set(stretch.days.compactMap(weekdays.firstIndex(of:))), from: stretch.from,
                    until: stretch.until)
            },
            daysOff: Set(hours.daysOff.compactMap(Self.day)),
            zone: ZoneOffsets(
                TimeZone(identifier: zone ?? hours.zone) ?? .gmt, from: now.adding(milliseconds: -366 * 86_400_000),
                until: now.adding(milliseconds: 12 * 366 * 86_400_000)))
    }

    /// Days since 1970-01-01.
    private static func day(_ date: Configuration.Hours.Date) -> Int? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(from: DateComponents(year: date.year, month: date.month, day: date.day))
            .map { Int(($0.timeIntervalSince1970 / 86_400).rounded(.down)) }
    }
}

extension ZoneOffsets {
    /// What the time zone database says of that time, to the second. An offset that holds for less than a day is
    /// overlooked; there has been none.
    init(_ zone: TimeZone, from: WallTime, until: WallTime) {
        let (start, end) = (from.milliseconds / 1_000, until.milliseconds / 1_000)
        self.init(first: Self.offset(of: zone, at: start))
        var last = first
        for day in stride(from: start, to: end, by: 86_400) {
            let offset = Self.offset(of: zone, at: day + 86_400)
            guard offset != last else { continue }
            var (low, high) = (day, day + 86_400)
            while high - low > 1 {
                let middle = (low + high) / 2
                if Self.offset(of: zone, at: middle) == last { low = middle } else { high = middle }
            }
            changes.append(Change(at: WallTime(milliseconds: high * 1_000), offset: offset))
            last = offset
        }
    }

    private static func offset(of zone: TimeZone, at seconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }
}
