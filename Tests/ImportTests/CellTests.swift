import Testing

@testable import Import

@Suite struct CellTests {
    @Test(arguments: [
        ("0671234567", "0671234567"), ("+380 (67) 123-45-67", "+380671234567"), ("'+380671234567", "+380671234567"),
        ("00380671234567", "00380671234567"), ("=\"0671234567\"", "0671234567"), ("tel:+380671234567", "+380671234567"),
        ("067.123.45.67", "0671234567"), ("\u{202a}+380671234567\u{202c}", "+380671234567"),
        ("067\u{a0}123\u{2013}45\u{2011}67", "0671234567"), (" 067 123 45 67 ", "0671234567"),
        ("+44 (0)20 7946 0000", "+442079460000"), ("(0)67 123 45 67", "0671234567"),
        ("3.80671234567E+11", "380671234567"), ("3,80671234567e+11", "380671234567"),
        ("3.806712345670000E+11", "380671234567"), ("380671234567.0", "380671234567"),
        ("380671234567,00", "380671234567"), ("’0671234567", "0671234567"), ("123", "123"),
    ])
    func numbersAreTakenOutOfWhatSpreadsheetsMakeOfThem(_ cell: String, _ number: String) throws {
        #expect(try NumberCell.read(cell) == number)
    }

    @Test(arguments: [
        ("", "no telephone number"), ("-", "no telephone number"), ("немає", "no telephone number"),
        ("anna@example.com", "no telephone number"), ("+", "no telephone number"),
        ("067+1234567", "no telephone number"),
        ("3.8E+11", "Excel has cut digits off"), ("3.80671E+11", "Excel has cut digits off"),
        ("3,80671E+11", "Excel has cut digits off"), ("4E+11", "Excel has cut digits off"),
        ("0441234567 ext. 12", "a number with an extension"), ("0441234567 доб. 12", "a number with an extension"),
        ("0441234567#12", "a number with an extension"), ("0441234567,12", "a number with an extension"),
        ("0671234567, 0501111122", "more than one number"), ("0671234567/0501111122", "more than one number"),
        ("0671234567\n0501111122", "more than one number"), ("0671234567;0501111122", "more than one number"),
    ])
    func whatIsNoSingleNumberIsRefused(_ cell: String, _ reason: String) {
        #expect { try NumberCell.read(cell) } throws: { ($0 as? Rejection)?.reason == reason }
    }

    private func due(_ cell: String, _ zone: String = "Europe/Kyiv") throws -> Int64? {
        try DueCell.read(cell, in: LocalZone(zone)).map { $0 / 1_000 }
    }

    /// Kyiv is two hours east of Greenwich in winter and three in summer.
    @Test(arguments: [
        ("2026-11-22T09:00:00Z", 1_795_338_000), ("2026-11-22T09:00:00+02:00", 1_795_330_800),
        ("2026-11-22T09:00+0200", 1_795_330_800), ("2026-11-22T09:00:00.5Z", 1_795_338_000),
        ("2026-11-22 09:00", 1_795_330_800), ("2026-11-22T09:00", 1_795_330_800), ("22.11.2026 09:00", 1_795_330_800),
        ("22.11.2026 9:00", 1_795_330_800), ("22.11.2026, 09:00:00", 1_795_330_800), ("22.11.26 09:00", 1_795_330_800),
        ("2026-11-22", 1_795_298_400), ("22.11.2026", 1_795_298_400), (" 1.7.2026 12:00 ", 1_782_896_400),
        ("46348.375", 1_795_330_800), ("46348,375", 1_795_330_800), ("46348", 1_795_298_400),
        ("46348.3749999", 1_795_330_800),
    ])
    func timesAreReadInTheZoneOfTheDialer(_ cell: String, _ seconds: Int64) throws {
        #expect(try due(cell) == seconds)
    }

    @Test func anEmptyCellMeansNow() throws {
        #expect(try due("") == nil)
        #expect(try due("  ") == nil)
    }

    @Test(arguments: [
        "tomorrow", "32.01.2026", "29.02.2026", "2026-13-01", "11/22/2026 09:00", "22-11-2026", "09:00", "12",
        "380671234567",
        "2026-11-22T25:00", "2026-11-22 09:60", "22.11.2026 09", "2026-11-22T09:00:00+99:00", "2026-11-22x",
        "22.11.202",
        "99999", "1e5", ".", ",",
    ])
    func whatIsNoTimeIsRefused(_ cell: String) {
        #expect { try due(cell) } throws: { ($0 as? Rejection)?.reason == "no date and time" }
    }

    /// The clock goes from 03:00 to 04:00 on 29 March 2026, and from 04:00 to 03:00 on 25 October.
    @Test func timesThatDoNotExistOrComeTwiceHaveAMeaning() throws {
        #expect(try due("2026-03-29 02:59") == 1_774_745_940)
        #expect(try due("2026-03-29 03:30") == 1_774_747_800)
        #expect(try due("2026-03-29 04:00") == 1_774_746_000)
        let autumn = try #require(try due("2026-10-25 03:30"))
        #expect([1_792_888_200, 1_792_891_800].contains(autumn))
    }
}
