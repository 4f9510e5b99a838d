import Testing

@testable import Media

/// Goal: hostile bytes are told from RTP and RTCP without ever being read past their end.
struct PacketTests {
    private static let payload: [UInt8] = Array(1...160)

    private func parse(_ bytes: [UInt8]) -> RTPPacket? {
        bytes.withUnsafeBytes { RTPPacket($0) }
    }

    private func packet(first: UInt8 = 0x80, _ rest: [UInt8]) -> [UInt8] {
        [first, 0x80 | 8, 0x12, 0x34, 0, 0, 0, 1, 0xDE, 0xAD, 0xBE, 0xEF] + rest
    }

    @Test func fieldsAreReadFromThePlainHeader() throws {
        let read = try #require(parse(packet(Self.payload)))
        #expect(read.payloadType == 8)
        #expect(read.marker)
        #expect(read.sequence == 0x1234)
        #expect(read.timestamp == 1)
        #expect(read.source == 0xDEAD_BEEF)
        #expect(read.payload == 12..<172)
    }

    @Test func contributingSourcesExtensionAndPaddingAreLeftOut() {
        let sources = [UInt8](repeating: 9, count: 8)
        let extended: [UInt8] = [0xBE, 0xDE, 0, 2] + [UInt8](repeating: 7, count: 8)
        let read = parse(packet(first: 0xB2, sources + extended + [1, 2, 3] + [0, 0, 3]))
        #expect(read?.payload == 12 + 8 + 12..<12 + 8 + 12 + 3)
    }

    @Test(
        arguments: [
            ("empty", []), ("a byte", [0x80]), ("a header without payload", [UInt8](repeating: 0x80, count: 12)),
            ("version 1", [0x40] + [UInt8](repeating: 1, count: 171)),
            ("version 3", [0xC0] + [UInt8](repeating: 1, count: 171)),
            ("15 sources in 20 bytes", [0x8F] + [UInt8](repeating: 0, count: 19)),
            ("extension beyond the end", [0x90] + [UInt8](repeating: 0, count: 11) + [0, 0, 0xFF, 0xFF, 1, 2]),
            ("extension header cut", [0x90] + [UInt8](repeating: 0, count: 11) + [0, 0, 0]),
            ("padding of 255 in 20 bytes", [0xA0] + [UInt8](repeating: 0, count: 18) + [255]),
            ("padding of 0", [0xA0] + [UInt8](repeating: 0, count: 19)),
            ("padding over all payload", [0xA0] + [UInt8](repeating: 0, count: 18) + [8]),
        ] as [(String, [UInt8])])
    func lyingHeaderIsRefused(name: String, bytes: [UInt8]) {
        #expect(parse(bytes) == nil, "\(name)")
    }

    @Test func noCombinationOfHeaderBitsLeavesTheDatagram() {
        for first in UInt8.min...UInt8.max {
            for length in 0...90 {
                var bytes = [UInt8](repeating: 0xFF, count: length)
                if length > 0 { bytes[0] = first }
                if let read = parse(bytes) { #expect(read.payload.upperBound <= length) }
            }
        }
    }

    @Test func writtenHeaderReadsTheSame() {
        var bytes = [UInt8](repeating: 0, count: 13)
        bytes.withUnsafeMutableBytes {
            RTPPacket.write(
                PacketStamp(sequence: 65_535, timestamp: .max, marker: true), payloadType: 101, source: 7, to: $0)
        }
        let read = parse(bytes)
        #expect(read?.sequence == 65_535)
        #expect(read?.timestamp == .max)
        #expect(read?.marker == true)
        #expect(read?.payloadType == 101)
        #expect(read?.source == 7)
    }

    // MARK: RTCP

    private func report(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { ControlGuard.leadingReport($0)?.count }
    }

    private static let senderReport: [UInt8] = [0x80, 200, 0, 6] + [UInt8](repeating: 1, count: 24)
    private static let receiverReport: [UInt8] = [0x81, 201, 0, 7] + [UInt8](repeating: 1, count: 28)
    private static let description: [UInt8] = [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 1, 65, 0]

    @Test func leadingReportOfACompoundIsTaken() {
        #expect(report(Self.senderReport + Self.description) == 28)
        #expect(report(Self.receiverReport) == 32)
    }

    @Test(
        arguments: [
            ("empty", []), ("three bytes", [0x80, 200, 0]), ("no report first", description),
            ("feedback first", [0x81, 205, 0, 2] + [UInt8](repeating: 0, count: 8)),
            ("version 1", [0x40, 200, 0, 6] + [UInt8](repeating: 1, count: 24)),
            ("length beyond the end", [0x80, 200, 0, 7] + [UInt8](repeating: 1, count: 24)),
            ("blocks promised, not there", [0x82, 200, 0, 6] + [UInt8](repeating: 1, count: 24)),
            ("sender report too short", [0x80, 200, 0, 1, 0, 0, 0, 0]),
            ("rest is garbage", senderReport + [1, 2, 3]),
            ("rest lies about its length", senderReport + [0x81, 202, 0xFF, 0xFF]),
            ("padding in the middle", [0xA0, 200, 0, 6] + [UInt8](repeating: 1, count: 24) + description),
        ] as [(String, [UInt8])])
    func malformedCompoundIsRefused(name: String, bytes: [UInt8]) {
        #expect(report(bytes) == nil, "\(name)")
    }
}

/// Goal: packets between media threads keep their order, and a thread that is behind costs bounded memory.
struct PacketExchangeTests {
    private func passed(_ sequence: UInt16) -> PassedPacket {
        var bytes = [UInt8](repeating: 0, count: 13)
        bytes.withUnsafeMutableBytes {
            RTPPacket.write(
                PacketStamp(sequence: sequence, timestamp: 0, marker: false), payloadType: 0, source: 1, to: $0)
        }
        let packet = bytes.withUnsafeBytes { RTPPacket($0)! }
        return PassedPacket(packet: packet, content: .audio(.pcmu), stream: StreamID(rawValue: 1))
    }

    private func put(_ exchange: PacketExchange, _ sequence: UInt16, size: Int = 160) -> Bool {
        let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: size)
        return payload.withUnsafeBytes { exchange.put(passed(sequence), $0, for: StreamID(rawValue: 2)) }
    }

    private func take(_ exchange: PacketExchange) -> (sequence: UInt16, payload: [UInt8])? {
        var room = [UInt8](repeating: 0, count: PacketExchange.largestPayload)
        let taken = room.withUnsafeMutableBytes { exchange.take(into: $0) }
        return taken.map { ($0.packet.packet.sequence, Array(room[..<$0.size])) }
    }

    @Test func packetsComeOutInOrderAndOnlyTheFirstWakes() {
        let exchange = PacketExchange()
        let wakes = (1...3).map { put(exchange, $0) }
        #expect(wakes == [true, false, false])
        #expect((1...3).map { _ in take(exchange)?.sequence } == [1, 2, 3])
        #expect(take(exchange) == nil)
        #expect(put(exchange, 4))
        #expect(take(exchange)?.payload == [UInt8](repeating: 4, count: 160))
    }

    @Test func aFullRingAndAnOversizedPacketLoseTheNewcomer() {
        let exchange = PacketExchange()
        for sequence in 0..<UInt16(PacketExchange.capacity + 10) { _ = put(exchange, sequence) }
        let taken = (0..<PacketExchange.capacity + 10).compactMap { _ in take(exchange)?.sequence }
        #expect(taken == Array(0..<UInt16(PacketExchange.capacity)))
        #expect(!put(exchange, 1, size: PacketExchange.largestPayload + 1))
        #expect(take(exchange) == nil)
    }
}
