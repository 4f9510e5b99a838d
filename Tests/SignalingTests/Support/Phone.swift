@testable import Signaling

/// A softphone of the user anna that registers with digest.
final class Phone {
    let peer: ScriptedPeer
    private var sequence = 0
    private let callID: String

    init(_ fixture: AgentFixture, callID: String = "register") {
        peer = ScriptedPeer(server: fixture.udpPort)
        self.callID = callID
    }

    var contact: String { "sip:anna@127.0.0.1:\(peer.port)" }

    func text(
        user: String = "anna", expires: Int? = 300, contact: String? = nil, authorization: String? = nil
    ) -> String {
        sequence += 1
        var text = "REGISTER sip:127.0.0.1 SIP/2.0\r\n"
        text += "Via: SIP/2.0/UDP 127.0.0.1:\(peer.port);branch=z9hG4bK\(callID)\(sequence);rport\r\n"
        text += "Max-Forwards: 70\r\nFrom: <sip:\(user)@127.0.0.1>;tag=r\r\nTo: <sip:\(user)@127.0.0.1>\r\n"
        text += "Call-ID: \(callID)\r\nCSeq: \(sequence) REGISTER\r\n"
        text += "Contact: \(contact ?? "<\(self.contact)>")\r\n"
        if let expires { text += "Expires: \(expires)\r\n" }
        if let authorization { text += "Authorization: \(authorization)\r\n" }
        return text + "Content-Length: 0\r\n\r\n"
    }

    /// Challenge and answer; the final response.
    func register(user: String = "anna", secret: String = "s3cret", expires: Int = 300) -> PeerText? {
        peer.send(text(user: user, expires: expires))
        guard let challenge = peer.expect("SIP/2.0 401") else { return nil }
        let authorization = Self.authorize(
            challenge, user: user, secret: secret, method: "REGISTER", uri: "sip:127.0.0.1")
        peer.send(text(user: user, expires: expires, authorization: authorization))
        return peer.expect("SIP/2.0")
    }

    /// Takes the first challenge, which is the strongest.
    static func authorize(
        _ challenge: PeerText, user: String, secret: String, method: String, uri: String
    ) -> String? {
        guard let value = challenge.header("WWW-Authenticate"), let start = value.firstRange(of: "nonce=\"") else {
            return nil
        }
        let nonce = String(value[start.upperBound...].prefix { $0 != "\"" })
        let algorithm = value.contains("SHA-256") ? DigestAlgorithm.sha256 : .md5
        let response = algorithm.response(
            user: user, realm: "burdock", secret: secret, method: method, uri: uri, nonce: nonce,
            nonceCount: "00000001", cnonce: "abcdef")
        return "Digest username=\"\(user)\", realm=\"burdock\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
            + "response=\"\(response)\", algorithm=\(algorithm.rawValue), qop=auth, nc=00000001, cnonce=\"abcdef\""
    }
}
