import ControlAPI
import Foundation
import Routing

/// Values of the API as people read them.
enum Texts {
    /// `1:12`, `0:09`, `2:03:40`, `3 d 4 h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "?" }
        let total = Int(max(seconds, 0))
        func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if total >= 86_400 { return "\(total / 86_400) d \(total / 3_600 % 24) h" }
        if total >= 3_600 { return "\(total / 3_600):\(pad(total / 60 % 60)):\(pad(total % 60))" }
        return "\(total / 60):\(pad(total % 60))"
    }

    /// `10,000`
    static func count(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 call`, `2 calls`
    static func count(_ number: Int, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A number that its owner and colleagues recognise and a passer-by does not remember: `+380 67 … 45 67`.
    static func shortened(_ number: String?) -> String {
        guard let number else { return "withheld" }
        guard number.first == "+", number.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return number.printable.fitted(into: 15)
        }
        let digits = number.dropFirst()
        let country = digits.prefix(countryDigits(digits))
        let rest = digits.dropFirst(country.count)
        // Seven digits are the shortest number in which anything is left to hide.
        guard rest.count >= 7 else { return "+\(country) \(rest)" }
        let end = rest.suffix(4)
        return "+\(country) \(rest.prefix(2)) … \(end.prefix(2)) \(end.suffix(2))"
    }

    /// Length of the country code (ITU-T E.164, list of assigned codes): zones 1 and 7 have one digit, the codes
    /// below two, all others three.
    private static func countryDigits(_ digits: Substring) -> Int {
        if digits.hasPrefix("1") || digits.hasPrefix("7") { return 1 }
        return twoDigitCountries.contains(Int(digits.prefix(2)) ?? 0) ? 2 : 3
    }

    private static let twoDigitCountries: Set<Int> = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61,
        62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ]

    /// Breaks a text at spaces into lines of so many columns; a longer word gets a line of its own.
    static func wrapped(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.printable.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if line.displayWidth + 1 + String(word).displayWidth <= columns {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return lines + [line]
    }
}

/// Dates in the time zone of whoever looks.
struct LocalTime {
    private let parts: tm
    private let milliseconds: Int

    init(_ timestamp: Timestamp) {
        let all = timestamp.wall.milliseconds
        // Floored, also before 1970.
        var seconds = time_t(all / 1_000) - (all % 1_000 < 0 ? 1 : 0)
        milliseconds = Int(all - Int64(seconds) * 1_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        self.parts = parts
    }

    /// `19:05:02`
    var clock: String { "\(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec))" }

    /// `19:05:02.114`
    var preciseClock: String { clock + "." + String(String(1_000 + milliseconds).suffix(3)) }

    /// `21 Nov`
    var day: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = Int(parts.tm_mon)
        return "\(parts.tm_mday) \(months.indices.contains(month) ? months[month] : "?")"
    }

    /// `EET`
    var zone: String { parts.tm_zone.map { String(cString: $0) } ?? "" }

    /// `19:05:02` today, `21 Nov 19:05` on other days.
    func relative(to now: LocalTime) -> String {
        let isToday = parts.tm_year == now.parts.tm_year && parts.tm_yday == now.parts.tm_yday
        return isToday ? clock : "\(day) \(pad(parts.tm_hour)):\(pad(parts.tm_min))"
    }

    private func pad(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension Timestamp {
    static var now: Timestamp {
        Timestamp(WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
    }
}
