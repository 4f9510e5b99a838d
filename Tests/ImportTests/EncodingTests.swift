import Testing

@testable import Import

@Suite struct EncodingTests {
    private static let text = "Ім'я;Телефон\r\nЇжак Ґедзь;0671234567\r\n"
    /// "Ім'я;Телефон" and "Їжак Ґедзь;…" as Windows saves them.
    private static let windows: [UInt8] =
        [0xb2, 0xec, 0x27, 0xff, 0x3b, 0xd2, 0xe5, 0xeb, 0xe5, 0xf4, 0xee, 0xed, 0x0d, 0x0a]
        + [0xaf, 0xe6, 0xe0, 0xea, 0x20, 0xa5, 0xe5, 0xe4, 0xe7, 0xfc, 0x3b] + Array("0671234567\r\n".utf8)

    private func cells(_ bytes: [UInt8]) throws -> (FileEncoding, [[String]]) {
        let folder = try Folder()
        let file = try CSVFile(path: try folder.file(bytes))
        var reader = try file.reader()
        var rows: [[String]] = []
        while let row = try reader.next() { rows.append(row.cells) }
        #expect(rows.count == file.rows)
        return (file.encoding, rows)
    }

    private static let expected = [["Ім'я", "Телефон"], ["Їжак Ґедзь", "0671234567"]]

    @Test func everyEncodingIsFoundAndRead() throws {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let files: [([UInt8], FileEncoding)] = [
            (Array(Self.text.utf8), .utf8), (mark + Array(Self.text.utf8), .utf8), (Self.windows, .windows1251),
            ([0xff, 0xfe] + utf16(Self.text), .utf16LittleEndian), (utf16(Self.text), .utf16LittleEndian),
            ([0xfe, 0xff] + utf16(Self.text, bigEndian: true), .utf16BigEndian),
            (utf16(Self.text, bigEndian: true), .utf16BigEndian),
        ]
        for (bytes, encoding) in files {
            let (found, rows) = try cells(bytes)
            #expect(found == encoding)
            #expect(rows == Self.expected, "\(encoding)")
        }
    }

    @Test func allLettersOfWindows1251AreRead() {
        let bytes = (0x80...0xff).map { UInt8($0) }
        let text = String(decoding: Windows1251.utf8(bytes), as: UTF8.self)
        #expect(text.hasPrefix("ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{fffd}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї"))
        #expect(text.hasSuffix("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"))
    }

    @Test func lettersOfTheFirstLateLineDecide() throws {
        let ascii = Array(String(repeating: "x;0671234567\n", count: 10_000).utf8)
        #expect(try cells(ascii + Self.windows).0 == .windows1251)
        #expect(try cells(ascii + Array(Self.text.utf8)).1.last == Self.expected[1])
    }

    @Test func charactersAreNotTornBetweenPieces() throws {
        // Two bytes each, behind an odd one: every piece of 64 KiB ends within a letter.
        let name = String(repeating: "є", count: 10_000)
        let text = "x," + String(repeating: name + ",1\n", count: 10)
        for bytes in [Array(text.utf8), utf16("🦔" + text)] {
            let (_, rows) = try cells(bytes)
            #expect(rows.dropFirst().allSatisfy { $0[0] == name })
            #expect(rows.count == 10)
        }
    }

    @Test func whatIsNoTextIsRefusedWithItsPlace() throws {
        let folder = try Folder()
        func found(_ bytes: [UInt8]) throws -> FileFault? {
            let path = try folder.file(bytes)
            return fault { () throws(FileFault) in _ = try CSVFile(path: path) }
        }
        let plain = Array("number\n0671234567\n".utf8)
        #expect(try found([]) == .empty)
        #expect(try found(Array("\n\n , \n".utf8)) == .empty)
        #expect(try found([0xef, 0xbb, 0xbf]) == .empty)
        #expect(try found(plain + [0x01]) == .notText(offset: plain.count))
        #expect(try found(plain + [0xcf, 0xf0, 0x98]) == .notText(offset: plain.count + 2))
        #expect(try found(Array("Їжак,0671234567".utf8) + [0xff]) == .brokenUTF8(offset: 19))
        #expect(try found(Array("Їжак,0671234567,".utf8) + [0xd0]) == .brokenUTF8(offset: 20))
        #expect(try found([0xff, 0xfe] + utf16("a,b\n") + [0x41]) == .brokenUTF16(offset: 10))
        #expect(try found([0xff, 0xfe, 0x41, 0x00, 0x00, 0xdc]) == .brokenUTF16(offset: 4))
        #expect(try found([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]) == .notCSV(kind: "an Excel workbook or a ZIP archive"))
        #expect(try found(Array("%PDF-1.7".utf8)) == .notCSV(kind: "a PDF document"))
        #expect(try found(Array("a\n\"b".utf8)) == .openQuote(row: 2, column: 0))
        #expect(
            fault { () throws(FileFault) in _ = try CSVFile(path: folder.path + "/none.csv") }
                == .cannotRead(problem: "there is no such file"))
        #expect(
            fault { () throws(FileFault) in _ = try CSVFile(path: folder.path) }
                == .cannotRead(problem: "it is a directory"))
    }

    @Test func faultsSayWhereAndWhatToDo() {
        let (problem, advice) = FileFault.openQuote(row: 7, column: 27).description(of: "leads.csv")
        #expect(problem.hasPrefix("leads.csv, row 7, column AB:"))
        #expect(advice != nil)
        #expect(FileFault.notText(offset: 12).description(of: "x").problem.contains("byte 12"))
    }

    @Test func aDeclaredSeparatorIsNoRow() throws {
        let folder = try Folder()
        let file = try CSVFile(path: try folder.file(Array("sep=|\r\nТелефон|x\r\n0671234567|a;b\r\n".utf8)))
        #expect(file.separator == .bar)
        #expect(file.rows == 2)
        #expect(file.sample.map(\.number) == [1, 2])
        #expect(file.sha256.count == 64)
    }
}
