/// What a server wants to be proved before it takes a request of ours (RFC 3261 section 22.2, RFC 7616 section 3.3).
///
/// Everything here came from the network and goes back into a header, so only values that need no escaping are taken.
/// `stale` is not looked at: whether the nonce is a new one says the same, also of servers that forget the word.
struct DigestChallenge: Hashable, Sendable {
    /// Challenges of one response that are looked at.
    static let maxHeaders = 8

    var realm: String
    var nonce: String
    /// To be given back as it came.
    var opaque: String?
    var algorithm: DigestAlgorithm
    /// `qop=auth`; else the older form without a client's nonce.
    var protects: Bool

    /// `nil` for another scheme, for what does not parse, and for an algorithm or protection that we do not know.
    init?(_ header: String) {
        guard let values = DigestParameters.parse(header), let realm = values["realm"], let nonce = values["nonce"]
        else { return nil }
        guard let algorithm = DigestAlgorithm(name: values["algorithm"] ?? DigestAlgorithm.md5.rawValue) else {
            return nil
        }
        let options = (values["qop"] ?? "").split(separator: ",").map { SIPTrim.trimmed($0).lowercased() }
        guard options.isEmpty || options.contains("auth") else { return nil }
        guard !nonce.isEmpty, [realm, nonce, values["opaque"] ?? ""].allSatisfy(Self.needsNoEscape) else { return nil }
        self.realm = realm
        self.nonce = nonce
        self.opaque = values["opaque"]
        self.algorithm = algorithm
        protects = !options.isEmpty
    }

    /// The one with the strongest algorithm, the first of equals (RFC 8760 section 2.4).
    static func strongest(of headers: [String]) -> DigestChallenge? {
        let known = headers.prefix(maxHeaders).compactMap { DigestChallenge($0) }
        return DigestAlgorithm.allCases.lazy.compactMap { algorithm in
            known.first { $0.algorithm == algorithm }
        }.first
    }

    /// Value of an Authorization or Proxy-Authorization header.
    ///
    /// - Parameters:
    ///   - user: without control characters.
    ///   - uri: the Request-URI.
    ///   - count: how many requests have been sent with this nonce, this one among them.
    func authorization(
        user: String, secret: String, method: String, uri: String, count: UInt32, cnonce: String
    ) -> String {
        let digits = String(count, radix: 16)
        let nonceCount = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        let response =
            protects
            ? algorithm.response(
                user: user, realm: realm, secret: secret, method: method, uri: uri, nonce: nonce,
                nonceCount: nonceCount, cnonce: cnonce)
            : algorithm.response(
                user: user, realm: realm, secret: secret, method: method, uri: uri, nonce: nonce)
        var text = "Digest username=\(Self.quoted(user)), realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\""
        text += ", response=\"\(response)\", algorithm=\(algorithm.rawValue)"
        if protects { text += ", cnonce=\"\(cnonce)\", qop=auth, nc=\(nonceCount)" }
        if let opaque { text += ", opaque=\"\(opaque)\"" }
        return text
    }

    /// May stand between quotes as it is.
    private static func needsNoEscape(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != Ascii.quote && $0 != Ascii.backslash }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
