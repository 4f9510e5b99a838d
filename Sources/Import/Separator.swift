/// What parts the cells of a row.
package enum Separator: UInt8, CaseIterable, Sendable {
    case comma = 0x2c
    case semicolon = 0x3b
    case tab = 0x09
    case bar = 0x7c

    package var name: String {
        switch self {
        case .comma: "commas"
        case .semicolon: "semicolons"
        case .tab: "tabs"
        case .bar: "bars"
        }
    }

    /// Rows that are looked at.
    private static let rows = 50

    /// Spreadsheets may write it in the first row: `sep=;`.
    static func declared(in sample: [UInt8]) -> Separator? {
        let prefix = Array("sep=".utf8)
        guard sample.count > prefix.count, sample.starts(with: prefix) || sample.starts(with: Array("SEP=".utf8)) else {
            return nil
        }
        let rest = sample.dropFirst(prefix.count + 1)
        guard rest.isEmpty || rest.first == 0x0a || rest.first == 0x0d else { return nil }
        return Separator(rawValue: sample[prefix.count])
    }

    /// The one with which most rows have the same number of cells, and more than one.
    ///
    /// - Parameters:
    ///   - sample: the file's first bytes, in UTF-8.
    ///   - isWhole: the sample ends where the file does.
    static func guess(from sample: [UInt8], isWhole: Bool) -> Separator {
        var best = (separator: Separator.comma, share: 0.0, columns: 1)
        for candidate in allCases {
            let counts = counts(of: candidate, in: sample, isWhole: isWhole)
            let usual = Dictionary(grouping: counts) { $0 }.filter { $0.key > 1 }
                .max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
            guard let usual else { continue }
            let share = Double(usual.value.count) / Double(counts.count)
            if (share, usual.key) > (best.share, best.columns) { best = (candidate, share, usual.key) }
        }
        return best.separator
    }

    /// Cells of the first rows; the last one of a part of a file may be torn.
    private static func counts(of separator: Separator, in sample: [UInt8], isWhole: Bool) -> [Int] {
        var pieces = [sample][...]
        guard var reader = try? CSVReader(separator: separator, source: { () throws(FileFault) in pieces.popFirst() })
        else { return [] }
        var counts: [Int] = []
        // An open quotation mark ends the sample: with the right separator there may be none.
        while counts.count <= rows, let row = try? reader.next() {
            if !row.isBlank { counts.append(row.count) }
        }
        if !isWhole, counts.count > 1, counts.count <= rows { counts.removeLast() }
        return counts
    }
}
