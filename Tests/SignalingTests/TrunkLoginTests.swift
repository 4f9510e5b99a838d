import NIOCore
import Testing

@testable import Signaling

// Goal: a trunk that challenges our requests gets the right credentials, as often as makes sense, and nobody else
// gets any. Method: a scripted trunk on loopback that checks what it is sent.

@Suite struct TrunkLoginTests {
    @Test func challengedInviteIsSentAgainWithCredentials() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond(
            "401 Unauthorized", to: called.invite,
            headers: [TrunkHouse.challenge(nonce: "n1", more: ", opaque=\"o p\"")])
        let ack = try #require(house.trunk.expect("ACK"))
        #expect(ack.header("Via") == called.invite.header("Via"))
        #expect(ack.header("CSeq") == "1 ACK")
        let again = try #require(house.trunk.expect("INVITE"))
        #expect(again.firstLine == called.invite.firstLine)
        #expect(again.header("CSeq") == "2 INVITE")
        #expect(again.header("Call-ID") == called.invite.header("Call-ID"))
        #expect(again.header("From") == called.invite.header("From"))
        #expect(again.header("To") == called.invite.header("To"))
        #expect(again.header("Via") != called.invite.header("Via"))
        #expect(again.body == called.invite.body)
        #expect(TrunkHouse.isRight(again))
        #expect(again.header("Authorization")?.contains("nc=00000001") == true)
        #expect(again.header("Authorization")?.hasSuffix(", opaque=\"o p\"") == true)
        let up = TrunkHouse.Called(leg: called.leg, invite: again)
        let confirmation = try #require(house.answer(up))
        #expect(confirmation.header("CSeq") == "2 ACK")
        #expect(confirmation.header("Authorization") == again.header("Authorization"))
        #expect(house.fixture.answered(called.leg) != nil)
        #expect(!house.fixture.events.contains { if case .ended = $0 { true } else { false } })
        await house.fixture.stop()
    }

    @Test func proxyIsAnsweredInItsOwnHeader() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let again = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1", isProxy: true)))
        #expect(TrunkHouse.isRight(again, "Proxy-Authorization"))
        #expect(again.header("Authorization") == nil)
        await house.fixture.stop()
    }

    @Test func serverBehindAProxyIsAnsweredBesideIt() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let second = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "p", isProxy: true)))
        let third = try #require(house.challenge(second, TrunkHouse.challenge(nonce: "s")))
        #expect(third.header("CSeq") == "3 INVITE")
        #expect(TrunkHouse.isRight(third))
        #expect(TrunkHouse.isRight(third, "Proxy-Authorization"))
        #expect(third.header("Proxy-Authorization")?.contains("nc=00000002") == true)
        await house.fixture.stop()
    }

    @Test func sameNonceAgainIsARefusal() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let again = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1")))
        #expect(house.challenge(again, TrunkHouse.challenge(nonce: "n1", more: ", stale=true")) == nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 401))
        await house.fixture.stop()
    }

    @Test func newNonceIsAnsweredAgainAndTheirNumberIsBounded() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        var invite = called.invite
        for number in 1...TrunkLogin.maxChallenges {
            invite = try #require(
                house.challenge(invite, TrunkHouse.challenge(nonce: "n\(number)", more: ", stale=true")))
            #expect(TrunkHouse.isRight(invite))
            #expect(invite.headers("Authorization").count == 1)
            #expect(invite.header("Authorization")?.contains("nonce=\"n\(number)\"") == true)
            #expect(invite.header("Authorization")?.contains("nc=00000001") == true)
        }
        #expect(house.challenge(invite, TrunkHouse.challenge(nonce: "more", more: ", stale=true")) == nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 401))
        await house.fixture.stop()
    }

    @Test func strongestKnownAlgorithmIsTaken() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond(
            "401 Unauthorized", to: called.invite,
            headers: [
                TrunkHouse.challenge(nonce: "m", algorithm: "MD5"),
                TrunkHouse.challenge(nonce: "x", algorithm: "SHA-512-256"),
                TrunkHouse.challenge(nonce: "s", algorithm: "SHA-256"),
                TrunkHouse.challenge(nonce: "t", algorithm: "SHA-256"),
            ])
        #expect(house.trunk.expect("ACK") != nil)
        let again = try #require(house.trunk.expect("INVITE"))
        #expect(TrunkHouse.isRight(again))
        #expect(again.header("Authorization")?.contains("algorithm=SHA-256") == true)
        #expect(again.header("Authorization")?.contains("nonce=\"s\"") == true)
        await house.fixture.stop()
    }

    @Test func trunkWithoutCredentialsIsNotAnswered() async throws {
        let house = try await TrunkHouse {
            $0.user = nil
            $0.secret = nil
        }
        let called = try #require(try await house.call())
        #expect(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1")) == nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 401))
        await house.fixture.stop()
    }

    @Test func challengeOfAPhoneIsNotAnswered() async throws {
        let house = try await TrunkHouse()
        let phone = Phone(house.fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let leg = try await house.start(
            OutgoingCall(target: .user("anna"), callerNumber: "1", callerName: nil, media: AgentFixture.media))
        let invite = try #require(phone.peer.expect("INVITE"))
        phone.peer.send(
            PeerCall.response(
                "401 Unauthorized", to: invite, tag: "p", headers: [TrunkHouse.challenge(nonce: "n1")]))
        #expect(house.fixture.end(of: leg) == LegEnd(.refused, status: 401))
        #expect(phone.peer.expect("INVITE", within: 100) == nil)
        await house.fixture.stop()
    }

    @Test func challengeFromElsewhereIsNotAnswered() async throws {
        let house = try await TrunkHouse()
        let stranger = ScriptedPeer(server: house.fixture.udpPort)
        let called = try #require(try await house.call())
        stranger.send(
            PeerCall.response(
                "401 Unauthorized", to: called.invite, tag: "x", headers: [TrunkHouse.challenge(nonce: "n1")]))
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 401))
        #expect(stranger.receive(within: 100) == nil)
        for message in [house.trunk.receive(within: 100), house.trunk.receive(within: 100)] {
            #expect(message?.header("Authorization") == nil)
        }
        await house.fixture.stop()
    }

    @Test func credentialsGoToNobodyBehindTheTrunk() async throws {
        let house = try await TrunkHouse()
        let gateway = ScriptedPeer(server: house.fixture.udpPort)
        let called = try #require(try await house.call())
        let again = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1")))
        house.respond(
            "200 OK", to: again, contact: "sip:media@127.0.0.1:\(gateway.port)", body: PeerCall.sdp())
        let ack = try #require(gateway.expect("ACK"))
        #expect(ack.header("Authorization") == nil)
        house.fixture.perform(.hangUp(called.leg))
        let bye = try #require(gateway.expect("BYE"))
        #expect(bye.header("Authorization") == nil)
        gateway.send(
            PeerCall.response(
                "401 Unauthorized", to: bye, tag: nil, headers: [TrunkHouse.challenge(nonce: "n2")]))
        #expect(gateway.expect("BYE", within: 100)?.header("CSeq") != "4 BYE")
        await house.fixture.stop()
    }

    @Test func challengedByeIsSentAgain() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        #expect(house.answer(called) != nil)
        house.fixture.perform(.hangUp(called.leg))
        let bye = try #require(house.trunk.expect("BYE"))
        let again = try #require(house.challenge(bye, TrunkHouse.challenge(nonce: "n1", isProxy: true)))
        #expect(TrunkHouse.isRight(again, "Proxy-Authorization"))
        #expect(again.header("CSeq") == "3 BYE")
        #expect(house.challenge(again, TrunkHouse.challenge(nonce: "n2", isProxy: true)) == nil)
        await house.fixture.stop()
    }

    @Test func byeOfAnAuthenticatedCallCarriesCredentialsAndMayBeChallengedOnceMore() async throws {
        let house = try await TrunkHouse()
        var called = try #require(try await house.call())
        for number in 1...TrunkLogin.maxChallenges {
            called.invite = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n\(number)")))
        }
        #expect(house.answer(called) != nil)
        house.fixture.perform(.hangUp(called.leg))
        let bye = try #require(house.trunk.expect("BYE"))
        #expect(TrunkHouse.isRight(bye))
        #expect(bye.header("Authorization")?.contains("nc=00000002") == true)
        let again = try #require(house.challenge(bye, TrunkHouse.challenge(nonce: "last")))
        #expect(TrunkHouse.isRight(again))
        await house.fixture.stop()
    }

    // MARK: Hanging up meanwhile

    @Test func challengeOfACallThatIsGivenUpIsNotAnswered() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("100 Trying", to: called.invite, tag: nil)
        house.fixture.perform(.hangUp(called.leg))
        #expect(house.trunk.expect("CANCEL") != nil)
        #expect(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1")) == nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.byUs, status: 401))
        await house.fixture.stop()
    }

    @Test func secondInviteIsCancelledAfterItsOwnProvisionalResponse() async throws {
        let house = try await TrunkHouse(timing: AgentFixture.timing(t1: .milliseconds(200)))
        let called = try #require(try await house.call())
        house.respond("100 Trying", to: called.invite, tag: nil)
        let again = try #require(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1")))
        house.fixture.perform(.hangUp(called.leg))
        #expect(house.trunk.expect("CANCEL", within: 100) == nil)
        house.respond("100 Trying", to: again, tag: nil)
        let cancel = try #require(house.trunk.expect("CANCEL"))
        #expect(cancel.header("CSeq") == "2 CANCEL")
        #expect(cancel.header("Via") == again.header("Via"))
        house.respond("487 Request Terminated", to: again)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.byUs, status: 487))
        await house.fixture.stop()
    }

    @Test func trunkThatIsSilentAfterItsChallengeIsUnreachable() async throws {
        let house = try await TrunkHouse(timing: AgentFixture.timing(t1: .milliseconds(20)))
        let called = try #require(try await house.call())
        #expect(house.challenge(called.invite, TrunkHouse.challenge(nonce: "n1")) != nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.unreachable))
        await house.fixture.stop()
    }

    // MARK: Hostile challenges

    @Test(arguments: [
        "Digest",
        "Digest realm=\"carrier\"",
        "Digest realm=\"carrier, nonce=n1",
        "Digest realm=\"carrier\", nonce=\"\"",
        "Digest realm=\"carrier\", nonce=\"n1\\\"\", qop=\"auth\"",
        "Digest realm=\"car\\\\rier\", nonce=\"n1\"",
        "Digest realm=\"carrier\", nonce=\"n1\", nonce=\"n2\"",
        "Digest realm=\"carrier\", nonce=\"n1\", qop=\"auth-int\"",
        "Digest realm=\"carrier\", nonce=\"n1\", algorithm=MD5-sess",
        "Digest realm=\"carrier\", nonce=\"\(String(repeating: "n", count: 1_500))\"",
        "Basic realm=\"carrier\"",
    ])
    func challengeThatCannotBeAnsweredIsARefusal(value: String) async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        #expect(house.challenge(called.invite, "WWW-Authenticate: \(value)") == nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.refused, status: 401))
        await house.fixture.stop()
    }

    @Test func foldedChallengeBringsNoHeaderOfItsOwn() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let again = house.challenge(
            called.invite, "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n1\r\n X-Evil: yes\", qop=\"auth\"")
        #expect(again?.header("X-Evil") == nil)
        await house.fixture.stop()
    }

    @Test func challengesBeyondTheLimitAreNotLookedAt() {
        let weak = "Digest realm=\"r\", nonce=\"m\""
        let strong = "Digest realm=\"r\", nonce=\"s\", algorithm=SHA-256"
        let few = Array(repeating: weak, count: DigestChallenge.maxHeaders - 1)
        #expect(DigestChallenge.strongest(of: few + [strong])?.nonce == "s")
        #expect(DigestChallenge.strongest(of: few + [weak, strong])?.nonce == "m")
    }

    /// A call of hours is refreshed often, and a trunk whose nonces are short-lived challenges each time.
    @Test func challengesAreCountedAnewOnceTheCredentialsWereBelieved() throws {
        var login = try #require(
            TrunkLogin(SignalingSettings.Trunk.Outgoing(host: "127.0.0.1", user: "u", secret: "s")))
        let flow = Flow(path: .datagram(0), peer: try SocketAddress(ipAddress: "127.0.0.1", port: 5_060))
        func challenge(_ number: Int) -> IncomingResponse {
            let index = MessageIndex(
                isRequest: false, statusCode: 401, branch: "b", viaSentBy: "x", callID: "c", cseqNumber: 1,
                cseqMethod: "UPDATE", fromTag: "f", toTag: "t", contentLength: 0, headerLength: 0)
            return IncomingResponse(
                index: index, contact: nil, recordRoutes: [], body: [], flow: flow,
                challenges: ["Digest realm=\"r\", nonce=\"n\(number)\""])
        }
        for round in 0..<5 {
            for number in 0..<TrunkLogin.maxChallenges {
                #expect(login.take(challenge(10 * round + number), method: "UPDATE") == true)
            }
            #expect(login.take(challenge(10 * round + 9), method: "UPDATE") == false)
            login.wasBelieved()
        }
    }
}
