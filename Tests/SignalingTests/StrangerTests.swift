import NIOCore
import Testing

@testable import Signaling

// Goal: whoever has not shown who they are costs no state, gets no more than they sent deserves, and cannot keep
// connections or memory. Method: a stranger on loopback, who is not the trunk and not registered.

@Suite struct StrangerTests {
    private static let elsewhere = [SignalingSettings.Trunk(name: "trunk", addresses: ["192.0.2.1"])]
    private static let byDigest = [
        SignalingSettings.Trunk(name: "carrier", addresses: [], user: "carrier", secret: "k3y")
    ]
    static let methods = [
        "INVITE", "REGISTER", "OPTIONS", "BYE", "CANCEL", "ACK", "INFO", "UPDATE", "PRACK", "SUBSCRIBE", "NOTIFY",
        "REFER", "MESSAGE", "PUBLISH", "FLY",
    ]

    private func nothingIsKept(_ fixture: AgentFixture) async throws {
        let kept = try await fixture.onCore { core in
            [
                core.legs.count, core.dialogs.count, core.called.count, core.inviteOrigins.count, core.live,
                core.replies.count, core.answers.count, core.layer.serverCount, core.layer.clientCount,
            ]
        }
        #expect(kept.allSatisfy { $0 == 0 }, "\(kept)")
        #expect(fixture.events.isEmpty)
    }

    @Test(arguments: [elsewhere, byDigest])
    func thousandRequestsOfEveryMethodLeaveNothingBehind(trunks: [SignalingSettings.Trunk]) async throws {
        // Never banned: every one of them is to be looked at.
        let fixture = try await AgentFixture(trunks: trunks) { $0.abuse.refusals = .max }
        let peer = ScriptedPeer(server: fixture.udpPort)
        for round in 0..<70 {
            for (number, method) in Self.methods.enumerated() {
                let call = PeerCall(port: peer.port, callID: "s\(round)-\(number)")
                peer.send(
                    call.request(
                        method, sequence: 1, to: round % 3 == 2 ? "tag" : nil,
                        headers: round % 2 == 0 ? [] : [Self.credentials],
                        body: method == "INVITE" ? PeerCall.sdp() : nil))
            }
        }
        peer.send(PeerCall(port: peer.port, callID: "last").request("OPTIONS", sequence: 1))
        while let answer = peer.receive(), answer.header("Call-ID") != "last" {}
        try await nothingIsKept(fixture)
        await fixture.stop()
    }

    private static let credentials =
        "Authorization: Digest username=\"anna\", realm=\"burdock\", nonce=\"0\", uri=\"sip:100@127.0.0.1\", "
        + "response=\"0\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c\""

    @Test(arguments: [elsewhere, byDigest])
    func oneAnswerAtMostOfAtMostFiveTimesTheBytesOfTheRequestAndNeverAgain(trunks: [SignalingSettings.Trunk])
        async throws
    {
        let fixture = try await AgentFixture(trunks: trunks, timing: AgentFixture.timing(t1: .milliseconds(5))) {
            $0.digestAlgorithms = [.sha256, .md5]
        }
        let requests = Self.methods.map { method in
            // As short as it may be and still get an answer, and as phones send it.
            let via =
                method == "REGISTER" ? "SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK-1;rport" : "SIP/2.0/UDP h;rport"
            return "\(method) sip:a SIP/2.0\nv:\(via)\nf:sip:a\nt:sip:a\ni:a\nCSeq:1 \(method)\n\n"
        }
        let peers = requests.map { request in
            let peer = ScriptedPeer(server: fixture.udpPort)
            peer.send(request)
            return peer
        }
        // Nothing comes any more after 64·T1, which is 320 ms.
        #expect(ScriptedPeer(server: fixture.udpPort).receive(within: 400) == nil)
        for (request, peer) in zip(requests, peers) {
            var answers: [PeerText] = []
            while let answer = peer.receive(within: 0) { answers.append(answer) }
            #expect(answers.count <= 1, "\(request)")
            #expect(answers.reduce(0) { $0 + $1.raw.utf8.count } <= 5 * request.utf8.count, "\(request), \(answers)")
        }
        try await nothingIsKept(fixture)
        await fixture.stop()
    }

    @Test func shortestMalformedRequestGetsAtMostFiveTimesItsBytes() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let peer = ScriptedPeer(server: fixture.udpPort)
        for text in ["X sip:a SIP/2.0\nv:SIP/2.0/UDP h;rport\n\n", "X a SIP/9\nv:SIP/2.0/UDP h;rport\n\n"] {
            peer.send(text)
            let answer = try #require(peer.receive())
            #expect(answer.raw.utf8.count <= 5 * text.utf8.count)
        }
        await fixture.stop()
    }

    @Test func answeredTrunkIsRepeatedToButNobodyElse() async throws {
        let timing = AgentFixture.timing(t1: .milliseconds(5))
        for (trunks, isKnown) in [
            ([SignalingSettings.Trunk(name: "t", addresses: ["127.0.0.1"])], true), (Self.elsewhere, false),
        ] {
            let fixture = try await AgentFixture(trunks: trunks, timing: timing)
            let peer = ScriptedPeer(server: fixture.udpPort)
            peer.send(PeerCall(port: peer.port, callID: "r").request("INVITE", sequence: 1, body: PeerCall.sdp()))
            if isKnown, let call = fixture.incoming() { fixture.perform(.reject(call.leg, status: 486)) }
            var finals = 0
            while let answer = peer.receive(within: 400) { finals += answer.firstLine.hasPrefix("SIP/2.0 4") ? 1 : 0 }
            #expect(isKnown ? finals > 3 : finals == 1)
            await fixture.stop()
        }
    }

    // MARK: - Connections

    private func connected(_ fixture: AgentFixture, _ count: Int) async throws -> [StreamPeer] {
        var peers: [StreamPeer] = []
        for _ in 0..<count {
            let peer = StreamPeer(server: fixture.tcpPort)
            peer.send("\r\n\r\n")
            #expect(peer.raw() == "\r\n")
            peers.append(peer)
        }
        return peers
    }

    /// Lets the engine look for connections that have lasted too long, after so many nanoseconds.
    private func sweep(_ fixture: AgentFixture, after nanoseconds: Int64) async throws {
        _ = try await fixture.onCore { core in
            core.transports.closeIdle(now: core.transports.streams.values.map(\.heldSince).min()! &+ nanoseconds) { _ in
                true
            }
        }
    }

    @Test func messageThatDripsIsWaitedForSoLongAndNoLongerWhoeverNeedsTheConnection() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let peer = try await connected(fixture, 1)[0]
        peer.send("OPTIONS sip:a SIP/2.0\r\n")
        while try await fixture.onCore({ $0.transports.held }) == 0 {}
        peer.send("Via: SIP/2.0/TCP h\r\n")
        while try await fixture.onCore({ $0.transports.held }) < 40 {}
        try await sweep(fixture, after: Transports.messageLimit)
        #expect(!peer.isClosed(within: 30))
        try await sweep(fixture, after: Transports.messageLimit + 1)
        #expect(peer.isClosed())
        #expect(Transports.messageLimit + 2_000_000_000 <= 30_000_000_000)
        await fixture.stop()
    }

    @Test func engineLooksForDrippingConnectionsByItself() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let peer = try await connected(fixture, 1)[0]
        peer.send("OPTIONS sip:a SIP/2.0\r\n")
        while try await fixture.onCore({ $0.transports.held }) == 0 {}
        fixture.ahead.advance(seconds: 29)
        #expect(peer.isClosed())
        await fixture.stop()
    }

    @Test func wholeMessageBeginsTheWaitAnew() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let peer = try await connected(fixture, 1)[0]
        peer.send("OPTIONS sip:a SIP/2.0\r\n")
        while try await fixture.onCore({ $0.transports.held }) == 0 {}
        let first = try await fixture.onCore { $0.transports.streams.values.first?.heldSince }
        fixture.ahead.advance(seconds: 5)
        let rest = PeerCall(port: peer.port, callID: "x").request("OPTIONS", sequence: 1).drop { $0 != "\r\n" }
        peer.send(rest.dropFirst() + "OPTIONS sip:b")
        #expect(peer.expect("SIP/2.0 200") != nil)
        while try await fixture.onCore({ $0.transports.held }) != 13 {}
        let second = try await fixture.onCore { $0.transports.streams.values.first?.heldSince }
        #expect(try #require(second) - #require(first) >= 5_000_000_000)
        await fixture.stop()
    }

    @Test func silentConnectionIsClosed() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let silent = StreamPeer(server: fixture.tcpPort)
        while try await fixture.onCore({ $0.transports.streams.isEmpty }) {}
        let spoken = try await connected(fixture, 1)[0]
        for (limit, peer) in [(Transports.firstMessageLimit, silent), (Transports.idleLimit, spoken)] {
            _ = try await fixture.onCore { core in
                core.transports.closeIdle(now: core.transports.streams.values.map(\.lastMessage).min()! + limit) { _ in
                    false
                }
            }
            #expect(!peer.isClosed(within: 30))
            _ = try await fixture.onCore { core in
                let opened = core.transports.streams.values.map(\.lastMessage).max()!
                core.transports.closeIdle(now: opened + limit + 1) { _ in false }
            }
            #expect(peer.isClosed())
        }
        await fixture.stop()
    }

    @Test func bytesOfHalfMessagesAreBoundedOverAllConnections() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let peers = try await connected(fixture, 2)
        let verdicts = try await fixture.onCore { core in
            let numbers = core.transports.streams.keys.sorted()
            return [
                core.transports.holds(Transports.heldLimit - 10, isFresh: false, on: numbers[0], now: 0),
                core.transports.holds(10, isFresh: false, on: numbers[1], now: 0),
                core.transports.holds(11, isFresh: false, on: numbers[1], now: 0),
                core.transports.holds(0, isFresh: true, on: numbers[1], now: 0),
            ]
        }
        #expect(verdicts == [true, true, false, true])
        // What a connection held is free again when it is closed.
        _ = try await fixture.onCore { core in core.transports.streams.values.forEach { $0.channel.close(promise: nil) }
        }
        for peer in peers { #expect(peer.isClosed()) }
        #expect(try await fixture.onCore { $0.transports.held } == 0)
        await fixture.stop()
    }

    @Test func connectionThatNobodyNeedsMakesRoomForANewOne() async throws {
        let fixture = try await AgentFixture(trunks: []) { $0.maxConnections = 2 }
        let phone = StreamPeer(server: fixture.tcpPort)
        #expect(Self.register(phone, fixture))
        let idler = try await connected(fixture, 1)[0]
        let newcomer = try await connected(fixture, 1)[0]
        #expect(idler.isClosed())
        #expect(!phone.isClosed(within: 30) && !newcomer.isClosed(within: 30))
        await fixture.stop()
    }

    @Test func connectionsThatAreNeededAreKeptWhenThereAreTooMany() async throws {
        let fixture = try await AgentFixture(trunks: []) { $0.maxConnections = 1 }
        let phone = StreamPeer(server: fixture.tcpPort)
        #expect(Self.register(phone, fixture))
        #expect(StreamPeer(server: fixture.tcpPort).isClosed())
        #expect(!phone.isClosed(within: 30))
        await fixture.stop()
    }

    private static func register(_ peer: StreamPeer, _ fixture: AgentFixture) -> Bool {
        let phone = Phone(fixture, callID: "tcp")
        peer.send(phone.text().replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP"))
        guard let challenge = peer.expect("SIP/2.0 401") else { return false }
        let authorization = Phone.authorize(
            challenge, user: "anna", secret: "s3cret", method: "REGISTER", uri: "sip:127.0.0.1")
        peer.send(phone.text(authorization: authorization).replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP"))
        return peer.expect("SIP/2.0 200") != nil
    }
}
