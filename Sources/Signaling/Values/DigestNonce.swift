import Crypto

/// A nonce that we can recognise without having kept it: when it was made, its number, and a keyed hash of both.
struct DigestNonce: Hashable, Sendable {
    /// Monotonic seconds.
    var issuedAt: Int64
    /// Rises by one with every nonce, so that no two are alike.
    var number: UInt64

    /// Bytes of the keyed hash that are sent.
    private static let sealBytes = 16

    func text(key: SymmetricKey) -> String {
        DigestAlgorithm.hexadecimal(payload + seal(key))
    }

    init(issuedAt: Int64, number: UInt64) {
        self.issuedAt = issuedAt
        self.number = number
    }

    /// `nil` if the text was not made by us with this key.
    init?(_ text: String, key: SymmetricKey) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * (16 + Self.sealBytes) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        let issuedAt = bytes[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let number = bytes[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(issuedAt: Int64(bitPattern: issuedAt), number: number)
        guard constantTimeEquals(Array(bytes[16...]), seal(key)) else { return nil }
    }

    private var payload: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + Self.sealBytes)
        withUnsafeBytes(of: issuedAt.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    private func seal(_ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: payload, using: key).prefix(Self.sealBytes))
    }

    /// Lower case only: one nonce has one spelling.
    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit &- UInt8(ascii: "a") &+ 10
        default: nil
        }
    }
}

/// Takes as long for the first byte that differs as for the last.
func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
