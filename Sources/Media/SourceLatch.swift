import CTelephony

/// Which source address a stream listens to, and where it sends.
///
/// The signalled address is believed at once and always. For a peer behind NAT another address is taken if it sends a
/// few packets in a row soon after the connect while the signalled one is silent; from then on nothing else is heard.
/// Learning from any packet at any time would hand the call to whoever sprays packets at the port range.
struct SourceLatch {
    enum Verdict: Equatable {
        case accept
        /// Accepted, and from now on packets are sent to where this one came from.
        case acceptAndFollow
        /// Not believed yet, not counted as a stranger.
        case undecided
        case refuse
    }

    /// Packets in a row, with one SSRC and consecutive sequence numbers, that another address has to send.
    static let proof = 3
    /// How long after a connect another address may be taken: 5 s.
    static let window: UInt64 = 5_000_000_000

    /// As negotiated.
    private(set) var signalled: ct_address
    /// Only this host may be latched besides the signalled one; `nil` for any.
    private let onlyHost: ct_address?
    private let closesAt: UInt64
    private var locked: ct_address?
    private var candidate: Candidate?

    private struct Candidate {
        var address: ct_address
        var source: UInt32
        var lastSequence: UInt16
        var count: Int
    }

    init(signalled: ct_address, onlyHost: ct_address? = nil, now: UInt64) {
        self.signalled = signalled
        self.onlyHost = onlyHost
        closesAt = now &+ Self.window
    }

    /// Where to send: the source that was found, else the signalled address.
    var destination: ct_address { locked ?? signalled }
    var isLatchedElsewhere: Bool { locked.map { !($0 == signalled) } ?? false }

    mutating func judge(_ from: ct_address, _ packet: RTPPacket, now: UInt64) -> Verdict {
        if from == signalled {
            let wasElsewhere = isLatchedElsewhere
            locked = signalled
            return wasElsewhere ? .acceptAndFollow : .accept
        }
        if let locked { return from == locked ? .accept : .refuse }
        guard now <= closesAt, onlyHost.map({ $0.isSameHost(as: from) }) ?? true else { return .refuse }
        if var known = candidate, known.address == from, known.source == packet.source,
            packet.sequence == known.lastSequence &+ 1
        {
            known.lastSequence = packet.sequence
            known.count += 1
            candidate = known
        } else {
            candidate = Candidate(address: from, source: packet.source, lastSequence: packet.sequence, count: 1)
        }
        guard let candidate, candidate.count >= Self.proof else { return .undecided }
        locked = from
        return .acceptAndFollow
    }
}

/// The same for RTCP, which is too rare to prove itself: it follows what the RTP latch has found.
struct ControlLatch {
    private(set) var signalled: ct_address
    private var locked: ct_address?

    init(signalled: ct_address) {
        self.signalled = signalled
    }

    /// Where reports go. Behind NAT nothing is known until the peer has reported; the port above RTP is the usual one.
    func destination(_ rtp: SourceLatch) -> ct_address {
        if let locked { return locked }
        guard rtp.isLatchedElsewhere else { return signalled }
        var guess = rtp.destination
        guess.port = guess.port &+ 1
        return guess
    }

    mutating func accepts(_ from: ct_address, _ rtp: SourceLatch) -> Bool {
        if from == signalled {
            locked = signalled
            return true
        }
        if let locked { return from == locked }
        guard rtp.isLatchedElsewhere, from.isSameHost(as: rtp.destination) else { return false }
        locked = from
        return true
    }
}

extension ct_address {
    static func == (one: ct_address, other: ct_address) -> Bool {
        one.low == other.low && one.port == other.port && one.high == other.high && one.family == other.family
    }

    func isSameHost(as other: ct_address) -> Bool {
        low == other.low && high == other.high && family == other.family
    }

    /// `0.0.0.0` and `::` (also IPv4 mapped into IPv6) stand for "nowhere" in a session description (RFC 3264 §8.4).
    private var isUnspecified: Bool { high == 0 && (low == 0 || low == 0xFFFF_0000_0000) }

    /// Something can be sent there; the kernel would take "nowhere" for this very machine.
    var isReachable: Bool { family != 0 && port != 0 && !isUnspecified }
}
