package import Routing
import Storage

/// Something in a report that does not add up. There is none unless rows are missing or damaged, or the program is wrong:
/// then the report says so itself rather than be believed.
package enum Discrepancy: Hashable, Sendable, CustomStringConvertible {
    /// The stays of the queue ended in ways that this version does not know.
    case unknownEnds(QueueID, count: Int)
    /// More or fewer calls entered than the answered, lost, left and waiting ones are together.
    case unbalanced(QueueID, entered: Int, accountedFor: Int)
    /// Calls that entered a queue according to their own rows, of which no stay is written down; at most 100 are named.
    case callsWithoutVisit([CallID])
    /// The operator's activities do not fill the time since the first of them.
    case unaccountedTime(OperatorID, Duration)
    /// There are conversations of an operator whose activities say that they never talked.
    case conversationsWithoutTalking(OperatorID, count: Int)

    package var description: String {
        switch self {
        case .unknownEnds(let queue, let count): "queue \(queue): \(count) calls ended in an unknown way"
        case .unbalanced(let queue, let entered, let sum):
            "queue \(queue): \(entered) calls entered, but \(sum) are accounted for"
        case .callsWithoutVisit(let calls):
            "calls that entered a queue are in no queue's figures: \(calls.map(\.description).joined(separator: ", "))"
        case .unaccountedTime(let name, let time):
            "operator \(name): \(time.inSeconds) s are accounted for twice or not at all"
        case .conversationsWithoutTalking(let name, let count):
            "operator \(name): \(count) conversations, but no time in conversation"
        }
    }
}
