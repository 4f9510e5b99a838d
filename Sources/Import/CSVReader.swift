/// Reads CSV row by row (RFC 4180, and what spreadsheets make of it): cells in quotation marks with separators and line
/// breaks in them, rows that end with CR LF, LF or CR. Whatever the file's length, it holds one row and one piece of it.
package struct CSVReader {
    /// A row that has more is passed over; nobody types that.
    package struct Limits: Sendable {
        /// Bytes of a row's cells, in UTF-8.
        package var row = 64 << 10
        /// Bytes of a cell.
        package var cell = 32 << 10
        package var columns = 500
        /// Bytes after which a cell in quotation marks is one that nobody closed.
        package var quoted = 1 << 20

        package init() {}
    }

    package typealias Source = () throws(FileFault) -> [UInt8]?

    private let separator: UInt8
    private let limits: Limits
    private let source: Source
    private var piece: [UInt8] = []
    private var position = 0
    /// The last row ended with CR: an LF that follows belongs to it.
    private var mayBeLineFeed = false
    private var number = 0

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// - Parameters:
    ///   - source: pieces of UTF-8; `nil` at the end.
    ///   - skipsFirst: the first row says what the separator is ("sep=;") and does not count.
    package init(
        separator: Separator, limits: Limits = Limits(), skipsFirst: Bool = false, source: @escaping Source
    ) throws(FileFault) {
        self.separator = separator.rawValue
        self.limits = limits
        self.source = source
        if skipsFirst, try next() != nil { number = 0 }
    }

    /// `nil` after the last row.
    package mutating func next() throws(FileFault) -> CSVRow? {
        if mayBeLineFeed {
            mayBeLineFeed = false
            if try fill(), piece[position] == Self.lineFeed { position += 1 }
        }
        guard try fill() else { return nil }
        number += 1
        var row = RowBuilder(number: number, limits: limits)
        repeat {
            if try !readCell(into: &row) { break }
        } while true
        return row.finish()
    }

    /// - Returns: whether another cell of the row follows.
    private mutating func readCell(into row: inout RowBuilder) throws(FileFault) -> Bool {
        guard try fill() else {
            row.endCell()
            return false
        }
        if piece[position] == Self.quote {
            position += 1
            try readQuoted(into: &row)
        }
        // Also what stands behind a closing quotation mark, as spreadsheets have it.
        while try fill() {
            let start = position
            while position < piece.count {
                let byte = piece[position]
                if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn { break }
                position += 1
            }
            row.append(piece[start..<position])
            guard position < piece.count else { continue }
            let byte = piece[position]
            position += 1
            row.endCell()
            mayBeLineFeed = byte == Self.carriageReturn
            return byte == separator
        }
        row.endCell()
        return false
    }

    private mutating func readQuoted(into row: inout RowBuilder) throws(FileFault) {
        var length = 0
        while try fill() {
            let start = position
            while position < piece.count, piece[position] != Self.quote { position += 1 }
            row.append(piece[start..<position])
            length += position - start
            guard length <= limits.quoted else { throw .openQuote(row: row.number, column: row.column) }
            guard position < piece.count else { continue }
            position += 1
            guard try fill(), piece[position] == Self.quote else { return }
            row.append(piece[position...position])
            position += 1
        }
        throw .openQuote(row: row.number, column: row.column)
    }

    /// - Returns: whether there is a byte at `position`.
    private mutating func fill() throws(FileFault) -> Bool {
        while position >= piece.count {
            guard let next = try source() else { return false }
            piece = next
            position = 0
        }
        return true
    }
}

/// A row in the making; keeps to the limits.
private struct RowBuilder {
    private var row: CSVRow
    private let limits: CSVReader.Limits
    /// Bytes of the present cell and of the row, with those that are not kept.
    private var cellLength = 0
    private var rowLength = 0
    private(set) var column = 0

    var number: Int { row.number }

    init(number: Int, limits: CSVReader.Limits) {
        row = CSVRow(number: number)
        self.limits = limits
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        cellLength += bytes.count
        rowLength += bytes.count
        if row.fault == nil {
            if cellLength > limits.cell {
                refuse("a cell is too long", "column \(ColumnName.letters(column)) has more than \(limits.cell) bytes")
            } else if rowLength > limits.row {
                refuse("the row is too long", "it has more than \(limits.row) bytes")
            } else {
                row.bytes += bytes
            }
        }
    }

    mutating func endCell() {
        column += 1
        cellLength = 0
        guard row.fault == nil else { return }
        if column > limits.columns {
            refuse("the row has too many columns", "it has more than \(limits.columns)")
        } else {
            row.ends.append(row.bytes.count)
        }
    }

    private mutating func refuse(_ reason: String, _ detail: String) {
        row.fault = Rejection(reason, detail)
    }

    consuming func finish() -> CSVRow { row }
}
