/// What an outgoing packet carries of our own stream's order.
struct PacketStamp: Equatable {
    var sequence: UInt16
    var timestamp: UInt32
    /// Start of a talkspurt (RFC 3551 §4.1).
    var marker: Bool
}

/// Keeps one outgoing RTP stream continuous whatever feeds it: frames of our own, one peer's packets, another's.
///
/// A change of what feeds it goes on with the next sequence number and lets the timestamp advance by the time that has
/// passed. Within one relayed source the distances of sequence numbers and timestamps are kept, so that the hearer sees
/// loss and reordering as they are; packets that we leave out on purpose close the gap.
struct OutgoingTimeline {
    /// 8 kHz: samples a millisecond, and nanoseconds a sample.
    private static let nanosecondsPerSample: UInt64 = 125_000
    /// A jump of a relayed source by more than this (in packets) is a restart, not loss.
    private static let sequenceJump: Int = 1_000
    /// Likewise in samples beyond the time that has passed: 2 s.
    private static let timestampJump: Int64 = 16_000

    /// After a pause of more than this (in samples) own frames begin anew for the hearer's jitter buffer: 100 ms.
    private static let talkspurtPause: UInt32 = 800

    private enum Feed: Equatable {
        case nothing
        case own
        case relayed(stream: StreamID, source: UInt32)
    }

    let source: UInt32
    private var feed = Feed.nothing
    /// Highest sequence number sent.
    private var lastSequence: UInt16
    /// An audio timestamp and the instant it belongs to.
    private var reference: UInt32
    private var referenceAt: UInt64 = 0
    /// Added to what the relayed source carries.
    private var sequenceOffset: UInt16 = 0
    private var timestampOffset: UInt32 = 0

    /// Random beginnings (RFC 3550 §5.1).
    init(source: UInt32, firstSequence: UInt16, firstTimestamp: UInt32) {
        self.source = source
        lastSequence = firstSequence &- 1
        reference = firstTimestamp
    }

    /// A frame of our own, due at `now` (nanoseconds, monotonic).
    mutating func own(samples: Int, now: UInt64) -> PacketStamp {
        let timestamp = nextTimestamp(now)
        let starts = feed != .own || timestamp &- reference > Self.talkspurtPause
        feed = .own
        lastSequence &+= 1
        reference = timestamp
        referenceAt = now
        return PacketStamp(sequence: lastSequence, timestamp: timestamp, marker: starts)
    }

    /// A packet of a party, passed on. Telephone-events keep their own timestamp and marker (RFC 4733 §2.5.1).
    mutating func relay(_ packet: RTPPacket, from stream: StreamID, isEvent: Bool, now: UInt64) -> PacketStamp {
        let starts = continues(packet, from: stream, now: now) == false
        if starts {
            sequenceOffset = lastSequence &+ 1 &- packet.sequence
            timestampOffset = nextTimestamp(now) &- packet.timestamp
            feed = .relayed(stream: stream, source: packet.source)
        }
        let sequence = packet.sequence &+ sequenceOffset
        let timestamp = packet.timestamp &+ timestampOffset
        if Int16(bitPattern: sequence &- lastSequence) > 0 {
            lastSequence = sequence
            if isEvent == false || starts {
                reference = timestamp
                referenceAt = now
            }
        }
        return PacketStamp(sequence: sequence, timestamp: timestamp, marker: packet.marker || (starts && !isEvent))
    }

    /// A packet of a party that is left out on purpose: those after it move up.
    mutating func leaveOut(_ packet: RTPPacket, from stream: StreamID) {
        guard feed == .relayed(stream: stream, source: packet.source) else { return }
        sequenceOffset &-= 1
    }

    /// Whether a packet goes on where its source stopped.
    private func continues(_ packet: RTPPacket, from stream: StreamID, now: UInt64) -> Bool {
        guard feed == .relayed(stream: stream, source: packet.source) else { return false }
        let step = Int(Int16(bitPattern: packet.sequence &+ sequenceOffset &- lastSequence))
        let advance = Int64(Int32(bitPattern: packet.timestamp &+ timestampOffset &- reference))
        let passed = Int64(clamping: (now &- referenceAt) / Self.nanosecondsPerSample)
        return abs(step) <= Self.sequenceJump && advance >= -Self.timestampJump
            && advance <= passed &+ Self.timestampJump
    }

    /// Real time since the last audio, in whole frames; at least one frame, so that no two overlap.
    private func nextTimestamp(_ now: UInt64) -> UInt32 {
        guard feed != .nothing else { return reference }
        let passed = now > referenceAt ? (now - referenceAt) / Self.nanosecondsPerSample : 0
        let frame = UInt64(SoundFrame.samples)
        let frames = max(1, (passed + frame / 2) / frame)
        return reference &+ UInt32(truncatingIfNeeded: frames &* frame)
    }
}

/// The unit in which sounds are played: 20 ms at 8 kHz.
enum SoundFrame {
    static let samples = 160
    static let milliseconds = 20
}
