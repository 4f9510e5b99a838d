/// What is known of an incoming RTP stream by its sequence numbers and arrival times (RFC 3550 appendices A.1, A.3, A.8).
struct Reception {
    /// Forward jumps up to here are loss; beyond, the source may have restarted.
    private static let maximumDropout: UInt16 = 3_000
    /// Backward distances up to here are reordering.
    private static let maximumMisorder: UInt16 = 100

    private(set) var source: UInt32?
    private(set) var received: UInt64 = 0
    /// Interarrival jitter in timestamp units.
    private(set) var jitter: Float = 0
    /// Highest sequence number with its cycles in the upper half.
    private(set) var extendedSequence: UInt32 = 0

    /// Runs of numbers so far: each source, and each restart of one, begins another.
    private(set) var runs: UInt32 = 0
    /// Extended sequence number with which the present run began.
    private(set) var first: UInt32 = 0
    /// Since `first`.
    private(set) var receivedInRun: UInt64 = 0
    private var lostBefore: UInt64 = 0
    private var suspect: UInt16?
    private var lastTransit: UInt32 = 0

    /// Of all runs; never negative although duplicates may make up for losses.
    var lost: UInt64 {
        let expected = UInt64(extendedSequence &- first) + 1
        guard receivedInRun > 0, expected > receivedInRun else { return lostBefore }
        return lostBefore + (expected - receivedInRun)
    }

    /// Takes note of an accepted packet.
    mutating func note(_ packet: RTPPacket, now: UInt64) {
        received += 1
        let starts = follow(packet)
        let arrival = UInt32(truncatingIfNeeded: now / 125_000)
        let transit = arrival &- packet.timestamp
        if starts {
            jitter = 0
        } else {
            let distance = Float(Int32(bitPattern: transit &- lastTransit).magnitude)
            // A restart of the clock is no jitter; 10 s is beyond any network.
            if distance < 80_000 { jitter += (distance - jitter) / 16 }
        }
        lastTransit = transit
    }

    /// `true` if the packet begins a new run.
    private mutating func follow(_ packet: RTPPacket) -> Bool {
        guard source == packet.source else {
            begin(packet)
            return true
        }
        let step = packet.sequence &- UInt16(truncatingIfNeeded: extendedSequence)
        if step < Self.maximumDropout {
            extendedSequence &+= UInt32(step)
        } else if step <= UInt16.max - Self.maximumMisorder {
            // Two in a row after a jump: the source has restarted.
            guard suspect == packet.sequence else {
                suspect = packet.sequence &+ 1
                receivedInRun += 1
                return false
            }
            begin(packet)
            return true
        }
        suspect = nil
        receivedInRun += 1
        return false
    }

    private mutating func begin(_ packet: RTPPacket) {
        lostBefore = lost
        runs &+= 1
        source = packet.source
        first = UInt32(packet.sequence)
        extendedSequence = first
        receivedInRun = 1
        suspect = nil
    }
}
