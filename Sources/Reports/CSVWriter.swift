/// Writes tables as CSV (RFC 4180): UTF-8, lines end with CR LF, a value is quoted if it needs to be.
///
/// What strangers chose (a caller's name, say) ends up in spreadsheets, which take a cell that begins with `=`, `+`, `-`,
/// `@`, a tab or a carriage return for a formula, also the full-width forms of these signs. Unless `protectsFormulas` is
/// off, a text that begins so gets an apostrophe before it, which spreadsheets take as "this is text" and do not show.
/// Telephone numbers (a plus and digits only) are no formula and stay as they are, and so do our own numbers.
package struct CSVWriter: Hashable, Sendable {
    package enum Separator: Character, Hashable, Sendable, CaseIterable {
        case comma = ","
        /// For spreadsheets of countries that write a decimal comma.
        case semicolon = ";"
    }

    package var separator = Separator.comma
    /// Begins with the byte order mark, by which some spreadsheets know that it is UTF-8.
    package var hasByteOrderMark = false
    package var protectsFormulas = true
    package var dates = DateStyle.utc

    package init() {}

    /// The first line, after the byte order mark if there is one.
    package func header(_ columns: [String]) -> String {
        (hasByteOrderMark ? "\u{FEFF}" : "") + line(columns.map { .text($0) })
    }

    package func line(_ fields: [Field]) -> String {
        fields.map { quoted(text(of: $0)) }.joined(separator: String(separator.rawValue)) + "\r\n"
    }

    package func write(_ table: ExportTable) -> String {
        table.rows.reduce(into: header(table.columns)) { $0 += line($1) }
    }

    private func text(of field: Field) -> String {
        switch field {
        case .none: ""
        case .text(let text): protectsFormulas && text.isLikeAFormula ? "'" + text : text
        case .count(let count): String(count)
        case .share(let share): decimal(share, decimals: 4)
        case .time(let time): decimal(time.inSeconds, decimals: 3)
        case .date(let date): dates.write(date)
        case .flag(let flag): flag ? "1" : "0"
        }
    }

    private func quoted(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { scalar in
            scalar == "\"" || scalar == "\r" || scalar == "\n" || Character(scalar) == separator.rawValue
        }
        guard needsQuotes || text.hasPrefix(" ") || text.hasSuffix(" ") else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension String {
    /// A spreadsheet may compute it.
    fileprivate var isLikeAFormula: Bool {
        // Spaces before it do not keep all spreadsheets from it.
        let rest = unicodeScalars.drop { $0 == " " }
        guard let first = rest.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else { return false }
        guard first == "+" else { return true }
        return rest.count < 2 || !rest.dropFirst().allSatisfy { ("0"..."9").contains($0) }
    }
}
