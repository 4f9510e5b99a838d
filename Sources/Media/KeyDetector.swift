/// Finds key presses in telephone-events (RFC 4733): one for each press, from the first packet of it that arrives.
struct KeyDetector {
    /// Presses reported within one second at most: no finger is faster, and a flood of events must cost nothing.
    static let pressesPerSecond = 25
    /// A packet that is older than the last press by less than this (samples) is a straggler: 5 s.
    private static let straggler: Int32 = 40_000
    /// Longest duration one event can state; a longer press goes on in a new segment (RFC 4733 §2.5.1.3).
    private static let longestSegment: UInt16 = 0xFFFF

    private var source: UInt32?
    private var lastTimestamp: UInt32 = 0
    private var lastDuration: UInt16 = 0
    private var lastEvent: UInt8 = 0
    private var windowStart: UInt64 = 0
    private var pressesInWindow = 0

    /// The key, if this packet is the first of a press. `payload` is what follows the RTP header.
    mutating func key(in payload: UnsafeRawBufferPointer, of packet: RTPPacket, now: UInt64) -> Character? {
        guard payload.count >= 4 else { return nil }
        let event = payload[0]
        let duration = UInt16(payload[2]) << 8 | UInt16(payload[3])
        guard let key = Self.character(of: event) else { return nil }
        defer { remember(packet, event, duration) }
        if source == packet.source {
            let age = Int32(bitPattern: lastTimestamp &- packet.timestamp)
            if age >= 0, age < Self.straggler { return nil }
            let continues = lastDuration == Self.longestSegment && event == lastEvent && !packet.marker
            if continues, packet.timestamp == lastTimestamp &+ UInt32(Self.longestSegment) { return nil }
        }
        return admits(now) ? key : nil
    }

    private mutating func remember(_ packet: RTPPacket, _ event: UInt8, _ duration: UInt16) {
        let age = Int32(bitPattern: lastTimestamp &- packet.timestamp)
        if source == packet.source, age > 0, age < Self.straggler { return }
        source = packet.source
        lastTimestamp = packet.timestamp
        lastDuration = duration
        lastEvent = event
    }

    private mutating func admits(_ now: UInt64) -> Bool {
        if now &- windowStart > 1_000_000_000 {
            windowStart = now
            pressesInWindow = 0
        }
        pressesInWindow += 1
        return pressesInWindow <= Self.pressesPerSecond
    }

    /// Events 0…15 are keys (RFC 4733 §3.2); all others are none of ours.
    private static func character(of event: UInt8) -> Character? {
        switch event {
        case 0...9: Character(Unicode.Scalar(UInt8(ascii: "0") + event))
        case 10: "*"
        case 11: "#"
        case 12...15: Character(Unicode.Scalar(UInt8(ascii: "A") + event - 12))
        default: nil
        }
    }
}
