import ControlAPI
import Foundation
import Routing
import Settings
import Testing

@testable import burdock

// Goal: nobody is called outside of the hours, whatever clocks and calendars do. Method: the time zone of Kyiv as the
// program reads it, dates written down by hand, and each minute around the changes of the clock against the system's
// own calendar.

private func wall(_ text: String) -> WallTime { Timestamp(text)!.wall }

/// `2026-11-20T07:00:00.000Z`, the same for the end.
private func window(_ hours: CallingHours, at text: String) -> [String]? {
    hours.window(at: wall(text)).map { [Timestamp($0.lowerBound).description, Timestamp($0.upperBound).description] }
}

private let workdays: [Configuration.Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]

private func kyiv(
    _ stretches: [Configuration.Hours.Stretch], daysOff: [Configuration.Hours.Date] = []
) -> CallingHours {
    CallingHours(
        Configuration.Hours(zone: "Europe/Kyiv", stretches: stretches, daysOff: daysOff),
        now: wall("2026-11-20T12:00:00Z"))
}

@Suite struct CallingHoursTests {
    /// 2026-11-20 is a Friday, and Kyiv is two hours ahead of UTC.
    private let office = kyiv(
        [.init(days: workdays, from: 540, until: 1_200)], daysOff: [.init(year: 2026, month: 11, day: 24)])

    @Test(arguments: [
        // Before, at the first moment, inside, at the last, after it for the weekend.
        ("2026-11-20T06:59:59.999Z", "2026-11-20T07:00", "2026-11-20T18:00"),
        ("2026-11-20T07:00:00Z", "2026-11-20T07:00", "2026-11-20T18:00"),
        ("2026-11-20T12:00:00Z", "2026-11-20T07:00", "2026-11-20T18:00"),
        ("2026-11-20T17:59:59.999Z", "2026-11-20T07:00", "2026-11-20T18:00"),
        ("2026-11-20T18:00:00Z", "2026-11-23T07:00", "2026-11-23T18:00"),
        ("2026-11-22T12:00:00Z", "2026-11-23T07:00", "2026-11-23T18:00"),
        // The 24th is a day off.
        ("2026-11-23T20:00:00Z", "2026-11-25T07:00", "2026-11-25T18:00"),
        ("2026-11-24T12:00:00Z", "2026-11-25T07:00", "2026-11-25T18:00"),
    ])
    func customersAreCalledInTheHoursOfTheirDay(at text: String, opens: String, closes: String) {
        #expect(window(office, at: text) == [opens + ":00.000Z", closes + ":00.000Z"])
    }

    @Test func windowOverMidnightBelongsToTheDayOnWhichItBegins() {
        let night = kyiv(
            [.init(days: [.friday], from: 1_320, until: 1_800)], daysOff: [.init(year: 2026, month: 11, day: 21)])
        let expected = ["2026-11-20T20:00:00.000Z", "2026-11-21T04:00:00.000Z"]
        #expect(window(night, at: "2026-11-20T12:00:00Z") == expected)
        // The day off after it takes nothing away.
        #expect(window(night, at: "2026-11-21T03:59:59Z") == expected)
        #expect(window(night, at: "2026-11-21T04:00:00Z")?[0] == "2026-11-27T20:00:00.000Z")
    }

    @Test func stretchesThatTouchAreOneWindow() {
        let touching = kyiv([
            .init(days: workdays, from: 900, until: 1_440), .init(days: [.saturday], from: 0, until: 60),
            .init(days: workdays, from: 600, until: 930),
        ])
        #expect(
            window(touching, at: "2026-11-20T12:00:00Z") == ["2026-11-20T08:00:00.000Z", "2026-11-20T23:00:00.000Z"])
    }

    @Test func pausesOfADayAreRespected() {
        let day = kyiv([.init(days: [.friday], from: 540, until: 780), .init(days: [.friday], from: 840, until: 1_080)])
        #expect(window(day, at: "2026-11-20T11:30:00Z")?[0] == "2026-11-20T12:00:00.000Z")
    }

    @Test func roundTheClockGoesOnFromWeekToWeek() throws {
        let always = kyiv([.init(days: Configuration.Weekday.allCases, from: 0, until: 1_440)])
        let now = wall("2026-11-20T12:00:00Z")
        let range = try #require(always.window(at: now))
        #expect(range.contains(now))
        #expect(range.upperBound.since(now) >= .seconds(7 * 86_400))
        #expect(always.window(at: range.upperBound)?.contains(range.upperBound) == true)
    }

    @Test func hoursThatNeverComeLetNobodyThrough() {
        let days = (1...31).map { Configuration.Hours.Date(year: 2027, month: 1, day: $0) }
        let never = CallingHours(stretches: [], daysOff: office.daysOff, zone: office.zone)
        #expect(never.window(at: wall("2026-11-20T12:00:00Z")) == nil)
        let nobody = CallWindow(never, at: Instant(seconds: 5), wall: wall("2026-11-20T12:00:00Z"))
        #expect(nobody == CallWindow(opens: Instant(seconds: 86_405), closes: Instant(seconds: 86_405)))
        let january = kyiv([.init(days: workdays, from: 540, until: 1_200)], daysOff: days)
        #expect(window(january, at: "2027-01-01T00:00:00Z")?[0] == "2027-02-01T07:00:00.000Z")
    }

    // MARK: - The clock is changed

    /// On 2027-03-28 Kyiv's clocks go from 3:00 to 4:00, at 01:00 UTC.
    @Test(arguments: [
        (9 * 60, 20 * 60, "2027-03-28T06:00", "2027-03-28T17:00"),
        // 3:30 does not exist: it begins, and ends, with the jump.
        (3 * 60 + 30, 20 * 60, "2027-03-28T01:00", "2027-03-28T17:00"),
        (60, 3 * 60 + 30, "2027-03-27T23:00", "2027-03-28T01:00"),
        (2 * 60, 5 * 60, "2027-03-28T00:00", "2027-03-28T02:00"),
    ])
    func springTakesAnHour(from: Int, until: Int, opens: String, closes: String) {
        let sunday = kyiv([.init(days: [.sunday], from: from, until: until)])
        #expect(window(sunday, at: "2027-03-27T12:00:00Z") == [opens + ":00.000Z", closes + ":00.000Z"])
    }

    @Test func stretchThatTheJumpSwallowsIsNotThere() {
        let sunday = kyiv([.init(days: [.sunday], from: 185, until: 235)])
        #expect(window(sunday, at: "2027-03-27T12:00:00Z")?[0] == "2027-04-04T00:05:00.000Z")
    }

    /// On 2027-10-31 they go from 4:00 back to 3:00, at 01:00 UTC: 3:30 is at 00:30 and at 01:30.
    @Test(arguments: [
        (9 * 60, 20 * 60, "2027-10-31T07:00", "2027-10-31T18:00"),
        (3 * 60 + 30, 20 * 60, "2027-10-31T01:30", "2027-10-31T18:00"),
        (60, 3 * 60 + 30, "2027-10-30T22:00", "2027-10-31T00:30"),
        (2 * 60, 5 * 60, "2027-10-30T23:00", "2027-10-31T03:00"),
    ])
    func autumnCallsNobodyInADoubtfulHour(from: Int, until: Int, opens: String, closes: String) {
        let sunday = kyiv([.init(days: [.sunday], from: from, until: until)])
        #expect(window(sunday, at: "2027-10-30T12:00:00Z") == [opens + ":00.000Z", closes + ":00.000Z"])
    }

    @Test(arguments: ["Europe/Kyiv", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
    func aYearAgreesWithTheSystemsCalendar(zone name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let hours = CallingHours(
            .init(zone: name, stretches: [.init(days: workdays, from: 560, until: 1_230)]),
            now: wall("2026-11-20T12:00:00Z"))
        // A prime number of minutes meets every time of day.
        for step in stride(from: 0, to: 366 * 1_440, by: 787) {
            let now = wall("2026-11-20T00:00:30Z").adding(milliseconds: Int64(step) * 60_000)
            let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000)
            let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
            let minute = parts.hour! * 60 + parts.minute!
            let isOpen = (2...6).contains(parts.weekday!) && (560..<1_230).contains(minute)
            #expect(hours.window(at: now)?.contains(now) == isOpen, "\(name) at \(Timestamp(now))")
        }
    }

    @Test func anInstantKnowsItsWindow() {
        let window = CallWindow(office, at: Instant(seconds: 1_000), wall: wall("2026-11-20T06:00:00Z"))
        #expect(window == CallWindow(opens: Instant(seconds: 4_600), closes: Instant(seconds: 44_200)))
        #expect(CallWindow(nil, at: Instant(seconds: 1_000), wall: wall("2026-11-20T06:00:00Z")) == nil)
    }
}
