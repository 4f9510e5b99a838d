/// A date and a time of day as a customer enters them by keys (product.md section 6).
package struct EnteredTime: Hashable, Codable, Sendable {
    /// `0`: today, `1`: tomorrow, or day and month as four digits: `2411` is the next 24 November.
    package var date: String
    /// Hour and minute as four digits, `0000` to `2359`.
    package var time: String

    package init(date: String, time: String) {
        self.date = date
        self.time = time
    }
}

/// A moment as the clocks of some place show it.
package struct LocalTime: Hashable, Codable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int

    package init(year: Int, month: Int, day: Int, hour: Int, minute: Int) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
    }
}

extension LocalTime: CustomStringConvertible {
    /// As ISO 8601 has it, to the minute.
    package var description: String {
        func padded(_ number: Int, _ length: Int = 2) -> String {
            String(repeating: "0", count: max(0, length - String(number).count)) + String(number)
        }
        return "\(padded(year, 4))-\(padded(month))-\(padded(day)) \(padded(hour)):\(padded(minute))"
    }
}

/// When a customer wants to be called: for the router, and for the customer, who is told.
package struct ChosenTime: Hashable, Codable, Sendable {
    package var at: Instant
    package var local: LocalTime

    package init(at: Instant, local: LocalTime) {
        self.at = at
        self.local = local
    }

    /// What was entered, at an instant whose date is `wall`, where the customer is.
    ///
    /// `nil`: there is no such date or time (also one that the clocks jump over), it is past, or customers are not called
    /// then.
    package init?(
        _ entered: EnteredTime, at instant: Instant, wall: WallTime, zone: ZoneOffsets, hours: CallingHours? = nil
    ) {
        guard let minute = Self.minute(entered.time), let day = Self.day(entered.date, today: zone.day(of: wall)) else {
            return nil
        }
        let moment = zone.moment(day: day, minute: minute, isBeginning: false)
        guard moment > wall, zone.day(of: moment) == day, zone.minute(of: moment) == minute else { return nil }
        if let hours, hours.window(at: moment).map({ $0.contains(moment) }) != true { return nil }
        let date = CivilDay(day)
        self.init(
            at: instant + moment.since(wall),
            local: LocalTime(
                year: date.year, month: date.month, day: date.day, hour: minute / 60, minute: minute % 60))
    }

    private static func minute(_ text: String) -> Int? {
        guard let (hour, minute) = pair(text), hour < 24, minute < 60 else { return nil }
        return hour * 60 + minute
    }

    /// Counted from 1970-01-01. A date that is past this year is one of the next.
    private static func day(_ text: String, today: Int) -> Int? {
        if text == "0" { return today }
        if text == "1" { return today + 1 }
        guard let (day, month) = pair(text) else { return nil }
        let year = CivilDay(today).year
        return (year...(year + 1)).lazy.compactMap { CivilDay(year: $0, month: month, day: day)?.number }
            .first { $0 >= today }
    }

    private static func pair(_ text: String) -> (Int, Int)? {
        guard text.utf8.count == 4, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
            return nil
        }
        return (number / 100, number % 100)
    }
}

/// A day of the Gregorian calendar.
package struct CivilDay: Hashable, Sendable {
    package let year: Int
    /// 1…12.
    package let month: Int
    /// 1…31.
    package let day: Int

    /// - Parameter number: days since 1970-01-01.
    init(_ number: Int) {
        // Years that begin in March end with the leap day; 400 of them have 146,097 days.
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `nil`: there is no such day in the years 0 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (1...31).contains(day), (0...9_999).contains(year) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        guard CivilDay(number) == self else { return nil }
    }

    /// Days since 1970-01-01.
    package var number: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
