import Testing

@testable import Signaling

/// Responses made of the request's own bytes.
@Suite struct StatelessResponseTests {
    private func response(_ request: RequestText, headers: [String] = []) -> String? {
        request.bytes.withUnsafeBytes {
            StatelessResponse.make(
                status: 403, reason: "Forbidden", to: $0, source: .init(address: "198.51.100.7", port: 40_001),
                toTag: "s1", headers: headers)
        }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func copiesWhatAResponseNeedsAndNothingElse() {
        let request = RequestText().with { $0.via.append("v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKb2") }
        #expect(
            response(request, headers: ["Allow: INVITE"])
                == """
                SIP/2.0 403 Forbidden
                Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKa1;rport=40001;received=198.51.100.7
                Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKb2
                From: "Anna" <sip:anna@example.net>;tag=f1
                To: <sip:100@192.0.2.10>;tag=s1
                Call-ID: c1@192.0.2.20
                CSeq: 7 OPTIONS
                Allow: INVITE
                Content-Length: 0


                """.replacing("\n", with: "\r\n"))
    }

    @Test func keepsATagThatIsThere() throws {
        let request = RequestText().with { $0.to = "To: <sip:a@b>;tag=theirs" }
        let text = try #require(response(request))
        #expect(text.contains("To: <sip:a@b>;tag=theirs\r\n"))
    }

    @Test func fillsOnlyTheFirstOfSeveralViaValues() throws {
        let request = RequestText().with { $0.via = ["Via: SIP/2.0/UDP a;branch=z9hG4bK1 , SIP/2.0/UDP b;rport"] }
        let text = try #require(response(request))
        #expect(text.contains("Via: SIP/2.0/UDP a;branch=z9hG4bK1;received=198.51.100.7, SIP/2.0/UDP b;rport\r\n"))
    }

    @Test func believesNoReceivedOfThePeer() throws {
        let request = RequestText().with { $0.via = ["Via: SIP/2.0/UDP a;received=1.1.1.1;rport=5;branch=z9hG4bK1"] }
        let text = try #require(response(request))
        #expect(text.contains("Via: SIP/2.0/UDP a;rport=40001;branch=z9hG4bK1;received=198.51.100.7\r\n"))
    }

    @Test func unfoldsLines() throws {
        let text = try #require(response(RequestText().with { $0.from = "From:\r\n sip:a@b;\r\n\ttag=f1" }))
        #expect(text.contains("From: sip:a@b;  \ttag=f1\r\n"))
    }

    /// Found by a fuzzer.
    @Test func carriageReturnByItselfIsNotGivenBack() throws {
        let text = try #require(response(RequestText().with { $0.to = "To: <sip:a@b>\rX: y;tag=t" }))
        #expect(text.contains("To: <sip:a@b> X: y") && !text.contains("\rX"))
    }

    @Test func hasWhatIsThereOfARequestThatLacksTheRest() {
        let request = RequestText().with { ($0.from, $0.to, $0.callID) = ("", "", "") }
        #expect(
            response(request)
                == """
                SIP/2.0 403 Forbidden
                Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKa1;rport=40001;received=198.51.100.7
                CSeq: 7 OPTIONS
                Content-Length: 0


                """.replacing("\n", with: "\r\n"))
    }

    @Test func needsAVia() {
        #expect(response(RequestText().with { $0.via = [] }) == nil)
        #expect(
            [UInt8]("no line".utf8).withUnsafeBytes {
                StatelessResponse.make(status: 400, reason: "x", to: $0, source: nil, toTag: "t")
            } == nil)
    }
}
