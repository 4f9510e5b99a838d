import Testing

@testable import Signaling

// Goal: RFC 3262 from both sides. Method: the pure machine, then scripted trunks and callers over UDP.

@Suite struct ReliableProvisionalTests {
    // MARK: The machine

    @Test func responseIsRepeatedWithDoublingPausesWithoutALimit() {
        var timing = SIPTiming()
        timing.t2 = .seconds(1)
        var machine = ReliableProvisional(ResponseAcknowledgement(number: 7, sequence: 1), timing: timing)
        #expect(
            machine.start == [
                .arm(.repeatProvisional, after: .milliseconds(500)), .arm(.noPRACK, after: .seconds(32)),
            ])
        for seconds in [1, 2, 4, 8, 16] {
            #expect(
                machine.due(.repeatProvisional) == [
                    .repeatResponse, .arm(.repeatProvisional, after: .seconds(seconds)),
                ])
        }
        #expect(machine.due(.noPRACK) == [.disarm(.repeatProvisional), .disarm(.noPRACK), .reject])
        #expect(machine.due(.noPRACK) == [])
        #expect(machine.settle() == [])
    }

    @Test func acknowledgedItIsNotRepeated() {
        var machine = ReliableProvisional(ResponseAcknowledgement(number: 7, sequence: 1), timing: SIPTiming())
        #expect(machine.settle() == [.disarm(.repeatProvisional), .disarm(.noPRACK)])
        #expect(machine.due(.repeatProvisional) == [])
        #expect(machine.due(.noPRACK) == [])
    }

    @Test func valueOfRAckIsRead() {
        #expect(
            ResponseAcknowledgement("776656 1 INVITE") == ResponseAcknowledgement(number: 776_656, sequence: 1))
        #expect(ResponseAcknowledgement(" 7  2\tINVITE ") == ResponseAcknowledgement(number: 7, sequence: 2))
        for text in ["", "7 2", "7 2 BYE", "7 2 INVITE x", "-7 2 INVITE", "99999999999 2 INVITE", "+7 2 INVITE"] {
            #expect(ResponseAcknowledgement(text) == nil)
        }
    }

    // MARK: Calls of ours

    private func reliable(_ number: Int) -> [String] { ["Require: 100rel", "RSeq: \(number)"] }

    @Test func reliableRingingIsAcknowledgedOnceAndInOrder() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        #expect(called.invite.header("Supported")?.contains("100rel") == true)
        house.respond("180 Ringing", to: called.invite, headers: reliable(10))
        let first = try #require(house.trunk.expect("PRACK"))
        #expect(first.header("RAck") == "10 1 INVITE")
        #expect(first.header("CSeq") == "2 PRACK")
        #expect(first.firstLine == "PRACK \(house.contact) SIP/2.0")
        #expect(first.parameter("tag", of: "To") == "far")
        house.respond("200 OK", to: first)
        // Again, then one that leaves a gap, then the next.
        house.respond("180 Ringing", to: called.invite, headers: reliable(10))
        house.respond("183 Session Progress", to: called.invite, headers: reliable(12), body: PeerCall.sdp())
        house.respond("183 Progress", to: called.invite, headers: reliable(11), body: PeerCall.sdp(port: 41_000))
        let second = try #require(house.trunk.expect("PRACK"))
        #expect(second.header("RAck") == "11 1 INVITE")
        #expect(second.header("CSeq") == "3 PRACK")
        house.respond("200 OK", to: second)
        #expect(house.earlyMedia(called.leg, port: 41_000) != nil)
        #expect(house.answer(called)?.header("CSeq") == "1 ACK")
        house.fixture.perform(.hangUp(called.leg))
        #expect(house.trunk.expect("BYE")?.header("CSeq") == "4 BYE")
        let early = house.fixture.events.count { if case .earlyMedia = $0 { true } else { false } }
        #expect(early == 1)
        await house.fixture.stop()
    }

    @Test func lostPRACKIsRepeated() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, headers: reliable(1))
        let first = try #require(house.trunk.expect("PRACK"))
        #expect(house.trunk.expect("PRACK") == first)
        await house.fixture.stop()
    }

    @Test func eachPhoneBehindAProxyHasItsOwnNumbersAndRoutes() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let route = "<sip:127.0.0.1:\(house.trunk.port);lr>"
        house.respond(
            "180 Ringing", to: called.invite, tag: "a", headers: reliable(5) + ["Record-Route: \(route)"])
        #expect(house.trunk.expect("PRACK")?.header("Route") == route)
        house.respond(
            "180 Ringing", to: called.invite, tag: "b", contact: "sip:b@127.0.0.1:\(house.trunk.port)",
            headers: reliable(5))
        var second = try #require(house.trunk.expect("PRACK"))
        while second.parameter("tag", of: "To") == "a" { second = try #require(house.trunk.expect("PRACK")) }
        #expect(second.firstLine == "PRACK sip:b@127.0.0.1:\(house.trunk.port) SIP/2.0")
        #expect(second.header("Route") == nil)
        await house.fixture.stop()
    }

    @Test func reliableAnswerHoldsWhereTheFinalOneSaysNothing() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        for (tag, port) in [("a", 41_000), ("b", 42_000)] {
            house.respond(
                "183 Session Progress", to: called.invite, tag: tag, headers: reliable(1),
                body: PeerCall.sdp(port: port))
        }
        #expect(house.earlyMedia(called.leg, port: 42_000) != nil)
        house.respond("200 OK", to: called.invite, tag: "a")
        #expect(house.fixture.answered(called.leg)?.port == 41_000)
        await house.fixture.stop()
    }

    @Test func updateChangesWhatAReliableAnswerAgreedOn() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond(
            "183 Session Progress", to: called.invite, tag: "far", headers: reliable(1),
            body: PeerCall.sdp(port: 41_000))
        let prack = try #require(house.trunk.expect("PRACK"))
        house.respond("200 OK", to: prack)
        var call = PeerCall(port: house.trunk.port, callID: called.invite.header("Call-ID") ?? "")
        call.fromTag = "far"
        house.trunk.send(call.request("UPDATE", sequence: 1, to: called.tag, body: PeerCall.sdp(port: 44_000)))
        #expect(house.trunk.expect("SIP/2.0 200")?.body.contains("m=audio 20000") == true)
        #expect(house.earlyMedia(called.leg, port: 44_000) != nil)
        // The first answer once more, as some gateways put it into the 2xx.
        house.respond("200 OK", to: called.invite, tag: "far", body: PeerCall.sdp(port: 41_000))
        #expect(house.fixture.answered(called.leg)?.port == 44_000)
        await house.fixture.stop()
    }

    @Test func numbersBeginAnewWithTheINVITEThatAnswersAChallenge() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, headers: reliable(10))
        house.respond("200 OK", to: try #require(house.trunk.expect("PRACK")))
        let second = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n")))
        house.respond("180 Ringing", to: second, headers: reliable(3))
        let prack = try #require(house.trunk.expect("PRACK"))
        #expect(prack.header("RAck") == "3 3 INVITE")
        #expect(prack.header("CSeq") == "4 PRACK")
        await house.fixture.stop()
    }

    // MARK: Calls that come

    private func incoming(
        _ fixture: AgentFixture, _ peer: ScriptedPeer, _ call: PeerCall, body: String? = PeerCall.sdp()
    ) throws -> LegID {
        peer.send(call.request("INVITE", sequence: 1, headers: ["Require: 100rel"], body: body))
        let leg = try #require(fixture.incoming()).leg
        fixture.perform(.ring(leg))
        return leg
    }

    @Test func ringingIsRepeatedUntilItsPRACK() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "rel-1")
        let leg = try incoming(fixture, peer, call)
        let ringing = try #require(peer.expect("SIP/2.0 180"))
        let number = try #require(ringing.header("RSeq").flatMap { UInt32($0) })
        #expect(number > 0 && number < 1 << 31)
        #expect(ringing.header("Require") == "100rel")
        #expect(peer.expect("SIP/2.0 180") == ringing)
        let tag = ringing.parameter("tag", of: "To")
        peer.send(call.request("PRACK", sequence: 2, to: tag, headers: ["RAck: \(number &+ 1) 1 INVITE"]))
        #expect(peer.expect("SIP/2.0 481") != nil)
        peer.send(call.request("PRACK", sequence: 3, to: tag, headers: ["RAck: \(number) 1 INVITE"]))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "3 PRACK")
        while peer.receive(within: 100) != nil {}
        #expect(peer.receive(within: 500) == nil)
        fixture.perform(.accept(leg, media: AgentFixture.media))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "1 INVITE")
        await fixture.stop()
    }

    @Test func callerWhoNeverAcknowledgesIsRefused() async throws {
        let fixture = try await AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(10)))
        let peer = ScriptedPeer(server: fixture.udpPort)
        let leg = try incoming(fixture, peer, PeerCall(port: peer.port, callID: "rel-2"))
        #expect(peer.expect("SIP/2.0 504") != nil)
        #expect(fixture.end(of: leg) == LegEnd(.failed, status: 504))
        await fixture.stop()
    }

    @Test func answerEndsTheRepetitionAndALatePRACKIsTaken() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "rel-3")
        let leg = try incoming(fixture, peer, call)
        let ringing = try #require(peer.expect("SIP/2.0 180"))
        fixture.perform(.accept(leg, media: AgentFixture.media))
        #expect(peer.expect("SIP/2.0 200") != nil)
        let tag = ringing.parameter("tag", of: "To")
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: tag))
        while let late = peer.receive(within: 300) { #expect(late.header("RSeq") == nil) }
        peer.send(
            call.request("PRACK", sequence: 2, to: tag, headers: ["RAck: \(ringing.header("RSeq") ?? "") 1 INVITE"]))
        var answer = peer.receive()
        while answer?.header("CSeq") == "1 INVITE" { answer = peer.receive() }
        #expect(answer?.firstLine == "SIP/2.0 200 OK")
        #expect(peer.receive(within: 500) == nil)
        await fixture.stop()
    }

    @Test func offerInAPRACKIsRefusedAndStillAcknowledges() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "rel-4")
        _ = try incoming(fixture, peer, call)
        let ringing = try #require(peer.expect("SIP/2.0 180"))
        let headers = ["RAck: \(ringing.header("RSeq") ?? "") 1 INVITE"]
        peer.send(
            call.request(
                "PRACK", sequence: 2, to: ringing.parameter("tag", of: "To"), headers: headers, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 488")?.header("CSeq") == "2 PRACK")
        while peer.receive(within: 100) != nil {}
        #expect(peer.receive(within: 500) == nil)
        await fixture.stop()
    }

    @Test func withoutAnOfferNothingReliableIsSaidBeforeTheAnswer() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let leg = try incoming(fixture, peer, PeerCall(port: peer.port, callID: "rel-5"), body: nil)
        fixture.perform(.accept(leg, media: AgentFixture.media))
        #expect(peer.expect("SIP/2.0 100") != nil)
        #expect(peer.receive()?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    @Test func callerWhoDoesNotRequireItGetsPlainRinging() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "rel-6")
        peer.send(call.request("INVITE", sequence: 1, headers: ["Supported: 100rel"], body: PeerCall.sdp()))
        let leg = try #require(fixture.incoming()).leg
        fixture.perform(.ring(leg))
        let ringing = try #require(peer.expect("SIP/2.0 180"))
        #expect(ringing.header("RSeq") == nil)
        #expect(ringing.header("Require") == nil)
        await fixture.stop()
    }
}
