extension Reading {
    /// Text of one line, 1 to 128 characters, nothing invisible.
    func text(_ entry: Entry) -> String? {
        guard let text = entry.text else {
            error("\(label(entry)) must be text, not \(entry.kind)", at: entry)
            return nil
        }
        guard !text.isEmpty, text.count <= 128, !text.unicodeScalars.contains(where: { $0.isUnprintable || $0 == "\t" })
        else {
            error("\(label(entry)) must be 1 to 128 characters of text, on one line", at: entry)
            return nil
        }
        return text
    }

    /// `true` or `false`, not in quotes.
    func boolean(_ entry: Entry) -> Bool? {
        if entry.isPlain, entry.text == "true" { return true }
        if entry.isPlain, entry.text == "false" { return false }
        let meant: String? =
            switch entry.text?.lowercased() {
            case "true", "yes", "y", "on", "1", "так", "да": "true"
            case "false", "no", "n", "off", "0", "none", "ні", "нет": "false"
            default: nil
            }
        error("\(label(entry)) must be true or false", at: entry, suggestion: meant)
        return nil
    }

    /// Decimal digits, in range.
    func integer(_ entry: Entry, in range: ClosedRange<Int>) -> Int? {
        guard let text = entry.text, !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            error(
                "\(label(entry)) must be a whole number from \(range.lowerBound) to \(range.upperBound)", at: entry)
            return nil
        }
        guard let value = Int(text), range.contains(value) else {
            error(
                "\(label(entry)) must be \(range.lowerBound) to \(range.upperBound), not \(text.prefix(24))", at: entry)
            return nil
        }
        return value
    }

    /// One of the words of an enumeration.
    func choice<T: RawRepresentable & CaseIterable>(_ entry: Entry, of type: T.Type) -> T? where T.RawValue == String {
        if let text = entry.text, let value = T(rawValue: text) { return value }
        let words = T.allCases.map(\.rawValue)
        let given = entry.text.map { ", not \"\(shown($0))\"" } ?? ""
        error(
            "\(label(entry)) must be one of \(words.joined(separator: ", "))\(given)", at: entry,
            suggestion: entry.text.flatMap { Suggestion.nearest(to: $0, in: words) })
        return nil
    }

    /// A duration, in range.
    func duration(_ entry: Entry, in range: ClosedRange<Duration>) -> Duration? {
        switch DurationText.parse(entry.text ?? "") {
        case .success(let value) where range.contains(value):
            return value
        case .success(let value):
            let (low, high) = (DurationText.write(range.lowerBound), DurationText.write(range.upperBound))
            error("\(label(entry)) must be \(low) to \(high), not \(DurationText.write(value))", at: entry)
        case .failure(let problem):
            error(
                "\(label(entry)) \(problem.text)", at: entry, suggestion: problem.suggestion,
                next: "durations are written 250ms, 20s, 5 min, 1h or 30d")
        }
        return nil
    }

    /// A name that people type: Latin letters, digits, `-`, `_` and `.`, at most 64.
    func name(_ entry: Entry) -> String? {
        guard let text = entry.text else {
            error("\(label(entry)) must be a name, not \(entry.kind)", at: entry)
            return nil
        }
        guard !text.isEmpty, text.utf8.count <= 64, text.utf8.allSatisfy(Self.isNameByte) else {
            error(
                "\"\(shown(text))\" is not a name: 1 to 64 Latin letters, digits, \"-\", \"_\" or \".\"", at: entry)
            return nil
        }
        return text
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Digits only, so many.
    func digits(_ entry: Entry, _ count: ClosedRange<Int>) -> String? {
        guard let text = entry.text, count.contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else {
            error(
                "\(label(entry)) must be \(count.lowerBound) to \(count.upperBound) digits", at: entry)
            return nil
        }
        return text
    }

    /// What can be dialled: digits, `*`, `#`, `+` in front.
    func dialled(_ entry: Entry, _ count: ClosedRange<Int>) -> String? {
        let text = entry.text ?? ""
        let body = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard count.contains(text.count), !body.isEmpty, body.allSatisfy({ "0123456789*#".contains($0) }) else {
            error(
                "\(label(entry)) must be \(count.lowerBound) to \(count.upperBound) digits, \"*\" or \"#\", not "
                    + "\"\(shown(text))\"", at: entry)
            return nil
        }
        return text
    }

    /// A key of a telephone.
    func telephoneKey(_ entry: Entry) -> Character? {
        guard let text = entry.text, text.count == 1, let key = text.first, "0123456789*#ABCD".contains(key) else {
            error(
                "\(label(entry)) must be one key of a telephone: 0 to 9, \"*\", \"#\", A to D, or none", at: entry,
                next: entry.isPlain ? nil : "write one character between the quotes")
            return nil
        }
        return key
    }

    /// A secret. Never shown: findings point to its key.
    func secret(_ entry: Entry, not name: String?) -> String? {
        holdsSecrets = true
        guard let text = entry.text, !text.isEmpty, text.utf8.count <= 128,
            !text.unicodeScalars.contains(where: { $0.isUnprintable || $0 == "\t" })
        else {
            error("\(label(entry)) must be 1 to 128 characters of text", at: span(ofKey: entry))
            return nil
        }
        if text.count < 8 || text == name {
            warning(
                text == name ? "the secret is the name" : "the secret is shorter than 8 characters",
                at: span(ofKey: entry), next: "scanners try such secrets within hours; choose a longer one")
        }
        return text
    }

    func email(_ entry: Entry) -> String? {
        guard let text = text(entry) else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
            error("\"\(shown(text))\" is not an e-mail address", at: entry)
            return nil
        }
        return text
    }

    /// How a value is called in messages.
    func label(_ entry: Entry) -> String { entry.key.isEmpty ? "this element" : entry.key }

    /// A word of the file inside a message: at most 40 characters, nothing that moves the cursor.
    func shown(_ text: String) -> String { Self.shown(text) }

    static func shown(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(40) {
            shown.append(scalar.isUnprintable || scalar == "\t" ? "\u{FFFD}" : scalar)
        }
        return String(shown) + (text.unicodeScalars.count > 40 ? "…" : "")
    }
}
