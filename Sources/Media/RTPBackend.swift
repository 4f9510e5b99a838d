import CTelephony

/// The terminated side of one connected stream: makes packets of our own frames, and speaks RTCP with the peer.
///
/// The order of the stream (sequence numbers, timestamps) and its source belong to `OutgoingTimeline`, so that packets
/// of a backend and relayed ones may follow each other. Belongs to one media thread.
protocol RTPBackend: AnyObject {
    /// Where packets and reports go, whenever that changes.
    func aim(rtp: ct_address, control: ct_address)
    /// Sends a frame; `false` if the network did not take it, which is as good as lost.
    func send(_ payload: UnsafeRawBufferPointer, payloadType: UInt8, stamp: PacketStamp) -> Bool
    /// Sends a report if one is due. Counting is left to the stream and handed over here, once for many packets.
    func reportIfDue(now: UInt64, received: Reception, relayed: RelayCount)
    /// A report that has passed `ControlGuard`.
    func receiveReport(_ report: UnsafeRawBufferPointer, now: UInt64)
    /// Reports taken from the peer.
    var reportsReceived: UInt64 { get }
    /// Packets of ours that the peer has missed, by its last report.
    var lostAtPeer: Int { get }
}

/// When the next report of a stream is due.
struct ReportClock {
    private var dueAt: UInt64 = 0

    /// Half to one and a half intervals apart, so that streams opened together do not report together; the first after half
    /// of that (RFC 3550 §6.2).
    mutating func isDue(now: UInt64, interval: Duration) -> Bool {
        let isFirst = dueAt == 0
        guard isFirst || now >= dueAt else { return false }
        let span = isFirst ? interval.wholeNanoseconds / 2 : interval.wholeNanoseconds
        dueAt = now &+ span / 2 &+ UInt64.random(in: 0...span)
        return !isFirst
    }
}

/// Packets of a stream that went out beside its backend, counted from its beginning.
struct RelayCount {
    private(set) var packets: UInt32 = 0
    private(set) var octets: UInt32 = 0
    private(set) var lastTimestamp: UInt32 = 0

    mutating func note(payloadSize: Int, timestamp: UInt32) {
        packets &+= 1
        octets &+= UInt32(truncatingIfNeeded: payloadSize)
        lastTimestamp = timestamp
    }
}

/// What a backend needs to know of its stream from the beginning.
struct BackendConfiguration {
    var rtpSocket: Int32
    var controlSocket: Int32
    var source: UInt32
    var reportInterval: Duration
    /// Canonical name in RTCP: random, the same for the life of the stream (RFC 7022 §4.2).
    var canonicalName: String

    func make(_ kind: RTPBackendKind) -> (any RTPBackend)? {
        switch kind {
        case .ortp: OrtpBackend(self)
        case .native: NativeBackend(self)
        }
    }
}

/// Checks RTCP before anything else reads it (RFC 3550 appendix A.2), and lets through what we have use for.
enum ControlGuard {
    /// The leading SR or RR of a compound packet; the rest (SDES, BYE, APP, feedback) is checked and left behind, as it
    /// could only tell us what signalling tells or make us answer. `nil` if the compound is malformed.
    static func leadingReport(_ datagram: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var offset = 0
        var report: UnsafeRawBufferPointer?
        while offset < datagram.count {
            guard offset + 4 <= datagram.count, datagram[offset] >> 6 == 2 else { return nil }
            let count = Int(datagram[offset] & 31)
            let size = (Int(datagram[offset + 2]) << 8 | Int(datagram[offset + 3])) * 4 + 4
            guard offset + size <= datagram.count else { return nil }
            if offset == 0 {
                let needed: Int
                switch datagram[1] {
                case 200: needed = 28 + count * 24
                case 201: needed = 8 + count * 24
                default: return nil
                }
                // Padding may stand in the last packet only.
                guard size >= needed, datagram[0] & 0x20 == 0 || size == datagram.count else { return nil }
                report = UnsafeRawBufferPointer(rebasing: datagram[0..<size])
            }
            offset += size
        }
        return report
    }
}
