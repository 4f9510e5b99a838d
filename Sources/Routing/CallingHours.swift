/// When customers may be dialled: times of the week in one time zone, without the days off (product.md section 6).
///
/// Pure arithmetic on `WallTime`; the zone is a table of offsets, so it needs neither clock nor time zone database.
///
/// Where the clock is put forward, a time that does not exist is the moment of the change. Where it is put back, a time
/// that comes twice begins a stretch at its second coming and ends one at its first: nobody is dialled at a time that is
/// outside of the hours by either reading.
package struct CallingHours: Hashable, Sendable {
    /// From one minute of a day to another, on certain days of the week.
    package struct Stretch: Hashable, Sendable {
        /// On which it begins: 0 is Monday, 6 Sunday.
        package var days: Set<Int>
        /// Minutes after midnight, 0…1439.
        package var from: Int
        /// Minutes after the same midnight, more than `from`; above 1440 where it goes on after midnight. At most 2880.
        package var until: Int

        package init(days: Set<Int>, from: Int, until: Int) {
            self.days = days
            self.from = from
            self.until = until
        }
    }

    package var stretches: [Stretch]
    /// Days on which no stretch begins, counted from 1970-01-01.
    package var daysOff: Set<Int>
    package var zone: ZoneOffsets

    package init(stretches: [Stretch], daysOff: Set<Int> = [], zone: ZoneOffsets) {
        self.stretches = stretches
        self.daysOff = daysOff
        self.zone = zone
    }

    /// Further ahead no hours are looked for: a year with all of its days off, and more.
    private static let farthestDay = 400

    /// The stretch of time in which customers may be dialled now or, if they may not, next. Stretches that touch or
    /// overlap are one, as far as a week ahead.
    ///
    /// - Returns: a range that ends after `wall`; `nil` if there is none within 400 days.
    package func window(at wall: WallTime) -> Range<WallTime>? {
        let today = zone.day(of: wall)
        // Yesterday's may go on until tonight.
        var found: Range<WallTime>?
        for day in (today - 2)...(today + Self.farthestDay) {
            for range in ranges(on: day) where range.upperBound > wall {
                guard let first = found else {
                    found = range
                    continue
                }
                // In the order of their beginnings: what begins later cannot lie before.
                guard range.lowerBound <= first.upperBound else { return first }
                found = min(first.lowerBound, range.lowerBound)..<max(first.upperBound, range.upperBound)
            }
            if let found, day > today + 7 || zone.day(of: found.upperBound) < day { return found }
        }
        return found
    }

    /// Those that begin on the day, in order. What the change of the clock swallows whole is not there.
    private func ranges(on day: Int) -> [Range<WallTime>] {
        guard !daysOff.contains(day) else { return [] }
        let weekday = Self.weekday(of: day)
        return stretches.lazy.filter { $0.days.contains(weekday) }
            .compactMap { stretch in
                let opens = zone.moment(day: day, minute: stretch.from, isBeginning: true)
                let closes = zone.moment(day: day, minute: stretch.until, isBeginning: false)
                return opens < closes ? opens..<closes : nil
            }
            .sorted { $0.lowerBound < $1.lowerBound }
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(of day: Int) -> Int {
        let remainder = (day + 3) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }
}

extension CallWindow {
    /// When a customer may be dialled next under these hours, at an instant whose date is `wall`; `nil`: at any time.
    ///
    /// Without any hours for a year ahead it is a window that lets nobody through, to be asked for again a day later.
    package init?(_ hours: CallingHours?, at instant: Instant, wall: WallTime) {
        guard let hours else { return nil }
        guard let range = hours.window(at: wall) else {
            let later = instant + .seconds(86_400)
            self.init(opens: later, closes: later)
            return
        }
        self.init(
            opens: instant + range.lowerBound.since(wall), closes: instant + range.upperBound.since(wall))
    }
}

/// A time zone as a table: how far its clocks are ahead of UTC, and since when.
package struct ZoneOffsets: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        /// The first moment at which it holds.
        package var at: WallTime
        /// Seconds ahead of UTC, negative in the west.
        package var offset: Int

        package init(at: WallTime, offset: Int) {
            self.at = at
            self.offset = offset
        }
    }

    /// Before the first change.
    package var first: Int
    /// In order.
    package var changes: [Change]

    package init(first: Int, changes: [Change] = []) {
        self.first = first
        self.changes = changes
    }

    /// Seconds ahead of UTC at that moment.
    package func offset(at wall: WallTime) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= wall { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : changes[low - 1].offset
    }

    /// The local date, in days since 1970-01-01.
    func day(of wall: WallTime) -> Int {
        let local = wall.adding(milliseconds: Int64(offset(at: wall)) * 1_000).milliseconds
        let (quotient, remainder) = local.quotientAndRemainder(dividingBy: Self.dayLength)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }

    /// Minutes after the local midnight.
    func minute(of wall: WallTime) -> Int {
        let local = wall.adding(milliseconds: Int64(offset(at: wall)) * 1_000).milliseconds
        let remainder = local % Self.dayLength
        return Int((remainder < 0 ? remainder + Self.dayLength : remainder) / 60_000)
    }

    /// When the clocks show so many minutes after the day's midnight. If they do so twice, the second time for a
    /// beginning and the first for an end; if they never do, when they jump over it.
    func moment(day: Int, minute: Int, isBeginning: Bool) -> WallTime {
        let local = Self.local(day: day, minute: minute)
        let before = offset(at: local.adding(milliseconds: -Self.dayLength))
        let after = offset(at: local.adding(milliseconds: Self.dayLength))
        let (early, late) = (moment(local, max(before, after)), moment(local, min(before, after)))
        let matches = [early, late].filter { moment(local, offset(at: $0)) == $0 }
        if let match = isBeginning ? matches.last : matches.first { return match }
        // Clocks are put forward between the two.
        return changes.first { early < $0.at && $0.at <= late }?.at ?? late
    }

    private func moment(_ local: WallTime, _ offset: Int) -> WallTime {
        local.adding(milliseconds: Int64(offset) * -1_000)
    }

    /// The moment at which UTC shows it. Days are those of dates that were read, or near the present.
    private static func local(day: Int, minute: Int) -> WallTime {
        let (days, overflow) = Int64(day).multipliedReportingOverflow(by: dayLength)
        return WallTime(milliseconds: overflow ? (day < 0 ? .min : .max) : days).adding(
            milliseconds: Int64(minute) * 60_000)
    }

    private static let dayLength: Int64 = 86_400_000
}
