import ControlAPI

/// What came of an import, for people and, with `--json`, for programs.
struct ImportSummary: Codable, Hashable, Sendable {
    struct Reason: Codable, Hashable, Sendable {
        var reason: String
        var rows: Int
    }

    enum End: String, Codable, Hashable, Sendable {
        /// Every row was looked at.
        case finished
        /// Ctrl-C.
        case interrupted
        /// The server, or the way to it, failed.
        case failed
    }

    var file: String
    var dialer: String
    var `import`: String
    var dryRun: Bool
    var end = End.finished
    /// Looked at, without blank ones and headers.
    var rows = 0
    /// New tasks; in a dry run, rows that would be taken.
    var imported = 0
    /// Changes of an open task of the same customer.
    var updated = 0
    /// Imported before.
    var skipped = 0
    var rejected = 0
    /// Rows whose time is over: they are due now.
    var wasDue = 0
    /// The most frequent first.
    var reasons: [Reason] = []
    /// The file of rejected rows; absent if there are none.
    var rejects: String?
    var seconds = 0.0

    mutating func count(_ reason: String) {
        rejected += 1
        if let index = reasons.firstIndex(where: { $0.reason == reason }) {
            reasons[index].rows += 1
        } else {
            reasons.append(Reason(reason: reason, rows: 1))
        }
    }
}
