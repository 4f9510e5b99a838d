import Routing
import Signaling

/// What the end of a leg means to the router: the one table from SIP words to ours (RFC 3261 section 21).
enum OutcomeMapping {
    /// The end of a leg whose ring was not answered.
    static func ringEnd(of end: LegEnd) -> RingEnd {
        switch end.kind {
        case .byUs: RingEnd(.withdrawn)
        case .unreachable, .failed: RingEnd(.unreachable, status: end.status)
        case .refused: RingEnd(cause(ofStatus: end.status), status: end.status)
        // Only an answered or an incoming leg can end so; a phone that does it all the same did not take the call.
        case .peerHungUp, .peerCancelled: RingEnd(.declined, status: end.status)
        }
    }

    /// The end of a caller's leg, or of an operator's answered one.
    static func hangupCause(of end: LegEnd, fellSilent: Bool) -> HangupCause {
        if fellSilent { return HangupCause(.failed, status: end.status) }
        return switch end.kind {
        case .peerHungUp: HangupCause(.hungUp, status: end.status)
        case .peerCancelled: HangupCause(.cancelled, status: end.status)
        case .byUs: HangupCause(.byDecision, status: end.status)
        case .refused, .unreachable, .failed: HangupCause(.failed, status: end.status)
        }
    }

    /// The end of a call to a customer who did not answer.
    static func dialEnd(of end: LegEnd, isStopped: Bool) -> DialEnd {
        if isStopped { return DialEnd(.stopped, status: end.status) }
        return switch (end.kind, end.status) {
        case (.byUs, _): DialEnd(.stopped, status: end.status)
        case (.refused, 486), (.refused, 600): DialEnd(.busy, status: end.status)
        case (.refused, 408), (.refused, 480): DialEnd(.noAnswer, status: end.status)
        case (.refused, _), (.unreachable, _), (.failed, _), (.peerHungUp, _), (.peerCancelled, _):
            DialEnd(.failed, status: end.status)
        }
    }

    /// The customer was not asked: the trunk is silent, wants nothing to do with us, or has no way to them. Another may.
    /// A failure with a status is that of an answer, with which we could do nothing: the customer took the call.
    static func isFailureOfTrunk(_ end: LegEnd) -> Bool {
        switch end.kind {
        case .unreachable: true
        case .failed: end.status == nil
        case .refused: [401, 403, 407, 500, 501, 502, 503, 504, 580].contains(end.status ?? 0)
        case .peerHungUp, .peerCancelled, .byUs: false
        }
    }

    private static func cause(ofStatus status: Int?) -> RingEnd.Cause {
        switch status {
        // Busy here, busy everywhere.
        case 486, 600: .busy
        // Request timeout and "temporarily unavailable": the phone rang and nobody came, or gave up by itself.
        case 408, 480: .noAnswer
        // Not found, gone, not acceptable here, server and network failures: no phone that could have rung.
        case 404, 410, 488, 500, 501, 502, 503, 504, 606: .unreachable
        // 403, 603, a redirection and everything else: somebody or something said no.
        default: .declined
        }
    }
}
