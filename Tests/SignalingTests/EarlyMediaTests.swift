import Testing

@testable import Signaling

// Goal: ring-back and announcements of the network are reported as they change, and never outlive the answer.
// Method: a scripted trunk on loopback.

@Suite struct EarlyMediaTests {
    private func events(_ house: TrunkHouse, _ leg: LegID) -> [String] {
        house.fixture.events.compactMap { event in
            switch event {
            case .ringing(leg): "ringing"
            case .earlyMedia(leg, let media): "early \(media.port)"
            case .answered(leg, let media): "answered \(media.port)"
            case .ended(leg, let end): "ended \(end.kind)"
            default: nil
            }
        }
    }

    @Test func sessionProgressWithMediaIsHeardAndDoesNotRing() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("183 Session Progress", to: called.invite, body: PeerCall.sdp(port: 41_000))
        let media = try #require(house.earlyMedia(called.leg, port: 41_000))
        #expect(media.codec == .pcma || media.codec == .pcmu)
        #expect(media.address == "127.0.0.1")
        #expect(media.signallingAddress == "127.0.0.1")
        #expect(events(house, called.leg) == ["early 41000"])
        await house.fixture.stop()
    }

    @Test func ringingWithMediaIsBoth() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite, body: PeerCall.sdp(port: 41_000))
        #expect(house.earlyMedia(called.leg, port: 41_000) != nil)
        #expect(events(house, called.leg) == ["ringing", "early 41000"])
        await house.fixture.stop()
    }

    @Test func sameMediaIsReportedOnceAndChangedMediaAgain() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        for port in [41_000, 41_000, 42_000, 42_000] {
            house.respond("183 Session Progress", to: called.invite, body: PeerCall.sdp(port: port))
        }
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        #expect(events(house, called.leg) == ["early 41000", "early 42000", "ringing"])
        await house.fixture.stop()
    }

    @Test(arguments: [PeerCall.sdp(formats: "9"), PeerCall.sdp(port: 0), "v=0", "nonsense"])
    func mediaThatDoesNotFitIsAsIfThereWereNone(body: String) async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("183 Session Progress", to: called.invite, body: body)
        #expect(house.rang(called.leg))
        #expect(house.answer(called) != nil)
        #expect(house.fixture.answered(called.leg) != nil)
        #expect(events(house, called.leg) == ["ringing", "answered 40000"])
        await house.fixture.stop()
    }

    @Test func otherProvisionalResponsesHaveNoMedia() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("181 Call Is Being Forwarded", to: called.invite, body: PeerCall.sdp(port: 41_000))
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        #expect(events(house, called.leg) == ["ringing"])
        await house.fixture.stop()
    }

    @Test func newestOfSeveralPhonesIsHeardAndTheAnsweringOneCounts() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("183 Session Progress", to: called.invite, tag: "a", body: PeerCall.sdp(port: 41_000))
        house.respond("183 Session Progress", to: called.invite, tag: "b", body: PeerCall.sdp(port: 42_000))
        house.respond("183 Session Progress", to: called.invite, tag: "c", body: PeerCall.sdp(formats: "9"))
        #expect(house.earlyMedia(called.leg, port: 42_000) != nil)
        house.respond("200 OK", to: called.invite, tag: "a", body: PeerCall.sdp(port: 43_000))
        #expect(house.trunk.expect("ACK")?.parameter("tag", of: "To") == "a")
        #expect(house.fixture.answered(called.leg)?.port == 43_000)
        house.fixture.perform(.hangUp(called.leg))
        #expect(house.trunk.expect("BYE")?.parameter("tag", of: "To") == "a")
        await house.fixture.stop()
    }

    @Test func answerWithoutMediaMeansWhatTheSamePhoneSaidBefore() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("183 Session Progress", to: called.invite, tag: "a", body: PeerCall.sdp(port: 41_000))
        house.respond("200 OK", to: called.invite, tag: "a")
        #expect(house.trunk.expect("ACK") != nil)
        #expect(house.fixture.answered(called.leg)?.port == 41_000)
        await house.fixture.stop()
    }

    @Test func answerWithoutMediaMeansTheSamePhoneAlsoWhereAnotherHadTheSameMedia() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        for tag in ["a", "b"] {
            house.respond("183 Session Progress", to: called.invite, tag: tag, body: PeerCall.sdp(port: 41_000))
        }
        house.respond("200 OK", to: called.invite, tag: "b")
        #expect(house.trunk.expect("ACK") != nil)
        #expect(house.fixture.answered(called.leg)?.port == 41_000)
        #expect(events(house, called.leg) == ["early 41000", "answered 41000"])
        await house.fixture.stop()
    }

    @Test func answerWithoutMediaOfAnotherPhoneIsEnded() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("183 Session Progress", to: called.invite, tag: "a", body: PeerCall.sdp(port: 41_000))
        house.respond("200 OK", to: called.invite, tag: "b")
        #expect(house.trunk.expect("ACK") != nil)
        #expect(house.trunk.expect("BYE") != nil)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.failed, status: 488))
        await house.fixture.stop()
    }

    @Test func nothingIsHeardOfACallThatIsGivenUp() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        house.fixture.perform(.hangUp(called.leg))
        #expect(house.trunk.expect("CANCEL") != nil)
        house.respond("183 Session Progress", to: called.invite, body: PeerCall.sdp(port: 41_000))
        house.respond("487 Request Terminated", to: called.invite)
        #expect(house.fixture.end(of: called.leg) == LegEnd(.byUs, status: 487))
        #expect(events(house, called.leg) == ["ringing", "ended byUs"])
        await house.fixture.stop()
    }

    @Test func changesAreBounded() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let most = Leg.Calling.maxEarlyChanges
        for number in 0..<most + 4 {
            house.respond(
                "183 Session Progress", to: called.invite, tag: "\(number)",
                body: PeerCall.sdp(port: 41_000 + 2 * number))
        }
        house.respond("180 Ringing", to: called.invite)
        #expect(house.rang(called.leg))
        #expect(events(house, called.leg).count { $0.hasPrefix("early") } == most)
        #expect(house.answer(called) != nil)
        #expect(house.fixture.answered(called.leg)?.port == 40_000)
        await house.fixture.stop()
    }

    @Test func phonesOfUsersAreHeardLikewise() async throws {
        let house = try await TrunkHouse()
        let phone = Phone(house.fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let leg = try await house.start(
            OutgoingCall(target: .user("anna"), callerNumber: "1", callerName: nil, media: AgentFixture.media))
        let invite = try #require(phone.peer.expect("INVITE"))
        phone.peer.send(PeerCall.response("183 Progress", to: invite, tag: "p", body: PeerCall.sdp(port: 41_000)))
        #expect(house.earlyMedia(leg, port: 41_000) != nil)
        await house.fixture.stop()
    }
}
