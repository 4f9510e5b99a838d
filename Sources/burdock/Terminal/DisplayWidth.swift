extension String {
    /// Columns of a terminal that the text takes: Cyrillic letters one each, combining marks none, East Asian wide
    /// characters and pictures two (Unicode Standard Annex 11).
    var displayWidth: Int {
        reduce(0) { $0 &+ $1.displayWidth }
    }

    /// What is left if the text may take so many columns; `…` stands for what is cut off.
    func fitted(into columns: Int) -> String {
        guard displayWidth > columns else { return self }
        guard columns > 0 else { return "" }
        var kept = ""
        var width = 0
        for character in self {
            guard width + character.displayWidth < columns else { break }
            kept.append(character)
            width += character.displayWidth
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }

    /// Without what could move the cursor, change colours or turn the direction of writing: names of customers come
    /// from strangers.
    var printable: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isUnprintable ? "\u{FFFD}" : $0 }))
    }
}

extension Character {
    fileprivate var displayWidth: Int {
        guard let first = unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return first.isWide ? 2 : 1
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }

    /// The blocks of annex 11 whose characters are wide; single wide characters elsewhere are too rare to matter.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
