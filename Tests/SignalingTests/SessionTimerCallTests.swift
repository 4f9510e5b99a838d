import Testing

@testable import Signaling

// Goal: calls that are refreshed, and calls that end because they are not (RFC 4028), with intervals of two seconds.

@Suite struct SessionTimerCallTests {
    private static func fixture(
        _ timers: SignalingSettings.SessionTimers? = SignalingSettings.SessionTimers(expires: 2, minimum: 1)
    ) async throws -> AgentFixture {
        try await AgentFixture { $0.sessionTimers = timers }
    }

    @Test func sessionThatThePeerDoesNotRefreshIsEnded() async throws {
        let fixture = try await Self.fixture()
        let up = try UpCall(
            fixture, callID: "st-1", headers: ["Supported: timer", "Session-Expires: 2;refresher=uac"])
        #expect(up.answer.header("Session-Expires") == "2;refresher=uac")
        #expect(up.answer.header("Require") == "timer")
        #expect(up.answer.header("Supported")?.contains("timer") == true)
        #expect(up.peer.expect("BYE") != nil)
        #expect(fixture.end(of: up.leg) == LegEnd(.failed, status: 408))
        await fixture.stop()
    }

    @Test(arguments: ["UPDATE", "INVITE"])
    func refreshOfThePeerIsAnsweredWithTheInterval(method: String) async throws {
        let fixture = try await Self.fixture(SignalingSettings.SessionTimers())
        let up = try UpCall(fixture, callID: "st-2", headers: ["k: timer", "x: 1800;refresher=uac"])
        up.send(
            method, 2, headers: ["Supported: timer", "Session-Expires: 600;refresher=uac"],
            body: method == "INVITE" ? PeerCall.sdp() : nil)
        let answer = try #require(up.response(2, method))
        #expect(answer.firstLine == "SIP/2.0 200 OK")
        #expect(answer.header("Session-Expires") == "600;refresher=uac")
        up.send(method, 3, headers: ["Supported: timer", "Session-Expires: 60"], body: nil)
        let refusal = try #require(up.response(3, method))
        #expect(refusal.firstLine == "SIP/2.0 422 Session Interval Too Small")
        #expect(refusal.header("Min-SE") == "90")
        await fixture.stop()
    }

    @Test func tooBriefACallIsRefusedWithoutState() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "st-3")
        peer.send(
            call.request(
                "INVITE", sequence: 1, headers: ["Supported: timer", "Session-Expires: 30"], body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 422")?.header("Min-SE") == "90")
        #expect(await fixture.agent.counters.legs == 0)
        await fixture.stop()
    }

    @Test func peerWithoutTimersIsRefreshedByReinviteThatChangesNothing() async throws {
        let fixture = try await Self.fixture()
        let up = try UpCall(fixture, callID: "st-4")
        #expect(up.answer.header("Session-Expires") == "2;refresher=uas")
        #expect(up.answer.header("Require") == nil)
        let refresh = try #require(up.peer.expect("INVITE"))
        #expect(refresh.header("Session-Expires") == "2;refresher=uac")
        #expect(refresh.body == up.answer.body)
        up.respond("200 OK", to: refresh, body: PeerCall.sdp())
        let ack = try #require(up.peer.expect("ACK"))
        #expect(ack.header("CSeq") == "1 ACK")
        up.respond("200 OK", to: refresh, body: PeerCall.sdp())
        #expect(up.peer.expect("ACK") == ack)
        #expect(up.peer.expect("INVITE")?.header("CSeq") == "2 INVITE")
        #expect(!fixture.events.contains { if case .modified = $0 { true } else { false } })
        await fixture.stop()
    }

    @Test func answerOfTheRefreshThatChangesTheMediaIsReported() async throws {
        let fixture = try await Self.fixture()
        let up = try UpCall(fixture, callID: "st-5")
        let refresh = try #require(up.peer.expect("INVITE"))
        up.respond("200 OK", to: refresh, body: PeerCall.sdp(port: 45_000, direction: "sendonly"))
        #expect(fixture.modified(up.leg, .sendOnly)?.port == 45_000)
        await fixture.stop()
    }

    @Test func updateIsUsedWhereThePeerAllowsItAndReinviteAfter405() async throws {
        let fixture = try await Self.fixture()
        let up = try UpCall(fixture, callID: "st-6", headers: ["Allow: INVITE, ACK,update"])
        let update = try #require(up.peer.expect("UPDATE"))
        #expect(update.body.isEmpty)
        #expect(update.header("Contact") != nil)
        up.respond("405 Method Not Allowed", to: update)
        #expect(up.peer.expect("INVITE")?.header("CSeq") == "2 INVITE")
        await fixture.stop()
    }

    @Test func peerThatKnowsNothingOfTheCallEndsIt() async throws {
        let fixture = try await Self.fixture()
        let up = try UpCall(fixture, callID: "st-7")
        let refresh = try #require(up.peer.expect("INVITE"))
        up.respond("481 Call/Transaction Does Not Exist", to: refresh)
        #expect(up.peer.expect("ACK") != nil)
        #expect(up.peer.expect("BYE") != nil)
        #expect(fixture.end(of: up.leg) == LegEnd(.failed, status: 481))
        await fixture.stop()
    }

    @Test func crossingReinvitesGet491AndOursComesAgain() async throws {
        let fixture = try await Self.fixture()
        let up = try UpCall(fixture, callID: "st-8")
        let refresh = try #require(up.peer.expect("INVITE"))
        up.send("INVITE", 2, body: PeerCall.sdp())
        #expect(up.response(2, "INVITE", "SIP/2.0 491") != nil)
        up.respond("491 Request Pending", to: refresh)
        #expect(up.peer.expect("ACK")?.header("CSeq") == "1 ACK")
        #expect(up.peer.expect("INVITE")?.header("CSeq") == "2 INVITE")
        await fixture.stop()
    }

    @Test func switchedOffTheyAreNotSpoken() async throws {
        let fixture = try await Self.fixture(nil)
        let up = try UpCall(fixture, callID: "st-9", headers: ["Supported: timer", "Session-Expires: 1"])
        #expect(up.answer.header("Session-Expires") == nil)
        #expect(up.answer.header("Supported")?.contains("timer") == false)
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(
            PeerCall(port: peer.port, callID: "st-9b").request(
                "INVITE", sequence: 1, headers: ["Require: timer"], body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 420")?.header("Unsupported") == "timer")
        await fixture.stop()
    }

    // MARK: Calls of ours

    @Test func trunkThatWantsALongerSessionGetsIt() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        #expect(called.invite.header("Session-Expires") == "1800")
        #expect(called.invite.header("Min-SE") == "90")
        house.respond("422 Session Interval Too Small", to: called.invite, headers: ["Min-SE: 3600"])
        #expect(house.trunk.expect("ACK") != nil)
        let second = try #require(house.trunk.expect("INVITE"))
        #expect(second.header("CSeq") == "2 INVITE")
        #expect(second.header("Call-ID") == called.invite.header("Call-ID"))
        #expect(second.header("Session-Expires") == "3600")
        #expect(second.header("Min-SE") == "3600")
        house.respond("422 Session Interval Too Small", to: second, headers: ["Min-SE: 3600"])
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 422))
        await house.fixture.stop()
    }

    @Test func trunkThatRefreshesAndDoesNotIsHungUp() async throws {
        let house = try await TrunkHouse(settings: { $0.sessionTimers = .init(expires: 2, minimum: 1) })
        let called = try #require(try await house.call())
        house.respond(
            "200 OK", to: called.invite, headers: ["Session-Expires: 2;refresher=uas", "Require: timer"],
            body: PeerCall.sdp())
        #expect(house.trunk.expect("ACK") != nil)
        #expect(house.trunk.expect("BYE") != nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.failed, status: 408))
        await house.fixture.stop()
    }

    @Test func trunkThatLeavesItToUsIsRefreshedWithCredentials() async throws {
        let house = try await TrunkHouse(settings: { $0.sessionTimers = .init(expires: 2, minimum: 1) })
        let called = try #require(try await house.call())
        house.respond(
            "200 OK", to: called.invite, headers: ["Session-Expires: 2;refresher=uac", "Allow: INVITE, UPDATE"],
            body: PeerCall.sdp())
        let update = try #require(house.trunk.expect("UPDATE"))
        #expect(update.firstLine == "UPDATE \(house.contact) SIP/2.0")
        let second = try #require(house.challenge(update, TrunkHouse.challenge(nonce: "n1")))
        #expect(TrunkHouse.isRight(second))
        house.respond("200 OK", to: second, headers: ["Session-Expires: 2;refresher=uac"])
        let third = try #require(house.trunk.expect("UPDATE"))
        #expect(TrunkHouse.isRight(third))
        #expect(third.header("Session-Expires") == "2;refresher=uac")
        await house.fixture.stop()
    }
}
