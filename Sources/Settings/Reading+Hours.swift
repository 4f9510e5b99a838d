import Foundation

extension Reading {
    /// The key `hours` of a dialer: a time zone, and days of the week with the times at which customers may be dialled.
    func hours(_ fields: inout Fields, of dialer: String) -> Configuration.Hours? {
        guard let entry = fields.take("hours"), entry.text != "none" else { return nil }
        var inner = Fields(entry, place: "in hours of dialer \"\(dialer)\"", reading: self)
        guard entry.isMapping else { return nil }
        let zone = inner.require("zone").flatMap(zone)
        let zones = inner.take("zones").map(zones) ?? [:]
        let daysOff = inner.list("days_off", limit: 1_000).compactMap(date)
        var stretches: [Configuration.Hours.Stretch] = []
        let entries = inner.takeAll()
        for item in entries {
            guard let days = days(item) else { continue }
            for text in item.elements ?? [item] {
                guard let (from, until) = times(text, of: item) else { continue }
                stretches.append(Configuration.Hours.Stretch(days: days, from: from, until: until))
            }
        }
        if entries.isEmpty {
            error(
                "hours of dialer \"\(dialer)\" name no days: nobody would ever be called", at: entry,
                next: "add, for example, mon-fri: 9:00-20:00, or delete hours")
        }
        guard let zone else { return nil }
        var hours = Configuration.Hours(zone: zone, stretches: stretches, daysOff: daysOff)
        hours.zones = zones
        return hours
    }

    /// Beginnings of numbers and the zones of those who have them.
    private func zones(_ entry: Entry) -> [String: String] {
        guard entry.isMapping else {
            error(
                "zones must be beginnings of numbers and their time zones", at: entry,
                next: "for example {\"+48\": Europe/Warsaw}")
            return [:]
        }
        var fields = Fields(entry, place: "in zones", reading: self)
        let entries = fields.takeAll()
        guard entries.count <= Self.mostZones else {
            error("zones has more than \(Self.mostZones) beginnings", at: entry)
            return [:]
        }
        var zones: [String: String] = [:]
        for item in entries {
            let digits = item.key.utf8.dropFirst()
            guard item.key.hasPrefix("+"), (1...15).contains(digits.count),
                digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
            else {
                error(
                    "\"\(shown(item.key))\" is not the beginning of an international number", at: span(ofKey: item),
                    next: "written \"+48\": a plus sign and 1 to 15 digits")
                continue
            }
            zones[item.key] = zone(item)
        }
        return zones
    }

    private static let mostZones = 10_000

    private func zone(_ entry: Entry) -> String? {
        let text = entry.text ?? ""
        // Abbreviations and offsets could be read as well, and know nothing of summer.
        if text == "UTC" || text.contains("/") && TimeZone(identifier: text) != nil { return text }
        error(
            "\"\(shown(text))\" is not a time zone", at: entry,
            suggestion: Suggestion.nearest(to: text, in: ["UTC", "Europe/Kyiv"] + TimeZone.knownTimeZoneIdentifiers),
            next: "written Europe/Kyiv, as the time zone database has it")
        return nil
    }

    /// `mon`, or `mon-fri`, also across the end of the week.
    private func days(_ item: Entry) -> [Configuration.Weekday]? {
        let all = Configuration.Weekday.allCases
        let ends = item.key.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            .map(Configuration.Weekday.init(rawValue:))
        guard (1...2).contains(ends.count), let first = ends.first?.flatMap(all.firstIndex(of:)),
            let last = ends.last?.flatMap(all.firstIndex(of:))
        else {
            error(
                "unknown key \"\(shown(item.key))\" in hours", at: span(ofKey: item),
                suggestion: Suggestion.nearest(to: item.key, in: ["zone", "zones", "days_off"] + all.map(\.rawValue)),
                next: "known here: zone, zones, days_off, and days: mon, tue, wed, thu, fri, sat, sun, mon-fri, sat-sun"
            )
            return nil
        }
        return (0...(last - first + all.count) % all.count).map { all[(first + $0) % all.count] }
    }

    /// `9:00-20:00`, as minutes after midnight.
    private func times(_ entry: Entry, of item: Entry) -> (from: Int, until: Int)? {
        let ends = (entry.text ?? "").split(separator: "-", omittingEmptySubsequences: false).map(Self.minutes)
        guard ends.count == 2, let from = ends[0], let until = ends[1], from < Self.minutesOfDay else {
            error(
                "\(item.key) must be the time from which and until which customers may be dialled", at: entry,
                next: "written 9:00-20:00, or [9:00-13:00, 14:00-20:00]; 24:00 is midnight")
            return nil
        }
        guard from != until else {
            error(
                "\(item.key) begins and ends at the same time", at: entry, suggestion: "0:00-24:00",
                next: "for the whole day write 0:00-24:00")
            return nil
        }
        return (from, until > from ? until : until + Self.minutesOfDay)
    }

    private static let minutesOfDay = 24 * 60

    /// 0:00 to 24:00.
    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            let hour = number(parts[0]), let minute = number(parts[1]), minute < 60
        else { return nil }
        let minutes = hour * 60 + minute
        return minutes <= minutesOfDay ? minutes : nil
    }

    private static func number(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(digits) : nil
    }

    private func date(_ entry: Entry) -> Configuration.Hours.Date? {
        let parts = (entry.text ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2], let year = Self.number(parts[0]),
            let month = Self.number(parts[1]), let day = Self.number(parts[2]),
            Self.isDate(year, month, day)
        else {
            error("\"\(shown(entry.text ?? ""))\" is not a date", at: entry, next: "written 2027-01-01")
            return nil
        }
        return Configuration.Hours.Date(year: year, month: month, day: day)
    }

    private static func isDate(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
