import Crypto
import Foundation
import Routing

/// The shared secret with which requests are signed.
package struct SigningKey: Hashable, Sendable {
    let bytes: [UInt8]

    /// - Parameter secret: `whsec_` with base 64 behind it, as Standard Webhooks has it; any other text counts as its
    ///   UTF-8 bytes.
    package init(_ secret: String) {
        let prefix = "whsec_"
        if secret.hasPrefix(prefix), let decoded = Data(base64Encoded: String(secret.dropFirst(prefix.count))) {
            bytes = Array(decoded)
        } else {
            bytes = Array(secret.utf8)
        }
    }
}

/// The headers by which a receiver knows who sends, and that it is no replay (Standard Webhooks 1.0).
enum Signature {
    static func headers(id: String, at now: WallTime, body: String, key: SigningKey) -> [(String, String)] {
        let timestamp = String(now.milliseconds / 1_000)
        return [
            ("webhook-id", id), ("webhook-timestamp", timestamp),
            ("webhook-signature", sign(id: id, timestamp: timestamp, body: body, key: key)),
        ]
    }

    static func sign(id: String, timestamp: String, body: String, key: SigningKey) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(id).\(timestamp).\(body)".utf8), using: SymmetricKey(data: key.bytes))
        return "v1," + Data(code).base64EncodedString()
    }
}
