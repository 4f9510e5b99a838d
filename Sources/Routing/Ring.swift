/// One try to get one operator to answer for one call, while the phone rings. An operator has at most one.
struct Ring: Hashable, Sendable {
    let id: RingID
    let call: CallID
    let from: Instant
    /// Since when the operator was idle before; given back if the ring is withdrawn through no fault of theirs.
    let idleSince: Instant
}

/// An operator who did not take a call: skipped for it for a while, with the cause.
struct Refusal: Hashable, Sendable {
    let `operator`: OperatorID
    let cause: RingEnd.Cause
    let until: Instant
}
