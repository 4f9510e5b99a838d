import Storage

/// What a program outside may be told of. The name is what stands in the configuration.
package enum EventKind: String, Hashable, Sendable, CaseIterable {
    case callArrived = "call.arrived"
    case callAnswered = "call.answered"
    case callEnded = "call.ended"
    case taskOpened = "task.opened"
    case taskClosed = "task.closed"
    /// The dialer takes no further part in the task: its `expiry` is `hand_to_crm` (product.md section 6).
    case taskHandedOver = "task.handed_over"
    case attemptEnded = "attempt.ended"
    case responsibleWaitExpired = "responsible_wait.expired"
    /// A ring that the operator did not answer. Told when its call ends.
    case operatorMissed = "operator.missed"
    /// An operator heard the announcement of a VIP call, or was interrupted by it: what is billed.
    case vipInterrupted = "vip.interrupted"
    case vipMissed = "vip.missed"

    /// The type as it is sent. A change of `data` that breaks a reader gets a new number.
    package var type: String { Self.type(rawValue) }

    static func type(_ name: String) -> String { "burdock.\(name).v1" }

    /// The news from which it is made.
    var news: [News.Kind] {
        switch self {
        case .callArrived: [.callArrived]
        case .callAnswered: [.callAnswered]
        case .callEnded: [.callEnded, .callCut]
        case .taskOpened: [.taskOpened]
        case .taskClosed, .taskHandedOver: [.taskClosed]
        case .attemptEnded: [.attemptEnded]
        case .responsibleWaitExpired: [.responsibleWaitExpired]
        case .operatorMissed: [.callEnded]
        case .vipInterrupted: [.vipUsed]
        case .vipMissed: [.vipMissed]
        }
    }
}
