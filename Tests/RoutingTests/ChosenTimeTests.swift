import Routing
import TestKit
import Testing

/// What a customer enters by keys becomes a moment (product.md section 6).
struct ChosenTimeTests {
    /// Two hours ahead of UTC; one more from 2026-03-29 01:00 UTC to 2026-10-25 01:00 UTC.
    private static let zone = ZoneOffsets(
        first: 7_200,
        changes: [
            .init(at: WallTime(milliseconds: 1_774_746_000_000), offset: 10_800),
            .init(at: WallTime(milliseconds: 1_792_890_000_000), offset: 7_200),
        ])
    /// 2026-11-22 12:00 there.
    private static let noon = WallTime(milliseconds: 1_795_341_600_000)
    /// 2026-03-28 12:00 there, the day before the clocks are put forward.
    private static let spring = WallTime(milliseconds: 1_774_692_000_000)

    private static func chosen(
        _ date: String, _ time: String, at wall: WallTime = noon, hours: CallingHours? = nil
    ) -> ChosenTime? {
        ChosenTime(
            EnteredTime(date: date, time: time), at: Instant(seconds: 1_000), wall: wall, zone: zone, hours: hours)
    }

    @Test(arguments: [
        ("0", "1201", "2026-11-22 12:01"), ("1", "0000", "2026-11-23 00:00"), ("2411", "0930", "2026-11-24 09:30"),
        ("2211", "2359", "2026-11-22 23:59"), ("3112", "0800", "2026-12-31 08:00"),
        ("0101", "0800", "2027-01-01 08:00"),
        ("2111", "0800", "2027-11-21 08:00"), ("2802", "0800", "2027-02-28 08:00"),
    ])
    func whatIsEnteredIsTheNextSuchMoment(date: String, time: String, local: String) throws {
        let chosen = try #require(Self.chosen(date, time))
        #expect("\(chosen.local)" == local)
    }

    @Test func momentIsAsFarAheadAsTheClocksSay() throws {
        #expect(try #require(Self.chosen("0", "1201")).at == Instant(seconds: 1_060))
        #expect(try #require(Self.chosen("1", "1200")).at == Instant(seconds: 1_000 + 86_400))
        // The night is an hour shorter.
        #expect(try #require(Self.chosen("1", "1200", at: Self.spring)).at == Instant(seconds: 1_000 + 82_800))
    }

    @Test(arguments: [
        ("0", "1200"), ("0", "1159"), ("2211", "0000"), ("3002", "1200"), ("2902", "1200"), ("0013", "1200"),
        ("0100", "1200"), ("3211", "1200"), ("2", "1200"), ("", "1200"), ("24", "1200"), ("241", "1200"),
        ("1", "2400"), ("1", "0960"), ("1", "930"), ("1", ""), ("1", "09300"), ("٢٤١١", "1200"), ("-111", "1200"),
    ])
    func whatIsNoSuchMomentOrPastIsNone(date: String, time: String) {
        #expect(Self.chosen(date, time) == nil)
    }

    @Test func timeThatTheClocksJumpOverIsNone() {
        #expect(Self.chosen("1", "0330", at: Self.spring) == nil)
        #expect(Self.chosen("1", "0430", at: Self.spring) != nil)
    }

    @Test func timeOutsideOfTheHoursIsNone() {
        let hours = CallingHours(
            stretches: [.init(days: Set(0...4), from: 9 * 60, until: 18 * 60)], daysOff: [], zone: Self.zone)
        #expect(Self.chosen("2411", "0900", hours: hours) != nil)
        for (date, time) in [("2411", "0859"), ("2411", "1800"), ("2811", "1200")] {
            #expect(Self.chosen(date, time, hours: hours) == nil, "\(date) \(time)")
        }
    }
}
