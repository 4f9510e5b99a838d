import Testing

@testable import Signaling

/// Hostile bytes: lawful messages, changed at random, may be judged in any way, but nothing traps, and what passes
/// the guard keeps its promises.
@Suite struct MutationTests {
    static let seeds = UInt64(0)..<8
    static let rounds = 120

    /// One to eight changes: bytes replaced, removed, doubled; runs repeated; the end cut off.
    private func mutated(_ original: [UInt8], _ chance: inout SplitMix) -> [UInt8] {
        let spice = Array("\0\r\n\t ;,:<>\"\\=@%/0123456789-zZ\u{7F}".utf8) + [0x80, 0xC3, 0xFF]
        var bytes = original
        for _ in 0..<Int.random(in: 1...8, using: &chance) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &chance)
            switch Int.random(in: 0..<6, using: &chance) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &chance)
            case 1: bytes[place] = spice.randomElement(using: &chance) ?? 0
            case 2: bytes.insert(spice.randomElement(using: &chance) ?? 0, at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &chance)))
            case 4:
                let run = bytes[place..<min(bytes.count, place + Int.random(in: 1...40, using: &chance))]
                for _ in 0..<Int.random(in: 1...30, using: &chance) { bytes.insert(contentsOf: run, at: place) }
            default: bytes.removeLast(Int.random(in: 0...min(30, bytes.count), using: &chance))
            }
        }
        return bytes
    }

    private let messages = [
        RequestText(method: "INVITE").with {
            $0.via.append("v: SIP / 2.0 / TCP\r\n [2001:db8::1]:5070 ;branch=z9hG4bK2, SIP/2.0/UDP h")
            $0.others += ["Allow: INVITE, ACK, BYE", "Contact: <sip:a@b;x=y>;q=0.5", "Content-Type: application/sdp"]
            $0.body = SDPText().text
            $0.contentLength = "Content-Length: \(SDPText().text.utf8.count)"
        }.bytes,
        RequestText().with { $0.startLine = "SIP/2.0 200 OK" }.bytes,
        RequestText(method: "ACK").bytes,
    ]

    @Test(arguments: seeds)
    func answerToAnyChallengeIsOneHeaderThatSaysWhatItShould(seed: UInt64) {
        var chance = SplitMix(seed)
        let original =
            "Digest realm=\"carrier\", nonce=\"a1b2\", opaque=\"o\", algorithm=SHA-256, qop=\"auth,auth-int\""
        for _ in 0..<10 * Self.rounds {
            let header = String(decoding: mutated(Array(original.utf8), &chance), as: UTF8.self)
            guard let challenge = DigestChallenge(header) else { continue }
            let text = challenge.authorization(
                user: "account", secret: "x", method: "INVITE", uri: "sip:1@h", count: 1, cnonce: "c")
            #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            let values = DigestParameters.parse(text)
            #expect(values?["username"] == "account" && values?["uri"] == "sip:1@h")
            #expect(values?["realm"] == challenge.realm && values?["nonce"] == challenge.nonce)
            #expect(values?["opaque"] == challenge.opaque)
            #expect(values?.count == (challenge.protects ? 9 : 6) + (challenge.opaque == nil ? 0 : 1))
        }
    }

    @Test(arguments: seeds)
    func guardJudgesAnything(seed: UInt64) {
        var chance = SplitMix(seed)
        for round in 0..<Self.rounds {
            let bytes = mutated(messages[round % messages.count], &chance)
            for transport in [GuardTransport.datagram, .stream] {
                let verdict = inspect(bytes, over: transport)
                guard case .message(let index) = verdict else { continue }
                #expect(index.headerLength + index.contentLength <= bytes.count)
                #expect(index.headerLength > 0 && index.contentLength >= 0)
                #expect(index.contentLength <= GuardLimits.body && index.headerLength <= GuardLimits.head)
                #expect(!bytes.prefix(index.headerLength + index.contentLength).contains(0))
                #expect(!index.callID.isEmpty && !index.cseqMethod.isEmpty && !index.viaSentBy.isEmpty)
                #expect(!index.isRequest || index.method == index.cseqMethod && !index.requestURI.isEmpty)
                #expect(index.isRequest || (100...699).contains(index.statusCode))
            }
        }
    }

    @Test(arguments: seeds)
    func whatIsToBeAnsweredCanBe(seed: UInt64) {
        var chance = SplitMix(seed &+ 100)
        for round in 0..<Self.rounds {
            let bytes = mutated(messages[round % messages.count], &chance)
            let response = bytes.withUnsafeBytes {
                StatelessResponse.make(
                    status: 400, reason: "Bad Request", to: $0, source: .init(address: "192.0.2.1", port: 9),
                    toTag: "t")
            }
            guard case .answer = inspect(bytes) else { continue }
            #expect(response != nil)
            #expect(response?.count ?? 0 <= bytes.count + 200)
        }
    }

    @Test(arguments: seeds)
    func framerTakesAnything(seed: UInt64) {
        var chance = SplitMix(seed &+ 200)
        for _ in 0..<Self.rounds / 4 {
            var framer = StreamFramer()
            var taken = 0
            var given = 0
            do throws(FramingError) {
                for message in messages {
                    let bytes = Bool.random(using: &chance) ? mutated(message, &chance) : message
                    given += bytes.count
                    for chunk in stride(from: 0, to: bytes.count, by: 97) {
                        framer.append(bytes[chunk..<min(chunk + 97, bytes.count)])
                        while let frame = try framer.next() {
                            if case .message(let message) = frame { taken += message.count }
                        }
                    }
                }
            } catch {
                #expect(throws: error) { try framer.next() }
            }
            #expect(taken <= given)
        }
    }

    @Test(arguments: seeds)
    func offersAndAnswersMayBeAnything(seed: UInt64) {
        var chance = SplitMix(seed &+ 300)
        let body = SDPText(media: [
            "m=video 4002 RTP/AVP 96", "a=rtpmap:96 H264/90000", "m=audio 4000/2 RTP/AVP 8 0 101",
            "c=IN IP6 2001:db8::1", "b=AS:64", "a=rtpmap:101 telephone-event/8000", "a=rtcp:4005", "a=sendonly",
        ]).with { $0.session = ["k=clear:x", "a=recvonly"] }.bytes
        for _ in 0..<Self.rounds {
            let bytes = mutated(body, &chance)
            var leg = OfferAnswer.leg()
            // Most of them fail, which is not what this test is about.
            if let (answer, remote) = try? leg.answer(to: bytes) {
                #expect(remote.port != 0 && remote.rtcpPort != 0)
                #expect(NumericAddress(remote.address) != nil)
                #expect((try? SessionDescription(parsing: Array(answer.utf8))) != nil)
            }
            _ = leg.makeOffer()
            _ = try? leg.accept(answer: bytes)
        }
    }

    @Test(arguments: seeds)
    func authorizationMayBeAnything(seed: UInt64) {
        var chance = SplitMix(seed &+ 400)
        var authenticator = DigestAuthenticator(realm: "burdock", secret: [UInt8](0..<32))
        let nonce = String(authenticator.challenges(now: 0, stale: false)[0].split(separator: "\"")[3])
        let header = Array(DigestTests.Phone().authorization(nonce).utf8)
        for _ in 0..<Self.rounds {
            let text = String(decoding: mutated(header, &chance), as: UTF8.self)
            _ = authenticator.verify(text, method: "REGISTER", requestURI: "sip:burdock.example", now: 0) { _ in "x" }
        }
    }

    @Test(arguments: seeds)
    func addressesMayBeAnything(seed: UInt64) {
        var chance = SplitMix(seed &+ 500)
        for text in ["192.0.2.0/24", "2001:db8::/32", "::ffff:192.0.2.0/120"] {
            for _ in 0..<Self.rounds {
                let changed = String(decoding: mutated(Array(text.utf8), &chance), as: UTF8.self)
                guard let matcher = AddressMatcher(changed) else { continue }
                _ = matcher.matches(changed)
            }
        }
    }
}
