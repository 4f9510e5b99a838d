import Testing

@testable import Signaling

// Goal: what an operator's phone asks for by REFER reaches the house, and what becomes of it reaches the phone
// (RFC 3515, 3891, 5589). Method: a registered phone that is called and calls, over UDP.

@Suite struct TransferTests {
    /// A phone that the house has called and that has answered.
    private struct Talk {
        let fixture: AgentFixture
        let phone: Phone
        let leg: LegID
        let call: PeerCall
        /// The agent's tag.
        let tag: String?

        init(_ fixture: AgentFixture) async throws {
            self.fixture = fixture
            phone = Phone(fixture)
            #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
            leg = try await fixture.makeLeg()
            fixture.perform(
                .invite(
                    leg,
                    OutgoingCall(target: .user("anna"), callerNumber: "1", callerName: nil, media: AgentFixture.media)))
            let invite = try #require(phone.peer.expect("INVITE"))
            phone.peer.send(
                PeerCall.response("200 OK", to: invite, tag: "phone", contact: phone.contact, body: PeerCall.sdp()))
            #expect(phone.peer.expect("ACK") != nil)
            var call = PeerCall(port: phone.peer.port, callID: invite.header("Call-ID") ?? "")
            call.fromTag = "phone"
            self.call = call
            tag = invite.parameter("tag", of: "From")
        }

        func refer(_ sequence: Int, to target: String...) {
            phone.peer.send(
                call.request("REFER", sequence: sequence, to: tag, headers: target.map { "Refer-To: \($0)" }))
        }

        func target() -> TransferTarget? {
            _ = fixture.first { event -> Void? in
                guard case .transferRequested(leg, _) = event else { return nil }
                return ()
            }
            return fixture.events.compactMap {
                if case .transferRequested(leg, let target) = $0 { target } else { nil }
            }.last
        }

        func notified(_ status: String) -> PeerText? {
            for _ in 0..<20 {
                guard let notify = phone.peer.expect("NOTIFY") else { return nil }
                phone.peer.send(PeerCall.response("200 OK", to: notify, tag: nil))
                if notify.body.hasPrefix("SIP/2.0 \(status)") { return notify }
            }
            return nil
        }
    }

    private static func isTransfer(_ event: SignalingEvent) -> Bool {
        if case .transferRequested = event { true } else { false }
    }

    // MARK: Blind

    @Test func blindTransferIsTakenAndToldToItsEnd() async throws {
        let talk = try await Talk(AgentFixture())
        talk.refer(1, to: "<sip:%2B380501112233@pbx.example;user=phone>")
        #expect(talk.target() == .number(user: "+380501112233", host: "pbx.example"))
        talk.fixture.perform(.acceptTransfer(talk.leg))
        #expect(talk.phone.peer.expect("SIP/2.0 202")?.header("CSeq") == "1 REFER")
        let trying = try #require(talk.notified("100 Trying"))
        #expect(trying.header("Event") == "refer")
        #expect(trying.header("Subscription-State") == "active;expires=180")
        #expect(trying.header("Content-Type") == "message/sipfrag;version=2.0")
        #expect(trying.header("Contact") != nil)
        talk.fixture.perform(.reportTransfer(talk.leg, status: 180))
        #expect(talk.notified("180 Ringing")?.header("Subscription-State") == "active;expires=180")
        talk.fixture.perform(.reportTransfer(talk.leg, status: 200))
        let done = try #require(talk.notified("200 OK"))
        #expect(done.header("Subscription-State") == "terminated;reason=noresource")
        talk.fixture.perform(.reportTransfer(talk.leg, status: 503))
        talk.fixture.perform(.hangUp(talk.leg))
        // Nothing after the last word.
        #expect(talk.phone.peer.receive()?.firstLine.hasPrefix("BYE") == true)
        await talk.fixture.stop()
    }

    @Test func refusedTransferIsOverAndAnotherMayFollow() async throws {
        let talk = try await Talk(AgentFixture())
        talk.refer(1, to: "sip:7@x")
        _ = talk.target()
        talk.fixture.perform(.refuseTransfer(talk.leg, status: 603))
        #expect(talk.phone.peer.expect("SIP/2.0 603")?.header("CSeq") == "1 REFER")
        talk.refer(2, to: "<tel:+380501112233>")
        for _ in 0..<100 where talk.fixture.events.count(where: Self.isTransfer) < 2 {
            _ = talk.phone.peer.receive(within: 20)
        }
        #expect(talk.target() == .number(user: "+380501112233", host: ""))
        talk.fixture.perform(.acceptTransfer(talk.leg))
        // The second of a dialog is told apart by its number.
        #expect(talk.notified("100")?.header("Event") == "refer;id=2")
        talk.fixture.perform(.reportTransfer(talk.leg, status: 503))
        #expect(talk.notified("503 Service Unavailable") != nil)
        await talk.fixture.stop()
    }

    @Test func repeatedReferIsAskedOnceAndASecondOneWaits() async throws {
        let talk = try await Talk(AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(200))))
        talk.refer(1, to: "<sip:7@x>")
        _ = talk.target()
        talk.refer(1, to: "<sip:7@x>")
        talk.refer(2, to: "<sip:8@x>")
        #expect(talk.phone.peer.receive()?.firstLine == "SIP/2.0 491 Request Pending")
        talk.fixture.perform(.acceptTransfer(talk.leg))
        let accepted = try #require(talk.phone.peer.expect("SIP/2.0 202"))
        talk.refer(1, to: "<sip:7@x>")
        #expect(talk.phone.peer.expect("SIP/2.0 202") == accepted)
        #expect(talk.fixture.events.count(where: Self.isTransfer) == 1)
        await talk.fixture.stop()
    }

    @Test func transferThatNobodyDecidesOnIsRefused() async throws {
        let talk = try await Talk(AgentFixture())
        talk.refer(1, to: "<sip:7@x>")
        #expect(talk.phone.peer.expect("SIP/2.0 603") != nil)
        await talk.fixture.stop()
    }

    @Test func phoneThatHangsUpBeforeTheDecisionIsAnswered() async throws {
        let talk = try await Talk(AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(200))))
        talk.refer(1, to: "<sip:7@x>")
        _ = talk.target()
        talk.phone.peer.send(talk.call.request("BYE", sequence: 2, to: talk.tag))
        #expect(talk.phone.peer.expect("SIP/2.0 481")?.header("CSeq") == "1 REFER")
        talk.fixture.perform(.acceptTransfer(talk.leg))
        #expect(talk.phone.peer.expect("NOTIFY", within: 300) == nil)
        await talk.fixture.stop()
    }

    @Test func phoneThatDoesNotWantToKnowIsToldNoMore() async throws {
        let talk = try await Talk(AgentFixture())
        talk.refer(1, to: "<sip:7@x>")
        _ = talk.target()
        talk.fixture.perform(.acceptTransfer(talk.leg))
        let notify = try #require(talk.phone.peer.expect("NOTIFY"))
        talk.phone.peer.send(PeerCall.response("481 No Such Subscription", to: notify, tag: nil))
        // The agent has read the 481 when it answers what came after it.
        talk.phone.peer.send(talk.call.request("INFO", sequence: 5, to: talk.tag))
        for _ in 0..<20 { if talk.phone.peer.receive()?.header("CSeq") == "5 INFO" { break } }
        talk.fixture.perform(.reportTransfer(talk.leg, status: 200))
        talk.fixture.perform(.hangUp(talk.leg))
        #expect(talk.phone.peer.receive()?.firstLine.hasPrefix("BYE") == true)
        await talk.fixture.stop()
    }

    @Test(arguments: [
        [], ["<sip:7@x>", "<sip:8@x>"], ["<http://x>"], ["<sip:7@x;method=BYE>"], ["<sip:7@x?Replaces=nothing>"],
    ])
    func whatIsNoCallIsRefused(targets: [String]) async throws {
        let talk = try await Talk(AgentFixture())
        talk.phone.peer.send(
            talk.call.request("REFER", sequence: 1, to: talk.tag, headers: targets.map { "Refer-To: \($0)" }))
        #expect(talk.phone.peer.expect("SIP/2.0 400") != nil)
        #expect(!talk.fixture.events.contains(where: Self.isTransfer))
        await talk.fixture.stop()
    }

    @Test func trunkMayNotTransfer() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "tr-1")
        up.send("REFER", 2, headers: ["Refer-To: <sip:7@x>"])
        #expect(up.response(2, "REFER", "SIP/2.0 403") != nil)
        #expect(!fixture.events.contains(where: Self.isTransfer))
        await fixture.stop()
    }

    // MARK: Attended

    /// The phone's second call, which it makes to us; the trunk is elsewhere.
    private func consult(_ talk: Talk) throws -> (leg: LegID, tag: String) {
        var call = PeerCall(port: talk.phone.peer.port, callID: "consult")
        call.dialled = "200"
        talk.phone.peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        let challenge = try #require(talk.phone.peer.expect("SIP/2.0 401"))
        let proof = try #require(
            Phone.authorize(challenge, user: "anna", secret: "s3cret", method: "INVITE", uri: "sip:200@127.0.0.1"))
        talk.phone.peer.send(
            call.request("INVITE", sequence: 2, headers: ["Authorization: \(proof)"], body: PeerCall.sdp()))
        let incoming = try #require(talk.fixture.incoming())
        talk.fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(talk.phone.peer.expect("SIP/2.0 200"))
        let tag = try #require(answer.parameter("tag", of: "To"))
        talk.phone.peer.send(call.request("ACK", sequence: 2, branch: "ack", to: tag))
        return (incoming.leg, tag)
    }

    private static func elsewhere() async throws -> AgentFixture {
        try await AgentFixture(trunks: [SignalingSettings.Trunk(name: "trunk", addresses: ["192.0.2.1"])])
    }

    @Test(arguments: [false, true])
    func attendedTransferNamesTheOtherLeg(swapped: Bool) async throws {
        let talk = try await Talk(Self.elsewhere())
        let (leg, tag) = try consult(talk)
        let (to, from) = swapped ? ("peer-tag", tag) : (tag, "peer-tag")
        talk.refer(1, to: "<sip:200@127.0.0.1?Replaces=consult%3Bto-tag%3D\(to)%3Bfrom-tag%3D\(from)>")
        #expect(talk.target() == .call(leg))
        talk.fixture.perform(.acceptTransfer(talk.leg))
        talk.fixture.perform(.reportTransfer(talk.leg, status: 200))
        #expect(talk.notified("200 OK") != nil)
        await talk.fixture.stop()
    }

    @Test func attendedTransferToACallThatIsNotOursIsRefused() async throws {
        let talk = try await Talk(Self.elsewhere())
        let (leg, tag) = try consult(talk)
        talk.refer(1, to: "<sip:200@127.0.0.1?Replaces=other%3Bto-tag%3D\(tag)%3Bfrom-tag%3Dpeer-tag>")
        #expect(talk.phone.peer.expect("SIP/2.0 603") != nil)
        talk.fixture.perform(.hangUp(leg))
        #expect(talk.fixture.end(of: leg) != nil)
        talk.refer(2, to: "<sip:200@127.0.0.1?Replaces=consult%3Bto-tag%3D\(tag)%3Bfrom-tag%3Dpeer-tag>")
        #expect(talk.phone.peer.expect("SIP/2.0 603")?.header("CSeq") == "2 REFER")
        #expect(!talk.fixture.events.contains(where: Self.isTransfer))
        await talk.fixture.stop()
    }

    // MARK: Replaces towards us

    private func invite(_ up: UpCall, _ callID: String, _ replaces: String...) -> PeerText? {
        let call = PeerCall(port: up.peer.port, callID: callID)
        up.peer.send(
            call.request(
                "INVITE", sequence: 1, headers: ["Require: replaces"] + replaces.map { "Replaces: \($0)" },
                body: PeerCall.sdp()))
        while let text = up.peer.receive() { if text.header("Call-ID") == callID { return text } }
        return nil
    }

    @Test func callThatReplacesAnotherSaysWhich() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "tr-2")
        let dialog = "tr-2;to-tag=\(up.tag);from-tag=peer-tag"
        #expect(invite(up, "rep-1", dialog)?.firstLine == "SIP/2.0 100 Trying")
        let replacing = fixture.first {
            if case .incoming(let call) = $0, call.sipCallID == "rep-1" { call } else { nil }
        }
        #expect(replacing?.replaces == up.leg)
        #expect(invite(up, "rep-2", dialog + ";early-only")?.firstLine.hasPrefix("SIP/2.0 486") == true)
        #expect(invite(up, "rep-3", dialog, dialog)?.firstLine.hasPrefix("SIP/2.0 400") == true)
        #expect(invite(up, "rep-4", "tr-2;to-tag=\(up.tag)")?.firstLine.hasPrefix("SIP/2.0 400") == true)
        let unknown = "tr-2;to-tag=\(up.tag);from-tag=somebody"
        #expect(invite(up, "rep-5", unknown)?.firstLine.hasPrefix("SIP/2.0 481") == true)
        fixture.perform(.hangUp(up.leg))
        #expect(fixture.end(of: up.leg) != nil)
        #expect(invite(up, "rep-6", dialog)?.firstLine.hasPrefix("SIP/2.0 481") == true)
        await fixture.stop()
    }

    @Test func callThatIsNotAnsweredCannotBeTakenFromItsCaller() async throws {
        let fixture = try await AgentFixture()
        let up = try UpCall(fixture, callID: "tr-3")
        let call = PeerCall(port: up.peer.port, callID: "tr-4")
        up.peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        let early = fixture.first {
            if case .incoming(let call) = $0, call.sipCallID == "tr-4" { call } else { nil }
        }
        fixture.perform(.ring(try #require(early).leg))
        let tag = try #require(up.peer.expect("SIP/2.0 180")?.parameter("tag", of: "To"))
        let dialog = "tr-4;to-tag=\(tag);from-tag=peer-tag"
        #expect(invite(up, "rep-7", dialog)?.firstLine.hasPrefix("SIP/2.0 481") == true)
        await fixture.stop()
    }

    @Test func phoneThatRingsMayBePickedUpButNotByATrunk() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, tag: "far")
        #expect(house.rang(called.leg))
        let dialog = "\(called.invite.header("Call-ID") ?? "");to-tag=\(called.tag ?? "");from-tag=far"
        let call = PeerCall(port: house.trunk.port, callID: "rep-8")
        house.trunk.send(call.request("INVITE", sequence: 1, headers: ["Replaces: \(dialog)"], body: PeerCall.sdp()))
        let replacing = house.fixture.incoming()
        #expect(replacing?.replaces == called.leg)
        await house.fixture.stop()
        let talk = try await Talk(AgentFixture())
        let stranger = ScriptedPeer(server: talk.fixture.udpPort)
        let theirs = "\(talk.call.callID);to-tag=\(talk.tag ?? "");from-tag=phone"
        stranger.send(
            PeerCall(port: stranger.port, callID: "rep-9").request(
                "INVITE", sequence: 1, headers: ["Replaces: \(theirs)"], body: PeerCall.sdp()))
        #expect(stranger.expect("SIP/2.0 403") != nil)
        await talk.fixture.stop()
    }
}

@Suite struct ReferToTests {
    @Test func targetIsRead() {
        let plain = ReferTo("Bob <sip:bob%20b@[2001:db8::1]:5070;transport=udp>;x=y")
        #expect(plain?.user == "bob b")
        #expect(plain?.host == "2001:db8::1")
        #expect(plain?.replaces == nil)
        #expect(ReferTo("sip:200@x")?.user == "200")
        #expect(ReferTo("<sip:200@x;method=INVITE>")?.host == "x")
        let other = ReferTo("<sip:200@x?Replaces=a%40b%3Bfrom-tag%3Df%3Bto-tag%3Dt%3Bearly-only&Require=replaces>")
        #expect(other?.replaces?.callID == "a@b")
        #expect(other?.replaces?.toTag == "t")
        #expect(other?.replaces?.fromTag == "f")
        #expect(other?.replaces?.isEarlyOnly == true)
    }

    @Test(arguments: [
        "", "<>", "<mailto:a@b>", "<sip:a@b?Replaces=c%3Bto-tag%3Dt>", "<sip:a@b?Replaces=c%3Bto-tag%3Dt%3Bto-tag%3Du>",
        "<sip:a@b?Replaces=c%3Bto-tag%3Dt%20u%3Bfrom-tag%3Df>", "<sip:a@b;method=refer>",
    ])
    func whatIsNoTargetIsNone(text: String) {
        #expect(ReferTo(text) == nil)
    }
}
