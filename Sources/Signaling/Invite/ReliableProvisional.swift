/// A provisional response of ours that the peer has to acknowledge (RFC 3262 §3): a pure machine.
struct ReliableProvisional {
    enum State: Hashable {
        /// It goes out again after `next`. Then: settled.
        case sent(next: Duration)
        /// Acknowledged, overtaken by the final response, or given up.
        case settled
    }

    enum Effect: Hashable {
        case repeatResponse
        case arm(LegTimer, after: Duration)
        case disarm(LegTimer)
        /// No PRACK within 64·T1: the INVITE is refused.
        case reject
    }

    /// What a PRACK for it says.
    let acknowledgement: ResponseAcknowledgement
    private(set) var state: State
    private let timing: SIPTiming

    init(_ acknowledgement: ResponseAcknowledgement, timing: SIPTiming) {
        self.acknowledgement = acknowledgement
        self.timing = timing
        state = .sent(next: timing.t1)
    }

    var start: [Effect] {
        [.arm(.repeatProvisional, after: timing.t1), .arm(.noPRACK, after: timing.lifetime)]
    }

    /// The PRACK came, or the final response is sent: there is nothing to repeat any more.
    mutating func settle() -> [Effect] {
        guard state != .settled else { return [] }
        state = .settled
        return [.disarm(.repeatProvisional), .disarm(.noPRACK)]
    }

    mutating func due(_ timer: LegTimer) -> [Effect] {
        guard case .sent(let next) = state else { return [] }
        if timer == .noPRACK { return settle() + [.reject] }
        state = .sent(next: next * 2)
        return [.repeatResponse, .arm(.repeatProvisional, after: next * 2)]
    }
}
