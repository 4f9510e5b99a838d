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
    private var parts = StateReader()

    package init(_ head: JournalHead) {
        state = RoutingState(seed: head.seed)
    }

    /// Decides on the line's event once more. Throws if the line is a state, and a damaged one.
    ///
    /// - Parameter number: where the line stands in its file.
    package mutating func replay(_ line: JournalLine, number: Int) throws(JournalError) -> Difference? {
        switch line {
        case .head: return nil
        case .snapshot(let snapshot):
            state = try parts.take(snapshot)
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

extension StateReader {
    /// - Returns: the state, with its last part.
    mutating func take(_ snapshot: JournalSnapshot) throws(JournalError) -> RoutingState? {
        do {
            return try add(snapshot.snapshot)
        } catch DecodingError.dataCorrupted(let context) {
            throw .badState(problem: context.debugDescription)
        } catch {
            throw .badState(problem: String(describing: error))
        }
    }
}
