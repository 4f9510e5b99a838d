import Routing
import Testing

@testable import ControlAPI

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (1_795_287_902_114, "2026-11-21T19:05:02.114Z"), (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ]) func datesAreWrittenAndReadBack(_ milliseconds: Int64, _ text: String)
    {
        let timestamp = Timestamp(WallTime(milliseconds: milliseconds))
        #expect(timestamp.description == text)
        #expect(Timestamp(text) == timestamp)
    }

    @Test func whatFourDigitsCannotSayIsCutOff() {
        #expect(Timestamp(WallTime(milliseconds: .max)).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(WallTime(milliseconds: .min)).description == "0000-01-01T00:00:00.000Z")
    }

    @Test func everyDayOfTwoCenturiesIsWrittenAndReadBack() {
        for day in -36_525...36_525 {
            let timestamp = Timestamp(WallTime(milliseconds: Int64(day) * 86_400_000 + 43_200_000))
            #expect(Timestamp(timestamp.description) == timestamp)
        }
    }

    @Test(
        arguments: [
            ("2026-11-21T21:05:02.114+02:00", "2026-11-21T19:05:02.114Z"),
            ("2026-11-21t14:05:02-05:00", "2026-11-21T19:05:02.000Z"),
            ("2026-11-21 19:05:02.1z", "2026-11-21T19:05:02.100Z"),
            ("2026-11-21T19:05:02.123456789Z", "2026-11-21T19:05:02.123Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ]) func otherFormsAreRead(_ text: String, _ same: String)
    {
        #expect(Timestamp(text)?.description == same)
    }

    @Test(
        arguments: [
            "", "2026", "2026-11-21", "2026-11-21T19:05:02", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T19:60:00Z",
            "2026-11-21T19:05:02.Z", "2026-11-21T19:05:02.1234567890Z", "2026-11-21T19:05:02Z ",
            "2026-11-21T19:05:02+2:00", "2026-11-21T19:05:02+24:00", "20261121T190502Z", "２０２６-11-21T19:05:02Z",
        ]) func whatIsNoDateIsRefused(_ text: String)
    {
        #expect(Timestamp(text) == nil)
    }
}

@Suite struct TimeSpanTests {
    @Test(
        arguments: [
            ("0s", 0), ("90s", 90), ("10m", 600), ("2h", 7_200), ("7d", 604_800), ("1h30m", 5_400),
            ("3653d", 315_619_200),
        ]) func spansAreRead(_ text: String, _ seconds: Int)
    {
        #expect(TimeSpan.parse(text) == .seconds(seconds))
    }

    @Test(
        arguments: ["", "10", "m", "10x", "-5m", "1.5h", "10 m", "3654d", "99999999999999999999s", "1h30", "٣m"])
    func whatIsNoSpanIsRefused(_ text: String) {
        #expect(TimeSpan.parse(text) == nil)
    }
}

@Suite struct SpellingTests {
    @Test(
        arguments: [
            ("sals", "sales"), ("SALES", "sales"), ("slaes", "sales"), ("suport", "support"), ("x", nil),
            ("marketing", nil), ("", nil),
        ]) func theNearestNameIsMeant(_ word: String, _ meant: String?)
    {
        #expect(Spelling.closest(to: word, among: ["sales", "support", "vip"]) == meant)
    }

    @Test func longWordsCostNothing() {
        let word = String(repeating: "a", count: 100_000)
        #expect(Spelling.closest(to: word, among: [word, "sales"]) == nil)
    }
}
