import Yams

/// One reading of one configuration file: its text, and what was found wrong so far.
///
/// A class, because every helper that looks at a part of the tree adds to the same findings. It never leaves the
/// call that made it.
final class Reading {
    /// More findings are counted, not kept: they help nobody.
    static let maxDiagnostics = 200

    let file: String
    let source: SourceText
    let renamed: [String: YAMLDocument.Renamed]
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var omitted = 0
    private(set) var failed = false
    /// Names in `renamed` that were reported.
    private var reportedNames: Set<String> = []
    /// The file holds somebody's secret.
    var holdsSecrets = false

    init(file: String, source: SourceText, renamed: [String: YAMLDocument.Renamed] = [:]) {
        self.file = file
        self.source = source
        self.renamed = renamed
    }

    // Places and suggestions are looked for only where the finding is kept: a broken file may hold thousands.

    func error(
        _ message: String, at span: @autoclosure () -> SourceSpan, suggestion: @autoclosure () -> String? = nil,
        next: String? = nil
    ) {
        report(.error, message, at: span, suggestion: suggestion, next: next)
    }

    func warning(
        _ message: String, at span: @autoclosure () -> SourceSpan, suggestion: @autoclosure () -> String? = nil,
        next: String? = nil
    ) {
        report(.warning, message, at: span, suggestion: suggestion, next: next)
    }

    func error(
        _ message: String, at entry: Entry, suggestion: @autoclosure () -> String? = nil, next: String? = nil
    ) {
        report(.error, message, at: { span(of: entry) }, suggestion: suggestion, next: next)
    }

    func warning(
        _ message: String, at entry: Entry, suggestion: @autoclosure () -> String? = nil, next: String? = nil
    ) {
        report(.warning, message, at: { span(of: entry) }, suggestion: suggestion, next: next)
    }

    /// A finding in another file, which brings its own excerpt.
    func add(_ diagnostic: Diagnostic) {
        failed = failed || diagnostic.severity == .error
        if diagnostics.count < Self.maxDiagnostics { diagnostics.append(diagnostic) } else { omitted += 1 }
    }

    private func report(
        _ severity: Diagnostic.Severity, _ message: String, at place: () -> SourceSpan, suggestion: () -> String?,
        next: String?
    ) {
        failed = failed || severity == .error
        guard diagnostics.count < Self.maxDiagnostics else { return omitted += 1 }
        let span = place()
        diagnostics.append(
            Diagnostic(
                file: file, span: span, severity: severity, message: message, suggestion: suggestion(), nextStep: next,
                excerpt: source.excerpt(span)))
    }
}

// MARK: - Doubled keys

extension Reading {
    /// The name a key was written with, and whether another one of the same name follows it.
    func written(_ name: String) -> (key: String, isDouble: Bool) {
        guard let double = renamed[name] else { return (name, false) }
        reportedNames.insert(name)
        return (double.key, true)
    }

    /// Reports doubled keys in parts of the tree that nobody looked at.
    func reportUnseenDoubles() {
        for (name, double) in renamed where !reportedNames.contains(name) {
            error(
                "key \"\(double.key)\" is written twice",
                at: SourceSpan(line: double.line, column: double.column, length: double.key.unicodeScalars.count),
                next: "keep one of the two")
        }
    }
}

// MARK: - Positions

extension Reading {
    /// Of the value; of the key where the value takes no room.
    func span(of entry: Entry) -> SourceSpan {
        guard entry.isEmpty, entry.text?.isEmpty == true else { return span(of: entry.node) }
        return span(ofKey: entry)
    }

    func span(ofKey entry: Entry) -> SourceSpan {
        guard let mark = entry.keyMark else { return span(of: entry.node) }
        return span(at: mark, text: entry.key)
    }

    /// Scalars up to their end in the line; mappings by their first key, lists by where they begin.
    func span(of node: Node) -> SourceSpan {
        guard let mark = node.mark else { return .wholeFile }
        switch node {
        case .scalar(let scalar):
            return span(at: mark, text: scalar.string)
        case .mapping(let mapping):
            guard let key = mapping.first?.key, let text = key.string else {
                return SourceSpan(line: mark.line, column: mark.column, length: 1)
            }
            return span(at: key.mark ?? mark, text: written(text).key)
        case .sequence, .alias:
            return SourceSpan(line: mark.line, column: mark.column, length: 1)
        }
    }

    /// Length by what stands in the source: quotes count, escapes as they are written.
    private func span(at mark: Mark, text: String) -> SourceSpan {
        let rest = source.rest(line: mark.line, column: mark.column)
        var length = min(text.unicodeScalars.count, rest.count)
        if let quote = rest.first, quote == "\"" || quote == "'" {
            length = rest.count
            var escaped = false
            for (offset, scalar) in rest.enumerated().dropFirst() {
                if scalar == quote, !escaped {
                    length = offset + 1
                    break
                }
                escaped = quote == "\"" && scalar == "\\" && !escaped
            }
        }
        return SourceSpan(line: mark.line, column: mark.column, length: max(1, length))
    }
}
