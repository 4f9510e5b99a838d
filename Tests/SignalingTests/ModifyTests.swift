import Testing

@testable import Signaling

// Goal: the peer changes a session in every state there is (RFC 3261 §14.2, RFC 3311), holds it in every way there
// is, and says things that come too late. Method: a scripted peer over UDP.

@Suite struct ModifyTests {
    /// A call that rings and has no answer.
    private func ringing(
        _ fixture: AgentFixture, _ peer: ScriptedPeer, _ call: PeerCall
    ) throws -> (leg: LegID, tag: String) {
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.ring(incoming.leg))
        let tag = try #require(peer.expect("SIP/2.0 180")?.parameter("tag", of: "To"))
        return (incoming.leg, tag)
    }

    private static func isPause(_ response: PeerText?) -> Bool {
        response?.header("Retry-After").flatMap { Int($0) }.map { (0...10).contains($0) } ?? false
    }

    // MARK: Before the answer

    @Test func reinviteBeforeTheAnswerIsToComeAgainLater() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "m-1")
        let (_, tag) = try ringing(fixture, peer, call)
        let text = call.request("INVITE", sequence: 2, to: tag, body: PeerCall.sdp())
        peer.send(text)
        let refusal = try #require(peer.expect("SIP/2.0 500"))
        #expect(Self.isPause(refusal))
        peer.send(text)
        #expect(peer.expect("SIP/2.0 500") == refusal)
        await fixture.stop()
    }

    @Test func updateBeforeTheAnswerMayBringNoOffer() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "m-2")
        let (leg, tag) = try ringing(fixture, peer, call)
        peer.send(call.request("UPDATE", sequence: 2, to: tag))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "2 UPDATE")
        peer.send(call.request("UPDATE", sequence: 3, to: tag, body: PeerCall.sdp()))
        #expect(Self.isPause(peer.expect("SIP/2.0 500")))
        fixture.perform(.accept(leg, media: AgentFixture.media))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "1 INVITE")
        await fixture.stop()
    }

    @Test func updateOfWhomWeCallBeforeTheAnswer() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, tag: "far")
        #expect(house.rang(called.leg))
        var call = PeerCall(port: house.trunk.port, callID: called.invite.header("Call-ID") ?? "")
        call.fromTag = "far"
        house.trunk.send(call.request("UPDATE", sequence: 4, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 200")?.header("CSeq") == "4 UPDATE")
        house.trunk.send(call.request("UPDATE", sequence: 5, to: called.tag, body: PeerCall.sdp()))
        #expect(house.trunk.expect("SIP/2.0 491")?.header("CSeq") == "5 UPDATE")
        house.trunk.send(call.request("INVITE", sequence: 6, to: called.tag, body: PeerCall.sdp()))
        #expect(house.trunk.expect("SIP/2.0 491")?.header("CSeq") == "6 INVITE")
        house.trunk.send(call.request("UPDATE", sequence: 3, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 500") != nil)
        call.fromTag = "nobody"
        house.trunk.send(call.request("UPDATE", sequence: 7, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 481") != nil)
        await house.fixture.stop()
    }

    @Test func numbersOfTheEarlyDialogCountAfterTheAnswer() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, tag: "far")
        #expect(house.rang(called.leg))
        var call = PeerCall(port: house.trunk.port, callID: called.invite.header("Call-ID") ?? "")
        call.fromTag = "far"
        house.trunk.send(call.request("UPDATE", sequence: 9, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 200") != nil)
        #expect(house.answer(called) != nil)
        house.trunk.send(call.request("INFO", sequence: 8, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 500") != nil)
        house.trunk.send(call.request("INFO", sequence: 10, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 200") != nil)
        await house.fixture.stop()
    }

    @Test func byeOfWhomWeCallWhoseAnswerWasLostEndsTheCall() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, tag: "far")
        #expect(house.rang(called.leg))
        var call = PeerCall(port: house.trunk.port, callID: called.invite.header("Call-ID") ?? "")
        call.fromTag = "far"
        house.trunk.send(call.request("BYE", sequence: 1, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 200")?.header("CSeq") == "1 BYE")
        #expect(house.fixture.end(of: called.leg) == LegEnd(.peerHungUp))
        // The 2xx comes again, and is put to its end.
        house.respond("200 OK", to: called.invite, tag: "far", body: PeerCall.sdp())
        #expect(house.trunk.expect("ACK") != nil)
        #expect(house.trunk.expect("BYE") != nil)
        #expect(house.fixture.events.count { if case .ended = $0 { true } else { false } } == 1)
        await house.fixture.stop()
    }

    // MARK: Between the answer and its ACK

    @Test func reinviteBeforeTheACKSettlesTheFirstAnswer() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-3", acknowledges: false)
        up.send("INVITE", 2, body: PeerCall.sdp(port: 41_000))
        #expect(up.response(2, "INVITE", "SIP/2.0 200") != nil)
        up.acknowledge(2)
        #expect(fixture.modified(up.leg, .sendReceive)?.port == 41_000)
        while let late = up.peer.receive(within: 300) { #expect(late.header("CSeq") != "1 INVITE") }
        await fixture.stop()
    }

    @Test(arguments: ["INVITE", "UPDATE"])
    func offerThatCrossesOursGets491(method: String) async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-4", body: nil, acknowledges: false)
        up.send(method, 2, body: PeerCall.sdp())
        #expect(up.response(2, method, "SIP/2.0 491") != nil)
        up.acknowledge(1, body: PeerCall.sdp())
        #expect(fixture.established(up.leg) != nil)
        up.send(method, 3, body: PeerCall.sdp(direction: "sendonly"))
        #expect(up.response(3, method, "SIP/2.0 200") != nil)
        await fixture.stop()
    }

    @Test func offerOwedForAReinviteIsGlareToo() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-5")
        up.send("INVITE", 2)
        let offer = try #require(up.response(2, "INVITE", "SIP/2.0 200"))
        #expect(offer.body.contains("m=audio 20000 RTP/AVP 8 0"))
        up.send("UPDATE", 3, body: PeerCall.sdp())
        #expect(up.response(3, "UPDATE", "SIP/2.0 491") != nil)
        up.acknowledge(2, body: PeerCall.sdp(port: 42_000))
        #expect(fixture.modified(up.leg, .sendReceive)?.port == 42_000)
        await fixture.stop()
    }

    // MARK: In the conversation

    @Test(arguments: [("sendonly", "recvonly"), ("inactive", "inactive"), ("recvonly", "sendonly")])
    func holdByDirection(theirs: String, ours: String) async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-6")
        for (number, method) in [(2, "INVITE"), (3, "UPDATE")] {
            up.send(method, number, body: PeerCall.sdp(port: 41_000 + number, direction: theirs))
            let answer = try #require(up.response(number, method, "SIP/2.0 200"))
            #expect(answer.body.contains("a=\(ours)\r\n"))
            #expect(answer.header("Contact") != nil)
            if method == "INVITE" { up.acknowledge(number) }
        }
        let wanted: RemoteMedia.Direction =
            theirs == "sendonly" ? .sendOnly : theirs == "inactive" ? .inactive : .receiveOnly
        #expect(fixture.modified(up.leg, wanted) != nil)
        await fixture.stop()
    }

    @Test func holdByTheOldAddress() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-7")
        let held = PeerCall.sdp().replacing("c=IN IP4 127.0.0.1", with: "c=IN IP4 0.0.0.0")
        up.send("INVITE", 2, body: held)
        #expect(up.response(2, "INVITE")?.body.contains("a=recvonly") == true)
        #expect(fixture.modified(up.leg, .sendOnly) != nil)
        up.acknowledge(2)
        await fixture.stop()
    }

    @Test func refusedChangeLeavesTheSessionAndTheNumberAsTheyWere() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-8")
        for method in ["INVITE", "UPDATE"] {
            let number = method == "INVITE" ? 2 : 3
            up.send(method, number, body: PeerCall.sdp(formats: "18"))
            #expect(up.response(number, method, "SIP/2.0 488") != nil)
            up.send(method, number + 10, body: "hello", type: "text/plain")
            #expect(up.response(number + 10, method, "SIP/2.0 415") != nil)
            if method == "UPDATE" { break }
        }
        #expect(!fixture.events.contains { if case .modified = $0 { true } else { false } })
        #expect(!fixture.events.contains { if case .ended = $0 { true } else { false } })
        await fixture.stop()
    }

    @Test func reinviteAndUpdateMoveThePeersTarget() async throws {
        let fixture = try await AgentFixture()
        var up = try UpCall(fixture, callID: "m-9")
        let elsewhere = ScriptedPeer(server: fixture.udpPort)
        up.send("INFO", 2)
        #expect(up.response(2, "INFO") != nil)
        up = up.moved(to: elsewhere.port)
        up.send("UPDATE", 3)
        #expect(up.response(3, "UPDATE") != nil)
        fixture.perform(.hangUp(up.leg))
        #expect(elsewhere.expect("BYE")?.firstLine == "BYE sip:peer@127.0.0.1:\(elsewhere.port) SIP/2.0")
        await fixture.stop()
    }

    // MARK: Too late, and too often

    @Test(arguments: ["INFO", "UPDATE", "OPTIONS", "BYE", "INVITE"])
    func lowerNumberIsOutOfOrder(method: String) async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-10")
        up.send("INFO", 9)
        #expect(up.response(9, "INFO") != nil)
        up.send(method, 8, body: method == "INVITE" ? PeerCall.sdp() : nil)
        let refusal = try #require(up.response(8, method))
        #expect(refusal.firstLine == "SIP/2.0 500 Server Internal Error")
        #expect(refusal.header("Retry-After") == nil)
        #expect(!fixture.events.contains { if case .ended = $0 { true } else { false } })
        await fixture.stop()
    }

    @Test(arguments: ["INVITE", "INFO", "UPDATE"])
    func requestAfterTheEndGets481(method: String) async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-11")
        fixture.perform(.hangUp(up.leg))
        #expect(fixture.end(of: up.leg) != nil)
        up.send(method, 2)
        #expect(up.response(2, method, "SIP/2.0 481") != nil)
        await fixture.stop()
    }

    @Test func crossingByesAreBothAnswered() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-12")
        fixture.perform(.hangUp(up.leg))
        #expect(up.peer.expect("BYE") != nil)
        up.send("BYE", 2)
        #expect(up.response(2, "BYE", "SIP/2.0 200") != nil)
        #expect(fixture.end(of: up.leg) == LegEnd(.byUs))
        #expect(fixture.events.count { if case .ended = $0 { true } else { false } } == 1)
        await fixture.stop()
    }

    @Test func lostByeIsRepeatedUntilItsAnswer() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-13")
        fixture.perform(.hangUp(up.leg))
        let bye = try #require(up.peer.expect("BYE"))
        #expect(up.peer.expect("BYE") == bye)
        #expect(up.peer.expect("BYE") == bye)
        up.respond("200 OK", to: bye)
        while up.peer.receive(within: 100) != nil {}
        #expect(up.peer.receive(within: 500) == nil)
        await fixture.stop()
    }

    @Test func repeatedByeIsAnsweredAgain() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "m-14")
        up.send("BYE", 2)
        let answer = try #require(up.response(2, "BYE"))
        up.send("BYE", 2)
        #expect(up.response(2, "BYE") == answer)
        await fixture.stop()
    }
}

extension UpCall {
    /// The same peer with another port in its Contact.
    fileprivate func moved(to port: UInt16) -> UpCall {
        var call = call
        call.contactPort = port
        return UpCall(self, call: call)
    }
}
