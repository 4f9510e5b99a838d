package import Routing

/// Feeds a journal to a router of its own and says where it decides otherwise.
package struct Replayer {
    /// Where the two part: the same event at the same instant, and other decisions.
    package struct Difference: Hashable, Sendable {
        package var line: Int
        package var step: JournalStep
        /// What is decided now.
        package var decisions: [Decision]
    }

    package private(set) var steps = 0
    package private(set) var decisions = 0
    /// Steps that were not written down, or that followed such ones: they cannot be decided once more.
    package private(set) var skipped = 0
    private var state: RoutingState?

    package init(_ head: JournalHead) {
        state = RoutingState(seed: head.seed)
    }

    /// Decides on the line's event once more.
    ///
    /// - Parameter number: where the line stands in its file.
    package mutating func replay(_ line: JournalLine, number: Int) -> Difference? {
        switch line {
        case .head: return nil
        case .snapshot(let snapshot):
            state = snapshot.snapshot
            return nil
        case .lost(let count):
            skipped += count
            state = nil
            return nil
        case .step(let step):
            guard let made = state?.handle(step.event, at: step.at) else {
                skipped += 1
                return nil
            }
            steps += 1
            decisions += made.count
            return made == step.decisions ? nil : Difference(line: number, step: step, decisions: made)
        }
    }
}
