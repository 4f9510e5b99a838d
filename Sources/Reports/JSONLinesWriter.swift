/// Writes tables as JSON lines: one object a line, the keys in the order of the columns, UTF-8.
package struct JSONLinesWriter: Hashable, Sendable {
    package var dates = DateStyle.utc

    package init() {}

    package func line(_ fields: [Field], columns: [String]) -> String {
        let pairs = zip(columns, fields).map { "\(Self.quoted($0)):\(value(of: $1))" }
        return "{" + pairs.joined(separator: ",") + "}\n"
    }

    package func write(_ table: ExportTable) -> String {
        table.rows.reduce(into: "") { $0 += line($1, columns: table.columns) }
    }

    private func value(of field: Field) -> String {
        switch field {
        case .none: "null"
        case .text(let text): Self.quoted(text)
        case .count(let count): String(count)
        case .share(let share): decimal(share, decimals: 4)
        case .time(let time): decimal(time.inSeconds, decimals: 3)
        case .date(let date): Self.quoted(dates.write(date))
        case .flag(let flag): flag ? "true" : "false"
        }
    }

    /// A string of RFC 8259 section 7. The separators of lines of Unicode are escaped as well, because some readers of
    /// lines take them for ends.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
