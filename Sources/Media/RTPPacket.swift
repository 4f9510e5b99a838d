/// The fixed header of an RTP packet and where its payload lies (RFC 3550 §5.1), read from hostile bytes.
struct RTPPacket: Equatable {
    static let headerSize = 12

    var payloadType: UInt8
    var marker: Bool
    var sequence: UInt16
    var timestamp: UInt32
    var source: UInt32
    /// Offsets within the datagram, after contributing sources and extension, before padding. Never empty.
    var payload: Range<Int>

    /// `nil` unless version, contributing sources, extension and padding all fit the datagram and leave a payload.
    init?(_ datagram: UnsafeRawBufferPointer) {
        guard datagram.count > Self.headerSize, datagram[0] >> 6 == 2 else { return nil }
        var start = Self.headerSize + Int(datagram[0] & 15) * 4
        var end = datagram.count
        if datagram[0] & 0x10 != 0 {
            guard start + 4 <= end else { return nil }
            start += 4 + (Int(datagram[start + 2]) << 8 | Int(datagram[start + 3])) * 4
        }
        if datagram[0] & 0x20 != 0 {
            let padding = Int(datagram[end - 1])
            guard padding > 0 else { return nil }
            end -= padding
        }
        guard start < end else { return nil }
        payloadType = datagram[1] & 0x7F
        marker = datagram[1] & 0x80 != 0
        sequence = UInt16(datagram[2]) << 8 | UInt16(datagram[3])
        timestamp = Self.word(datagram, at: 4)
        source = Self.word(datagram, at: 8)
        payload = start..<end
    }

    /// Writes a fixed header without sources, extension and padding.
    static func write(
        _ stamp: PacketStamp, payloadType: UInt8, source: UInt32, to bytes: UnsafeMutableRawBufferPointer
    ) {
        bytes[0] = 0x80
        bytes[1] = payloadType & 0x7F | (stamp.marker ? 0x80 : 0)
        bytes.storeBytes(of: stamp.sequence.bigEndian, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: stamp.timestamp.bigEndian, toByteOffset: 4, as: UInt32.self)
        bytes.storeBytes(of: source.bigEndian, toByteOffset: 8, as: UInt32.self)
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
