/// When to call, as people and spreadsheets write it.
package enum DueCell {
    /// - Returns: in milliseconds since 1970-01-01 00:00 UTC; `nil` for an empty cell, which means now.
    package static func read(_ cell: String, in zone: LocalZone) throws(Rejection) -> Int64? {
        let text = cell.trimmed
        guard !text.isEmpty else { return nil }
        if let serial = serial(text) { return zone.milliseconds(of: serial) }
        var scanner = Scanner(text)
        if let time = scanner.isoTime(zone) { return time }
        scanner = Scanner(text)
        if let time = scanner.europeanTime() { return zone.milliseconds(of: time.seconds) }
        throw Rejection("no date and time", "\"\(cell.prefix(40))\"; write 2026-11-22 09:00 or 22.11.2026 09:00")
    }

    /// Days since 1899-12-30, as Excel counts them, from the year 2000 to 2099.
    private static func serial(_ text: String) -> Int64? {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e || $0 == 0x2c }
        guard isNumber, text.utf8.count <= 24, let days = Double(text.replacing(",", with: ".")),
            (36_526..<73_051).contains(days)
        else { return nil }
        return Int64(((days - 25_569) * 86_400).rounded())
    }
}

/// Reads digits and signs from the front of a text.
private struct Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        var (value, count) = (0, 0)
        while count < digits.upperBound, let byte = rest.first, (0x30...0x39).contains(byte) {
            value = value * 10 + Int(byte - 0x30)
            count += 1
            rest.removeFirst()
        }
        return count >= digits.lowerBound ? value : nil
    }

    private mutating func skip(_ signs: String) -> Bool {
        guard let byte = rest.first, signs.utf8.contains(byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// `2026-11-22`, with a time, with an offset from UTC.
    mutating func isoTime(_ zone: LocalZone) -> Int64? {
        guard let year = number(4...4), skip("-"), let month = number(2...2), skip("-"), let day = number(2...2),
            let time = time(year, month, day, separators: "Tt ")
        else { return nil }
        if rest.isEmpty { return zone.milliseconds(of: time.seconds) }
        _ = skip(" ")
        guard let offset = offset(), rest.isEmpty else { return nil }
        return (time.seconds - Int64(offset * 60)) * 1_000
    }

    /// `22.11.2026`, with a time.
    mutating func europeanTime() -> CivilTime? {
        guard let day = number(1...2), skip("."), let month = number(1...2), skip("."), let year = number(2...4),
            year < 100 || year > 999
        else { return nil }
        let time = time(year < 100 ? 2_000 + year : year, month, day, separators: " T,")
        return rest.isEmpty ? time : nil
    }

    /// The rest of a date: nothing, or a time of day.
    private mutating func time(_ year: Int, _ month: Int, _ day: Int, separators: String) -> CivilTime? {
        guard !rest.isEmpty else { return CivilTime(year: year, month: month, day: day) }
        guard skip(separators) else { return nil }
        while skip(" ") {}
        guard let hour = number(1...2), skip(":"), let minute = number(2...2) else { return nil }
        var second = 0
        if skip(":") {
            guard let seconds = number(2...2) else { return nil }
            second = seconds
            if skip(".,"), number(1...9) == nil { return nil }
        }
        return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Minutes east of Greenwich.
    private mutating func offset() -> Int? {
        if skip("Zz") { return 0 }
        let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
        guard skip("+-"), let hours = number(2...2), hours < 24 else { return nil }
        _ = skip(":")
        if rest.isEmpty { return sign * hours * 60 }
        guard let minutes = number(2...2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
