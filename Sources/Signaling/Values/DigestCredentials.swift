/// The parameters of an Authorization header with the Digest scheme (RFC 7616 section 3.4), taken apart but not
/// believed.
struct DigestCredentials: Hashable, Sendable {
    var username: String
    var realm: String
    var nonce: String
    var uri: String
    /// As sent, in hexadecimal.
    var response: String
    var algorithm: DigestAlgorithm
    var cnonce: String
    /// The eight digits as sent, which are part of what is hashed.
    var nonceCount: String
    /// `qop=auth-int`: the body is part of what is hashed.
    var coversBody: Bool

    /// `nil` for another scheme, for what does not parse, for a repeated or missing parameter, and for anything but
    /// `qop=auth` and `qop=auth-int` with an algorithm that we offer.
    init?(_ header: String) {
        guard let values = DigestParameters.parse(header) else { return nil }
        guard let username = values["username"], let realm = values["realm"], let nonce = values["nonce"],
            let uri = values["uri"], let response = values["response"], let cnonce = values["cnonce"],
            let nonceCount = values["nc"], !cnonce.isEmpty, !username.isEmpty, !nonce.isEmpty
        else { return nil }
        guard let qop = values["qop"], qop == "auth" || qop == "auth-int",
            values["userhash", default: "false"].lowercased() == "false"
        else { return nil }
        guard let algorithm = DigestAlgorithm(name: values["algorithm"] ?? "MD5") else { return nil }
        guard nonceCount.utf8.count == 8, UInt32(nonceCount, radix: 16) != nil else { return nil }
        self.username = username
        self.realm = realm
        self.nonce = nonce
        self.uri = uri
        self.response = response
        self.algorithm = algorithm
        self.cnonce = cnonce
        self.nonceCount = nonceCount
        coversBody = qop == "auth-int"
    }
}
