/// An address and port, in IPv4.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// Host byte order.
    package let address: UInt32
    package let port: UInt16

    package init(address: UInt32, port: UInt16) {
        self.address = address
        self.port = port
    }

    package var description: String { "\(Self.text(address)):\(port)" }

    package static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String((address >> $0) & 0xff) }.joined(separator: ".")
    }

    /// `nil` if it is no dotted quad.
    package static func parse(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// A UDP datagram as it passed the server's interfaces.
package struct Packet: Sendable {
    package let at: Moment
    package let source: Endpoint
    package let destination: Endpoint
    package let payload: [UInt8]

    /// The audio of an RTP packet with a static G.711 payload type; `nil` for anything else (RFC 3550 section 5.1).
    var audio: (law: G711.Law, bytes: ArraySlice<UInt8>)? {
        guard payload.count > 12, payload[0] >> 6 == 2, let law = G711.Law(rawValue: payload[1] & 0x7f) else {
            return nil
        }
        let start = 12 + 4 * Int(payload[0] & 0x0f)
        guard start < payload.count else { return nil }
        return (law, payload[start...])
    }

    /// An RTCP compound that begins with a sender or receiver report, as all do (RFC 3550 section 6.1).
    package var isReport: Bool {
        payload.count >= 8 && payload[0] >> 6 == 2 && (payload[1] == 200 || payload[1] == 201)
    }

    /// The key of an RFC 4733 event with payload type 101, `nil` for anything else.
    package var telephoneEvent: UInt8? {
        guard payload.count == 16, payload[0] >> 6 == 2, payload[1] & 0x7f == 101 else { return nil }
        return payload[12]
    }
}

/// Reads the packets of a capture file that is still growing.
struct CaptureReader {
    private var pending: [UInt8] = []
    private var started = false
    private static let fileHeader = 24
    private static let recordHeader = 16
    /// Linux "cooked" header, before the IP packet.
    private static let linkHeader = 16

    /// Takes the next bytes of the file and returns the datagrams completed by them.
    mutating func take(_ bytes: [UInt8]) -> [Packet] {
        pending += bytes
        var position = 0
        if !started {
            guard pending.count >= Self.fileHeader else { return [] }
            position = Self.fileHeader
            started = true
        }
        var packets: [Packet] = []
        while position + Self.recordHeader <= pending.count {
            let length = Int(little(position + 8))
            let next = position + Self.recordHeader + length
            guard next <= pending.count else { break }
            let at = Moment(seconds: Double(little(position)) + Double(little(position + 4)) / 1e6)
            if let packet = datagram(at, pending[(position + Self.recordHeader)..<next]) { packets.append(packet) }
            position = next
        }
        pending.removeFirst(position)
        return packets
    }

    private func little(_ at: Int) -> UInt32 {
        (0..<4).reversed().reduce(0) { $0 << 8 | UInt32(pending[at + $1]) }
    }

    private func datagram(_ at: Moment, _ frame: ArraySlice<UInt8>) -> Packet? {
        let bytes = [UInt8](frame.dropFirst(Self.linkHeader))
        guard bytes.count >= 28, bytes[0] >> 4 == 4, bytes[9] == 17 else { return nil }
        let header = Int(bytes[0] & 0x0f) * 4
        guard bytes.count >= header + 8 else { return nil }
        func big(_ at: Int, _ count: Int) -> UInt32 { (0..<count).reduce(0) { $0 << 8 | UInt32(bytes[at + $1]) } }
        let end = min(bytes.count, header + Int(big(header + 4, 2)))
        return Packet(
            at: at,
            source: Endpoint(address: big(12, 4), port: UInt16(big(header, 2))),
            destination: Endpoint(address: big(16, 4), port: UInt16(big(header + 2, 2))),
            payload: end > header + 8 ? Array(bytes[(header + 8)..<end]) : [])
    }
}
