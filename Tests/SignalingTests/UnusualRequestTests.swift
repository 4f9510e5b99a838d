import Testing

@testable import Signaling

// Goal: requests that are lawful and rare, or of peers that are older than RFC 3261, get what the RFCs say.

@Suite struct UnusualRequestTests {
    @Test func authorizationOfAnotherSchemeCountsAsAbsent() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        phone.peer.send(phone.text(authorization: "NoOneKnowsThisScheme opaque-data=here"))
        #expect(phone.peer.receive()?.firstLine == "SIP/2.0 401 Unauthorized")
        phone.peer.send(phone.text(authorization: "Digestive biscuit=1"))
        #expect(phone.peer.receive()?.firstLine == "SIP/2.0 401 Unauthorized")
        await fixture.stop()
    }

    @Test func credentialsForOurRealmAreFoundAmongOthers() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        phone.peer.send(phone.text())
        let challenge = try #require(phone.peer.expect("SIP/2.0 401"))
        let right = try #require(
            Phone.authorize(challenge, user: "anna", secret: "s3cret", method: "REGISTER", uri: "sip:127.0.0.1"))
        let other = right.replacing("realm=\"burdock\"", with: "realm=\"elsewhere\"")
        phone.peer.send(phone.text(authorization: "\(other)\r\nAuthorization: Basic x\r\nAuthorization: \(right)"))
        #expect(phone.peer.receive()?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    @Test func callerWithoutContactIsWhereTheCallCameFrom() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "u1")
        let text = call.request("INVITE", sequence: 1, body: PeerCall.sdp())
        peer.send(text.replacing("Contact: <sip:peer@127.0.0.1:\(peer.port)>\r\n", with: ""))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: answer.parameter("tag", of: "To")))
        fixture.perform(.hangUp(incoming.leg))
        #expect(peer.expect("BYE")?.firstLine == "BYE sip:127.0.0.1:\(peer.port) SIP/2.0")
        await fixture.stop()
    }

    @Test(arguments: [
        ("text/nobodyKnowsThis", false), ("application/json, text/*", false), ("application/sdp", true),
        ("text/plain, Application/SDP;level=1", true), ("*/*", true), ("application/*;q=0.5", true), ("", true),
    ])
    func whoTakesNoSessionDescriptionGets406(accept: String, isTaken: Bool) async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(
            PeerCall(port: peer.port, callID: "u2").request(
                "INVITE", sequence: 1, headers: ["Accept: \(accept)"], body: PeerCall.sdp()))
        #expect(peer.receive()?.firstLine == (isTaken ? "SIP/2.0 100 Trying" : "SIP/2.0 406 Not Acceptable"))
        await fixture.stop()
    }

    @Test func twoCallsWithTheBareCookieAreTwo() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        for callID in ["u3", "u4"] {
            let text = PeerCall(port: peer.port, callID: callID).request("INVITE", sequence: 1, body: PeerCall.sdp())
            peer.send(text.replacing("z9hG4bK\(callID)1", with: "z9hG4bK"))
            #expect(peer.receive()?.firstLine == "SIP/2.0 100 Trying")
        }
        #expect(await fixture.agent.counters.serverTransactions == 2)
        await fixture.stop()
    }

    @Test func datagramBeyondTheLimitIsAnswered() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "u5")
        peer.send(call.request("INVITE", sequence: 1, body: String(repeating: "x", count: 60_000)))
        #expect(peer.receive()?.firstLine == "SIP/2.0 513 Message Too Large")
        await fixture.stop()
    }
}
