/// One try to get one operator to answer for one call, while the phone rings. An operator has at most one.
struct Ring: Hashable, Codable, Sendable {
    let id: RingID
    let call: CallID
    let from: Instant
    /// Since when the operator was idle before; given back if the ring is withdrawn through no fault of theirs.
    let idleSince: Instant
    /// The step that it took in the queue's line of turns; given back likewise.
    let charged: Int64
    /// A customer is at the other end of it, or will be: not so for a task or a reminder.
    var isForCall = true
}

/// An operator who is skipped for a call for a while, and why.
struct Refusal: Hashable, Codable, Sendable {
    enum Ground: Hashable, Codable, Sendable {
        /// They did not take it.
        case ring(RingEnd.Cause)
        /// They talked with the customer and transferred the call.
        case gaveAway
        /// The customer asked for somebody else.
        case notWanted
    }

    let `operator`: OperatorID
    let ground: Ground
    let until: Instant

    var reason: RoutingReason {
        switch ground {
        case .ring(let cause): .responsibleDidNotTake(`operator`, cause)
        case .gaveAway: .gaveAway(`operator`)
        case .notWanted: .newOperatorWanted
        }
    }
}
