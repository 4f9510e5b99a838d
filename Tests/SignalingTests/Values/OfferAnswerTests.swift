import Testing

@testable import Signaling

/// The rules of RFC 3264 for one audio stream, offer by offer.
@Suite struct OfferAnswerTests {
    private func failure(_ offer: SDPText, codecs: [AudioCodec] = [.pcmu, .pcma]) -> NegotiationError? {
        var leg = OfferAnswer.leg(codecs: codecs)
        do throws(NegotiationError) {
            _ = try leg.answer(to: offer.bytes)
            return nil
        } catch {
            return error
        }
    }

    private func refusal(of answer: SDPText) -> NegotiationError? {
        var leg = OfferAnswer.leg()
        _ = leg.makeOffer()
        do throws(NegotiationError) {
            _ = try leg.accept(answer: answer.bytes)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Answers

    @Test func answersWithTheOfferersFirstCodecAndItsTelephoneEvent() throws {
        var leg = OfferAnswer.leg()
        let (body, remote) = try leg.answer(to: SDPText().bytes)
        #expect(
            body
                == """
                v=0
                o=- 77 1 IN IP4 203.0.113.5
                s=-
                c=IN IP4 203.0.113.5
                t=0 0
                m=audio 5004 RTP/AVP 8 101
                a=rtpmap:8 PCMA/8000
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-16
                a=ptime:20
                a=sendrecv

                """.replacing("\n", with: "\r\n"))
        #expect(
            remote
                == RemoteMedia(
                    address: "192.0.2.20", port: 4000, rtcpPort: 4001, codec: .pcma, telephoneEvent: 101,
                    direction: .sendReceive))
    }

    @Test func leavesOutWhatTheOffererHasNot() throws {
        var leg = OfferAnswer.leg()
        let (body, remote) = try leg.answer(to: SDPText(media: ["m=audio 4000 RTP/AVP 18 0"]).bytes)
        #expect(body.contains("m=audio 5004 RTP/AVP 0\r\n"))
        #expect(!body.contains("telephone-event"))
        #expect(remote.telephoneEvent == nil)
    }

    @Test(arguments: [96, 100, 127])
    func echoesThePayloadTypeOfTelephoneEvent(type: UInt8) throws {
        var leg = OfferAnswer.leg()
        let offer = SDPText(media: [
            "m=audio 4000 RTP/AVP 0 98 \(type)", "a=rtpmap:98 telephone-event/48000",
            "a=rtpmap:\(type) Telephone-Event/8000",
        ])
        let (body, remote) = try leg.answer(to: offer.bytes)
        #expect(remote.telephoneEvent == type)
        #expect(body.contains("m=audio 5004 RTP/AVP 0 \(type)\r\n"))
    }

    @Test func payloadTypeThatIsMappedToSomethingElseIsNotOurs() {
        let offer = SDPText(media: ["m=audio 4000 RTP/AVP 0 8", "a=rtpmap:0 SPEEX/8000", "a=rtpmap:8 PCMA/16000"])
        #expect(failure(offer) == .noCommonCodec)
        #expect(failure(offer.with { $0.media.append("a=rtpmap:0 PCMU/8000") }) == .noCommonCodec)
        #expect(failure(SDPText(media: ["m=audio 4000 RTP/AVP 0", "a=rtpmap:0 pcmu/8000/1"])) == nil)
    }

    @Test(arguments: [
        ("a=sendrecv", RemoteMedia.Direction.sendReceive, "a=sendrecv"), ("a=sendonly", .sendOnly, "a=recvonly"),
        ("a=recvonly", .receiveOnly, "a=sendonly"), ("a=inactive", .inactive, "a=inactive"),
        ("a=ptime:20", .sendReceive, "a=sendrecv"),
    ])
    func mirrorsTheDirection(attribute: String, direction: RemoteMedia.Direction, answer: String) throws {
        for atSession in [false, true] {
            let offer = SDPText(media: ["m=audio 4000 RTP/AVP 0"]).with {
                if atSession { $0.session = [attribute] } else { $0.media.append(attribute) }
            }
            var leg = OfferAnswer.leg()
            let (body, remote) = try leg.answer(to: offer.bytes)
            #expect(remote.direction == direction)
            #expect(body.hasSuffix("\r\n\(answer)\r\n"))
        }
    }

    @Test func directionOfTheStreamGoesBeforeThatOfTheSession() throws {
        var leg = OfferAnswer.leg()
        let offer = SDPText().with { $0.session = ["a=inactive"] }
        #expect(try leg.answer(to: offer.bytes).remote.direction == .sendReceive)
    }

    @Test(arguments: [
        ("a=sendrecv", RemoteMedia.Direction.sendOnly), ("a=sendonly", .sendOnly), ("a=recvonly", .inactive),
        ("a=inactive", .inactive),
    ])
    func unspecifiedAddressIsHold(attribute: String, direction: RemoteMedia.Direction) throws {
        for address in ["c=IN IP4 0.0.0.0", "c=IN IP6 ::"] {
            var leg = OfferAnswer.leg()
            let offer = SDPText(media: ["m=audio 4000 RTP/AVP 0", attribute]).with { $0.connection = address }
            #expect(try leg.answer(to: offer.bytes).remote.direction == direction)
        }
    }

    @Test func refusesOtherStreamsInTheirPlaces() throws {
        var leg = OfferAnswer.leg()
        let offer = SDPText(media: [
            "m=video 4002 RTP/AVP 96 97", "m=audio 4004 RTP/SAVP 0", "m=audio 4000 RTP/AVP 0",
            "m=audio 4006 RTP/AVP 0", "m=message 4008 TCP/MSRP *",
        ])
        let (body, remote) = try leg.answer(to: offer.bytes)
        #expect(
            body.split(separator: "\r\n").filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 96", "m=audio 0 RTP/SAVP 0", "m=audio 5004 RTP/AVP 0", "m=audio 0 RTP/AVP 0",
                "m=message 0 TCP/MSRP *",
            ])
        #expect(remote.port == 4000)
    }

    @Test func takesTheStreamsOwnAddressAndRTCPPort() throws {
        var leg = OfferAnswer.leg()
        let offer = SDPText(media: ["m=audio 4000 RTP/AVP 0", "c=IN IP4 192.0.2.99", "a=rtcp:5555 IN IP4 192.0.2.98"])
        let remote = try leg.answer(to: offer.bytes).remote
        #expect(remote.address == "192.0.2.99")
        #expect(remote.rtcpPort == 5555)
    }

    @Test(arguments: [("a=rtcp:0", 4001), ("a=rtcp:99999", 4001), ("a=rtcp", 4001), ("a=rtcp:x y", 4001)])
    func withoutAUsableRTCPPortItIsTheNext(attribute: String, port: UInt16) throws {
        var leg = OfferAnswer.leg()
        let offer = SDPText(media: ["m=audio 4000 RTP/AVP 0", attribute])
        #expect(try leg.answer(to: offer.bytes).remote.rtcpPort == port)
    }

    @Test func highestPortHasNoNext() throws {
        var leg = OfferAnswer.leg()
        #expect(try leg.answer(to: SDPText(media: ["m=audio 65535 RTP/AVP 0"]).bytes).remote.rtcpPort == 65_535)
    }

    @Test func speaksIPv6() throws {
        var leg = OfferAnswer.leg(address: "2001:db8::5")
        let (body, remote) = try leg.answer(to: SDPText().with { $0.connection = "c=IN IP6 2001:db8::20" }.bytes)
        #expect(remote.address == "2001:db8::20")
        #expect(body.contains("o=- 77 1 IN IP6 2001:db8::5\r\n"))
        #expect(body.contains("c=IN IP6 2001:db8::5\r\n"))
    }

    @Test func mappedAddressIsAnIPv4One() throws {
        var leg = OfferAnswer.leg()
        let remote = try leg.answer(to: SDPText().with { $0.connection = "c=IN IP6 ::ffff:192.0.2.20" }.bytes).remote
        #expect(remote.address == "192.0.2.20")
    }

    @Test func repeatsTheTimeOfTheOffer() throws {
        var leg = OfferAnswer.leg()
        let body = try leg.answer(to: SDPText().with { $0.time = "t=3034423619 3042462419" }.bytes).body
        #expect(body.contains("\r\nt=3034423619 3042462419\r\n"))
    }

    @Test(arguments: ["phone.example.net", "224.2.1.1", "224.2.1.1/127", "255.255.255.255", "ff02::1", "1.2.3"])
    func neverLooksUpANameNorSendsToMany(address: String) {
        #expect(failure(SDPText().with { $0.connection = "c=IN IP4 \(address)" }) == .unsupported)
    }

    @Test func saysWhatIsMissing() {
        #expect(failure(SDPText().with { $0.connection = "" }) == .unsupported)
        #expect(failure(SDPText(media: ["m=video 4000 RTP/AVP 96"])) == .noAudio)
        #expect(failure(SDPText(media: ["m=audio 0 RTP/AVP 0"])) == .noAudio)
        #expect(failure(SDPText(media: [])) == .noAudio)
        #expect(failure(SDPText(media: ["m=audio 4000 RTP/SAVP 0"])) == .noCommonCodec)
        #expect(failure(SDPText(media: ["m=audio 4000 RTP/AVP 18 3"])) == .noCommonCodec)
        #expect(failure(SDPText(media: ["m=audio 4000 RTP/AVP 0"]), codecs: [.pcma]) == .noCommonCodec)
    }

    // MARK: - Later offers

    @Test func versionGrowsOnlyWhenSomethingChanged() throws {
        var leg = OfferAnswer.leg()
        func version(_ body: String) -> Substring? { body.split(separator: "\r\n").first { $0.hasPrefix("o=") } }
        let hold = SDPText().with { $0.media[2] = "a=sendonly" }
        #expect(version(try leg.answer(to: SDPText().bytes).body) == "o=- 77 1 IN IP4 203.0.113.5")
        #expect(version(try leg.answer(to: SDPText().bytes).body) == "o=- 77 1 IN IP4 203.0.113.5")
        #expect(version(try leg.answer(to: hold.bytes).body) == "o=- 77 2 IN IP4 203.0.113.5")
        #expect(version(try leg.answer(to: hold.bytes).body) == "o=- 77 2 IN IP4 203.0.113.5")
        #expect(version(try leg.answer(to: SDPText().bytes).body) == "o=- 77 3 IN IP4 203.0.113.5")
    }

    @Test func keepsTheCodecInUseWhileItIsOffered() throws {
        var leg = OfferAnswer.leg()
        #expect(try leg.answer(to: SDPText(media: ["m=audio 4000 RTP/AVP 8 0"]).bytes).remote.codec == .pcma)
        #expect(try leg.answer(to: SDPText(media: ["m=audio 4000 RTP/AVP 0 8"]).bytes).remote.codec == .pcma)
        #expect(try leg.answer(to: SDPText(media: ["m=audio 4000 RTP/AVP 0"]).bytes).remote.codec == .pcmu)
    }

    @Test func failedOfferChangesNothing() throws {
        var leg = OfferAnswer.leg()
        let before = try leg.answer(to: SDPText().bytes)
        #expect(throws: NegotiationError.noAudio) { try leg.answer(to: SDPText(media: []).bytes) }
        let after = try leg.answer(to: SDPText().bytes)
        #expect(after == before)
    }

    @Test func ourLaterOfferKeepsTheStreamsInTheirPlaces() throws {
        var leg = OfferAnswer.leg()
        let offer = SDPText(media: ["m=video 4002 RTP/AVP 96", "m=audio 4000 RTP/AVP 0"])
        _ = try leg.answer(to: offer.bytes)
        let body = leg.makeOffer()
        #expect(
            body.split(separator: "\r\n").filter { $0.hasPrefix("m=") } == [
                "m=video 0 RTP/AVP 96", "m=audio 5004 RTP/AVP 0 8 101",
            ])
    }

    // MARK: - Our offer

    @Test func offersWhatItSpeaksInItsOwnOrder() {
        var leg = OfferAnswer.leg(codecs: [.pcma, .pcmu])
        #expect(
            leg.makeOffer()
                == """
                v=0
                o=- 77 1 IN IP4 203.0.113.5
                s=-
                c=IN IP4 203.0.113.5
                t=0 0
                m=audio 5004 RTP/AVP 8 0 101
                a=rtpmap:8 PCMA/8000
                a=rtpmap:0 PCMU/8000
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-16
                a=ptime:20
                a=sendrecv

                """.replacing("\n", with: "\r\n"))
        let again = leg.makeOffer()
        #expect(again.contains("o=- 77 1 "))
    }

    @Test func takesTheAnswersFirstCodec() throws {
        var leg = OfferAnswer.leg()
        _ = leg.makeOffer()
        let remote = try leg.accept(answer: SDPText().bytes)
        #expect(remote.codec == .pcma)
        #expect(remote.telephoneEvent == 101)
        #expect(remote.port == 4000)
    }

    @Test func refusesAnAnswerThatDoesNotFit() {
        #expect(refusal(of: SDPText(media: ["m=audio 0 RTP/AVP 0"])) == .noAudio)
        #expect(refusal(of: SDPText(media: ["m=audio 4000 RTP/AVP 18"])) == .noCommonCodec)
        #expect(refusal(of: SDPText(media: ["m=audio 4000 RTP/SAVP 0"])) == .noCommonCodec)
        #expect(refusal(of: SDPText(media: ["m=video 4000 RTP/AVP 0"])) == .malformed)
        #expect(refusal(of: SDPText(media: [])) == .malformed)
        #expect(refusal(of: SDPText().with { $0.connection = "c=IN IP4 host.example" }) == .unsupported)
        #expect(refusal(of: SDPText()) == nil)
    }

    @Test func sessionIDFitsSignedIntegers() {
        var leg = OfferAnswer(media: LocalMedia(port: 2, codecs: [.pcmu]), address: "192.0.2.1", sessionID: .max)
        #expect(leg.makeOffer().contains("o=- 9223372036854775807 1 "))
    }
}
