/// One thing that is wrong, or looks wrong, in a file: where, what, and what to do about it.
package struct Diagnostic: Hashable, Sendable {
    /// Whether the configuration can be used all the same.
    package enum Severity: String, Hashable, Sendable, Encodable {
        /// The configuration is not used.
        case error
        /// It is used, but somebody should look.
        case warning
    }

    /// As the reader was given it, or as a list file is reached from there.
    package var file: String
    /// From 1; 0 if the file as a whole is meant.
    package var line: Int
    /// From 1, in Unicode scalars, as editors count.
    package var column: Int
    /// Of the offending text, in Unicode scalars; it never goes beyond its line.
    package var length: Int
    package var severity: Severity
    /// What is wrong: a sentence without a full stop. Holds no secret.
    package var message: String
    /// What the offending text may have been meant to be.
    package var suggestion: String?
    /// What to do next, in words.
    package var nextStep: String?
    /// The line, where there is one to show.
    package var excerpt: Excerpt?

    package init(
        file: String, span: SourceSpan, severity: Severity, message: String, suggestion: String? = nil,
        nextStep: String? = nil, excerpt: Excerpt? = nil
    ) {
        self.file = file
        self.line = span.line
        self.column = span.column
        self.length = span.length
        self.severity = severity
        self.message = message
        self.suggestion = suggestion
        self.nextStep = nextStep
        self.excerpt = excerpt
    }
}

extension Diagnostic {
    /// The part of a source line that is shown: secrets masked, control characters replaced, long lines cut.
    package struct Excerpt: Hashable, Sendable {
        /// One line without line break.
        package var text: String
        /// Unicode scalars before the offending text.
        package var offset: Int
        /// Unicode scalars of the offending text.
        package var length: Int
    }
}

/// Where something stands in a file. Lines and columns from 1, columns and lengths in Unicode scalars.
package struct SourceSpan: Hashable, Sendable {
    package var line: Int
    package var column: Int
    /// 0 where a whole line or file is meant.
    package var length: Int

    package init(line: Int, column: Int, length: Int) {
        self.line = line
        self.column = column
        self.length = length
    }

    /// The file as a whole.
    package static let wholeFile = SourceSpan(line: 0, column: 0, length: 0)
}

extension Diagnostic: Encodable {
    enum CodingKeys: String, CodingKey {
        case file, line, column, length, severity, message, suggestion
        case nextStep = "next_step"
    }
}
