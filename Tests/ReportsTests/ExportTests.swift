import Foundation
import Reports
import Routing
import Testing

@testable import Storage

@Suite struct CSVTests {
    private let table = ExportTable(
        columns: ["name", "count"],
        rows: [[.text("a,b"), .count(1)], [.text("say \"hi\""), .count(-2)], [.none, .flag(true)]])

    @Test func valuesAreQuotedIfNeedBe() {
        #expect(
            CSVWriter().write(table) == "name,count\r\n\"a,b\",1\r\n\"say \"\"hi\"\"\",-2\r\n,1\r\n")
    }

    @Test func theSeparatorDecidesWhatIsQuoted() {
        var writer = CSVWriter()
        writer.separator = .semicolon
        #expect(writer.line([.text("a,b"), .text("a;b")]) == "a,b;\"a;b\"\r\n")
    }

    @Test func theByteOrderMarkComesOnce() {
        var writer = CSVWriter()
        writer.hasByteOrderMark = true
        let bytes = Array(writer.write(table).utf8)
        #expect(Array(bytes.prefix(3)) == [0xEF, 0xBB, 0xBF])
        #expect(writer.line([.none]) == "\r\n")
    }

    @Test(arguments: [
        "=1+1", "+1+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1", "+", "+380x", "=cmd|'/c calc'!A1",
    ]) func formulasBecomeText(_ text: String) {
        let line = CSVWriter().line([.text(text)])
        #expect(line.drop { $0 == "\"" }.hasPrefix("'"))
        var trusting = CSVWriter()
        trusting.protectsFormulas = false
        #expect(!trusting.line([.text(text)]).contains("''") && !trusting.line([.text(text)]).hasPrefix("'"))
    }

    @Test(arguments: ["+380671234567", "Oksana", "a=b", "", "0800", "'quoted"])
    func harmlessTextsStayAsTheyAre(_ text: String) {
        #expect(CSVWriter().line([.text(text)]) == text + "\r\n")
    }

    @Test func numbersAreWrittenWithAPoint() {
        let fields: [Field] = [
            .time(.milliseconds(1_500)), .time(.seconds(3)), .share(1.0 / 3), .share(1), .time(.milliseconds(-250)),
            .time(.milliseconds(7)), .share(0.99999),
        ]
        #expect(CSVWriter().line(fields) == "1.5,3,0.3333,1,-0.25,0.007,1\r\n")
    }

    /// A reader that knows nothing of the writer but RFC 4180.
    private func parse(_ text: String) -> [[String]] {
        var (rows, row, field): ([[String]], [String], String) = ([], [], "")
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where scalars.first == "\"":
                scalars.removeFirst()
                field.unicodeScalars.append("\"")
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                row.append(field)
                field = ""
            case ("\r", false) where scalars.first == "\n":
                scalars.removeFirst()
                rows.append(row + [field])
                (row, field) = ([], "")
            default: field.unicodeScalars.append(scalar)
            }
        }
        return rows
    }

    @Test func whatIsWrittenIsReadBack() {
        var writer = CSVWriter()
        writer.protectsFormulas = false
        let parts = ["\"", ",", "\r", "\n", "\r\n", " ", "é", "👩‍💻", "a", ";", "\0", ""]
        for first in parts {
            for second in parts {
                for third in parts {
                    let row = [first + second + third, third + first, second]
                    #expect(parse(writer.line(row.map { .text($0) })) == [row])
                }
            }
        }
    }
}

@Suite struct JSONLinesTests {
    @Test func eachRowIsAnObjectOnALineOfItsOwn() throws {
        let nasty = "a\"b\\c\n\r\t\u{1}\u{2028}é👩‍💻\u{7F}"
        let table = ExportTable(
            columns: ["text", "none", "time", "flag", "date"],
            rows: [[.text(nasty), .none, .time(.milliseconds(1_250)), .flag(false), .date(origin)]])
        let text = JSONLinesWriter().write(table)
        #expect(text.hasSuffix("}\n"))
        #expect(text.split(whereSeparator: \.isNewline).count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["text"] as? String == nasty)
        #expect(object["none"] is NSNull)
        #expect(object["time"] as? Double == 1.25)
        #expect(object["flag"] as? Bool == false)
        #expect(object["date"] as? String == "2026-09-21T14:13:20.000Z")
    }
}

@Suite struct DateTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (Int64.max, "9999-12-31T00:00:00.000Z"), (Int64.min, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]) func datesInUTC(_ milliseconds: Int64, _ text: String)
    {
        #expect(DateStyle.utc.write(WallTime(milliseconds: milliseconds)) == text)
    }

    @Test func localDatesFollowTheClockChange() throws {
        let style = DateStyle.local(try #require(TimeZone(identifier: "Europe/Kyiv")))
        // 2026-03-29: from 03:00 to 04:00.
        #expect(style.write(WallTime(milliseconds: 1_774_745_999_000)) == "2026-03-29 02:59:59")
        #expect(style.write(WallTime(milliseconds: 1_774_746_000_000)) == "2026-03-29 04:00:00")
    }
}

@Suite struct CDRTests {
    private func lines(_ fill: (SQLiteCallStore) -> Void) async throws -> [String] {
        let store = try makeStore()
        fill(store)
        try await store.flush()
        let page = try await store.callsByEnd(in: period(-1e6, 1e6))
        let zone = try #require(TimeZone(identifier: "Europe/Kyiv"))
        return page.rows.map(CDRWriter(zone: zone).line)
    }

    /// The order of Asterisk's columns, and what it quotes.
    @Test func callsAreWrittenAsAsteriskDoes() async throws {
        let lines = try await lines { store in
            store.add(1, at: 0, CallPlan(talks: [("anna", 60.5)]))
            store.add(2, at: 100, CallPlan(wait: 30)) { $0.arrival.name = nil }
            store.add(3, at: 200, CallPlan(wait: 0, outcome: .refused)) {
                $0.ended = HangupCause(.byDecision, status: 486)
                $0.arrival.number = nil
                $0.arrival.name = nil
            }
            store.add(4, at: 300, CallPlan(wait: 5, talks: [("ihor", 20)])) {
                $0.arrival.direction = .outbound(TaskID(rawValue: 1))
                $0.arrival.name = #"Say "hi""# + "\nthere"
                $0.vip = true
            }
        }
        #expect(lines.joined() == Self.golden)
    }

    private static let golden = #"""
        "","+380670001001","0800","sales","""Oksana"" <+380670001001>","SIP/0800-1","SIP/anna-1","Queue","sales",\#
        "2026-09-21 17:13:20","2026-09-21 17:13:30","2026-09-21 17:14:30",70,60,"ANSWERED","DOCUMENTATION","1","answered"
        "","+380670001002","0800","sales","+380670001002","SIP/0800-2","","Queue","sales",\#
        "2026-09-21 17:15:00",,"2026-09-21 17:15:30",30,0,"NO ANSWER","DOCUMENTATION","2","abandoned"
        "","","0800","sales","","SIP/0800-3","","Hangup","sales",\#
        "2026-09-21 17:16:40",,"2026-09-21 17:16:40",0,0,"BUSY","DOCUMENTATION","3","refused"
        "","0800","+380670001004","sales","""Say ""hi"" there"" <+380670001004>","SIP/0800-4","SIP/ihor-4","Dial",\#
        "+380670001004","2026-09-21 17:18:20","2026-09-21 17:18:25","2026-09-21 17:18:45",25,20,"ANSWERED",\#
        "DOCUMENTATION","4","answered vip"

        """#

    @Test func everyLineHasEighteenFields() async throws {
        let lines = try await lines { store in
            for (index, outcome) in CallRecord.Outcome.allCases.enumerated() {
                store.add(UInt64(index), at: Double(index), CallPlan(outcome: outcome))
            }
        }
        #expect(lines.count == CallRecord.Outcome.allCases.count)
        for line in lines {
            #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == 18)
            #expect(line.filter { $0 == "\n" }.count == 1)
        }
    }
}
