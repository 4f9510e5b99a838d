import Testing

@testable import Signaling

/// A call from the trunk at 127.0.0.1 that has been accepted, and its peer.
struct UpCall {
    let fixture: AgentFixture
    let peer: ScriptedPeer
    let call: PeerCall
    let leg: LegID
    /// The agent's.
    let tag: String
    /// The 200.
    let answer: PeerText

    /// - Parameters:
    ///   - headers: further lines of the INVITE.
    ///   - body: its offer.
    init(
        _ fixture: AgentFixture, callID: String, headers: [String] = [], body: String? = PeerCall.sdp(),
        acknowledges: Bool = true
    ) throws {
        self.fixture = fixture
        peer = ScriptedPeer(server: fixture.udpPort)
        call = PeerCall(port: peer.port, callID: callID)
        peer.send(call.request("INVITE", sequence: 1, headers: headers, body: body))
        _ = try #require(peer.expect("SIP/2.0 100"))
        let incoming = try #require(
            fixture.first { if case .incoming(let call) = $0, call.sipCallID == callID { call } else { nil } })
        leg = incoming.leg
        fixture.perform(.accept(leg, media: AgentFixture.media))
        answer = try #require(peer.expect("SIP/2.0 200"))
        tag = try #require(answer.parameter("tag", of: "To"))
        if acknowledges { acknowledge(1) }
    }

    /// The same call, whose peer writes it in another way.
    init(_ other: UpCall, call: PeerCall) {
        fixture = other.fixture
        peer = other.peer
        self.call = call
        leg = other.leg
        tag = other.tag
        answer = other.answer
    }

    func send(
        _ method: String, _ sequence: Int, branch: String? = nil, headers: [String] = [], body: String? = nil,
        type: String = "application/sdp"
    ) {
        peer.send(
            call.request(
                method, sequence: sequence, branch: branch, to: tag, headers: headers, body: body, contentType: type))
    }

    func acknowledge(_ sequence: Int, body: String? = nil) {
        send("ACK", sequence, branch: "ack\(sequence)", body: body)
    }

    /// The response to the peer's request with this number; those of others are passed over.
    func response(_ sequence: Int, _ method: String, _ status: String = "SIP/2.0") -> PeerText? {
        for _ in 0..<50 {
            guard let message = peer.expect(status) else { return nil }
            if message.header("CSeq") == "\(sequence) \(method)" { return message }
        }
        return nil
    }

    func respond(_ status: String, to request: PeerText, headers: [String] = [], body: String? = nil) {
        peer.send(
            PeerCall.response(
                status, to: request, tag: nil, contact: "sip:peer@127.0.0.1:\(peer.port)", headers: headers,
                body: body))
    }
}
