/// The base values of SIP's timers (RFC 3261 §17.1.1.1 and table 4). Tests make them short; nobody else should.
package struct SIPTiming: Hashable, Sendable {
    /// Estimate of a round trip: first retransmission after so long, everything given up after 64 of it.
    package var t1: Duration = .milliseconds(500)
    /// The longest pause between two retransmissions of a 2xx.
    package var t2: Duration = .seconds(4)
    /// How long messages may stay in the network.
    package var t4: Duration = .seconds(5)
    /// How long the first response to a call that was given up is waited for before its end is reported. A phone that
    /// has responded is waited for as long as RFC 3261 §9.1 says, 64·T1: it may ring, and must not be rung twice.
    package var cancelWait: Duration = .seconds(2)

    package init() {}

    /// 64·T1.
    var lifetime: Duration { t1 * 64 }
}

extension Duration {
    /// Saturated to what 64 bits hold.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return scaled.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }

    /// Saturated to what libosip2's `int` holds.
    var wholeMilliseconds: Int32 { Int32(clamping: wholeNanoseconds / 1_000_000) }
}
