import Testing

@testable import Signaling

// Goal: one message of each class of fault, written by hand, gets its answer or silence from the whole engine, on UDP
// and on TCP, and leaves nothing behind. Method: a lawful INVITE of the trunk with one change; an OPTIONS behind it
// tells that it has been dealt with.

@Suite struct HostileMessageTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        /// Of the lawful text by the other.
        var changes: [(String, String)]
        /// `nil`: silence.
        var status: Int?
        /// On TCP, if it is another.
        var overTCP: Int?
        var endsStream = false

        init(_ name: String, _ from: String, _ to: String, _ status: Int?, tcp: Int? = nil, endsStream: Bool = false) {
            self.name = name
            changes = [(from, to)]
            self.status = status
            overTCP = tcp ?? status
            self.endsStream = endsStream
        }

        var testDescription: String { name }
    }

    static let line = "Max-Forwards: 70\r\n"
    static let faults = [
        // Zeros.
        Fault("zero in a name", line, "Max\0-Forwards: 70\r\n", 400),
        Fault("zero in a value", line, line + "Subject: a\0b\r\n", 400),
        Fault("zero in a quoted string", "\"Olha\"", "\"Ol\0ha\"", 400),
        Fault("zero in the Request-URI", "INVITE sip:100@", "INVITE sip:1\0@", 400),
        Fault("zero in the method", "INVITE sip:100", "INV\0ITE sip:100", 400),
        Fault("zero in the body", "s=-", "s=\0", 415),
        // Content-Length.
        Fault("negative length", "Content-Length: ", "Content-Length: -", 400, endsStream: true),
        Fault("length of 2^32", "Content-Length: ", "l: 4294967296\r\nX: ", 400, tcp: 413, endsStream: true),
        Fault("length beyond 64 bits", "Content-Length: ", "l: 99999999999999999999\r\nX: ", 400, endsStream: true),
        Fault("length in words", "Content-Length: ", "Content-Length: all\r\nX: ", 400, endsStream: true),
        Fault("two lengths that differ", "Content-Length: ", "l: 1\r\nContent-Length: ", 400, endsStream: true),
        // CSeq.
        Fault("method of another request", "CSeq: 1 INVITE", "CSeq: 1 BYE", 400),
        Fault("method in another case", "CSeq: 1 INVITE", "CSeq: 1 Invite", 400),
        Fault("number beyond 2^31", "CSeq: 1 INVITE", "CSeq: 2147483648 INVITE", 400),
        Fault("number beyond 64 bits", "CSeq: 1 INVITE", "CSeq: 36893488147419103232 INVITE", 400),
        Fault("negative number", "CSeq: 1 INVITE", "CSeq: -1 INVITE", 400),
        // What may stand once, twice.
        Fault("two Call-IDs", line, line + "i: other\r\n", 400),
        Fault("two CSeqs", line, line + "CSeq: 1 INVITE\r\n", 400),
        Fault("two Froms", line, line + "f: <sip:a@b>;tag=x\r\n", 400),
        Fault("two Tos", line, line + "To: <sip:a@b>\r\n", 400),
        Fault("two Max-Forwards", line, line + line, 400),
        Fault("two Content-Types", line, line + "c: application/sdp\r\n", 400),
        // What has to be there.
        Fault("no From", "From: ", "X-From: ", 400),
        Fault("no To", "To: ", "X-To: ", 400),
        Fault("no Call-ID", "Call-ID: ", "X-Call-ID: ", 400),
        Fault("no CSeq", "CSeq: ", "X-CSeq: ", 400),
        Fault("no Via", "Via: ", "X-Via: ", nil),
        Fault("no usable Contact", "<sip:peer@127.0.0.1", "<", 400),
        // Versions and schemes.
        Fault("version 3.0", " SIP/2.0\r\nVia", " SIP/3.0\r\nVia", 505),
        Fault("version of words", " SIP/2.0\r\nVia", " SIP/two\r\nVia", 505),
        Fault("another protocol", " SIP/2.0\r\nVia", " HTTP/1.1\r\nVia", nil, endsStream: true),
        Fault("unknown scheme", "INVITE sip:100@127.0.0.1", "INVITE news:100", 416),
        Fault("scheme of the web", "INVITE sip:100@", "INVITE http://100@", 416),
        Fault("no scheme", "INVITE sip:100@", "INVITE 100@", 400),
        Fault("bare IPv6 address", "INVITE sip:100@127.0.0.1", "INVITE sip:100@2001:db8::1", 400),
        Fault("headers in the Request-URI", "127.0.0.1 SIP/2.0\r\nVia", "127.0.0.1?Route=x SIP/2.0\r\nVia", 400),
        // Lines.
        Fault("header without a colon", line, line + "Subject\r\n", 400),
        Fault("lone carriage return", line, line + "Subject: a\rVia: b\r\n", 400),
        Fault("folded start line", " SIP/2.0\r\nVia", " SIP/2.0\r\n Via", nil),
        Fault("open quote", "\"Olha\"", "\"Olha", 400),
        Fault("two values in To", "To: ", "To: <sip:a@b>, ", 400),
    ]

    private func request(_ fault: Fault?, port: UInt16) -> String {
        let call = PeerCall(port: port, callID: "hostile")
        let text = call.request("INVITE", sequence: 1, body: PeerCall.sdp())
        return (fault?.changes ?? []).reduce(text) { text, change in
            guard let range = text.firstRange(of: change.0) else { return "" }
            return text.replacingCharacters(in: range, with: change.1)
        }
    }

    private func status(_ message: PeerText?) -> Int? {
        guard let message, message.header("Call-ID") != "sentinel" else { return nil }
        return Int(message.firstLine.split(separator: " ")[1])
    }

    private func sentinel(_ port: UInt16) -> String {
        PeerCall(port: port, callID: "sentinel").request("OPTIONS", sequence: 1)
    }

    @Test(arguments: faults)
    func overUDP(_ fault: Fault) async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let text = request(fault, port: peer.port)
        try #require(!text.isEmpty)
        peer.send(text)
        peer.send(sentinel(peer.port))
        #expect(status(peer.receive()) == fault.status)
        await expectNothingLeft(fixture)
    }

    @Test(arguments: faults)
    func overTCP(_ fault: Fault) async throws {
        let fixture = try await AgentFixture()
        let peer = StreamPeer(server: fixture.tcpPort)
        let text = request(fault, port: peer.port)
        try #require(!text.isEmpty)
        peer.send(text)
        peer.send(sentinel(peer.port))
        #expect(status(peer.receive()) == fault.overTCP)
        #expect(peer.isClosed(within: fault.endsStream ? 3_000 : 20) == fault.endsStream)
        await expectNothingLeft(fixture)
    }

    private func expectNothingLeft(_ fixture: AgentFixture) async {
        let counters = await fixture.agent.counters
        #expect(counters.legs == 0 && counters.serverTransactions == 0 && counters.cachedReplies == 0)
        #expect(fixture.events.isEmpty)
        await fixture.stop()
    }

    // MARK: - Unusual, and lawful

    static let unusual: [(name: String, from: String, to: String)] = [
        ("nothing", "", ""),
        ("compact names", "From: ", "f: "), ("compact Via", "Via: ", "v: "), ("compact To", "To: ", "T : "),
        ("compact Call-ID", "Call-ID: ", "i:"), ("compact Contact", "Contact: ", "m: "),
        ("compact Content-Type", "Content-Type: ", "c:"), ("compact Content-Length", "Content-Length: ", "L:"),
        ("folded From", "From: ", "From:\r\n  "), ("folded tag", ">;tag=", ">\r\n ;\r\n\ttag = "),
        ("folded CSeq", "CSeq: 1 INVITE", "CSeq:\r\n 1\r\n INVITE"), ("folded Via", ";branch=", "\r\n ;branch="),
        ("folded Content-Length", "Content-Length: ", "Content-Length:\r\n "),
        ("blanks before the colon", "To: ", "To \t: "), ("names in capitals", "Call-ID: ", "CALL-ID: "),
        ("leading zeros", "CSeq: 1 INVITE", "CSeq: 0001 INVITE"), ("no Max-Forwards", line, ""),
        ("tag in capitals", ";tag=", ";TAG="), ("unknown header", line, line + "X: \u{1}\u{7F}\r\n"),
    ]

    @Test(arguments: unusual.indices)
    func unusualButLawfulInviteIsTaken(_ index: Int) async throws {
        let fixture = try await AgentFixture()
        let change = Self.unusual[index]
        for isStream in [false, true] {
            let callID = isStream ? "tcp" : "udp"
            let fault = change.from.isEmpty ? nil : Fault(change.name, change.from, change.to, nil)
            let datagrams = ScriptedPeer(server: fixture.udpPort)
            let stream = StreamPeer(server: fixture.tcpPort)
            let text = request(fault, port: datagrams.port).replacing("hostile", with: callID)
            if isStream { stream.send(text) } else { datagrams.send(text) }
            let answer = isStream ? stream.receive() : datagrams.receive()
            #expect(status(answer) == 100, "\(change.name), \(answer?.raw ?? "-")")
            let call = fixture.first {
                if case .incoming(let call) = $0, call.sipCallID == callID { call } else { nil }
            }
            #expect(call?.number == "+380441234567", "\(change.name)")
        }
        await fixture.stop()
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
