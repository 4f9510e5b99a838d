package import Routing

/// Feeds a recording to a router of its own and says where it decides otherwise.
package struct Replayer {
    /// Where the two part: the same event at the same instant, and other decisions.
    package struct Difference: Hashable, Sendable {
        package var line: Int
        package var step: RecordedStep
        /// What is decided now.
        package var decisions: [Decision]
    }

    package private(set) var steps = 0
    package private(set) var decisions = 0
    private var state: RoutingState
    private let writer = RecordingWriter()

    package init(_ head: RecordingHead) {
        state = head.router
    }

    /// Decides on the event once more. Decisions are the same if they are so to the last byte of their line.
    ///
    /// - Parameter line: where the step stands in the recording.
    package mutating func replay(_ step: RecordedStep, line: Int) throws -> Difference? {
        let made = state.handle(step.event, at: step.at)
        steps += 1
        decisions += made.count
        guard try writer.decisions(made) != writer.decisions(step.decisions) else { return nil }
        return Difference(line: line, step: step, decisions: made)
    }
}
