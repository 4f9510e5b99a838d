package import Routing

/// One event as it reached the router, when it did, and what was decided: a line of a recording.
package struct RecordedStep: Hashable, Sendable, Codable {
    package var at: Instant
    package var event: RoutingEvent
    package var decisions: [Decision]

    package init(at: Instant, event: RoutingEvent, decisions: [Decision]) {
        self.at = at
        self.event = event
        self.decisions = decisions
    }
}

/// The first line of a recording: what the router began with.
package struct RecordingHead: Hashable, Sendable, Codable {
    /// The form of the lines that follow. Programs read their own form and no other.
    package static let currentFormat = 1

    package var format: Int
    /// Of the router's dice.
    package var seed: UInt64

    package init(seed: UInt64) {
        format = Self.currentFormat
        self.seed = seed
    }
}

/// What is wrong with a recording.
package enum RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line 1 is no head.
    case notARecording
    case otherFormat(Int)
    case badLine(Int, problem: String)
    case lineTooLong(Int)

    package var description: String {
        switch self {
        case .notARecording:
            "its first line does not say what it is: a recording begins with {\"format\":…,\"seed\":…}"
        case .otherFormat(let format):
            "its format is \(format), and this program reads \(RecordingHead.currentFormat): use the one that wrote it"
        case .badLine(let line, let problem):
            "line \(line) is damaged: \(problem)"
        case .lineTooLong(let line):
            "line \(line) has more than \(RecordingReader.longestLine) bytes"
        }
    }
}
