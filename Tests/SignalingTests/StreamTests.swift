import Testing

@testable import Signaling

// Goal: the same calls over TCP, and what a connection may not do.

@Suite struct StreamTests {
    private func overTCP(_ text: String) -> String { text.replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP") }

    @Test func callOverTCPInPieces() async throws {
        let fixture = try await AgentFixture()
        let peer = StreamPeer(server: fixture.tcpPort)
        let call = PeerCall(port: peer.port, callID: "tcp-1")
        let text = overTCP(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        peer.send(String(text.prefix(100)))
        peer.send(String(text.dropFirst(100)))
        #expect(peer.expect("SIP/2.0 100") != nil)
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        #expect(answer.contact == "sip:burdock@127.0.0.1:\(fixture.tcpPort);transport=tcp")
        let tag = answer.parameter("tag", of: "To")
        peer.send(overTCP(call.request("ACK", sequence: 1, branch: "ack", to: tag)))
        #expect(fixture.established(incoming.leg) != nil)
        fixture.perform(.hangUp(incoming.leg))
        let bye = try #require(peer.expect("BYE"))
        #expect(bye.header("Via")?.hasPrefix("SIP/2.0/TCP") == true)
        peer.send(PeerCall.response("200 OK", to: bye, tag: nil))
        #expect(fixture.end(of: incoming.leg) == LegEnd(.byUs))
        await fixture.stop()
    }

    @Test func lostAckOverTCPIsRepeatedToo() async throws {
        let fixture = try await AgentFixture(timing: AgentFixture.timing(t1: .milliseconds(20)))
        let peer = StreamPeer(server: fixture.tcpPort)
        let call = PeerCall(port: peer.port, callID: "tcp-2")
        peer.send(overTCP(call.request("INVITE", sequence: 1, body: PeerCall.sdp())))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let first = try #require(peer.expect("SIP/2.0 200"))
        #expect(peer.expect("SIP/2.0 200") == first)
        await fixture.stop()
    }

    @Test func pingIsAnswered() async throws {
        let fixture = try await AgentFixture()
        let peer = StreamPeer(server: fixture.tcpPort)
        peer.send("\r\n\r\n")
        #expect(peer.raw() == "\r\n")
        await fixture.stop()
    }

    @Test func messageWithABadLengthIsAnsweredAndEndsTheConnection() async throws {
        let fixture = try await AgentFixture()
        let peer = StreamPeer(server: fixture.tcpPort)
        let text = overTCP(PeerCall(port: peer.port, callID: "tcp-3").request("OPTIONS", sequence: 1))
        peer.send(text.replacing("Content-Length: 0", with: "Content-Length: -1"))
        #expect(peer.expect("SIP/2.0 400") != nil)
        #expect(peer.isClosed())
        await fixture.stop()
    }

    @Test func bodyThatIsTooLargeIsRefusedAndTheConnectionGoesOn() async throws {
        let fixture = try await AgentFixture()
        let peer = StreamPeer(server: fixture.tcpPort)
        let call = PeerCall(port: peer.port, callID: "tcp-4")
        peer.send(
            overTCP(
                call.request("INVITE", sequence: 1, body: String(repeating: "x", count: GuardLimits.streamBody))))
        #expect(peer.expect("SIP/2.0")?.firstLine == "SIP/2.0 413 Request Entity Too Large")
        peer.send(overTCP(call.request("OPTIONS", sequence: 2)))
        #expect(peer.expect("SIP/2.0 200") != nil)
        await fixture.stop()
    }

    @Test func garbageClosesTheConnection() async throws {
        let fixture = try await AgentFixture()
        let peer = StreamPeer(server: fixture.tcpPort)
        peer.send("GET / HTTP/1.1\r\n")
        #expect(peer.isClosed())
        await fixture.stop()
    }

    @Test func connectionsOfOneAddressAreBounded() async throws {
        let fixture = try await AgentFixture { $0.maxConnectionsPerAddress = 2 }
        let first = StreamPeer(server: fixture.tcpPort)
        let second = StreamPeer(server: fixture.tcpPort)
        for peer in [first, second] {
            peer.send("\r\n\r\n")
            #expect(peer.raw() == "\r\n")
        }
        #expect(StreamPeer(server: fixture.tcpPort).isClosed())
        #expect(!first.isClosed(within: 50))
        await fixture.stop()
    }

    @Test func closedConnectionTakesItsRegistrationWithIt() async throws {
        let fixture = try await AgentFixture(trunks: [])
        do {
            let peer = StreamPeer(server: fixture.tcpPort)
            func text(_ sequence: Int, _ authorization: String?) -> String {
                "REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:\(peer.port);branch=z9hG4bKr\(sequence)\r\n"
                    + "Max-Forwards: 70\r\nFrom: <sip:anna@127.0.0.1>;tag=r\r\nTo: <sip:anna@127.0.0.1>\r\n"
                    + "Call-ID: tcp-r\r\nCSeq: \(sequence) REGISTER\r\nContact: <sip:anna@127.0.0.1:\(peer.port)>\r\n"
                    + (authorization.map { "Authorization: \($0)\r\n" } ?? "") + "Content-Length: 0\r\n\r\n"
            }
            peer.send(text(1, nil))
            let challenge = try #require(peer.expect("SIP/2.0 401"))
            peer.send(
                text(
                    2,
                    Phone.authorize(
                        challenge, user: "anna", secret: "s3cret", method: "REGISTER", uri: "sip:127.0.0.1")))
            #expect(peer.expect("SIP/2.0 200") != nil)
            let leg = try await fixture.makeLeg()
            fixture.perform(
                .invite(
                    leg,
                    OutgoingCall(target: .user("anna"), callerNumber: "1", callerName: nil, media: AgentFixture.media)))
            let invite = try #require(peer.expect("INVITE"))
            #expect(invite.header("Via")?.hasPrefix("SIP/2.0/TCP") == true)
        }
        let gone = fixture.first { if case .unregistered(user: "anna") = $0 { true } else { nil } }
        #expect(gone == true)
        await fixture.stop()
    }
}
