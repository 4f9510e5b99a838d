import Testing

@testable import Signaling

/// What passes the guard, what it answers, what it drops, and what it reads on the way.
@Suite struct MessageGuardTests {
    // MARK: - Index

    @Test func readsEverythingTheTablesNeed() throws {
        let request = RequestText(method: "INVITE").with {
            $0.to = "To: \"a;tag=no\" <sip:100@192.0.2.10;tag=no>;x=\"tag=no\";TAG=t9"
            $0.via.append("Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKlower")
        }
        let index = try #require(inspect(request).index)
        #expect(index.isRequest)
        #expect(index.method == "INVITE")
        #expect(index.requestURI == "sip:100@192.0.2.10")
        #expect(index.branch == "z9hG4bKa1")
        #expect(index.viaSentBy == "192.0.2.20:5060")
        #expect(index.callID == "c1@192.0.2.20")
        #expect(index.cseqNumber == 7)
        #expect(index.cseqMethod == "INVITE")
        #expect(index.fromTag == "f1")
        #expect(index.toTag == "t9")
        #expect(index.contentLength == 0)
        #expect(index.headerLength == request.bytes.count)
        #expect(index.hasUniqueBranch)
    }

    @Test func readsAResponse() throws {
        let request = RequestText().with { $0.startLine = "SIP/2.0 183 Session Progress" }
        let index = try #require(inspect(request).index)
        #expect(!index.isRequest)
        #expect(index.statusCode == 183)
        #expect(index.method.isEmpty)
        #expect(index.cseqMethod == "OPTIONS")
    }

    @Test func readsCompactFormsInAnyCase() throws {
        let text = """
            INVITE sip:a@b SIP/2.0
            V: SIP/2.0/UDP HOST.example.com:5070;branch=z9hG4bK2
            f: sip:x@y;tag=1
            t: sip:a@b;tag=2
            i: id
            CSEQ: 1 INVITE
            M: <sip:x@y>
            c: text/plain
            L: 2

            hi
            """.replacing("\n", with: "\r\n")
        let index = try #require(inspect(text).index)
        #expect(index.viaSentBy == "host.example.com:5070")
        #expect(index.fromTag == "1")
        #expect(index.toTag == "2")
        #expect(index.callID == "id")
        #expect(index.contentLength == 2)
    }

    @Test func readsFoldedLinesAndBlanksBeforeTheColon() throws {
        let request = RequestText().with {
            $0.via = ["Via \t:\r\n SIP / 2.0\r\n\t/ UDP   192.0.2.20 : 5060 \r\n ; branch = \r\n z9hG4bKfold"]
            $0.from = "from   :\r\n <sip:a@b> ;\r\n  tag = folded"
            $0.cseq = "CSeq:\r\n 0009\r\n  OPTIONS"
            $0.contentLength = "Content-Length   :\r\n 0"
        }
        let verdict = inspect(request)
        #expect(Outcome(verdict) == .message)
        let index = try #require(verdict.index)
        #expect(index.branch == "z9hG4bKfold")
        #expect(index.viaSentBy == "192.0.2.20:5060")
        #expect(index.fromTag == "folded")
        #expect(index.cseqNumber == 9)
    }

    @Test(arguments: [
        ("sip:a@b;tag=1", "1"), ("<sip:a@b;tag=no>", ""), ("\"x\\\"<;tag=no\" <sip:a@b>;tag=2", "2"),
        ("<sip:a@b>;x=\"a;tag=no\";tag=3", "3"), ("<sip:a@b>", ""),
    ])
    func readsTheTagThatBelongsToTheHeader(value: String, tag: String) throws {
        let index = try #require(inspect(RequestText().with { $0.from = "From: " + value }).index)
        #expect(index.fromTag == tag)
    }

    @Test func acceptsAPeerOfRFC2543() throws {
        let request = RequestText().with {
            $0.via = ["Via: SIP/2.0/UDP host"]
            $0.from = "From: sip:a@b"
            $0.others = []
            $0.contentLength = nil
            $0.body = "x"
        }
        let verdict = inspect(request)
        #expect(Outcome(verdict) == .message)
        let index = try #require(verdict.index)
        #expect(index.branch.isEmpty)
        #expect(!index.hasUniqueBranch)
        #expect(index.fromTag.isEmpty)
        #expect(index.contentLength == 1)
    }

    @Test func bareCookieIsNoUniqueBranch() throws {
        let request = RequestText().with { $0.via = ["Via: SIP/2.0/UDP host;branch=z9hG4bK"] }
        #expect(try #require(inspect(request).index).hasUniqueBranch == false)
    }

    @Test func lineFeedAloneEndsALine() throws {
        let text = String(decoding: RequestText().bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        #expect(Outcome(inspect(text)) == .message)
    }

    @Test func emptyLinesBeforeAMessageArePassedOver() throws {
        let bytes = Array("\r\n\r\n".utf8) + RequestText().bytes
        let index = try #require(inspect(bytes).index)
        #expect(index.method == "OPTIONS")
        #expect(index.headerLength == bytes.count)
    }

    // MARK: - Verdicts

    @Test(arguments: ["", "\r\n\r\n", "\r\n", "\n", "\0\0\0\0", "\0"])
    func keepAlivesAreRecognised(text: String) {
        #expect(Outcome(inspect(text)) == .keepAlive)
    }

    @Test(arguments: ["\0\0\0\0\0", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "hello", "SIP/2.0\r\n\r\n", " \r\n\r\n"])
    func whatIsNotSIPIsDropped(text: String) {
        #expect(Outcome(inspect(text)) == .drop)
    }

    @Test func withoutAHeaderThatItMustHaveItIsRefusedWithWhatIsThere() {
        for header in [\RequestText.from, \.to, \.callID, \.cseq] {
            let request = RequestText().with { $0[keyPath: header] = "" }
            #expect(Outcome(inspect(request)) == .answer(400), "\(header)")
            #expect(Outcome(inspect(request.with { $0.startLine = "SIP/2.0 200 OK" })) == .drop, "\(header)")
            #expect(Outcome(inspect(request.with { $0.startLine = "ACK sip:a@b SIP/2.0" })) == .drop, "\(header)")
        }
        let bare = RequestText().with {
            ($0.from, $0.to, $0.callID, $0.cseq, $0.others, $0.contentLength) = ("", "", "", "", [], nil)
        }
        #expect(Outcome(inspect(bare)) == .answer(400))
    }

    @Test func withoutViaItIsDropped() {
        #expect(Outcome(inspect(RequestText().with { $0.via = [] })) == .drop)
    }

    @Test(arguments: [
        "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ", "HTTP/1.1/UDP host", "SIP/2.0/UDP ho<st", "", "host",
    ])
    func withAViaThatNamesNoSenderItIsDropped(value: String) {
        #expect(Outcome(inspect(RequestText().with { $0.via = ["Via: " + value] })) == .drop)
    }

    @Test(arguments: [
        "SIP/2.0/UDP host;;branch=z9hG4bK1", "SIP/2.0/UDP host;branch=z9hG4bK1;branch=z9hG4bK2",
        "SIP/2.0/UDP host;branch=", "SIP/2.0/UDP host;branch=\u{7F}", "SIP/2.0/UDP host;;,;,,",
        "SIP/2.0/UDP host;a b",
    ])
    func withMalformedParametersInViaItIsRefused(value: String) {
        #expect(Outcome(inspect(RequestText().with { $0.via = ["Via: " + value] })) == .answer(400))
    }

    @Test func openQuoteInViaSwallowsTheRestOfTheValueAndNothingElse() {
        #expect(Outcome(inspect(RequestText().with { $0.via = ["Via: SIP/2.0/UDP host;x=\"y"] })) == .message)
    }

    @Test(arguments: [
        "sip:a@b", "SIPS:a@b", "sip:b", "sip:b:5060", "sip:a@[2001:db8::1]:5061;transport=tcp", "tel:+380441234567",
        "sip:1,?;x=@b;user=phone", "sip:a:secret@b.example.", "sip:%61@b", "sip:b:65535",
    ])
    func lawfulRequestURIPasses(uri: String) {
        #expect(Outcome(inspect(RequestText().with { $0.startLine = "OPTIONS \(uri) SIP/2.0" })) == .message)
    }

    @Test(arguments: [
        ("nobody:knows", 416), ("soap.beep://b:3002", 416), ("mailto:a@b", 416), ("http://b", 416), (":a@b", 416),
        ("a@b", 400), ("*", 400), ("sip:", 400), ("sip:a@", 400), ("sip:2001:db8::10", 400), ("sip:a@[]", 400),
        ("sip:a@[2001:db8::1", 400), ("sip:a@b:", 400), ("sip:a@b:65536", 400), ("sip:a@b:x", 400),
        ("sip:a@b?Route=%3Csip:c%3E", 400), ("sip:a@b;x?Route=%3Csip:c%3E", 400), ("sip:a@b/c", 400),
        ("sip:a@b:99999999999999999999999", 400),
    ])
    func requestURIThatIsNoneOfOursIsRefused(uri: String, status: Int) {
        #expect(Outcome(inspect(RequestText().with { $0.startLine = "OPTIONS \(uri) SIP/2.0" })) == .answer(status))
    }

    @Test func whoRegistersHasASIPAddress() {
        let request = RequestText(method: "REGISTER")
        for to in ["<sip:a@b>", "sip:a@b", "\"<tel:1>\" <SIPS:a@b>", "Anna <sip:a@b>;x=y"] {
            #expect(Outcome(inspect(request.with { $0.to = "To: \(to)" })) == .message)
        }
        for to in ["isbn:2983792873", "<tel:+380441234567>", "\"sip:a@b\" <tel:1>", "<>"] {
            #expect(Outcome(inspect(request.with { $0.to = "To: \(to)" })) == .answer(400))
        }
    }

    static let malformed: [(name: String, change: @Sendable (inout RequestText) -> Void, status: Int)] = [
        ("two To", { $0.others.append("t: <sip:other@b>") }, 400),
        ("two From", { $0.others.append("f: <sip:other@b>;tag=2") }, 400),
        ("two Call-ID", { $0.others.append("i: other") }, 400),
        ("two CSeq", { $0.others.append("CSeq: 8 OPTIONS") }, 400),
        ("two Max-Forwards", { $0.others.append("Max-Forwards: 5") }, 400),
        ("two Content-Length", { $0.others.append("l: 0") }, 400),
        ("two Content-Type", { $0.others += ["c: a/b", "Content-Type: a/b"] }, 400),
        ("version 3.0", { $0.startLine = "OPTIONS sip:a@b SIP/3.0" }, 505),
        ("version of two digits", { $0.startLine = "OPTIONS sip:a@b SIP/2.00" }, 505),
        ("angle brackets around the Request-URI", { $0.startLine = "OPTIONS <sip:a@b> SIP/2.0" }, 400),
        ("blank in the Request-URI", { $0.startLine = "OPTIONS sip:a@b; lr SIP/2.0" }, 400),
        ("two blanks in the request line", { $0.startLine = "OPTIONS  sip:a@b SIP/2.0" }, 400),
        ("blank behind the request line", { $0.startLine = "OPTIONS sip:a@b SIP/2.0 " }, 400),
        ("no Request-URI", { $0.startLine = "OPTIONS SIP/2.0" }, 400),
        ("folded request line", { $0.startLine += "\r\n x: y" }, 400),
        ("CSeq of another method", { $0.cseq = "CSeq: 7 INVITE" }, 400),
        ("CSeq method in another case", { $0.cseq = "CSeq: 7 options" }, 400),
        ("CSeq without number", { $0.cseq = "CSeq: OPTIONS" }, 400),
        ("CSeq without blank", { $0.cseq = "CSeq: 7OPTIONS" }, 400),
        ("CSeq of 2^31", { $0.cseq = "CSeq: 2147483648 OPTIONS" }, 400),
        ("CSeq beyond 64 bits", { $0.cseq = "CSeq: 99999999999999999999999 OPTIONS" }, 400),
        ("negative CSeq", { $0.cseq = "CSeq: -1 OPTIONS" }, 400),
        ("Max-Forwards of 256", { $0.others = ["Max-Forwards: 256"] }, 400),
        ("Max-Forwards in words", { $0.others = ["Max-Forwards: many"] }, 400),
        ("open quote in To", { $0.to = "To: \"Mr. J <sip:j@b>" }, 400),
        ("open bracket in To", { $0.to = "To: <sip:j@b" }, 400),
        ("empty To", { $0.to = "To:" }, 400),
        ("two values in To", { $0.to = "To: <sip:a@b>, <sip:c@d>" }, 400),
        ("empty tag", { $0.to = "To: <sip:a@b>;tag=" }, 400),
        ("tag without value", { $0.to = "To: <sip:a@b>;tag" }, 400),
        ("two tags", { $0.to = "To: <sip:a@b>;tag=1;tag=2" }, 400),
        ("blank in the Call-ID", { $0.callID = "Call-ID: a b" }, 400),
        ("letters beyond ASCII in the Call-ID", { $0.callID = "Call-ID: ñ" }, 400),
        ("header without a name", { $0.others.append(": x") }, 400),
        ("header without a colon", { $0.others.append("Subject") }, 400),
        ("blank within a name", { $0.others.append("Sub ject: x") }, 400),
        ("lone carriage return", { $0.others.append("Subject: a\rVia: x") }, 400),
        ("negative Content-Length", { $0.contentLength = "Content-Length: -1" }, 400),
        ("Content-Length with a sign", { $0.contentLength = "Content-Length: +0" }, 400),
        ("Content-Length of two numbers", { $0.contentLength = "Content-Length: 0 0" }, 400),
        ("empty Content-Length", { $0.contentLength = "Content-Length:" }, 400),
        ("huge Content-Length", { $0.contentLength = "Content-Length: 99999999999999999999" }, 400),
        ("Content-Length one too long", { $0.contentLength = "Content-Length: 1" }, 400),
        ("zero in a header", { $0.others.append("Subject: \0") }, 400),
        (
            "zero in a header of an unknown method",
            {
                $0.startLine = "FLY sip:a@b SIP/2.0"
                $0.cseq = "CSeq: 7 FLY"
                $0.others.append("Subject: \0")
            }, 501
        ),
        (
            "zero in the body",
            {
                $0.body = "\0"
                $0.contentLength = "Content-Length: 1"
            }, 415
        ),
    ]

    @Test(arguments: malformed.indices)
    func malformedRequestIsAnsweredWithoutTheParser(_ index: Int) {
        let (name, change, status) = Self.malformed[index]
        #expect(Outcome(inspect(RequestText().with(change))) == .answer(status), "\(name)")
    }

    @Test(arguments: malformed.indices)
    func malformedResponseIsDropped(_ index: Int) {
        let (name, change, _) = Self.malformed[index]
        guard RequestText().with(change).startLine == RequestText().startLine, !name.contains("CSeq of another"),
            !name.contains("CSeq method")
        else { return }
        let response = RequestText().with(change).with { $0.startLine = "SIP/2.0 200 OK" }
        #expect(Outcome(inspect(response)) == .drop, "\(name)")
    }

    @Test func ackIsNeverAnswered() {
        let ack = RequestText(method: "ACK")
        #expect(Outcome(inspect(ack)) == .message)
        #expect(Outcome(inspect(ack.with { $0.others = ["Max-Forwards: x"] })) == .drop)
        #expect(Outcome(inspect(RequestText().with { $0.cseq = "CSeq: 7 ACK" })) == .drop)
    }

    @Test(arguments: [
        "SIP/2.0 099 X", "SIP/2.0 700 X", "SIP/2.0 20 X", "SIP/2.0 2000 X", "SIP/2.0 4294967301 X", "SIP/1.0 200 OK",
        "SIP/2.0 -20 X", "SIP/2.0200 OK",
    ])
    func responseWithABadStatusLineIsDropped(line: String) {
        #expect(Outcome(inspect(RequestText().with { $0.startLine = line })) == .drop)
    }

    @Test(arguments: ["SIP/2.0 100 Trying", "SIP/2.0 699 ", "SIP/2.0 200", "sip/2.0 200 ok"])
    func responseWithALawfulStatusLinePasses(line: String) {
        #expect(Outcome(inspect(RequestText().with { $0.startLine = line })) == .message)
    }

    @Test func responseOfAnotherMethodThanItsLineSaysPasses() {
        let response = RequestText().with {
            $0.startLine = "SIP/2.0 200 OK"
            $0.cseq = "CSeq: 1 INVITE"
        }
        #expect(Outcome(inspect(response)) == .message)
    }

    // MARK: - Content-Length

    @Test func datagramIsCutWhereItsContentLengthSays() throws {
        let request = RequestText(body: "abc").with { $0.contentLength = "Content-Length: 2" }
        let index = try #require(inspect(request).index)
        #expect(index.contentLength == 2)
        #expect(index.headerLength + index.contentLength == request.bytes.count - 1)
    }

    @Test func bodyThatTheFramerLeftOutIsTooLarge() {
        let request = RequestText().with { $0.contentLength = "Content-Length: \(GuardLimits.body + 1)" }
        #expect(Outcome(inspect(request, over: .stream)) == .answer(413))
        #expect(Outcome(inspect(request)) == .answer(400))
    }

    @Test func headWithoutItsEmptyLineIsRefused() {
        let bytes = RequestText().bytes.dropLast(2)
        #expect(Outcome(inspect(Array(bytes))) == .answer(400))
        #expect(Outcome(inspect(Array(bytes.dropLast(1)))) == .answer(400))
    }

    @Test func highestLawfulNumbersPass() throws {
        let request = RequestText().with {
            $0.cseq = "CSeq: 2147483647 OPTIONS"
            $0.others = ["Max-Forwards: 255"]
        }
        let verdict = inspect(request)
        #expect(Outcome(verdict) == .message)
        #expect(verdict.index?.cseqNumber == 2_147_483_647)
    }
}
