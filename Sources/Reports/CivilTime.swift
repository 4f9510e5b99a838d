package import Foundation
package import Routing
import Storage

/// How dates are written in exports.
package enum DateStyle: Hashable, Sendable {
    /// RFC 3339 in UTC with milliseconds: `2026-11-21T19:05:02.114Z`.
    case utc
    /// `2026-11-21 21:05:02`, which spreadsheets understand as a date, and other programs take for local time.
    case local(TimeZone)

    package func write(_ time: WallTime) -> String {
        switch self {
        case .utc: CivilTime(time, offset: 0).utc
        case .local(let zone): CivilTime(time, in: zone).local
        }
    }
}

/// A date of the Gregorian calendar. Years are written with at least four digits.
struct CivilTime {
    let year: Int64
    let month: Int64
    let day: Int64
    /// Within the day, in milliseconds.
    let milliseconds: Int64

    init(_ time: WallTime, in zone: TimeZone) {
        let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
        self.init(time, offset: zone.secondsFromGMT(for: date))
    }

    /// - Parameter offset: seconds east of Greenwich.
    init(_ time: WallTime, offset: Int) {
        // Years 0 to 9999, which is what four digits can say.
        let clamped = min(max(time.milliseconds, -62_135_596_800_000), 253_402_214_400_000) + Int64(offset) * 1_000
        let days = clamped.flooredQuotient(by: 86_400_000)
        milliseconds = clamped - days * 86_400_000
        // Counted from 0000-03-01, so that the leap day is the last of its year; 146,097 days are 400 years.
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let inEra = shifted - era * 146_097
        let yearOfEra = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
        let dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var utc: String { "\(date)T\(time).\(padded(milliseconds % 1_000, 3))Z" }
    var local: String { "\(date) \(time)" }

    private var date: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    private var time: String {
        let seconds = milliseconds / 1_000
        return "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
