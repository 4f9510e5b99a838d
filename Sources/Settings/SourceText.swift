/// A file's text by lines, cut where YAML cuts them, so that positions agree with the parser's.
///
/// Kept as scalars: columns count those, and in a file of one long line every place is found at once.
struct SourceText {
    private let scalars: [Unicode.Scalar]
    private let lines: [Range<Int>]

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < scalars.count {
            defer { index += 1 }
            guard scalars[index].endsLine else { continue }
            lines.append(start..<index)
            if scalars[index] == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { index += 1 }
            start = index + 1
        }
        lines.append(start..<scalars.count)
        self.scalars = scalars
        self.lines = lines
    }

    var lineCount: Int { lines.count }

    /// Line `number`, from 1; empty where there is none.
    func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
        number >= 1 && number <= lines.count ? scalars[lines[number - 1]] : []
    }

    /// From the column to the end of the line, without blanks at the end.
    func rest(line number: Int, column: Int) -> ArraySlice<Unicode.Scalar> {
        var rest = line(number).dropFirst(max(0, column - 1))
        while let last = rest.last, last == " " || last == "\t" {
            rest.removeLast()
        }
        return rest
    }

    /// The text with the scalars of one line, from a column on, overwritten.
    func overwriting(line number: Int, column: Int, with replacement: [Unicode.Scalar]) -> String {
        var text = String.UnicodeScalarView()
        guard number >= 1, number <= lines.count else { return "" }
        let start = min(lines[number - 1].lowerBound + max(0, column - 1), scalars.count)
        text.append(contentsOf: scalars[..<start])
        text.append(contentsOf: replacement)
        text.append(contentsOf: scalars[start...].dropFirst(replacement.count))
        return String(text)
    }

    /// The line of a span as it is shown.
    func excerpt(_ span: SourceSpan) -> Diagnostic.Excerpt? {
        guard span.line >= 1, span.line <= lines.count else { return nil }
        return Diagnostic.Excerpt(line: line(span.line), span: span)
    }
}

extension Unicode.Scalar {
    /// A line break of YAML 1.1, which is what libyaml counts.
    var endsLine: Bool {
        switch value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Changes what a terminal does, or hides what is there: never printed.
    var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: value != 0x09
        default: false
        }
    }
}

extension Diagnostic.Excerpt {
    /// Scalars shown before and after the start of the offending text at most.
    private static let before = 60
    private static let after = 120

    init(line: ArraySlice<Unicode.Scalar>, span: SourceSpan) {
        let start = max(0, span.column - 1)
        let cut = max(0, start - Self.before)
        // Masking looks at a part that is longer than what is shown, so that a cut cannot uncover a secret.
        let masked = SecretMask.masked(Array(line.dropFirst(max(0, cut - 512)).prefix(1_024)))
        let wanted = masked.dropFirst(min(cut, 512))
        var shown = wanted.prefix(start - cut + Self.after).map { $0.isUnprintable ? "\u{FFFD}" : $0 }
        if cut > 0, !shown.isEmpty { shown[0] = "…" }
        if wanted.count > shown.count { shown.append("…") }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: shown)
        self.init(text: String(text), offset: start - cut, length: max(1, min(span.length, Self.after)))
    }
}

/// Keeps secrets out of what is shown: a broken file is printed into logs, and by people into tickets.
enum SecretMask {
    /// The same scalars, those of a value after `secret:` replaced by `*`, so that columns stay.
    static func masked(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let word = Array("secret".unicodeScalars)
        var masked = line
        var index = 0
        while index + word.count < line.count {
            guard Array(line[index..<index + word.count]) == word else {
                index += 1
                continue
            }
            index += word.count
            while index < line.count, line[index] == "\"" || line[index] == "'" || line[index] == " " { index += 1 }
            guard index < line.count, line[index] == ":" else { continue }
            index += 1
            while index < line.count, line[index] == " " { index += 1 }
            index = hide(&masked, from: index)
        }
        return masked
    }

    /// Hides the value that begins at `start`; gives the index after it.
    private static func hide(_ line: inout [Unicode.Scalar], from start: Int) -> Int {
        guard start < line.count else { return start }
        let quote: Unicode.Scalar? = line[start] == "\"" || line[start] == "'" ? line[start] : nil
        let inBraces = line[..<start].contains("{")
        var index = quote == nil ? start : start + 1
        var escaped = false
        while index < line.count {
            let scalar = line[index]
            if let quote {
                if scalar == quote, !escaped { break }
                escaped = quote == "\"" && scalar == "\\" && !escaped
            } else if inBraces && (scalar == "," || scalar == "}") || scalar == "#" && line[index - 1] == " " {
                break
            }
            line[index] = "*"
            index += 1
        }
        return index
    }
}
