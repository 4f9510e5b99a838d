/// Re-INVITEs and UPDATEs of the peer inside an established dialog (RFC 3261 §14.2, RFC 3311, RFC 5407 §3.1): a pure
/// machine.
struct PeerModify {
    enum State: Hashable {
        case idle
        /// 2xx to a re-INVITE was sent and has no ACK yet. `owed`: the answer to our offer is to come in it.
        case answered(sequence: UInt32, next: Duration, owed: Bool)
    }

    /// What to do with a request that arrived.
    enum Verdict: Hashable {
        case process
        /// 500: a lower number than before (RFC 3261 §12.2.2).
        case outOfOrder
        /// 491: it crosses an offer of ours.
        case glare
    }

    enum Effect: Hashable {
        case repeatAnswer
        case arm(LegTimer, after: Duration)
        case disarm(LegTimer)
        /// The answer in the ACK is to be applied.
        case applyAnswer
        /// No ACK within 64·T1: the session is ended.
        case giveUp
    }

    private(set) var state = State.idle
    private let timing: SIPTiming

    init(timing: SIPTiming) {
        self.timing = timing
    }

    /// - Parameters:
    ///   - last: highest CSeq number of the peer in this dialog so far.
    ///   - offerPending: an offer of ours has not been answered yet.
    func judge(sequence: UInt32, last: UInt32, offerPending: Bool) -> Verdict {
        if sequence <= last { return .outOfOrder }
        if offerPending { return .glare }
        if case .answered(_, _, owed: true) = state { return .glare }
        return .process
    }

    /// A re-INVITE was answered by 2xx. One that was still without ACK is thereby settled.
    mutating func answered(sequence: UInt32, owed: Bool) -> [Effect] {
        state = .answered(sequence: sequence, next: timing.t1, owed: owed)
        return [.arm(.retransmit, after: timing.t1), .arm(.noAck, after: timing.lifetime)]
    }

    mutating func ack(sequence: UInt32) -> [Effect] {
        guard case .answered(sequence, _, let owed) = state else { return [] }
        state = .idle
        return [.disarm(.retransmit), .disarm(.noAck)] + (owed ? [.applyAnswer] : [])
    }

    mutating func due(_ timer: LegTimer) -> [Effect] {
        guard case .answered(let sequence, let next, let owed) = state else { return [] }
        switch timer {
        case .retransmit:
            let later = min(next * 2, timing.t2)
            state = .answered(sequence: sequence, next: later, owed: owed)
            return [.repeatAnswer, .arm(.retransmit, after: later)]
        case .noAck:
            state = .idle
            return [.disarm(.retransmit), .giveUp]
        case .noResponse, .cancelWait, .abandon, .session, .refresh, .repeatProvisional, .noPRACK, .transfer:
            return []
        }
    }
}
