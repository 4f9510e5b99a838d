import Testing

@testable import Signaling

// Goal: what real networks do to messages: redirections, proxies of both kinds, registrars' edges, keep-alives, bodies
// of several parts, IPv6, compact and folded headers. Method: scripted peers on loopback.

@Suite struct InteropTests {
    // MARK: 3xx

    @Test func redirectionIsReportedInTheOrderOfItsWishesAndNotFollowed() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.trunk.send(
            PeerCall.response(
                "302 Moved Temporarily", to: called.invite, tag: "far",
                headers: [
                    "Contact: <sip:first@192.0.2.7>;q=0.5, \"B\" <sip:%2B380501112233@192.0.2.8:5070;user=phone>",
                    "Contact: <tel:+380507654321>;q=0.5", "Contact: <mailto:a@b>",
                ]))
        #expect(house.trunk.expect("ACK") != nil)
        var wanted = LegEnd(.refused, status: 302)
        wanted.contacts = [
            Redirection(user: "+380501112233", host: "192.0.2.8"),
            Redirection(user: "first", host: "192.0.2.7", q: 500),
            Redirection(user: "+380507654321", host: "", q: 500),
        ]
        #expect(house.fixture.end(of: called.leg) == wanted)
        #expect(house.trunk.expect("INVITE", within: 300) == nil)
        await house.fixture.stop()
    }

    @Test func redirectionsAreBounded() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let contacts = (0..<20).map { "Contact: <sip:\($0)@x>" }
        house.trunk.send(PeerCall.response("300 Choices", to: called.invite, tag: "far", headers: contacts))
        #expect(house.fixture.end(of: called.leg)?.contacts.count == LegEnd.maxContacts)
        await house.fixture.stop()
    }

    // MARK: Routes

    @Test func strictRouterGetsTheRequestAndTheTargetBehindIt() async throws {
        let fixture = try await AgentFixture()
        let proxy = ScriptedPeer(server: fixture.udpPort)
        // "lr" is no parameter here.
        let strict = "<sip:x;lrx=1@127.0.0.1:\(proxy.port);transport=udp>"
        let up = try UpCall(fixture, callID: "io-1", headers: ["Record-Route: \(strict), <sip:192.0.2.9;lr=on>"])
        #expect(up.answer.header("Record-Route") == "\(strict), <sip:192.0.2.9;lr=on>")
        fixture.perform(.hangUp(up.leg))
        let bye = try #require(proxy.expect("BYE"))
        #expect(bye.firstLine == "BYE \(strict.dropFirst().dropLast()) SIP/2.0")
        #expect(bye.headers("Route") == ["<sip:192.0.2.9;lr=on>", "<sip:peer@127.0.0.1:\(up.peer.port)>"])
        await fixture.stop()
    }

    @Test func headersInAContactGoNowhere() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        house.respond(
            "200 OK", to: called.invite, contact: "\(house.contact)?Subject=x", body: PeerCall.sdp())
        #expect(house.trunk.expect("ACK")?.firstLine == "ACK \(house.contact) SIP/2.0")
        await house.fixture.stop()
    }

    /// RFC 3327: the edge proxy registered for the phone is what the call goes through.
    @Test func registrationThroughAProxyIsCalledAlongItsPath() async throws {
        let fixture = try await AgentFixture()
        let edge = Phone(fixture)
        let path = "<sip:edge@127.0.0.1:\(edge.peer.port);lr>"
        func register(_ authorization: String? = nil) -> String {
            edge.text(contact: "<sip:anna@192.0.2.44:5062>", authorization: authorization)
                .replacing("Expires:", with: "Supported: path\r\nPath: \(path)\r\nExpires:")
        }
        edge.peer.send(register())
        let challenge = try #require(edge.peer.expect("SIP/2.0 401"))
        edge.peer.send(
            register(
                Phone.authorize(challenge, user: "anna", secret: "s3cret", method: "REGISTER", uri: "sip:127.0.0.1")))
        let answer = try #require(edge.peer.expect("SIP/2.0 200"))
        #expect(answer.header("Path") == path)
        let leg = try await fixture.makeLeg()
        fixture.perform(
            .invite(
                leg,
                OutgoingCall(target: .user("anna"), callerNumber: "1", callerName: nil, media: AgentFixture.media)))
        let invite = try #require(edge.peer.expect("INVITE"))
        #expect(invite.firstLine == "INVITE sip:anna@192.0.2.44:5062 SIP/2.0")
        #expect(invite.headers("Route") == [path])
        await fixture.stop()
    }

    // MARK: Keep-alives

    @Test func stunOnTheSIPPortIsAnsweredWithTheAddress() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(STUNBindingTests.request())
        let expected = STUNBinding.response(to: STUNBindingTests.request(), address: "127.0.0.1", port: peer.port)
        #expect(peer.receiveBytes() == expected)
        peer.send([0, 1, 0, 0])
        peer.send("\r\n\r\n")
        #expect(peer.receiveBytes(within: 300) == nil)
        await fixture.stop()
    }

    // MARK: Bodies

    private static func multipart(_ session: String) -> String {
        "--gw\r\nContent-Type: application/isup;version=x\r\nContent-Disposition: signal;handling=optional\r\n\r\n\u{1}\u{2}\r\n"
            + "--gw\r\nContent-Type: application/sdp\r\n\r\n\(session)\r\n--gw--\r\n"
    }

    @Test func sessionIsFoundAmongOtherParts() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "io-2")
        let type = "multipart/mixed; boundary=\"gw\""
        peer.send(
            call.request(
                "INVITE", sequence: 1, body: Self.multipart(PeerCall.sdp(port: 41_000)), contentType: type))
        let leg = try #require(fixture.incoming()).leg
        fixture.perform(.accept(leg, media: AgentFixture.media))
        #expect(fixture.established(leg)?.port == 41_000)
        let tag = try #require(peer.expect("SIP/2.0 200")).parameter("tag", of: "To")
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: tag))
        peer.send(
            call.request(
                "UPDATE", sequence: 2, to: tag, body: Self.multipart(PeerCall.sdp(port: 42_000)), contentType: type))
        #expect(fixture.modified(leg, .sendReceive)?.port == 42_000)
        await fixture.stop()
    }

    @Test func answerIsFoundAmongOtherParts() async throws {
        let house = try await TrunkHouse()
        let called = try #require(try await house.call())
        let answer = PeerCall.response(
            "200 OK", to: called.invite, tag: "far", contact: house.contact,
            body: Self.multipart(PeerCall.sdp(port: 43_000)))
        house.trunk.send(
            answer.replacing(
                "Content-Type: application/sdp\r\nContent-L", with: "c: multipart/mixed;boundary=gw\r\nContent-L"))
        #expect(house.fixture.answered(called.leg)?.port == 43_000)
        await house.fixture.stop()
    }

    // MARK: Forms

    @Test func compactAndFoldedHeadersMeanTheSame() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let sdp = PeerCall.sdp()
        func text(_ method: String, _ sequence: Int, to tag: String?, body: String?) -> String {
            "\(method) sip:100@127.0.0.1 SIP/2.0\r\n"
                + "v: SIP/2.0/UDP\r\n 127.0.0.1:\(peer.port)\r\n\t;branch=z9hG4bKio3\(method);rport\r\n"
                + "max-forwards: 70\r\nF: \"Olha\"\r\n  <sip:+380441234567@127.0.0.1>\r\n ;tag=ft\r\n"
                + "t : <sip:100@127.0.0.1>\(tag.map { "\r\n ;tag=\($0)" } ?? "")\r\n"
                + "i: io-3\r\nCSEQ: \(sequence)\r\n \(method)\r\n"
                + "m: \r\n <sip:peer@127.0.0.1:\(peer.port)>\r\nk: timer,\r\n 100rel\r\nX: 600\r\n ;refresher=uas\r\n"
                + (body == nil ? "" : "c: application/sdp\r\n") + "l: \(body?.utf8.count ?? 0)\r\n\r\n\(body ?? "")"
        }
        peer.send(text("INVITE", 1, to: nil, body: sdp))
        let incoming = try #require(fixture.incoming())
        #expect(incoming.number == "+380441234567")
        #expect(incoming.name == "Olha")
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        #expect(answer.header("Session-Expires") == "600;refresher=uas")
        #expect(answer.raw.split(separator: "\r\n").allSatisfy { !$0.hasPrefix(" ") && !$0.hasPrefix("\t") })
        let tag = try #require(answer.parameter("tag", of: "To"))
        peer.send(text("ACK", 1, to: tag, body: nil))
        peer.send(text("BYE", 2, to: tag, body: nil))
        #expect(peer.expect("SIP/2.0 200 OK")?.header("Call-ID") == "io-3")
        #expect(fixture.end(of: incoming.leg) == LegEnd(.peerHungUp))
        await fixture.stop()
    }

    @Test func callOverIPv6HasItsAddressesInEveryPlace() async throws {
        let fixture = try await AgentFixture(
            trunks: [SignalingSettings.Trunk(name: "trunk", addresses: ["::1"])]
        ) {
            $0.listeners = [.init(transport: .udp, address: "::1", port: 0)]
        }
        let peer = ScriptedPeer(server: fixture.udpPort, isIPv6: true)
        let call = PeerCall(port: peer.port, callID: "io-4")
        func six(_ text: String) -> String {
            text.replacing("127.0.0.1", with: "[::1]").replacing("IN IP4 [::1]", with: "IN IP6 ::1")
        }
        // Shorter by what the brackets are longer: the length is counted anew.
        let sdp = six(PeerCall.sdp())
        peer.send(
            six(call.request("INVITE", sequence: 1)).replacing(
                "Content-Length: 0\r\n\r\n",
                with: "Content-Type: application/sdp\r\nContent-Length: \(sdp.utf8.count)\r\n\r\n\(sdp)"))
        let leg = try #require(fixture.incoming()).leg
        fixture.perform(.accept(leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        #expect(answer.header("Via")?.contains(";received=::1") == true)
        #expect(answer.contact == "sip:burdock@[::1]:\(fixture.udpPort)")
        #expect(answer.body.contains("c=IN IP6 ::1\r\n"))
        #expect(fixture.established(leg)?.address == "::1")
        peer.send(six(call.request("ACK", sequence: 1, branch: "a", to: answer.parameter("tag", of: "To"))))
        fixture.perform(.hangUp(leg))
        let bye = try #require(peer.expect("BYE"))
        #expect(bye.firstLine == "BYE sip:peer@[::1]:\(peer.port) SIP/2.0")
        #expect(bye.header("Via")?.hasPrefix("SIP/2.0/UDP [::1]:\(fixture.udpPort);branch=") == true)
        await fixture.stop()
    }
}
