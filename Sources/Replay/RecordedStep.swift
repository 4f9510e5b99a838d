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
package struct RecordingHead: Sendable, Codable {
    /// The newest form. A program reads this and all older ones: in 1 a recording always begins with a fresh router.
    package static let currentFormat = 2

    package var format: Int
    /// Of the dice of a fresh router.
    package var seed: UInt64
    /// What a router had come to that was at work already; `nil`: it is a fresh one.
    package var state: RoutingState?

    /// The recording begins with a fresh router.
    package init(seed: UInt64) {
        format = 1
        self.seed = seed
    }

    /// The recording begins in the middle of the day.
    package init(_ state: RoutingState) {
        format = Self.currentFormat
        seed = 0
        self.state = state
    }

    /// The router as it was before the first step.
    package var router: RoutingState { state ?? RoutingState(seed: seed) }
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
            "its format is \(format), and this program reads 1 to \(RecordingHead.currentFormat): use the one that wrote it"
        case .badLine(let line, let problem):
            "line \(line) is damaged: \(problem)"
        case .lineTooLong(let line):
            "line \(line) has more than \(RecordingReader.longestLine) bytes"
        }
    }
}
