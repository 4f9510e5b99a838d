import Testing

@testable import Import

@Suite struct CSVReaderTests {
    /// Each file with each size of pieces, so that every byte is once the last of a piece.
    @Test(arguments: [
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]), ("a\r\n\r\nb", [["a"], [""], ["b"]]),
        ("a\n\rb", [["a"], [""], ["b"]]),
        ("\"a,b\",c", [["a,b", "c"]]), ("\"a\r\nb\",c\r\nd", [["a\r\nb", "c"], ["d"]]),
        ("\"a \"\"b\"\" c\",\"\"\"\"", [["a \"b\" c", "\""]]), ("\"\",x", [["", "x"]]), ("\"\"", [[""]]),
        ("a\"b,c", [["a\"b", "c"]]), ("\"a\"b,c", [["ab", "c"]]), (",", [["", ""]]), (",\n", [["", ""]]),
        ("a,b,\nc", [["a", "b", ""], ["c"]]), ("", []), ("\n", [[""]]), (" a , b ", [[" a ", " b "]]),
        ("Київ,\"Львів, \"\"центр\"\"\"\nїжак,ґанок", [["Київ", "Львів, \"центр\""], ["їжак", "ґанок"]]),
    ])
    func rowsAreReadAsSpreadsheetsWriteThem(_ text: String, _ expected: [[String]]) throws {
        for pieces in 1...max(text.utf8.count, 1) {
            #expect(try cells(text, pieces: pieces) == expected, "pieces of \(pieces)")
        }
    }

    @Test func rowsAreNumberedAsSpreadsheetsDo() throws {
        #expect(try rows("h\n\n\"x\ny\"\nz\n").map(\.number) == [1, 2, 3, 4])
    }

    @Test func aQuotationMarkThatNobodyClosesNamesItsCell() {
        #expect(fault { () throws(FileFault) in _ = try read("a,b\nc,\"d\ne,f\n") } == .openQuote(row: 2, column: 1))
        var limits = CSVReader.Limits()
        limits.quoted = 1_000
        let long = "a\n\"" + String(repeating: "x\n", count: 1_000) + "\""
        #expect(fault { () throws(FileFault) in _ = try read(long, limits) } == .openQuote(row: 2, column: 0))
    }

    private func read(_ text: String, _ limits: CSVReader.Limits = .init()) throws(FileFault) -> [CSVRow] {
        do {
            return try rows(text, limits: limits)
        } catch let fault as FileFault {
            throw fault
        } catch {
            return []
        }
    }

    @Test func limitsHoldToTheByteAndTheNextRowIsReadAgain() throws {
        func reasons(_ row: String) throws -> [String?] { try rows(row + "\nnext").map { $0.fault?.text } }
        func long(_ count: Int) -> String { String(repeating: "x", count: count) }
        #expect(try reasons(long(32_768)) == [nil, nil])
        #expect(try reasons("a," + long(32_769)) == ["a cell is too long: column B has more than 32768 bytes", nil])
        #expect(
            try reasons("\"" + long(32_767) + "\n\n\"") == [
                "a cell is too long: column A has more than 32768 bytes", nil,
            ])
        #expect(try reasons(long(32_768) + "," + long(32_768)) == [nil, nil])
        #expect(
            try reasons(long(32_768) + "," + long(32_768) + ",x") == [
                "the row is too long: it has more than 65536 bytes", nil,
            ])
        #expect(try reasons(String(repeating: ",", count: 499)) == [nil, nil])
        #expect(
            try reasons(String(repeating: ",", count: 500)) == [
                "the row has too many columns: it has more than 500", nil,
            ])
    }

    @Test func aRowThatIsShortHasEmptyCells() throws {
        let row = try rows("a,b")[0]
        #expect(row.cell(1) == "b" && row.cell(2).isEmpty && row.isEmpty(2) && row.isEmpty(-1))
        #expect(try rows(" ,\t,").allSatisfy(\.isBlank))
    }

    // MARK: - Separators

    @Test(arguments: [
        ("a,b\nc,d", Separator.comma), ("a;b\nc;d", .semicolon), ("a\tb\nc\td", .tab), ("a|b\nc|d", .bar),
        // Decimal commas, and commas in a name, are no separators.
        ("Name;Sum\nA;1,5\nB;2,5\nC;3", .semicolon), ("Name\tAddress\nA\tKyiv, x, y\nB\tLviv", .tab),
        ("a,\"x;y;z\"\nb,\"x;y\"", .comma), ("number\n0671234567\n", .comma), ("a,b;c\nd,e;f", .comma),
    ])
    func theSeparatorIsFound(_ text: String, _ separator: Separator) {
        #expect(Separator.guess(from: Array(text.utf8), isWhole: true) == separator)
    }

    @Test func aTornLastRowDoesNotCount() {
        let text = Array("a;b;c\nd;e;f\ng".utf8)
        #expect(Separator.guess(from: text, isWhole: false) == .semicolon)
    }

    @Test(arguments: [
        ("sep=;\na", Separator.semicolon as Separator?), ("SEP=|\r\n", .bar), ("sep=,", .comma), ("sep=x\n", nil),
        ("sep=;;\n", nil), ("separator;b", nil), ("", nil),
    ])
    func theFileMaySayWhatItIs(_ text: String, _ separator: Separator?) {
        #expect(Separator.declared(in: Array(text.utf8)) == separator)
    }

    @Test func columnsHaveTheirLetters() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            #expect(ColumnName.letters(column) == letters)
            #expect(ColumnName.column(letters.lowercased()) == column)
        }
        #expect(ColumnName.column("") == nil && ColumnName.column("A1") == nil && ColumnName.column("ABCD") == nil)
    }
}
