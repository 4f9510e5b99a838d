import Testing

@testable import Signaling

// Goal: the session description is found wherever a gateway puts it, and nothing is taken for one.

@Suite struct SessionPartTests {
    private func content(_ text: String, _ type: String = "multipart/mixed;boundary=b1") -> SessionPart.Content {
        SessionPart.content(of: Array(text.utf8)[...], type: type)
    }

    private static let session = "Content-Type: application/sdp\r\n\r\nv=0\r\ns=x\r\n"
    private static let found = SessionPart.Content.session(Array("v=0\r\ns=x\r\n".utf8))

    @Test func bodyItselfIsTaken() {
        #expect(content("v=0\r\n", " Application/SDP ; charset=x") == .session(Array("v=0\r\n".utf8)))
        #expect(content("", "application/sdp") == .none)
        #expect(content("v=0\r\n", "text/plain") == .foreign)
        #expect(content("v=0\r\n", "") == .foreign)
    }

    @Test(arguments: [
        "multipart/mixed;boundary=b1", "Multipart/Mixed ; boundary=\"b1\"", "multipart/alternative; x=y; BOUNDARY=b1",
    ])
    func partIsFound(type: String) {
        let text =
            "preamble\r\n--b1\r\nContent-Type: application/isup\r\n\r\n--b1x\r\n--b1 \r\n\(Self.session)\r\n--b1--\r\n"
        #expect(content(text, type) == Self.found)
    }

    @Test func linesMayEndWithALineFeedAlone() {
        let text = "--b1\nc: application/sdp\n\nv=0\ns=x\n\n--b1--"
        #expect(content(text) == .session(Array("v=0\ns=x\n".utf8)))
    }

    @Test func firstSessionCountsAndEarlyOnesDoNot() {
        let early = "Content-Type: application/sdp\r\nContent-Disposition: early-session\r\n\r\nv=1\r\n"
        let other = "Content-Type: application/sdp\r\n\r\nv=2\r\n"
        #expect(content("--b1\r\n\(early)\r\n--b1\r\n\(Self.session)\r\n--b1\r\n\(other)\r\n--b1--") == Self.found)
    }

    @Test func partThatHasToBeUnderstoodIsForeign() {
        for (handling, expected) in [("required", .foreign), ("optional", Self.found)]
            as [(String, SessionPart.Content)]
        {
            let isup = "Content-Type: application/isup\r\nContent-Disposition: signal; handling=\(handling)\r\n\r\nx"
            #expect(content("--b1\r\n\(Self.session)\r\n--b1\r\n\(isup)\r\n--b1--") == expected)
        }
    }

    @Test(arguments: [
        "--b1", "--b1\r\n", "--b1--", "--b1\r\n\(session)", "--b2\r\n\(session)\r\n--b2--",
        "--b1\r\n\r\nv=0\r\n--b1--", "--b1\r\nContent-Type: application/sdp\r\n--b1--",
        "--b1\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--b1--",
    ])
    func withoutASessionItIsForeign(text: String) {
        #expect(content(text) == .foreign)
    }

    @Test func boundaryIsNeededAndBounded() {
        let text = "--b1\r\n\(Self.session)\r\n--b1--"
        #expect(content(text, "multipart/mixed") == .foreign)
        #expect(content(text, "multipart/mixed;boundary=") == .foreign)
        let long = String(repeating: "b", count: 71)
        #expect(content("--\(long)\r\n\(Self.session)\r\n--\(long)--", "multipart/mixed;boundary=\(long)") == .foreign)
    }

    @Test func partsAreBounded() {
        let part = "--b1\r\nContent-Type: text/plain\r\n\r\nx\r\n"
        for (count, expected) in [(7, Self.found), (8, .foreign)] as [(Int, SessionPart.Content)] {
            let text = String(repeating: part, count: count) + "--b1\r\n\(Self.session)\r\n--b1--"
            #expect(content(text) == expected)
        }
    }
}
