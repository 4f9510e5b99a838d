/// What somebody wants a column to be for: `number=B`.
package struct ColumnChoice: Hashable, Sendable {
    /// `nil`: the column is left out.
    package let field: LeadField?
    /// Its letter, its place from 1, or its header.
    package let column: String

    /// Reads `number=B,due=Call at,skip=F`. A comma within a header is one: `name=Surname, name`.
    package static func read(_ text: String) throws(MappingFault) -> [ColumnChoice] {
        var parts: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if part.contains("=") || parts.isEmpty {
                parts.append(String(part))
            } else {
                parts[parts.count - 1] += "," + part
            }
        }
        var choices: [ColumnChoice] = []
        for part in parts {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[1].trimmed.isEmpty else { throw .unreadable(part) }
            let word = sides[0].trimmed.lowercased()
            guard let field = LeadField(rawValue: word) else {
                guard word == "skip" else { throw .noSuchField(word) }
                choices.append(ColumnChoice(field: nil, column: sides[1].trimmed))
                continue
            }
            choices.append(ColumnChoice(field: field, column: sides[1].trimmed))
        }
        return choices
    }
}

package enum MappingFault: Error, Hashable, Sendable {
    case unreadable(String)
    case noSuchField(String)
    case noSuchColumn(String, columns: Int)
    case columnTwice(String)
    case fieldTwice(LeadField)
    /// Nothing says which column has the numbers.
    case noNumber(headers: [String])
    case tooManyCardFields(Int)
}

/// Which column of a file is what. Columns that are nothing else become fields of the operator's card.
package struct ColumnMapping: Hashable, Sendable {
    package struct CardField: Hashable, Sendable {
        package let column: Int
        package let name: String
    }

    /// Columns from 0.
    package private(set) var fields: [LeadField: Int] = [:]
    package private(set) var card: [CardField] = []
    /// Left out.
    package private(set) var skipped: Set<Int> = []
    /// The number of the row of headers.
    package private(set) var headerRow: Int?
    package let headers: [String]

    /// What a card holds at most.
    package static let mostCardFields = 50
    package static let longestHeader = 100

    /// - Parameters:
    ///   - sample: the first rows, not empty.
    ///   - hasHeader: whether the first of them is one of headers; `nil`: find out.
    ///   - choices: what somebody said; the rest is guessed.
    package init(sample: [CSVRow], hasHeader: Bool?, choices: [ColumnChoice]) throws(MappingFault) {
        let width = sample.map(\.count).max() ?? 0
        let isHeader = hasHeader ?? Self.looksLikeHeaders(sample)
        headers = isHeader ? (0..<width).map { sample[0].cell($0).trimmed } : []
        headerRow = isHeader ? sample.first?.number : nil
        try take(choices, width)
        guessFromHeaders()
        let rows = isHeader ? Array(sample.dropFirst()) : sample
        if fields[.number] == nil { fields[.number] = columnOfNumbers(rows, width) }
        guard fields[.number] != nil else { throw .noNumber(headers: headers) }
        try fillCard(width)
    }

    private mutating func take(_ choices: [ColumnChoice], _ width: Int) throws(MappingFault) {
        for choice in choices {
            guard let column = column(choice.column, width) else {
                throw .noSuchColumn(choice.column, columns: width)
            }
            guard !skipped.contains(column), !fields.values.contains(column) else { throw .columnTwice(choice.column) }
            guard let field = choice.field else {
                skipped.insert(column)
                continue
            }
            guard fields.updateValue(column, forKey: field) == nil else { throw .fieldTwice(field) }
        }
    }

    /// A header goes before a letter, and that before a place.
    private func column(_ text: String, _ width: Int) -> Int? {
        let word = HeaderWords.plain(text)
        if let column = headers.firstIndex(of: text) ?? headers.firstIndex(where: { HeaderWords.plain($0) == word }),
            !word.isEmpty
        {
            return column
        }
        let column = ColumnName.column(text) ?? Int(text).map { $0 &- 1 }
        return column.flatMap { (0..<width).contains($0) ? $0 : nil }
    }

    /// The first column with such a header that is free.
    private mutating func guessFromHeaders() {
        for (column, header) in headers.enumerated() {
            if HeaderWords.isOurs(header) { skipped.insert(column) }
            guard let field = HeaderWords.field(of: header), fields[field] == nil, isFree(column) else { continue }
            fields[field] = column
        }
    }

    private mutating func fillCard(_ width: Int) throws(MappingFault) {
        var names = Set<String>()
        for column in 0..<width where isFree(column) {
            let header = headers.indices.contains(column) ? headers[column] : ""
            let name = String(header.isEmpty ? "Column \(ColumnName.letters(column))" : header).shortened
            var unique = name
            var count = 2
            while !names.insert(unique).inserted {
                unique = "\(name.prefix(Self.longestHeader - 5)) \(count)"
                count += 1
            }
            card.append(CardField(column: column, name: unique))
        }
        guard card.count <= Self.mostCardFields else { throw .tooManyCardFields(card.count) }
    }

    private func isFree(_ column: Int) -> Bool { !skipped.contains(column) && !fields.values.contains(column) }

    // MARK: - Guessing from what is in the cells

    /// Words that we know, or no number anywhere in a row above others.
    private static func looksLikeHeaders(_ sample: [CSVRow]) -> Bool {
        guard let first = sample.first else { return false }
        let cells = first.cells
        if cells.contains(where: looksLikeNumber) { return false }
        return cells.contains { HeaderWords.field(of: $0) != nil } || sample.count > 1
    }

    /// The column of which most cells are telephone numbers.
    private func columnOfNumbers(_ rows: [CSVRow], _ width: Int) -> Int? {
        let counts = (0..<width).filter(isFree).map { column in
            let filled = rows.filter { !$0.isEmpty(column) }
            let numbers = filled.count { Self.looksLikeNumber($0.cell(column)) }
            return (column: column, numbers: numbers, filled: filled.count)
        }
        return counts.filter { $0.numbers > 0 && $0.numbers * 2 > $0.filled }
            .max { ($0.numbers, $1.column) < ($1.numbers, $0.column) }?.column
    }

    private static func looksLikeNumber(_ cell: String) -> Bool {
        guard let number = try? NumberCell.read(cell), (9...15).contains(number.count) else { return false }
        return (try? DueCell.read(cell, in: LocalZone("GMT"))) == nil
    }
}

extension String {
    fileprivate var shortened: String {
        unicodeScalars.count <= ColumnMapping.longestHeader
            ? self : String(UnicodeScalarView(unicodeScalars.prefix(ColumnMapping.longestHeader)))
    }
}
