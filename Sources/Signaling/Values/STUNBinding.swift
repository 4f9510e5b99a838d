/// STUN on the SIP port (RFC 5389, RFC 5626 §3.5.2): phones keep their way through a NAT open with binding requests and
/// take a flow for dead that does not answer them. No state, and never much longer than the request.
enum STUNBinding {
    private static let headerLength = 20
    private static let cookie: [UInt8] = [0x21, 0x12, 0xA4, 0x42]
    /// Attributes that have to be understood and may stand in a request to anybody: USERNAME, MESSAGE-INTEGRITY, REALM,
    /// NONCE. We neither ask for them nor look into them.
    private static let understood: Set<UInt16> = [0x0006, 0x0008, 0x0014, 0x0015]
    /// Unknown attributes that the refusal names, at most.
    private static let maxUnknown = 4

    /// The response to a datagram; `nil` if it is no binding request.
    ///
    /// - Parameter address: numeric.
    static func response(to datagram: [UInt8], address: String, port: UInt16) -> [UInt8]? {
        guard datagram.count >= headerLength, datagram[0] == 0, datagram[1] == 1,
            Array(datagram[4..<8]) == cookie, Int(word(datagram, 2)) == datagram.count - headerLength,
            datagram.count % 4 == 0, let unknown = unknownAttributes(datagram), let peer = NumericAddress(address)
        else { return nil }
        let transaction = datagram[4..<headerLength]
        guard unknown.isEmpty else {
            // Error-Code 420, and Unknown-Attributes padded to whole words.
            var body: [UInt8] = [0x00, 0x09, 0, 4, 0, 0, 4, 20]
            body += [0x00, 0x0A, 0, UInt8(2 * unknown.count)] + unknown.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            if unknown.count % 2 == 1 { body += [0, 0] }
            return [0x01, 0x11, 0, UInt8(body.count)] + transaction + body
        }
        let isWide = peer.family == .ipv6
        let octets = (0..<peer.width / 8).reversed().map { UInt8(truncatingIfNeeded: peer.bits >> ($0 * 8)) }
        let masked = zip(octets, transaction).map { $0 ^ $1 }
        let body: [UInt8] =
            [0x00, 0x20, 0, isWide ? 20 : 8, 0, isWide ? 2 : 1]
            + [UInt8(port >> 8) ^ cookie[0], UInt8(port & 0xFF) ^ cookie[1]] + masked
        return [0x01, 0x01, 0, UInt8(body.count)] + transaction + body
    }

    /// Attributes that had to be understood and are not; `nil` if the attributes do not fit the message.
    private static func unknownAttributes(_ datagram: [UInt8]) -> [UInt16]? {
        var unknown: [UInt16] = []
        var position = headerLength
        while position < datagram.count {
            guard position + 4 <= datagram.count else { return nil }
            let type = word(datagram, position)
            let length = Int(word(datagram, position + 2))
            position += 4 + (length + 3) / 4 * 4
            guard position <= datagram.count else { return nil }
            if type < 0x8000, !understood.contains(type), unknown.count < maxUnknown { unknown.append(type) }
        }
        return unknown
    }

    private static func word(_ bytes: [UInt8], _ index: Int) -> UInt16 {
        guard index >= 0, index + 1 < bytes.count else { return 0 }
        return UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }
}
