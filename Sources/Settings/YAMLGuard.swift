/// A look at the text before the parser sees it: refuses what a configuration has no use for and what makes YAML
/// dangerous to read. Without anchors there are no aliases, so no file is larger inside than it looks.
struct YAMLGuard {
    struct Finding: Hashable {
        var line: Int
        var column: Int
        var length: Int
        var message: String
        var nextStep: String
    }

    /// Flow brackets inside each other; the deepest the configuration needs is four.
    static let maxDepth = 32

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var column = 1
    private var depth = 0
    /// Indentation of the present line, for block scalars.
    private var indentation = 0

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The first thing that is not accepted; `nil` if the parser may see the text.
    static func check(_ text: String) -> Finding? {
        var guardian = YAMLGuard(text)
        return guardian.run()
    }

    private mutating func run() -> Finding? {
        while let scalar = peek() {
            if scalar.endsLine {
                advance()
                countIndentation()
                continue
            }
            if let finding = token(scalar) { return finding }
        }
        return nil
    }

    /// One token, begun by `scalar`. Plain text ends with its line: what follows is looked at as a new token.
    private mutating func token(_ scalar: Unicode.Scalar) -> Finding? {
        switch scalar {
        case " ", "\t", ",", "]", "}":
            if scalar == "]" || scalar == "}" { depth = max(0, depth - 1) }
            advance()
        case "[", "{":
            depth += 1
            if depth > Self.maxDepth { return tooDeep() }
            advance()
        case "\"", "'":
            return quoted(scalar)
        case "#":
            skipLine()
        case "&", "*":
            return peek(1).map(isNameStart) == true ? anchor(scalar) : plain()
        case "!":
            return finding(
                "a tag (\(word())) is not accepted here",
                next: "leave the tag out, or put the text in quotes")
        case "|", ">":
            return depth == 0 ? blockScalar() : plain()
        case "?" where isBlank(peek(1)):
            return finding("a key after \"?\" is not accepted here", next: "write \"key: value\" on one line")
        case "%" where column == 1:
            return finding("a directive (\(word())) is not accepted here", next: "delete the line")
        case "-" where isBlank(peek(1)), ":" where isBlank(peek(1)):
            advance()
        default:
            return plain()
        }
        return nil
    }

    private func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        !isBlank(scalar) && ![",", "[", "]", "{", "}"].contains(scalar)
    }

    private func anchor(_ scalar: Unicode.Scalar) -> Finding {
        let text = word()
        let name = scalar == "*" ? "alias" : "anchor"
        return finding(
            "\(text) is an \(name) of YAML, which is not accepted here",
            next: "put it in quotes: \"\(text)\"; if it was meant as an \(name), write the value out")
    }

    private func tooDeep() -> Finding {
        finding("brackets are nested deeper than \(Self.maxDepth)", next: "close the brackets that are left open")
    }

    /// Skips a quoted scalar with all its lines. One that never ends is left to the parser, which says so.
    private mutating func quoted(_ quote: Unicode.Scalar) -> Finding? {
        advance()
        while let scalar = peek() {
            if let finding = control(scalar) { return finding }
            if quote == "\"", scalar == "\\" {
                advance()
                if peek() != nil { advance() }
                continue
            }
            advance()
            guard scalar == quote else { continue }
            guard quote == "'", peek() == "'" else { return nil }
            advance()
        }
        return nil
    }

    private mutating func plain() -> Finding? {
        while let scalar = peek(), !scalar.endsLine {
            if let finding = control(scalar) { return finding }
            if scalar == ":", isBlank(peek(1)) { return nil }
            if depth > 0, [",", "[", "]", "{", "}"].contains(scalar) { return nil }
            advance()
            if isBlank(scalar), peek() == "#" { return nil }
        }
        return nil
    }

    /// Skips `|` or `>` and the lines indented deeper than the line it stands in.
    private mutating func blockScalar() -> Finding? {
        let outer = indentation
        skipLine()
        while peek() != nil {
            advance()
            countIndentation()
            guard let scalar = peek() else { return nil }
            guard scalar.endsLine || indentation > outer else { return nil }
            while let scalar = peek(), !scalar.endsLine {
                if let finding = control(scalar) { return finding }
                advance()
            }
        }
        return nil
    }

    /// The parser accepts no control characters either, but cannot say where they stand.
    private func control(_ scalar: Unicode.Scalar) -> Finding? {
        guard scalar.properties.generalCategory == .control, !scalar.endsLine, scalar != "\t" else {
            return scalar == "\u{FEFF}" ? invisible(scalar) : nil
        }
        return invisible(scalar)
    }

    private func invisible(_ scalar: Unicode.Scalar) -> Finding {
        let code = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return Finding(
            line: line, column: column, length: 1, message: "an invisible character (U+\(padded))",
            nextStep: "delete it; some editors show it only on demand")
    }

    private func finding(_ message: String, next: String) -> Finding {
        Finding(line: line, column: column, length: word().unicodeScalars.count, message: message, nextStep: next)
    }

    /// From here to the next blank or flow indicator, at most 32 scalars.
    private func word() -> String {
        var word = String.UnicodeScalarView()
        for scalar in scalars[index...].prefix(32) {
            if isBlank(scalar) || !word.isEmpty && [",", "[", "]", "{", "}"].contains(scalar) { break }
            word.append(scalar.isUnprintable ? "\u{FFFD}" : scalar)
        }
        return String(word)
    }

    private func isBlank(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return true }
        return scalar == " " || scalar == "\t" || scalar.endsLine
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        index + ahead < scalars.count ? scalars[index + ahead] : nil
    }

    private mutating func advance() {
        guard let scalar = peek() else { return }
        index += 1
        if scalar == "\r", peek() == "\n" {
            index += 1
        }
        column += 1
        if scalar.endsLine {
            line += 1
            column = 1
        }
    }

    private mutating func skipLine() {
        while let scalar = peek(), !scalar.endsLine { advance() }
    }

    private mutating func countIndentation() {
        indentation = 0
        while peek() == " " {
            advance()
            indentation += 1
        }
    }
}
