package import Routing

/// One line of a journal: what reached the router, and what it decided (product.md section 8).
package enum JournalLine: Sendable {
    /// The first line of every file.
    case head(JournalHead)
    case step(JournalStep)
    /// The router's state after the step before it, or a part of it: a replay can begin after the last.
    case snapshot(JournalSnapshot)
    /// So many steps could not be written down in time. The next file begins with a snapshot.
    case lost(Int)
}

/// The first line of a journal's file.
package struct JournalHead: Hashable, Sendable, Codable {
    /// The form of the lines that follow. Programs read their own form and no other.
    package static let currentFormat = 3

    package var format: Int
    /// Of the router's dice.
    package var seed: UInt64
    /// The date of `Instant(nanoseconds: 0)`; `nil` in virtual time.
    package var origin: WallTime?

    package init(seed: UInt64, origin: WallTime? = nil) {
        format = Self.currentFormat
        self.seed = seed
        self.origin = origin
    }
}

/// One event as it reached the router, when it did, and what was decided.
package struct JournalStep: Hashable, Sendable {
    package var at: Instant
    /// Whom it is about, so that one call can be found in the journal without understanding it.
    package var calls: [CallID]
    package var event: RoutingEvent
    package var decisions: [Decision]

    package init(at: Instant, calls: [CallID] = [], event: RoutingEvent, decisions: [Decision]) {
        self.at = at
        self.calls = calls
        self.event = event
        self.decisions = decisions
    }
}

/// Decisions that open a task with what was asked for, and do nothing else, follow from the event: of a file that is
/// imported there are a million, and only that it was so is written.
extension JournalStep: Codable {
    private enum CodingKeys: CodingKey {
        case at, calls, event, opened, decisions
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            at: try values.decode(Instant.self, forKey: .at),
            calls: try values.decodeIfPresent([CallID].self, forKey: .calls) ?? [],
            event: try values.decode(RoutingEvent.self, forKey: .event), decisions: [])
        if try values.decodeIfPresent(Bool.self, forKey: .opened) == true, let opening {
            decisions = opening
        } else {
            decisions = try values.decode([Decision].self, forKey: .decisions)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(at, forKey: .at)
        if !calls.isEmpty { try values.encode(calls, forKey: .calls) }
        try values.encode(event, forKey: .event)
        if decisions == opening {
            try values.encode(true, forKey: .opened)
        } else {
            try values.encode(decisions, forKey: .decisions)
        }
    }

    /// What opens the task that the event asks for; `nil`: it asks for none.
    private var opening: [Decision]? {
        guard case .taskRequested(let request) = event else { return nil }
        return [Decision(.record(.taskOpened(TaskRecord(request, at: at))), because: .taskRequested)]
    }
}

/// A part of the router's state at one moment. Its parts are lines one after the other.
package struct JournalSnapshot: Sendable, Codable {
    package var at: Instant
    package var snapshot: StatePart

    package init(at: Instant, snapshot: StatePart) {
        self.at = at
        self.snapshot = snapshot
    }
}

/// What is wrong with a journal.
package enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line 1 is no head.
    case notAJournal
    case otherFormat(Int)
    case badLine(Int, problem: String)
    case lineTooLong(Int)
    /// The state with which a file begins does not hold together.
    case badState(problem: String)
    case cannotRead(path: String, problem: String)
    case cannotWrite(path: String, problem: String)

    package var description: String {
        switch self {
        case .notAJournal:
            "its first line does not say what it is: a journal begins with {\"format\":…,\"seed\":…}"
        case .otherFormat(let format):
            "its format is \(format), and this program reads \(JournalHead.currentFormat): use the one that wrote it"
        case .badLine(let line, let problem): "line \(line) is damaged: \(problem)"
        case .badState(let problem): "the state in it is damaged: \(problem)"
        case .lineTooLong(let line): "line \(line) has more than \(LineSource.longestLine) bytes"
        case .cannotRead(let path, let problem): "\(path) cannot be read: \(problem)"
        case .cannotWrite(let path, let problem): "\(path) cannot be written: \(problem)"
        }
    }
}
