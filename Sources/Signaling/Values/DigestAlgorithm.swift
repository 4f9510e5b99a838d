import Crypto

/// Hash functions of digest authentication that we offer, strongest first (RFC 8760 section 2.4).
package enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable {
    case sha256 = "SHA-256"
    case md5 = "MD5"

    init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == name.uppercased() }) else { return nil }
        self = found
    }

    /// Lower-case hexadecimal hash of a text.
    func hash(_ text: String) -> String { hash(Array(text.utf8)) }

    private func hash(_ bytes: [UInt8]) -> String {
        switch self {
        case .sha256: Self.hexadecimal(SHA256.hash(data: bytes))
        case .md5: Self.hexadecimal(Insecure.MD5.hash(data: bytes))
        }
    }

    /// The response of RFC 7616 section 3.4.1 for `qop=auth`; with a body, for `qop=auth-int`.
    func response(
        user: String, realm: String, secret: String, method: String, uri: String, nonce: String, nonceCount: String,
        cnonce: String, body: [UInt8]? = nil
    ) -> String {
        let first = hash("\(user):\(realm):\(secret)")
        let second = hash(body.map { "\(method):\(uri):\(hash($0))" } ?? "\(method):\(uri)")
        let protection = body == nil ? "auth" : "auth-int"
        return hash("\(first):\(nonce):\(nonceCount):\(cnonce):\(protection):\(second)")
    }

    /// The response of RFC 2069, for challenges without `qop`.
    func response(user: String, realm: String, secret: String, method: String, uri: String, nonce: String) -> String {
        let first = hash("\(user):\(realm):\(secret)")
        let second = hash("\(method):\(uri)")
        return hash("\(first):\(nonce):\(second)")
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        return String(unsafeUninitializedCapacity: 2 * bytes.count) { target in
            for (index, byte) in bytes.enumerated() {
                target[2 * index] = digit(byte >> 4)
                target[2 * index + 1] = digit(byte & 15)
            }
            return 2 * bytes.count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
