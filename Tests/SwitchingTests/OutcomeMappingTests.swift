import Routing
import Signaling
import Testing

@testable import Switching

/// The one table from SIP's words to the router's.
struct OutcomeMappingTests {
    @Test(arguments: [
        (LegEnd(.refused, status: 486), RingEnd(.busy, status: 486)),
        (LegEnd(.refused, status: 600), RingEnd(.busy, status: 600)),
        (LegEnd(.refused, status: 603), RingEnd(.declined, status: 603)),
        (LegEnd(.refused, status: 403), RingEnd(.declined, status: 403)),
        (LegEnd(.refused, status: 302), RingEnd(.declined, status: 302)),
        (LegEnd(.refused, status: 480), RingEnd(.noAnswer, status: 480)),
        (LegEnd(.refused, status: 408), RingEnd(.noAnswer, status: 408)),
        (LegEnd(.refused, status: 404), RingEnd(.unreachable, status: 404)),
        (LegEnd(.refused, status: 503), RingEnd(.unreachable, status: 503)),
        (LegEnd(.unreachable, status: nil), RingEnd(.unreachable)),
        (LegEnd(.failed, status: 488), RingEnd(.unreachable, status: 488)),
        (LegEnd(.byUs, status: 487), RingEnd(.withdrawn)),
    ])
    func theEndOfARingTellsWhy(end: LegEnd, expected: RingEnd) {
        #expect(OutcomeMapping.ringEnd(of: end) == expected)
    }

    @Test(arguments: [
        (LegEnd(.peerHungUp), false, HangupCause(.hungUp)),
        (LegEnd(.peerCancelled), false, HangupCause(.cancelled)),
        (LegEnd(.byUs), false, HangupCause(.byDecision)),
        (LegEnd(.byUs), true, HangupCause(.failed)),
        (LegEnd(.failed, status: 408), false, HangupCause(.failed, status: 408)),
    ])
    func theEndOfALegTellsWho(end: LegEnd, fellSilent: Bool, expected: HangupCause) {
        #expect(OutcomeMapping.hangupCause(of: end, fellSilent: fellSilent) == expected)
    }
}
