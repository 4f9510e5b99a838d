import Testing

@testable import Signaling

/// Reading SDP through libosip2, and the bounds in front of it.
@Suite struct SessionDescriptionTests {
    private func isRefused(_ text: String) -> Bool {
        do throws(NegotiationError) {
            _ = try SessionDescription(parsing: Array(text.utf8))
            return false
        } catch {
            return error == .malformed
        }
    }

    @Test func readsStreamsAddressesAndAttributes() throws {
        let body = SDPText(media: [
            "m=audio 4000 RTP/AVP 8 0", "c=IN IP6 2001:db8::1", "a=rtpmap:8 PCMA/8000", "a=sendonly", "a=ptime:20",
            "m=video 4002/2 RTP/SAVP 96",
        ]).with { $0.session = ["a=inactive"] }
        let description = try SessionDescription(parsing: body.bytes)
        #expect(description.media.map(\.kind) == ["audio", "video"])
        #expect(description.media.map(\.port) == [4000, 4002])
        #expect(description.media.map(\.profile) == ["RTP/AVP", "RTP/SAVP"])
        #expect(description.media.map(\.formats) == [["8", "0"], ["96"]])
        #expect(description.media.map(\.address) == ["2001:db8::1", "192.0.2.20"])
        #expect(description.media[0].attributes.map(\.name) == ["rtpmap", "sendonly", "ptime"])
        #expect(description.media[0].attribute("ptime") == "20")
        #expect(description.attributes.map(\.name) == ["inactive"])
    }

    @Test func readsASessionThatEndsInItsMediaLine() throws {
        for end in ["\r\n", "\n", ""] {
            let text = SDPText(media: []).text + "m=audio 4000 RTP/AVP 0" + end
            #expect(try SessionDescription(parsing: Array(text.utf8)).media.map(\.formats) == [["0"]])
        }
    }

    @Test(arguments: [
        ("s=-\r\n", "s=\r\n"), ("s=-\r\n", ""), ("t=0 0\r\n", ""), ("s=-\r\n", "s= \r\n"),
        ("c=IN IP4 192.0.2.20\r\nt=0 0\r\n", "t=0 0\r\nc=IN IP4 192.0.2.20\r\n"),
        ("c=IN IP4", "b=AS:64\r\nc=IN IP4"), ("t=0 0\r\n", "a=sendonly\r\nt=0 0\r\n"), ("m=", "y=0100\r\nm="),
        ("a=sendrecv", "y=1\r\nf=v\r\na="), ("a=sendrecv", "a=x:\r\na=:"), ("192.0.2.20\r\nt", "192.0.2.20 \r\nt"),
        ("c=IN IP4 ", "c=IN  IP4  "), ("m=audio 4000 RTP/AVP 8", "m=audio  4000  RTP/AVP  8"), ("8 0 101", "8 0 101 "),
        ("\r\n", "\n"), ("\r\n", "\r"), ("\r\n", "\r\n\r\n"), ("t=0 0\r\n", "t=0 0\r\nr=1 2 3\r\nz=1 2\r\n"),
        ("s=-\r\n", "s=-\r\ni=x\r\nu=y\r\ne=z\r\np=w\r\n"), ("a=sendrecv", "k=prompt\r\ni=x\r\nb=AS:1"),
    ])
    func readsWhatPhonesSendAgainstTheGrammar(part: String, change: String) throws {
        let text = SDPText().text
        #expect(text.contains(part))
        let description = try SessionDescription(parsing: Array(text.replacing(part, with: change).utf8))
        #expect(description.media.map(\.formats) == [["8", "0", "101"]])
        #expect(description.media[0].address == "192.0.2.20")
        #expect(description.media[0].attribute("rtpmap") == "101 telephone-event/8000")
    }

    @Test(arguments: ["", "x", "\0", "v=0\0\r\n", "INVITE sip:a@b SIP/2.0\r\n"])
    func refusesWhatIsNoSDP(text: String) {
        #expect(isRefused(text))
    }

    @Test(arguments: [
        "m=audio 65536 RTP/AVP 0", "m=audio -1 RTP/AVP 0", "m=audio x RTP/AVP 0", "m=audio 4000 RTP/AVP", "m=audio",
        "m=", "m=audio 4000 RTP/\u{7}AVP 0", "m=\u{E9}udio 4000 RTP/AVP 0",
    ])
    func refusesAMalformedStream(line: String) {
        #expect(isRefused(SDPText(media: [line]).text))
    }

    @Test func bytesAtTheLimit() {
        func body(_ size: Int) -> String {
            let text = SDPText().text
            var rest = size - text.utf8.count
            var lines = ""
            while rest > 0 {
                // No line is so short that it would not be one.
                let length = rest > 600 ? 500 : rest > 500 ? 250 : rest
                lines += "a=" + String(repeating: "x", count: length - 4) + "\r\n"
                rest -= length
            }
            return text + lines
        }
        #expect(body(SessionDescription.maxBytes).utf8.count == SessionDescription.maxBytes)
        #expect(!isRefused(body(SessionDescription.maxBytes)))
        #expect(isRefused(body(SessionDescription.maxBytes + 1)))
    }

    @Test func linesAtTheLimit() {
        func body(_ lines: Int) -> String {
            SDPText(media: ["m=audio 4000 RTP/AVP 0"] + Array(repeating: "a=x", count: lines - 6)).text
        }
        #expect(!isRefused(body(SessionDescription.maxLines)))
        #expect(isRefused(body(SessionDescription.maxLines + 1)))
    }

    @Test func lengthOfALineAtTheLimit() {
        func body(_ size: Int) -> String {
            SDPText().with { $0.session = ["a=" + String(repeating: "x", count: size - 2)] }.text
        }
        #expect(!isRefused(body(SessionDescription.maxLineBytes)))
        #expect(isRefused(body(SessionDescription.maxLineBytes + 1)))
    }

    @Test func streamsAtTheLimit() {
        func body(_ count: Int) -> String {
            SDPText(media: Array(repeating: "m=audio 4000 RTP/AVP 0", count: count)).text
        }
        #expect(!isRefused(body(SessionDescription.maxMedia)))
        #expect(isRefused(body(SessionDescription.maxMedia + 1)))
    }

    @Test func formatsBeyondTheLimitAreNotRead() throws {
        let line = "m=audio 4000 RTP/AVP" + String(repeating: " 0", count: SessionDescription.maxFormats + 1)
        let description = try SessionDescription(parsing: SDPText(media: [line]).bytes)
        #expect(description.media[0].formats.count == SessionDescription.maxFormats)
    }

    @Test func partsThatAreEchoedAreShort() {
        func body(_ size: Int) -> String {
            SDPText(media: ["m=audio 4000 RTP/AVP " + String(repeating: "1", count: size)]).text
        }
        #expect(!isRefused(body(64)))
        #expect(isRefused(body(65)))
    }
}
