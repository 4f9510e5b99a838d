import Testing

@testable import Signaling

// Goal: calls that come in, over a real UDP socket, with the timers of SIP shortened to a tenth.
// Method: a scripted peer sends exact texts; what the agent sends and reports is compared.

@Suite struct IncomingCallTests {
    /// A call that is up: the agent's tag, the leg, and the 200.
    private struct Up {
        var leg: LegID
        var tag: String
        var answer: PeerText
    }

    private func answer(
        _ fixture: AgentFixture, _ peer: ScriptedPeer, _ call: PeerCall, body: String? = PeerCall.sdp()
    ) throws -> Up {
        peer.send(call.request("INVITE", sequence: 1, body: body))
        _ = try #require(peer.expect("SIP/2.0 100"))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        let tag = try #require(answer.parameter("tag", of: "To"))
        return Up(leg: incoming.leg, tag: tag, answer: answer)
    }

    @Test func callFromTrunkIsAnsweredAndPeerHangsUp() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-1")
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 100") != nil)
        let incoming = try #require(fixture.incoming())
        #expect(incoming.source == .trunk("trunk"))
        #expect(incoming.dialled == "100")
        #expect(incoming.number == "+380441234567")
        #expect(incoming.name == "Olha")
        fixture.perform(.ring(incoming.leg))
        let ringing = try #require(peer.expect("SIP/2.0 180"))
        #expect(ringing.parameter("tag", of: "To") != nil)
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        #expect(answer.parameter("tag", of: "To") == ringing.parameter("tag", of: "To"))
        #expect(answer.body.contains("m=audio 20000 RTP/AVP 8"))
        #expect(answer.body.contains("c=IN IP4 127.0.0.1"))
        let media = try #require(fixture.established(incoming.leg))
        #expect(media.port == 40_000)
        #expect(media.codec == .pcma)
        let tag = answer.parameter("tag", of: "To")
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: tag))
        peer.send(call.request("BYE", sequence: 2, to: tag))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "2 BYE")
        #expect(fixture.end(of: incoming.leg) == LegEnd(.peerHungUp))
        await fixture.stop()
    }

    @Test func hangUpSendsByeToThePeersContact() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-2")
        let up = try answer(fixture, peer, call)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        _ = fixture.established(up.leg)
        peer.send(call.request("INFO", sequence: 2, to: up.tag))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "2 INFO")
        fixture.perform(.hangUp(up.leg))
        let bye = try #require(peer.expect("BYE"))
        #expect(bye.firstLine == "BYE sip:peer@127.0.0.1:\(peer.port) SIP/2.0")
        #expect(bye.parameter("tag", of: "From") == up.tag)
        #expect(bye.parameter("tag", of: "To") == "peer-tag")
        peer.send(PeerCall.response("200 OK", to: bye, tag: nil))
        #expect(fixture.end(of: up.leg) == LegEnd(.byUs))
        await fixture.stop()
    }

    @Test(arguments: ["255.255.255.255", "0.0.0.0", "224.0.0.1"])
    func contactThatNobodyCanBeSentToCostsNeitherTheCallNorTheListener(host: String) async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        var call = PeerCall(port: peer.port, callID: "in-nowhere")
        call.contactHost = host
        let up = try answer(fixture, peer, call)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        fixture.perform(.hangUp(up.leg))
        #expect(peer.expect("BYE") != nil)
        peer.send(PeerCall(port: peer.port, callID: "in-after").request("OPTIONS", sequence: 1))
        #expect(peer.expect("SIP/2.0 200") != nil)
        await fixture.stop()
    }

    @Test func cancelEndsTheCallWith487() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-3")
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        _ = peer.expect("SIP/2.0 100")
        let incoming = try #require(fixture.incoming())
        peer.send(call.request("CANCEL", sequence: 1))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "1 CANCEL")
        let final = try #require(peer.expect("SIP/2.0 487"))
        #expect(final.header("CSeq") == "1 INVITE")
        peer.send(call.request("ACK", sequence: 1, to: final.parameter("tag", of: "To")))
        #expect(fixture.end(of: incoming.leg) == LegEnd(.peerCancelled, status: 487))
        await fixture.stop()
    }

    @Test func cancelThatCrossesThe200ChangesNothing() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-4")
        let up = try answer(fixture, peer, call)
        peer.send(call.request("CANCEL", sequence: 1))
        var cancelled = peer.expect("SIP/2.0 200")
        while cancelled?.header("CSeq") == "1 INVITE" { cancelled = peer.expect("SIP/2.0 200") }
        #expect(cancelled?.header("CSeq") == "1 CANCEL")
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        peer.send(call.request("BYE", sequence: 2, to: up.tag))
        #expect(fixture.end(of: up.leg) == LegEnd(.peerHungUp))
        await fixture.stop()
    }

    @Test func offerIsMadeWhenTheInviteHasNone() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-5")
        let up = try answer(fixture, peer, call, body: nil)
        #expect(up.answer.body.contains("m=audio 20000 RTP/AVP 8 0"))
        peer.send(
            call.request(
                "ACK", sequence: 1, branch: "ack", to: up.tag, body: PeerCall.sdp(port: 41_000, formats: "0")))
        let media = try #require(fixture.established(up.leg))
        #expect(media.port == 41_000)
        #expect(media.codec == .pcmu)
        await fixture.stop()
    }

    @Test func ackWithoutTheOwedAnswerEndsTheCall() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-6")
        let up = try answer(fixture, peer, call, body: nil)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        #expect(peer.expect("BYE") != nil)
        #expect(fixture.end(of: up.leg) == LegEnd(.failed, status: 488))
        await fixture.stop()
    }

    @Test func offerWithoutACommonCodecGets488() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-7")
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp(formats: "18")))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        #expect(peer.expect("SIP/2.0 488") != nil)
        #expect(fixture.end(of: incoming.leg) == LegEnd(.failed, status: 488))
        await fixture.stop()
    }

    @Test func rejectSendsTheStatusUntilItsAck() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-8")
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.reject(incoming.leg, status: 486))
        let first = try #require(peer.expect("SIP/2.0 486"))
        let again = try #require(peer.expect("SIP/2.0 486"))
        #expect(first == again)
        peer.send(call.request("ACK", sequence: 1, to: first.parameter("tag", of: "To")))
        #expect(fixture.end(of: incoming.leg) == LegEnd(.byUs, status: 486))
        while peer.receive(within: 300) != nil {}
        #expect(peer.receive(within: 500) == nil)
        await fixture.stop()
    }

    @Test func holdAndResumeByReinvite() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-9")
        let up = try answer(fixture, peer, call)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        let uri = up.answer.contact
        peer.send(
            call.request("INVITE", sequence: 2, to: up.tag, uri: uri, body: PeerCall.sdp(direction: "sendonly")))
        var held = try #require(peer.expect("SIP/2.0 200"))
        while held.header("CSeq") != "2 INVITE" { held = try #require(peer.expect("SIP/2.0 200")) }
        #expect(held.body.contains("a=recvonly"))
        #expect(fixture.modified(up.leg, .sendOnly) != nil)
        peer.send(call.request("ACK", sequence: 2, branch: "ack2", to: up.tag, uri: uri))
        peer.send(call.request("INVITE", sequence: 3, to: up.tag, uri: uri, body: PeerCall.sdp()))
        var resumed = try #require(peer.expect("SIP/2.0 200"))
        while resumed.header("CSeq") != "3 INVITE" { resumed = try #require(peer.expect("SIP/2.0 200")) }
        #expect(resumed.body.contains("a=sendrecv"))
        #expect(fixture.modified(up.leg, .sendReceive) != nil)
        peer.send(call.request("ACK", sequence: 3, branch: "ack3", to: up.tag, uri: uri))
        await fixture.stop()
    }

    @Test func reinviteOutOfOrderGets500AndWhileTheAnswerIsOwed491() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-10")
        let up = try answer(fixture, peer, call, body: nil)
        peer.send(call.request("INVITE", sequence: 2, to: up.tag, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 491") != nil)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag, body: PeerCall.sdp()))
        #expect(fixture.established(up.leg) != nil)
        peer.send(call.request("INVITE", sequence: 1, branch: "other", to: up.tag, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 500") != nil)
        await fixture.stop()
    }

    @Test func keysComeBySIPInfo() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-11")
        let up = try answer(fixture, peer, call)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        peer.send(
            call.request(
                "INFO", sequence: 2, to: up.tag, body: "Signal=5\r\nDuration=160\r\n",
                contentType: "application/dtmf-relay"))
        let key: Character? = fixture.first { if case .keyPressed(up.leg, let key) = $0 { key } else { nil } }
        #expect(key == "5")
        await fixture.stop()
    }

    @Test func retransmittedInviteGetsTheSameAnswer() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-12")
        let invite = call.request("INVITE", sequence: 1, body: PeerCall.sdp())
        peer.send(invite)
        let first = try #require(peer.expect("SIP/2.0 100"))
        peer.send(invite)
        #expect(peer.expect("SIP/2.0 100") == first)
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: answer.parameter("tag", of: "To")))
        while peer.receive(within: 200) != nil {}
        peer.send(invite)
        #expect(peer.expect("SIP/2.0 200") == answer)
        let calls = fixture.events.filter { if case .incoming = $0 { true } else { false } }
        #expect(calls.count == 1)
        await fixture.stop()
    }

    @Test func lostAckRepeatsThe200AndEndsWithBye() async throws {
        let fixture = try await AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(15)))
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-13")
        let up = try answer(fixture, peer, call)
        var repeated = 0
        var bye: PeerText?
        while bye == nil, let message = peer.receive() {
            if message == up.answer { repeated += 1 }
            if message.firstLine.hasPrefix("BYE") { bye = message }
        }
        #expect(repeated >= 5)
        #expect(bye != nil)
        #expect(fixture.end(of: up.leg) == LegEnd(.failed))
        await fixture.stop()
    }

    @Test func hangUpBeforeTheAckWaitsForIt() async throws {
        let fixture = try await AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(100)))
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "in-14")
        let up = try answer(fixture, peer, call)
        fixture.perform(.hangUp(up.leg))
        #expect(fixture.end(of: up.leg) == LegEnd(.byUs))
        #expect(peer.expect("BYE", within: 60) == nil)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: up.tag))
        #expect(peer.expect("BYE") != nil)
        await fixture.stop()
    }
}
