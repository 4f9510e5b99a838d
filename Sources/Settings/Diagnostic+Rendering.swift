extension Diagnostic {
    /// Text for people: position and message, the line, the offending text underlined, a suggestion, the next step.
    ///
    /// No line break at the end. With `color`, ANSI codes are put in; leave it off unless a terminal reads.
    package func render(color: Bool) -> String {
        let paint = Paint(on: color)
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        let word = severity == .error ? paint.red("error  ") : paint.yellow("warning")
        var output = "\(paint.bold(place))  \(word)  \(message)"
        let mended = suggestion.map { "did you mean \"\($0)\"?" }
        var indent = "      "
        if let excerpt {
            let number = String(line)
            let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number + " |   "
            let blank = String(repeating: " ", count: gutter.count - 4) + "|   "
            indent = String(repeating: " ", count: gutter.count - 4)
            output += "\n\(gutter)\(excerpt.text)\n\(blank)\(excerpt.padding)\(paint.red(excerpt.underline))"
            output += mended.map { "  \($0)" } ?? ""
        } else if let mended {
            output += "\n\(indent)\(mended)"
        }
        if let nextStep {
            output += "\n\(indent)= \(nextStep)"
        }
        return output
    }
}

extension Diagnostic.Excerpt {
    /// What stands before the underline: as wide as the text before, tabs kept, so that it lines up whatever a tab is.
    var padding: String {
        var padding = ""
        for scalar in text.unicodeScalars.prefix(offset) {
            padding += scalar == "\t" ? "\t" : String(repeating: " ", count: scalar.columns)
        }
        return padding
    }

    /// At least one `^`.
    var underline: String {
        let columns = text.unicodeScalars.dropFirst(offset).prefix(length).reduce(0) { $0 + $1.columns }
        return String(repeating: "^", count: max(1, columns))
    }
}

extension Unicode.Scalar {
    /// Terminal columns: 0 for marks that combine, 2 for wide East Asian characters and pictures (Unicode annex 11).
    var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }
}

/// ANSI colours, or none.
struct Paint {
    let on: Bool

    func red(_ text: String) -> String { wrap(text, "31") }
    func yellow(_ text: String) -> String { wrap(text, "33") }
    func bold(_ text: String) -> String { wrap(text, "1") }

    private func wrap(_ text: String, _ code: String) -> String {
        on ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
