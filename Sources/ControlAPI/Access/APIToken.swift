import Crypto

/// A token of the API as its owner has it: `bk_` and 256 bits of chance. It is shown once and never kept.
struct APIToken: Hashable, Sendable {
    private static let prefix = "bk_"
    private static let bytes = 32
    /// Nothing longer is looked at.
    private static let longest = 128

    let text: String

    /// A new one. The system's generator is fit for secrets (getrandom(2)).
    init() {
        var generator = SystemRandomNumberGenerator()
        let bits = (0..<Self.bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        text = Self.prefix + Self.base64URL(bits)
    }

    /// What stands behind `Bearer`; `nil` if it cannot be one of ours.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.longest, text.hasPrefix(Self.prefix) else { return nil }
        self.text = String(text)
    }

    /// By which it is known at rest. A fast hash will do: nobody guesses 256 bits.
    var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// RFC 4648 section 5, without padding.
    private static func base64URL(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var text = ""
        var (buffer, bits) = (0, 0)
        for byte in bytes {
            (buffer, bits) = (buffer << 8 | Int(byte), bits + 8)
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[buffer >> bits & 63])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[buffer << (6 - bits) & 63]) }
        return text
    }
}

/// Whether both have the same bytes, in a time that tells nothing of where they differ.
func equalsInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
}
