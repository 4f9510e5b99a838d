/// An Authorization header on our side as registrar, and a challenge of a trunk.
@Sendable func fuzzDigest(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    var authenticator = DigestAuthenticator(realm: "burdock", secret: [UInt8](repeating: 7, count: 32))
    let nonce = authenticator.challenges(now: 0, stale: false)
    precondition(!nonce.isEmpty)
    // The user's password, which the fuzzer does not know.
    let verdict = authenticator.verify(text, method: "REGISTER", requestURI: "sip:burdock", now: 1) {
        $0 == "anna" ? "s3cret" : nil
    }
    if case .accepted = verdict { preconditionFailure("nobody can know the nonce") }
    guard let challenge = DigestChallenge(text) else { return }
    let header = challenge.authorization(
        user: "account", secret: "x", method: "INVITE", uri: "sip:1@h", count: 1, cnonce: "c")
    precondition(header.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    precondition(DigestParameters.parse(header)?["username"] == "account")
}
