import Routing

/// Spares requests that would most probably fail: after some failures in a row none is made for a while, then one is let
/// through to see. Time is an argument.
struct CircuitBreaker: Sendable {
    let mostFailures: Int
    let pause: Duration
    private var failures = 0
    private var opensAgainAt: Instant?

    init(mostFailures: Int, pause: Duration) {
        self.mostFailures = mostFailures
        self.pause = pause
    }

    /// Whether a request may be made now. While one is out to see, no other may.
    mutating func mayTry(at now: Instant) -> Bool {
        guard failures >= mostFailures else { return true }
        if let opensAgainAt, now < opensAgainAt { return false }
        opensAgainAt = now + pause
        return true
    }

    mutating func succeeded() {
        failures = 0
        opensAgainAt = nil
    }

    mutating func failed(at now: Instant) {
        failures += 1
        if failures >= mostFailures { opensAgainAt = now + pause }
    }
}
