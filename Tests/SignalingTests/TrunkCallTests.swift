import NIOCore
import Testing

@testable import Signaling

// Goal: customers are called through a trunk: what the INVITE says, how the call goes on and how it ends.
// Method: a scripted trunk on loopback, SIP's timers shortened to a tenth.

@Suite struct TrunkCallTests {
    // MARK: The INVITE

    @Test func inviteNamesTheNumberAtTheTrunkAndTheDialersCallerID() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call(TrunkHouse.outgoingCall(name: "Burdock \"B\"")))
        let invite = called.invite
        #expect(invite.firstLine == "INVITE sip:+380441112233@127.0.0.1:\(house.trunk.port) SIP/2.0")
        #expect(invite.header("To") == "<sip:+380441112233@127.0.0.1>")
        let from = try #require(invite.header("From"))
        #expect(from.hasPrefix("\"Burdock \\\"B\\\"\" <sip:+380800500100@127.0.0.1>;tag="))
        #expect(invite.header("Contact") == "<sip:burdock@127.0.0.1:\(house.fixture.udpPort)>")
        #expect(invite.header("Max-Forwards") == "70")
        #expect(invite.header("CSeq") == "1 INVITE")
        #expect(invite.body.contains("m=audio 20000 RTP/AVP 8 0 101"))
        for absent in ["Authorization", "Proxy-Authorization", "Privacy", "Require", "Route"] {
            #expect(invite.header(absent) == nil)
        }
        #expect(invite.header("Supported")?.contains("100rel") == true)
        await house.fixture.stop()
    }

    @Test(arguments: [
        ("sip.carrier.example", "sip.carrier.example"), ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "[2001:db8::1]"), ("[2001:db8::1]", "[2001:db8::1]"),
    ])
    func domainStandsInRequestURIAndBothParties(domain: String, written: String) async throws {
        let house = try await TrunkHouse { $0.domain = domain }
        let invite = try #require(try await house.call()).invite
        #expect(invite.firstLine == "INVITE sip:+380441112233@\(written):\(house.trunk.port) SIP/2.0")
        #expect(invite.header("To") == "<sip:+380441112233@\(written)>")
        #expect(invite.header("From")?.hasPrefix("<sip:+380800500100@\(written)>;tag=") == true)
        await house.fixture.stop()
    }

    @Test func withheldCallerIDIsAnonymousAndPrivate() async throws {
        let house = try await TrunkHouse()
        let invite = try #require(try await house.call(TrunkHouse.outgoingCall(as: nil))).invite
        #expect(invite.header("From")?.hasPrefix("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=") == true)
        #expect(invite.header("Privacy") == "id")
        await house.fixture.stop()
    }

    @Test func numberCannotLeaveItsPlace() async throws {
        let house = try await TrunkHouse()
        let invite = try #require(try await house.call(TrunkHouse.outgoingCall(number: "1@evil\r\nX: y>"))).invite
        #expect(invite.firstLine == "INVITE sip:1%40evil%0D%0AX%3A%20y%3E@127.0.0.1:\(house.trunk.port) SIP/2.0")
        #expect(invite.header("X") == nil)
        await house.fixture.stop()
    }

    @Test(arguments: ["nobody", "incoming-only"])
    func trunkWithoutOutgoingSideFailsAtOnce(name: String) async throws {
        let house = try await TrunkHouse()
        let leg = try await house.start(TrunkHouse.outgoingCall(trunk: name))
        #expect(house.fixture.end(of: leg) == LegEnd(.failed))
        await house.fixture.stop()
    }

    @Test(arguments: ["sip.carrier.example", "::1", "0.0.0.0", "224.0.0.1", "255.255.255.255", ""])
    func trunkWhereNothingCanBeSentFailsAtOnce(host: String) async throws {
        let house = try await TrunkHouse { $0.host = host }
        let leg = try await house.start()
        #expect(house.fixture.end(of: leg) == LegEnd(.failed))
        await house.fixture.stop()
    }

    @Test(arguments: ["", "a b", "evil>;x", "evil\r\nX: y", "[evil]", "[::1"])
    func domainThatIsNoHostFailsAtOnce(domain: String) async throws {
        let house = try await TrunkHouse { $0.domain = domain }
        let leg = try await house.start()
        #expect(house.fixture.end(of: leg) == LegEnd(.failed))
        await house.fixture.stop()
    }

    @Test func emptyNumberFailsAtOnce() async throws {
        let house = try await TrunkHouse()
        let leg = try await house.start(TrunkHouse.outgoingCall(number: ""))
        #expect(house.fixture.end(of: leg) == LegEnd(.failed))
        await house.fixture.stop()
    }

    @Test func firstDatagramListenerOfTheFamilyIsTaken() async throws {
        let trunk = ScriptedPeer()
        let outgoing = SignalingSettings.Trunk.Outgoing(host: "127.0.0.1", port: trunk.port)
        let fixture = try await AgentFixture(trunks: [.init(name: "carrier", addresses: [], outgoing: outgoing)]) {
            $0.listeners = [
                .init(transport: .tcp, address: "127.0.0.1", port: 0),
                .init(transport: .udp, address: "127.0.0.1", port: 0),
                .init(transport: .udp, address: "127.0.0.1", port: 0),
            ]
        }
        let leg = try await fixture.makeLeg()
        fixture.perform(.invite(leg, TrunkHouse.outgoingCall()))
        let ports = await fixture.agent.boundPorts
        #expect(trunk.expect("INVITE")?.header("Contact") == "<sip:burdock@127.0.0.1:\(ports[1])>")
        await fixture.stop()
    }

    /// The agent is its own trunk here, whose port is known once it listens.
    @Test func trunkAtAnIPv6AddressIsCalledOverAnIPv6Listener() async throws {
        let fixture = try await AgentFixture {
            $0.listeners = ["127.0.0.1", "::1"].map { .init(transport: .udp, address: $0, port: 0) }
        }
        var settings = fixture.settings
        let ports = await fixture.agent.boundPorts
        settings.trunks = [
            .init(name: "carrier", addresses: ["::1"], outgoing: .init(host: "::1", port: ports[1]))
        ]
        let (changed, agent) = (settings, fixture.agent)
        try await fixture.loop.submit { agent.reconfigure(changed) }.get()
        let leg = try await fixture.makeLeg()
        fixture.perform(.invite(leg, TrunkHouse.outgoingCall()))
        let incoming = try #require(fixture.incoming())
        #expect(incoming.dialled == "+380441112233")
        #expect(incoming.number == "+380800500100")
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        #expect(fixture.answered(leg)?.address == "::1")
        fixture.perform(.hangUp(leg))
        #expect(fixture.end(of: incoming.leg) == LegEnd(.peerHungUp))
        await fixture.stop()
    }

    @Test func trunkThatIsConfiguredLaterIsCalledThrough() async throws {
        let house = try await TrunkHouse()
        var settings = house.fixture.settings
        settings.trunks[1].outgoing = .init(host: "127.0.0.1", port: house.trunk.port)
        let (changed, agent) = (settings, house.fixture.agent)
        try await house.fixture.loop.submit { agent.reconfigure(changed) }.get()
        #expect(try await house.call(TrunkHouse.outgoingCall(trunk: "incoming-only")) != nil)
        await house.fixture.stop()
    }

    // MARK: Its course

    @Test func customerAnswersAndIsHungUp() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        let ack = try #require(house.answer(called))
        #expect(ack.firstLine == "ACK \(house.contact) SIP/2.0")
        #expect(ack.header("CSeq") == "1 ACK")
        #expect(house.fixture.answered(called.leg)?.port == 40_000)
        house.fixture.perform(.hangUp(called.leg))
        let bye = try #require(house.trunk.expect("BYE"))
        #expect(bye.firstLine == "BYE \(house.contact) SIP/2.0")
        #expect(bye.header("CSeq") == "2 BYE")
        #expect(house.fixture.end(of: called.leg) == LegEnd(.byUs))
        await house.fixture.stop()
    }

    @Test(arguments: [302, 404, 480, 486, 503, 600, 603])
    func refusalIsAcknowledgedAndToldByItsStatus(status: Int) async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("\(status) No", to: called.invite, contact: "sip:elsewhere@192.0.2.7")
        let ack = try #require(house.trunk.expect("ACK"))
        #expect(ack.header("Via") == called.invite.header("Via"))
        let end = house.fixture.end(of: called.leg)
        #expect(end?.kind == .refused)
        #expect(end?.status == status)
        #expect(house.trunk.expect("INVITE", within: 100) == nil)
        await house.fixture.stop()
    }

    @Test func silentTrunkIsUnreachableAndItsLateAnswerIsEnded() async throws {
        let house = try await TrunkHouse(timing: AgentFixture.timing(t1: .milliseconds(20)))
        let called = try #require(try await house.call())
        #expect(house.fixture.end(of: called.leg) == LegEnd(.unreachable))
        #expect(house.answer(called) != nil)
        #expect(house.trunk.expect("BYE") != nil)
        await house.fixture.stop()
    }

    @Test func hangUpCancelsWhatRings() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        house.fixture.perform(.hangUp(called.leg))
        let cancel = try #require(house.trunk.expect("CANCEL"))
        #expect(cancel.header("Via") == called.invite.header("Via"))
        house.respond("200 OK", to: cancel)
        house.respond("487 Request Terminated", to: called.invite)
        #expect(house.trunk.expect("ACK") != nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.byUs, status: 487))
        await house.fixture.stop()
    }

    @Test func answerThatCrossesTheCancelIsEnded() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        house.fixture.perform(.hangUp(called.leg))
        _ = house.trunk.expect("CANCEL")
        #expect(house.answer(called) != nil)
        #expect(house.trunk.expect("BYE")?.parameter("tag", of: "To") == "far")
        #expect(house.fixture.end(of: called.leg) == LegEnd(.byUs))
        await house.fixture.stop()
    }

    // MARK: In the dialog

    private func inDialog(_ house: TrunkHouse, _ called: TrunkHouse.Called) -> PeerCall {
        var call = PeerCall(port: house.trunk.port, callID: called.invite.header("Call-ID") ?? "")
        call.fromTag = "far"
        return call
    }

    @Test func customerHangsUp() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        _ = house.answer(called)
        house.trunk.send(inDialog(house, called).request("BYE", sequence: 1, to: called.tag))
        #expect(house.trunk.expect("SIP/2.0 200")?.header("CSeq") == "1 BYE")
        #expect(house.fixture.end(of: called.leg) == LegEnd(.peerHungUp))
        await house.fixture.stop()
    }

    @Test func trunkHoldsResumesAndSendsKeys() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        _ = house.answer(called)
        let peer = inDialog(house, called)
        house.trunk.send(
            peer.request("INVITE", sequence: 1, to: called.tag, body: PeerCall.sdp(direction: "sendonly")))
        #expect(house.trunk.expect("SIP/2.0 200")?.body.contains("a=recvonly") == true)
        #expect(house.fixture.modified(called.leg, .sendOnly) != nil)
        house.trunk.send(peer.request("ACK", sequence: 1, branch: "ack", to: called.tag))
        house.trunk.send(peer.request("UPDATE", sequence: 2, to: called.tag, body: PeerCall.sdp()))
        #expect(house.fixture.modified(called.leg, .sendReceive) != nil)
        house.trunk.send(
            peer.request(
                "INFO", sequence: 3, to: called.tag, body: "Signal=7\r\n", contentType: "application/dtmf-relay"))
        let key: Character? = house.fixture.first {
            if case .keyPressed(called.leg, let key) = $0 { key } else { nil }
        }
        #expect(key == "7")
        await house.fixture.stop()
    }

    @Test func requestsInTheDialogGoToTheNumericContact() async throws {
        let house = try await TrunkHouse()
        let gateway = ScriptedPeer(server: house.fixture.udpPort)
        let called = try #require(try await house.call())
        let contact = "sip:media@127.0.0.1:\(gateway.port)"
        house.respond("200 OK", to: called.invite, contact: contact, body: PeerCall.sdp())
        let ack = try #require(gateway.expect("ACK"))
        #expect(ack.firstLine == "ACK \(contact) SIP/2.0")
        house.respond("200 OK", to: called.invite, contact: contact, body: PeerCall.sdp())
        #expect(gateway.expect("ACK") == ack)
        house.fixture.perform(.hangUp(called.leg))
        #expect(gateway.expect("BYE")?.firstLine == "BYE \(contact) SIP/2.0")
        await house.fixture.stop()
    }

    @Test func requestsInTheDialogGoAlongTheRecordedRoute() async throws {
        let house = try await TrunkHouse()
        let proxy = ScriptedPeer(server: house.fixture.udpPort)
        let called = try #require(try await house.call())
        let routes = ["<sip:192.0.2.9;lr>", "<sip:127.0.0.1:\(proxy.port);lr>"]
        house.respond(
            "200 OK", to: called.invite, contact: "sip:media@192.0.2.20",
            headers: routes.map { "Record-Route: \($0)" }, body: PeerCall.sdp())
        let ack = try #require(proxy.expect("ACK"))
        #expect(ack.firstLine == "ACK sip:media@192.0.2.20 SIP/2.0")
        #expect(ack.headers("Route") == routes.reversed())
        house.fixture.perform(.hangUp(called.leg))
        #expect(proxy.expect("BYE")?.headers("Route") == routes.reversed())
        await house.fixture.stop()
    }

    @Test(arguments: ["sip:media@gateway.carrier.example", "sip:media@0.0.0.0", "sip:media@127.0.0.1:5;transport=tcp"])
    func contactThatCannotBeSentToIsReachedThroughTheTrunk(contact: String) async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("200 OK", to: called.invite, contact: contact, body: PeerCall.sdp())
        #expect(house.trunk.expect("ACK")?.firstLine == "ACK \(contact) SIP/2.0")
        house.fixture.perform(.hangUp(called.leg))
        #expect(house.trunk.expect("BYE") != nil)
        await house.fixture.stop()
    }

    @Test func nothingOfACallIsKeptWhenItIsLongOver() async throws {
        let house = try await TrunkHouse(timing: AgentFixture.timing(t1: .milliseconds(10)))
        let called = try #require(try await house.call())
        let again = house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1"))
        house.respond("486 Busy Here", to: try #require(again))
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 486))
        let agent = house.fixture.agent
        var left = await agent.counters.clientTransactions
        for _ in 0..<30 where left > 0 {
            _ = house.trunk.receive(within: 100)
            left = await agent.counters.clientTransactions
        }
        #expect(left == 0)
        #expect(await agent.counters.legs == 0)
        await house.fixture.stop()
    }

    // MARK: Auto-answer

    @Test func operatorsPhoneIsAskedToAnswerByItself() async throws {
        let house = try await TrunkHouse()
        let phone = Phone(house.fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        for autoAnswer in [true, false] {
            let call = OutgoingCall(
                target: .user("anna"), callerNumber: "1", callerName: nil, media: AgentFixture.media,
                autoAnswer: autoAnswer)
            _ = try await house.start(call)
            let invite = try #require(phone.peer.expect("INVITE"))
            #expect((invite.header("Answer-Mode") == "Auto") == autoAnswer)
            let alert = "<http://127.0.0.1>;info=alert-autoanswer;delay=0"
            #expect((invite.header("Alert-Info") == alert) == autoAnswer)
            #expect(
                (invite.header("Call-Info") == "<sip:127.0.0.1:\(house.fixture.udpPort)>;answer-after=0") == autoAnswer)
            phone.peer.send(PeerCall.response("486 Busy Here", to: invite, tag: "phone"))
            #expect(phone.peer.expect("ACK") != nil)
        }
        await house.fixture.stop()
    }

    @Test func customersPhoneIsNever() async throws {
        let house = try await TrunkHouse()
        let invite = try #require(try await house.call(TrunkHouse.outgoingCall(autoAnswer: true))).invite
        for header in ["Answer-Mode", "Alert-Info", "Call-Info"] { #expect(invite.header(header) == nil) }
        await house.fixture.stop()
    }
}
