import Crypto
import Routing

/// Identities of events: 26 letters and digits in the form of a ULID, which sort by time.
///
/// They follow from what the event tells and from nothing else, so that an event which is made a second time is the same
/// one, and whoever got it before can drop it.
enum EventID {
    /// - Parameters:
    ///   - at: when it happened; the first ten characters, in milliseconds since 1970.
    ///   - key: whatever tells the event from others of the same moment.
    static func make(at: WallTime, key: String) -> String {
        let time = UInt64(clamping: at.milliseconds) & 0xFFFF_FFFF_FFFF
        var digits = stride(from: 45, through: 0, by: -5).map { Int(time >> UInt64($0)) & 31 }
        // 80 bits: 16 digits of five, taken from ten bytes.
        var bits = 0
        var count = 0
        for byte in SHA256.hash(data: Array(key.utf8)).prefix(10) {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            count += 8
            while count >= 5 {
                count -= 5
                digits.append(bits >> count & 31)
            }
        }
        return String(digits.map { alphabet[$0] })
    }

    /// Crockford's base 32.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}
