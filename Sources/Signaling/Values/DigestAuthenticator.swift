import Crypto

/// What became of an Authorization header.
package enum DigestVerdict: Hashable, Sendable {
    case accepted(user: String)
    /// The password is right, but the nonce is not ours, too old, or was used with this count: challenge again with
    /// `stale`, and the phone will try again without asking its user.
    case stale
    case refused
}

/// Digest authentication on the server's side (RFC 3261 section 22, RFC 7616, RFC 8760). `qop=auth`
/// is what is offered; a client that answers with `auth-int` all the same is understood.
///
/// A challenge costs no memory; only requests that carried the right password do, and these within bounds.
package struct DigestAuthenticator: Sendable {
    /// A nonce is good for so many seconds.
    static let nonceLifetime: Int64 = 300
    /// Nonces whose counts are kept, twice.
    static let nonceCapacity = 65_536

    private let realm: String
    private let key: SymmetricKey
    private var issued: UInt64 = 0
    private var counts: NonceCounts

    /// - Parameters:
    ///   - realm: without quotes and backslashes.
    ///   - secret: at least 16 bytes of chance, new for each process.
    package init(realm: String, secret: [UInt8]) {
        self.init(realm: realm, secret: secret, nonceCapacity: Self.nonceCapacity)
    }

    init(realm: String, secret: [UInt8], nonceCapacity: Int) {
        self.realm = realm
        self.key = SymmetricKey(data: secret)
        self.counts = NonceCounts(capacity: nonceCapacity, lifetime: Self.nonceLifetime)
    }

    /// Values of WWW-Authenticate headers, with a nonce of their own.
    ///
    /// - Parameters:
    ///   - now: monotonic seconds.
    ///   - offered: in order of preference.
    package mutating func challenges(
        now: Int64, stale: Bool, offering offered: [DigestAlgorithm] = DigestAlgorithm.allCases
    ) -> [String] {
        issued &+= 1
        let nonce = DigestNonce(issuedAt: now, number: issued).text(key: key)
        return offered.map { algorithm in
            "Digest realm=\"\(realm)\", nonce=\"\(nonce)\", algorithm=\(algorithm.rawValue), qop=\"auth\""
                + (stale ? ", stale=true" : "")
        }
    }

    /// Judges an Authorization header's value.
    ///
    /// The same work is done for users that exist and for those that do not.
    ///
    /// - Parameters:
    ///   - requestURI: as in the request line; the header must name the same.
    ///   - body: of the request, for `auth-int`.
    ///   - now: monotonic seconds.
    package mutating func verify(
        _ authorization: String, method: String, requestURI: String, body: @autoclosure () -> [UInt8] = [], now: Int64,
        secretOf: (String) -> String?
    ) -> DigestVerdict {
        guard let credentials = DigestCredentials(authorization) else { return .refused }
        guard credentials.realm == realm, credentials.uri == requestURI else { return .refused }
        let secret = secretOf(credentials.username)
        let expected = credentials.algorithm.response(
            user: credentials.username, realm: realm, secret: secret ?? "no such user", method: method,
            uri: requestURI, nonce: credentials.nonce, nonceCount: credentials.nonceCount, cnonce: credentials.cnonce,
            body: credentials.coversBody ? body() : nil)
        let matches = constantTimeEquals(Array(expected.utf8), Array(credentials.response.lowercased().utf8))
        guard matches, secret != nil else { return .refused }
        guard let nonce = DigestNonce(credentials.nonce, key: key),
            let count = UInt32(credentials.nonceCount, radix: 16)
        else { return .stale }
        let (age, overflow) = now.subtractingReportingOverflow(nonce.issuedAt)
        guard !overflow, (0...Self.nonceLifetime).contains(age) else { return .stale }
        return counts.advance(nonce, to: count, now: now) ? .accepted(user: credentials.username) : .stale
    }
}
