/// One row of a CSV file, its quotation marks undone.
package struct CSVRow: Hashable, Sendable {
    /// As a spreadsheet counts them, from 1; the row of headers, if there is one, is a row too.
    package internal(set) var number: Int
    /// What is beyond the limits. The row has nothing of use then.
    package internal(set) var fault: Rejection?
    /// All cells one after the other, in UTF-8.
    var bytes: [UInt8] = []
    /// Where each cell ends in them.
    var ends: [Int] = []

    init(number: Int) {
        self.number = number
    }

    package init(number: Int, cells: [String]) {
        self.number = number
        for cell in cells {
            bytes += cell.utf8
            ends.append(bytes.count)
        }
    }

    package var count: Int { ends.count }

    /// Nothing but separators and spaces.
    package var isBlank: Bool { fault == nil && bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// Empty if the row is too short for the column.
    package func cell(_ column: Int) -> String {
        guard ends.indices.contains(column) else { return "" }
        return String(decoding: bytes[(column == 0 ? 0 : ends[column - 1])..<ends[column]], as: UTF8.self)
    }

    package func isEmpty(_ column: Int) -> Bool {
        guard ends.indices.contains(column) else { return true }
        return ends[column] == (column == 0 ? 0 : ends[column - 1])
    }

    package var cells: [String] { ends.indices.map(cell) }
}
