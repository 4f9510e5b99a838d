import Testing

@testable import Signaling

// Goal: requests that are not calls, or not allowed, get the status they deserve and leave nothing behind.

@Suite struct RequestRulesTests {
    private static let elsewhere = [SignalingSettings.Trunk(name: "trunk", addresses: ["192.0.2.1"])]

    @Test func unknownMethodGets405WithAllow() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(PeerCall(port: peer.port, callID: "r1").request("MESSAGE", sequence: 1))
        let answer = try #require(peer.expect("SIP/2.0 405"))
        #expect(answer.header("Allow")?.contains("INVITE, ACK, CANCEL, BYE") == true)
        await fixture.stop()
    }

    @Test func unknownExtensionGets420() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r2")
        peer.send(
            call.request("INVITE", sequence: 1, headers: ["Require: precondition, path, 100REL"], body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 420")?.header("Unsupported") == "precondition")
        await fixture.stop()
    }

    @Test func optionsTellsWhatWeSpeak() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(PeerCall(port: peer.port, callID: "r3").request("OPTIONS", sequence: 1))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        #expect(answer.header("Accept") == "application/sdp")
        #expect(answer.header("Allow") != nil)
        #expect(answer.header("Server") == nil)
        await fixture.stop()
    }

    @Test func usedUpHopsGet483() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let text = PeerCall(port: peer.port, callID: "r4").request("INVITE", sequence: 1, body: PeerCall.sdp())
        peer.send(text.replacing("Max-Forwards: 70", with: "Max-Forwards: 0"))
        #expect(peer.expect("SIP/2.0 483") != nil)
        await fixture.stop()
    }

    @Test(arguments: ["BYE", "INFO", "UPDATE", "INVITE"])
    func requestInNoDialogGets481(method: String) async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(PeerCall(port: peer.port, callID: "r5").request(method, sequence: 7, to: "nowhere"))
        #expect(peer.expect("SIP/2.0 481") != nil)
        await fixture.stop()
    }

    @Test func strangerGets403AndNoState() async throws {
        let fixture = try await AgentFixture(trunks: Self.elsewhere)
        let peer = ScriptedPeer(server: fixture.udpPort)
        let text = PeerCall(port: peer.port, callID: "r6").request("INVITE", sequence: 1, body: PeerCall.sdp())
        peer.send(text)
        let first = try #require(peer.expect("SIP/2.0 403"))
        peer.send(text)
        #expect(peer.expect("SIP/2.0 403") == first)
        let counters = await fixture.agent.counters
        #expect(counters.legs == 0)
        #expect(counters.serverTransactions == 0)
        #expect(counters.cachedReplies == 0)
        #expect(fixture.events.isEmpty)
        await fixture.stop()
    }

    @Test func strangerIsChallengedWhereATrunkIsKnownByDigest() async throws {
        let trunks = [SignalingSettings.Trunk(name: "carrier", addresses: [], user: "carrier", secret: "k3y")]
        let fixture = try await AgentFixture(trunks: trunks)
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r7")
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        let challenge = try #require(peer.expect("SIP/2.0 401"))
        let authorization = try #require(
            Phone.authorize(challenge, user: "carrier", secret: "k3y", method: "INVITE", uri: "sip:100@127.0.0.1"))
        peer.send(
            call.request(
                "INVITE", sequence: 2, headers: ["Authorization: \(authorization)"], body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 100") != nil)
        #expect(fixture.incoming()?.source == .trunk("carrier"))
        await fixture.stop()
    }

    @Test func truncatedDatagramIsSurvived() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r8")
        let text = Array(call.request("INVITE", sequence: 1, body: PeerCall.sdp()).utf8)
        for length in stride(from: 0, to: text.count, by: 7) { peer.send(Array(text[..<length])) }
        peer.send([UInt8](repeating: 0x41, count: 60_000))
        peer.send(PeerCall(port: peer.port, callID: "r8b").request("OPTIONS", sequence: 1))
        #expect(peer.expect("SIP/2.0 200") != nil)
        await fixture.stop()
    }

    @Test func copyOfAnInviteByAnotherPathGets482() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r9")
        peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 100") != nil)
        peer.send(call.request("INVITE", sequence: 1, branch: "copy", body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 482") != nil)
        await fixture.stop()
    }

    @Test func foreignBodyGets415() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r10")
        peer.send(call.request("INVITE", sequence: 1, body: "hello", contentType: "text/plain"))
        #expect(peer.expect("SIP/2.0 415")?.header("Accept") == "application/sdp")
        await fixture.stop()
    }

    @Test func beyondTheLimitInvitesGet503WithoutState() async throws {
        let fixture = try await AgentFixture { $0.maxTransactions = 1 }
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(PeerCall(port: peer.port, callID: "r11").request("INVITE", sequence: 1, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 100") != nil)
        peer.send(PeerCall(port: peer.port, callID: "r12").request("INVITE", sequence: 1, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 503") != nil)
        #expect(await fixture.agent.counters.serverTransactions == 1)
        await fixture.stop()
    }

    @Test func networkAssertedNumberGoesBeforeFromAndPrivacyHidesIt() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(
            PeerCall(port: peer.port, callID: "r13").request(
                "INVITE", sequence: 1, headers: ["P-Asserted-Identity: \"Real\" <tel:+380501112233;cpc=ordinary>"],
                body: PeerCall.sdp()))
        let open = fixture.first { if case .incoming(let call) = $0, call.sipCallID == "r13" { call } else { nil } }
        #expect(open?.number == "+380501112233")
        #expect(open?.name == "Real")
        peer.send(
            PeerCall(port: peer.port, callID: "r14").request(
                "INVITE", sequence: 1,
                headers: ["P-Asserted-Identity: <sip:+380501112233@x.example>", "Privacy: id"], body: PeerCall.sdp()))
        let hidden = fixture.first { if case .incoming(let call) = $0, call.sipCallID == "r14" { call } else { nil } }
        #expect(hidden != nil)
        #expect(hidden?.number == nil)
        await fixture.stop()
    }

    @Test func withoutRportTheResponseGoesToThePortInVia() async throws {
        let fixture = try await AgentFixture()
        let sender = ScriptedPeer(server: fixture.udpPort)
        let named = ScriptedPeer(server: fixture.udpPort)
        let text = PeerCall(port: named.port, callID: "r15").request("OPTIONS", sequence: 1)
        sender.send(text)
        #expect(sender.expect("SIP/2.0 200")?.header("Via")?.contains(";rport=\(sender.port)") == true)
        sender.send(text.replacing(";rport", with: "").replacing("r15", with: "r16"))
        #expect(named.expect("SIP/2.0 200") != nil)
        await fixture.stop()
    }

    @Test func lineEndsBeforeTheRequestArePassedOver() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r17")
        peer.send("\r\n\r\n" + call.request("INVITE", sequence: 1, body: PeerCall.sdp()) + "trailing")
        #expect(peer.expect("SIP/2.0 100") != nil)
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        #expect(peer.expect("SIP/2.0 200")?.body.contains("m=audio") == true)
        await fixture.stop()
    }

    @Test func requestsInTheDialogFollowTheRecordedRoute() async throws {
        let fixture = try await AgentFixture()
        let peer = ScriptedPeer(server: fixture.udpPort)
        let proxy = ScriptedPeer(server: fixture.udpPort)
        let call = PeerCall(port: peer.port, callID: "r18")
        let route = "<sip:127.0.0.1:\(proxy.port);lr>"
        peer.send(
            call.request(
                "INVITE", sequence: 1, headers: ["Record-Route: \(route)"], body: PeerCall.sdp()))
        let incoming = try #require(fixture.incoming())
        fixture.perform(.accept(incoming.leg, media: AgentFixture.media))
        let answer = try #require(peer.expect("SIP/2.0 200"))
        #expect(answer.header("Record-Route") == route)
        peer.send(call.request("ACK", sequence: 1, branch: "ack", to: answer.parameter("tag", of: "To")))
        peer.send(call.request("INFO", sequence: 2, to: answer.parameter("tag", of: "To")))
        #expect(peer.expect("SIP/2.0 200")?.header("CSeq") == "2 INFO")
        fixture.perform(.hangUp(incoming.leg))
        let bye = try #require(proxy.expect("BYE"))
        #expect(bye.header("Route") == route)
        #expect(bye.firstLine == "BYE sip:peer@127.0.0.1:\(peer.port) SIP/2.0")
        await fixture.stop()
    }

    @Test func portInUseIsSaidClearly() async throws {
        let fixture = try await AgentFixture()
        let port = fixture.tcpPort
        await #expect(throws: SignalingError.portInUse("tcp:127.0.0.1:\(port)")) {
            _ = try await AgentFixture { settings in
                settings.listeners = [
                    SignalingSettings.Listener(transport: .tcp, address: "127.0.0.1", port: port)
                ]
            }
        }
        await fixture.stop()
    }
}
