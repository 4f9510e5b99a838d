import Testing

@testable import Signaling

// Goal: a user registers with digest and is called through the flow of the registration; every crossing of CANCEL
// and answer. Method: a scripted phone on loopback, SIP's timers shortened to a tenth.

@Suite struct OutgoingCallTests {
    private struct Called {
        var leg: LegID
        var invite: PeerText
    }

    private func call(
        _ fixture: AgentFixture, _ phone: Phone, number: String? = "+380441234567", name: String? = "Olha \"O\""
    ) async throws -> Called {
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let leg = try await fixture.makeLeg()
        fixture.perform(
            .invite(
                leg,
                OutgoingCall(target: .user("anna"), callerNumber: number, callerName: name, media: AgentFixture.media)))
        return Called(leg: leg, invite: try #require(phone.peer.expect("INVITE")))
    }

    private func ok(_ called: Called, _ phone: Phone, tag: String = "phone", body: String? = PeerCall.sdp()) {
        phone.peer.send(
            PeerCall.response("200 OK", to: called.invite, tag: tag, contact: phone.contact, body: body))
    }

    @Test func registeredPhoneRingsAnswersAndIsHungUp() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        #expect(called.invite.firstLine == "INVITE \(phone.contact) SIP/2.0")
        let from = try #require(called.invite.header("From"))
        #expect(from.hasPrefix("\"Olha \\\"O\\\"\" <sip:+380441234567@127.0.0.1>;tag="))
        #expect(called.invite.body.contains("m=audio 20000 RTP/AVP 8 0"))
        phone.peer.send(PeerCall.response("180 Ringing", to: called.invite, tag: "phone"))
        let rang: Void? = fixture.first { if case .ringing(called.leg) = $0 { () } else { nil } }
        #expect(rang != nil)
        ok(called, phone)
        let ack = try #require(phone.peer.expect("ACK"))
        #expect(ack.firstLine == "ACK \(phone.contact) SIP/2.0")
        #expect(ack.parameter("tag", of: "To") == "phone")
        #expect(fixture.answered(called.leg)?.port == 40_000)
        fixture.perform(.hangUp(called.leg))
        let bye = try #require(phone.peer.expect("BYE"))
        #expect(bye.header("CSeq") == "2 BYE")
        #expect(fixture.end(of: called.leg) == LegEnd(.byUs))
        await fixture.stop()
    }

    @Test func phoneHangsUp() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        ok(called, phone)
        _ = phone.peer.expect("ACK")
        var hangUp = PeerCall(port: phone.peer.port, callID: called.invite.header("Call-ID") ?? "")
        hangUp.fromTag = "phone"
        phone.peer.send(hangUp.request("BYE", sequence: 1, to: called.invite.parameter("tag", of: "From")))
        #expect(phone.peer.expect("SIP/2.0 200") != nil)
        #expect(fixture.end(of: called.leg) == LegEnd(.peerHungUp))
        await fixture.stop()
    }

    @Test func withheldNumberIsShownAsAnonymous() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone, number: nil)
        #expect(called.invite.header("From")?.hasPrefix("\"Anonymous\" <sip:anonymous@anonymous.invalid>") == true)
        await fixture.stop()
    }

    @Test func refusalIsAcknowledgedAndReported() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        phone.peer.send(PeerCall.response("486 Busy Here", to: called.invite, tag: "phone"))
        let ack = try #require(phone.peer.expect("ACK"))
        #expect(ack.header("Via") == called.invite.header("Via"))
        #expect(fixture.end(of: called.leg) == LegEnd(.refused, status: 486))
        await fixture.stop()
    }

    @Test func answerOfARealPhoneInEveryTagIsDealtWith() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        ok(called, phone, tag: "one")
        let ack = try #require(phone.peer.expect("ACK"))
        ok(called, phone, tag: "one")
        #expect(phone.peer.expect("ACK") == ack)
        ok(called, phone, tag: "two")
        #expect(phone.peer.expect("ACK")?.parameter("tag", of: "To") == "two")
        #expect(phone.peer.expect("BYE")?.parameter("tag", of: "To") == "two")
        #expect(!fixture.events.contains { if case .ended = $0 { true } else { false } })
        await fixture.stop()
    }

    @Test func cancelWaitsForTheFirstProvisionalResponse() async throws {
        let fixture = try await AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(200)))
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        fixture.perform(.hangUp(called.leg))
        #expect(phone.peer.expect("CANCEL", within: 100) == nil)
        phone.peer.send(PeerCall.response("180 Ringing", to: called.invite, tag: "phone"))
        let cancel = try #require(phone.peer.expect("CANCEL"))
        #expect(cancel.header("Via") == called.invite.header("Via"))
        #expect(cancel.header("CSeq") == "1 CANCEL")
        phone.peer.send(PeerCall.response("200 OK", to: cancel, tag: "phone"))
        phone.peer.send(PeerCall.response("487 Request Terminated", to: called.invite, tag: "phone"))
        #expect(phone.peer.expect("ACK") != nil)
        #expect(fixture.end(of: called.leg) == LegEnd(.byUs, status: 487))
        await fixture.stop()
    }

    @Test func answerThatCrossesOurCancelIsAcknowledgedAndEnded() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        phone.peer.send(PeerCall.response("180 Ringing", to: called.invite, tag: "phone"))
        _ = fixture.first { if case .ringing = $0 { () } else { nil } }
        fixture.perform(.hangUp(called.leg))
        _ = phone.peer.expect("CANCEL")
        ok(called, phone)
        #expect(phone.peer.expect("ACK") != nil)
        #expect(phone.peer.expect("BYE") != nil)
        #expect(fixture.end(of: called.leg) == LegEnd(.byUs))
        #expect(!fixture.events.contains { if case .answered = $0 { true } else { false } })
        await fixture.stop()
    }

    @Test func silentPhoneIsUnreachableAndItsLateAnswerIsEnded() async throws {
        let fixture = try await AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(20)))
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        #expect(phone.peer.expect("INVITE") == called.invite)
        #expect(fixture.end(of: called.leg) == LegEnd(.unreachable))
        ok(called, phone)
        #expect(phone.peer.expect("ACK") != nil)
        #expect(phone.peer.expect("BYE") != nil)
        await fixture.stop()
    }

    @Test func userWithoutRegistrationIsUnreachable() async throws {
        let fixture = try await AgentFixture()
        let leg = try await fixture.makeLeg()
        fixture.perform(
            .invite(
                leg,
                OutgoingCall(target: .user("anna"), callerNumber: nil, callerName: nil, media: AgentFixture.media)))
        #expect(fixture.end(of: leg) == LegEnd(.unreachable))
        await fixture.stop()
    }

    @Test func answerWithoutUsableMediaIsEnded() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        ok(called, phone, body: nil)
        #expect(phone.peer.expect("ACK") != nil)
        #expect(phone.peer.expect("BYE") != nil)
        #expect(fixture.end(of: called.leg) == LegEnd(.failed, status: 488))
        await fixture.stop()
    }

    @Test func phoneHoldsAndResumes() async throws {
        let fixture = try await AgentFixture()
        let phone = Phone(fixture)
        let called = try await call(fixture, phone)
        ok(called, phone)
        _ = phone.peer.expect("ACK")
        var modify = PeerCall(port: phone.peer.port, callID: called.invite.header("Call-ID") ?? "")
        modify.fromTag = "phone"
        let tag = called.invite.parameter("tag", of: "From")
        phone.peer.send(modify.request("INVITE", sequence: 1, to: tag, body: PeerCall.sdp(direction: "inactive")))
        #expect(phone.peer.expect("SIP/2.0 200")?.body.contains("a=inactive") == true)
        #expect(fixture.modified(called.leg, .inactive) != nil)
        phone.peer.send(modify.request("ACK", sequence: 1, branch: "ack", to: tag))
        phone.peer.send(modify.request("UPDATE", sequence: 2, to: tag, body: PeerCall.sdp()))
        var resumed = try #require(phone.peer.expect("SIP/2.0 200"))
        while resumed.header("CSeq") != "2 UPDATE" { resumed = try #require(phone.peer.expect("SIP/2.0 200")) }
        #expect(fixture.modified(called.leg, .sendReceive) != nil)
        await fixture.stop()
    }
}
