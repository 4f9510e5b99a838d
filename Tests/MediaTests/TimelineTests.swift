import Testing

@testable import Media

/// Goal: whatever feeds an outgoing stream, its hearer sees one continuous stream. Method: stamps compared by hand.
struct TimelineTests {
    private static let frame: UInt64 = 20_000_000
    private let one = StreamID(rawValue: 1)
    private let other = StreamID(rawValue: 2)

    private func packet(_ sequence: UInt16, _ timestamp: UInt32, source: UInt32 = 77, marker: Bool = false)
        -> RTPPacket
    {
        var bytes = [UInt8](repeating: 0, count: 13)
        bytes.withUnsafeMutableBytes {
            RTPPacket.write(
                PacketStamp(sequence: sequence, timestamp: timestamp, marker: marker), payloadType: 0, source: source,
                to: $0)
        }
        return bytes.withUnsafeBytes { RTPPacket($0)! }
    }

    private func timeline(sequence: UInt16 = 100, timestamp: UInt32 = 5_000) -> OutgoingTimeline {
        OutgoingTimeline(source: 9, firstSequence: sequence, firstTimestamp: timestamp)
    }

    @Test func ownFramesFollowEachOtherAndTheFirstIsMarked() {
        var line = timeline(sequence: 65_535, timestamp: .max - 100)
        let stamps = (0..<3).map { line.own(samples: 160, now: UInt64($0) * Self.frame) }
        #expect(stamps.map(\.sequence) == [65_535, 0, 1])
        #expect(stamps.map(\.timestamp) == [.max - 100, 59, 219])
        #expect(stamps.map(\.marker) == [true, false, false])
    }

    @Test func droppedFramesAreAGapInTimeNotInNumbers() {
        var line = timeline()
        _ = line.own(samples: 160, now: 0)
        let later = line.own(samples: 160, now: 4 * Self.frame)
        #expect(later == PacketStamp(sequence: 101, timestamp: 5_640, marker: false))
    }

    @Test func ownFramesAfterAPauseBeginATalkspurt() {
        var line = timeline()
        _ = line.own(samples: 160, now: 0)
        let later = line.own(samples: 160, now: 10 * Self.frame)
        #expect(later == PacketStamp(sequence: 101, timestamp: 6_600, marker: true))
    }

    @Test func relayedPacketsKeepTheirDistances() {
        var line = timeline()
        let stamps = [(10, 1_000), (12, 1_320), (11, 1_160), (13, 1_480)].enumerated().map { index, numbers in
            line.relay(
                packet(UInt16(numbers.0), UInt32(numbers.1)), from: one, isEvent: false,
                now: UInt64(index) * Self.frame)
        }
        #expect(stamps.map(\.sequence) == [100, 102, 101, 103])
        #expect(stamps.map(\.timestamp) == [5_000, 5_320, 5_160, 5_480])
        #expect(stamps.map(\.marker) == [true, false, false, false])
    }

    @Test func changeOfPartyGoesOnByOneAndByRealTime() {
        var line = timeline()
        _ = line.relay(packet(10, 1_000), from: one, isEvent: false, now: 0)
        let switched = line.relay(packet(60_000, 9, source: 3), from: other, isEvent: false, now: 50 * Self.frame)
        #expect(switched == PacketStamp(sequence: 101, timestamp: 13_000, marker: true))
        let next = line.relay(packet(60_001, 169, source: 3), from: other, isEvent: false, now: 51 * Self.frame)
        #expect(next == PacketStamp(sequence: 102, timestamp: 13_160, marker: false))
    }

    @Test func bridgeToMusicAndBackIsContinuous() {
        var line = timeline()
        var stamps = [line.relay(packet(10, 1_000), from: one, isEvent: false, now: 0)]
        stamps.append(line.own(samples: 160, now: Self.frame))
        stamps.append(line.own(samples: 160, now: 2 * Self.frame))
        stamps.append(line.relay(packet(13, 1_480), from: one, isEvent: false, now: 3 * Self.frame))
        #expect(stamps.map(\.sequence) == [100, 101, 102, 103])
        #expect(stamps.map(\.timestamp) == [5_000, 5_160, 5_320, 5_480])
        #expect(stamps.map(\.marker) == [true, true, false, true])
    }

    @Test func twoFramesNeverOverlapEvenIfTheyComeTogether() {
        var line = timeline()
        _ = line.own(samples: 160, now: 0)
        let relayed = line.relay(packet(10, 1_000), from: one, isEvent: false, now: 1_000)
        #expect(relayed.timestamp == 5_160)
    }

    @Test func aPartyThatRestartsItsNumbersGoesOnByOne() {
        var line = timeline()
        _ = line.relay(packet(10, 1_000), from: one, isEvent: false, now: 0)
        let restarted = line.relay(packet(30_000, 1_160), from: one, isEvent: false, now: Self.frame)
        #expect(restarted == PacketStamp(sequence: 101, timestamp: 5_160, marker: true))
        let jumped = line.relay(packet(30_001, 4_000_000), from: one, isEvent: false, now: 2 * Self.frame)
        #expect(jumped == PacketStamp(sequence: 102, timestamp: 5_320, marker: true))
        let newSource = line.relay(packet(1, 1, source: 5), from: one, isEvent: false, now: 3 * Self.frame)
        #expect(newSource == PacketStamp(sequence: 103, timestamp: 5_480, marker: true))
    }

    @Test func silenceOfAPartyIsKeptAsItIs() {
        var line = timeline()
        _ = line.relay(packet(10, 1_000), from: one, isEvent: false, now: 0)
        let afterSilence = line.relay(
            packet(11, 1_000 + 80_000, marker: true), from: one, isEvent: false, now: 500 * Self.frame)
        #expect(afterSilence == PacketStamp(sequence: 101, timestamp: 85_000, marker: true))
    }

    @Test func leftOutPacketsLeaveNoGap() {
        var line = timeline()
        _ = line.relay(packet(10, 1_000), from: one, isEvent: false, now: 0)
        line.leaveOut(packet(11, 1_160), from: one)
        line.leaveOut(packet(12, 1_160), from: one)
        let next = line.relay(packet(13, 1_480), from: one, isEvent: false, now: 3 * Self.frame)
        #expect(next == PacketStamp(sequence: 101, timestamp: 5_480, marker: false))
    }

    @Test func repeatedEventPacketsKeepOneTimestamp() {
        var line = timeline()
        _ = line.relay(packet(10, 1_000), from: one, isEvent: false, now: 0)
        let down = line.relay(packet(11, 1_160, marker: true), from: one, isEvent: true, now: Self.frame)
        let end = line.relay(packet(12, 1_160), from: one, isEvent: true, now: 5 * Self.frame)
        #expect(down == PacketStamp(sequence: 101, timestamp: 5_160, marker: true))
        #expect(end == PacketStamp(sequence: 102, timestamp: 5_160, marker: false))
        // What comes after it is timed from the last audio, not from the event.
        let music = line.own(samples: 160, now: 6 * Self.frame)
        #expect(music == PacketStamp(sequence: 103, timestamp: 5_960, marker: true))
    }
}
