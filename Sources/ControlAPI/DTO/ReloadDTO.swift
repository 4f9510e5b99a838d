/// `POST /v1/reload`: `{"dry_run": true}` only looks what would change.
package struct ReloadRequestDTO: Codable, Hashable, Sendable {
    package var dryRun: Bool

    package init(dryRun: Bool) {
        self.dryRun = dryRun
    }
}

/// What came of reading the configuration again.
package struct ReloadDTO: Codable, Hashable, Sendable {
    package enum Outcome: String, Codable, Hashable, Sendable {
        /// It is in force.
        case applied
        /// It could be put in force, which was not asked for.
        case checked
        /// There are errors: nothing has changed.
        case refused
    }

    package struct Change: Codable, Hashable, Sendable {
        /// `queues.sales.max_wait`
        package var key: String
        /// As it stands in the file; absent: nothing does.
        package var old: String?
        package var new: String?
        /// The server goes on with the old value.
        package var needsRestart: Bool

        package init(key: String, old: String?, new: String?, needsRestart: Bool) {
            self.key = key
            self.old = old
            self.new = new
            self.needsRestart = needsRestart
        }
    }

    package struct Finding: Codable, Hashable, Sendable {
        package var file: String
        /// From 1; 0 for the file as a whole.
        package var line: Int
        package var column: Int
        package var isError: Bool
        package var message: String
        package var next: String?

        package init(file: String, line: Int, column: Int, isError: Bool, message: String, next: String?) {
            self.file = file
            self.line = line
            self.column = column
            self.isError = isError
            self.message = message
            self.next = next
        }
    }

    package var outcome: Outcome
    /// Path of the file.
    package var configuration: String
    package var changes: [Change]
    /// Errors and warnings.
    package var findings: [Finding]
    /// Operators for whom a secret was made just now.
    package var newSecrets: [String]

    package init(
        outcome: Outcome, configuration: String, changes: [Change] = [], findings: [Finding] = [],
        newSecrets: [String] = []
    ) {
        self.outcome = outcome
        self.configuration = configuration
        self.changes = changes
        self.findings = findings
        self.newSecrets = newSecrets
    }
}
