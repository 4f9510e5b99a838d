import Testing

@testable import Media

/// Goal: a press is one key, however many of its packets arrive, and no stream of events costs more than its share.
struct KeyTests {
    private static let second: UInt64 = 1_000_000_000

    private func press(
        _ detector: inout KeyDetector, _ event: UInt8, at timestamp: UInt32, duration: UInt16 = 160, end: Bool = false,
        marker: Bool = false, source: UInt32 = 1, now: UInt64 = 0
    ) -> Character? {
        let payload: [UInt8] = [event, end ? 0x80 : 0, UInt8(duration >> 8), UInt8(duration & 255)]
        var bytes = [UInt8](repeating: 0, count: 12) + payload
        bytes.withUnsafeMutableBytes {
            RTPPacket.write(
                PacketStamp(sequence: 0, timestamp: timestamp, marker: marker), payloadType: 101, source: source, to: $0
            )
        }
        return bytes.withUnsafeBytes { raw in
            detector.key(in: UnsafeRawBufferPointer(rebasing: raw[12...]), of: RTPPacket(raw)!, now: now)
        }
    }

    @Test func allPacketsOfAPressAreOneKey() {
        var detector = KeyDetector()
        let keys = (1...6).map { press(&detector, 5, at: 1_000, duration: UInt16($0 * 160), end: $0 > 3) }
        #expect(keys == ["5", nil, nil, nil, nil, nil])
    }

    @Test func theSameKeyAgainIsAnotherPress() {
        var detector = KeyDetector()
        #expect(press(&detector, 1, at: 1_000) == "1")
        #expect(press(&detector, 1, at: 2_000) == "1")
    }

    @Test func aPressWhoseBeginningWasLostCounts() {
        var detector = KeyDetector()
        #expect(press(&detector, 11, at: 1_000, end: true) == "#")
    }

    @Test func allSixteenKeysAndNothingElse() {
        var detector = KeyDetector()
        let keys = (0...255).map { press(&detector, UInt8($0), at: UInt32($0 * 1_000), now: UInt64($0) * Self.second) }
        #expect(keys.compactMap(\.self) == Array("0123456789*#ABCD"))
    }

    @Test func stragglersOfAnEarlierPressAreNoNewKey() {
        var detector = KeyDetector()
        #expect(press(&detector, 1, at: 1_000) == "1")
        #expect(press(&detector, 2, at: 2_000) == "2")
        #expect(press(&detector, 1, at: 1_000, end: true) == nil)
        #expect(press(&detector, 2, at: 2_000, end: true) == nil)
    }

    @Test func aLongPressInSegmentsIsOneKey() {
        var detector = KeyDetector()
        #expect(press(&detector, 3, at: 1_000, duration: 0xFFFF, marker: true) == "3")
        #expect(press(&detector, 3, at: 1_000 &+ 0xFFFF, duration: 800) == nil)
        #expect(press(&detector, 3, at: 200_000, marker: true) == "3")
    }

    @Test func anotherSourceStartsAfresh() {
        var detector = KeyDetector()
        #expect(press(&detector, 4, at: 50_000) == "4")
        #expect(press(&detector, 4, at: 49_000, source: 2) == "4")
        #expect(press(&detector, 4, at: 49_000, source: 2) == nil)
    }

    @Test func timestampsMayWrapAround() {
        var detector = KeyDetector()
        #expect(press(&detector, 7, at: .max - 10) == "7")
        #expect(press(&detector, 8, at: 500) == "8")
    }

    @Test func aFloodOfPressesIsBounded() {
        var detector = KeyDetector()
        let burst = (1...1_000).compactMap { press(&detector, 1, at: UInt32($0 * 1_000), now: Self.second * 9) }
        #expect(burst.count == KeyDetector.pressesPerSecond)
        #expect(press(&detector, 1, at: 5_000_000, now: Self.second * 11) == "1")
    }

    @Test(arguments: 0...3)
    func truncatedEventIsNoKey(length: Int) {
        var detector = KeyDetector()
        let bytes = [UInt8](repeating: 0, count: length)
        var header = [UInt8](repeating: 0, count: 13)
        header[0] = 0x80
        let packet = header.withUnsafeBytes { RTPPacket($0)! }
        #expect(bytes.withUnsafeBytes { detector.key(in: $0, of: packet, now: 0) } == nil)
    }
}
