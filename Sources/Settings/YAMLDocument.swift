import Yams

/// The tree of one YAML text, or the reason why there is none.
struct YAMLDocument {
    /// A key that stands twice in one mapping, all but its last place. The parser refuses such a file, so the key is
    /// given another name in a copy of the text, of the same length that positions stay, and parsed again.
    struct Renamed: Hashable {
        var key: String
        var line: Int
        var column: Int
    }

    struct Failure: Error {
        var span: SourceSpan
        var message: String
        var nextStep: String?
    }

    /// Files with more doubled keys than this are reported up to here.
    static let maxRenamed = 20

    /// `nil` if the text has no content.
    let root: Node?
    /// By the name that stands in the tree.
    let renamed: [String: Renamed]

    init(_ text: String, source: SourceText) throws(Failure) {
        if let finding = YAMLGuard.check(text) {
            let span = SourceSpan(line: finding.line, column: finding.column, length: finding.length)
            throw Failure(span: span, message: finding.message, nextStep: finding.nextStep)
        }
        var text = text
        var renamed: [String: Renamed] = [:]
        while true {
            do {
                // Without rules every plain scalar is a string: keys 1 and "1" are the same, and no pattern is tried.
                root = try compose(yaml: text, .basic, .default, .utf8)
                break
            } catch let error as YamlError {
                guard case .duplicatedKeysInMapping(_, let context) = error, renamed.count < Self.maxRenamed,
                    let double = Self.rename(&text, at: context.mark, number: renamed.count)
                else { throw Self.failure(error, source: source) }
                renamed[double.name] = double.renamed
            } catch {
                throw Failure(span: .wholeFile, message: "not valid YAML: \(error)", nextStep: nil)
            }
        }
        self.renamed = renamed
    }

    /// Writes a name of the same length, which nobody uses, over the key at the mark. `nil` where no plain or quoted
    /// key of one line stands there.
    private static func rename(_ text: inout String, at mark: Mark, number: Int) -> (name: String, renamed: Renamed)? {
        let source = SourceText(text)
        let rest = source.rest(line: mark.line, column: mark.column)
        guard let first = rest.first, let unused = Unicode.Scalar(UInt32(0xE000 + number)) else { return nil }
        let isQuoted = first == "\"" || first == "'"
        let key = rest.dropFirst(isQuoted ? 1 : 0).prefix { $0 != (isQuoted ? first : ":") }
        guard let last = key.last, key.endIndex < rest.endIndex, last != " ", !key.contains("\\") else { return nil }
        let name = [Unicode.Scalar](repeating: unused, count: key.count)
        text = source.overwriting(line: mark.line, column: mark.column + (isQuoted ? 1 : 0), with: name)
        let renamed = Renamed(key: key.text, line: mark.line, column: mark.column)
        return (name[...].text, renamed)
    }
}

extension ArraySlice<Unicode.Scalar> {
    var text: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: self)
        return String(text)
    }
}

extension YAMLDocument {
    private static func failure(_ error: YamlError, source: SourceText) -> Failure {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = span(mark, source)
            var message = "not valid YAML: \(problem)"
            if problem.contains("another document") {
                message = "a second document begins here"
            } else if let context, context.mark.line != place.line {
                message += ", \(context.text.trimmed) that begins in line \(context.mark.line)"
            }
            return Failure(span: place, message: message, nextStep: hint(problem, mark, source))
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ")
            return Failure(
                span: span(context.mark, source), message: "doubled keys: \(names)", nextStep: "keep one of each")
        case .reader(let problem, _, _, _):
            return Failure(
                span: .wholeFile, message: "not valid YAML: \(problem)", nextStep: "save the file as UTF-8 text")
        default:
            return Failure(span: .wholeFile, message: "not valid YAML: \(error)", nextStep: nil)
        }
    }

    /// The parser knows a point; what stands there up to the next blank is underlined. Past the last line, the last
    /// one with text is meant.
    private static func span(_ mark: Mark, _ source: SourceText) -> SourceSpan {
        var line = min(max(1, mark.line), source.lineCount)
        if line == mark.line, !source.rest(line: line, column: mark.column).isEmpty {
            let word = source.rest(line: line, column: mark.column).prefix { $0 != " " && $0 != "\t" }
            return SourceSpan(line: line, column: mark.column, length: max(1, word.count))
        }
        while line > 1, source.rest(line: line, column: 1).isEmpty { line -= 1 }
        return SourceSpan(line: line, column: source.rest(line: line, column: 1).count + 1, length: 1)
    }

    /// What usually lies behind a complaint of the parser.
    private static func hint(_ problem: String, _ mark: Mark, _ source: SourceText) -> String? {
        let first = source.rest(line: mark.line, column: mark.column).first
        if problem.contains("cannot start any token") {
            return first == "\t"
                ? "indent with spaces, not with tabs" : "put the text in quotes, if it shall begin like that"
        }
        if problem.contains("mapping values are not allowed") {
            return "check the indentation of this line; put text that holds a colon in quotes"
        }
        if problem.contains("another document") {
            return "keep one document: delete the line \"---\" and what follows it"
        }
        if problem.contains("end of stream") {
            return "close the quote that is left open"
        }
        return "check indentation, quotes and brackets here and in the line above"
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let front = drop(while: blank)
        guard let last = front.lastIndex(where: { !blank($0) }) else { return "" }
        return String(front[...last])
    }
}
