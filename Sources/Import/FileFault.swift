/// Why a file cannot be imported at all. What is wrong with single rows is a `Rejection`.
package enum FileFault: Error, Hashable, Sendable {
    case cannotRead(problem: String)
    /// The file of rejected rows.
    case cannotWrite(path: String)
    case empty
    /// An Excel workbook, a PDF or the like, by its first bytes.
    case notCSV(kind: String)
    /// No encoding that is known has such a byte, counted from 0.
    case notText(offset: Int)
    /// All before this byte is UTF-8.
    case brokenUTF8(offset: Int)
    /// The file says, or looks, as if it were UTF-16, and is not from this byte on.
    case brokenUTF16(offset: Int)
    /// A cell that begins with a quotation mark and does not end with one.
    case openQuote(row: Int, column: Int)

    /// What is wrong and what to do about it.
    package func description(of file: String) -> (problem: String, advice: String?) {
        switch self {
        case .cannotRead(let problem): ("cannot read \(file): \(problem)", nil)
        case .cannotWrite(let path): ("cannot write the rejected rows to \(path)", "Choose another place: --rejects")
        case .empty: ("\(file) has no rows", nil)
        case .notCSV(let kind):
            (
                "\(file) is \(kind), not CSV",
                "Open it in the program that made it and save it as CSV (UTF-8)"
            )
        case .notText(let offset):
            (
                "\(file) is neither UTF-8, UTF-16 nor Windows-1251: byte \(offset) is in no text",
                "Save it as CSV (UTF-8)"
            )
        case .brokenUTF8(let offset):
            ("\(file) is UTF-8, but byte \(offset) begins no character", "Save it again as CSV (UTF-8)")
        case .brokenUTF16(let offset):
            ("\(file) is broken UTF-16 from byte \(offset) on", "Save it as CSV (UTF-8)")
        case .openQuote(let row, let column):
            (
                "\(file), row \(row), column \(ColumnName.letters(column)): a quotation mark begins the cell and none "
                    + "ends it",
                "Double the quotation marks within the cell, or remove the first one"
            )
        }
    }
}

/// What is wrong with one row.
package struct Rejection: Hashable, Sendable {
    /// The same for all rows with this kind of fault: by it they are counted.
    package let reason: String
    /// Where and what, for the one row.
    package let detail: String

    package init(_ reason: String, _ detail: String = "") {
        self.reason = reason
        self.detail = detail
    }

    package var text: String { detail.isEmpty ? reason : reason + ": " + detail }
}

/// Columns as spreadsheets name them: A, B … Z, AA …
package enum ColumnName {
    /// - Parameter column: from 0.
    package static func letters(_ column: Int) -> String {
        var (rest, name) = (column, "")
        while rest >= 0 {
            name = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(truncatingIfNeeded: rest % 26))) + name
            rest = rest / 26 - 1
        }
        return name
    }

    /// From 0; `nil`: this is no name of a column.
    package static func column(_ letters: some StringProtocol) -> Int? {
        guard (1...3).contains(letters.utf8.count) else { return nil }
        var column = 0
        for byte in letters.uppercased().utf8 {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { return nil }
            column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
        }
        return column - 1
    }
}
