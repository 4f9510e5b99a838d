import Testing

@testable import Signaling

// Goal: addresses that only try are not listened to, passwords cannot be tried at will, strangers learn nothing about
// who exists, and the rightful ones notice nothing of it. Method: peers at addresses of their own on loopback.

@Suite struct AbuseTests {
    private static let elsewhere = [SignalingSettings.Trunk(name: "trunk", addresses: ["192.0.2.1"])]

    private func fixture(
        trunks: [SignalingSettings.Trunk] = elsewhere, _ change: @escaping (inout AbuseLimits) -> Void = { _ in }
    ) async throws -> AgentFixture {
        try await AgentFixture(trunks: trunks) { change(&$0.abuse) }
    }

    private func request(_ method: String, _ callID: String, _ peer: ScriptedPeer) -> String {
        PeerCall(port: peer.port, callID: callID).request(method, sequence: 1)
    }

    /// Whether the engine answers an OPTIONS of this peer. An OPTIONS of somebody else tells that it has seen it.
    private func isHeard(_ peer: ScriptedPeer, _ fixture: AgentFixture, _ callID: String) -> Bool {
        peer.send(request("OPTIONS", callID, peer))
        let other = ScriptedPeer.alone(server: fixture.udpPort, port: 0)
        other.send(request("OPTIONS", "other", other))
        #expect(other.receive()?.firstLine == "SIP/2.0 200 OK")
        while let answer = peer.receive(within: 0) {
            if answer.header("Call-ID") == callID { return true }
        }
        return false
    }

    private func tries(_ peer: ScriptedPeer, _ count: Int, method: String = "REGISTER") {
        for number in 0..<count { peer.send(request(method, "try\(number)", peer)) }
    }

    @Test(arguments: ["REGISTER", "INVITE"])
    func addressThatOnlyTriesIsNotHeardForAMinuteThenForTwo(method: String) async throws {
        let fixture = try await fixture { $0.refusals = 5 }
        let peer = ScriptedPeer.alone(server: fixture.udpPort, port: 0)
        tries(peer, 5, method: method)
        #expect(isHeard(peer, fixture, "a"))
        tries(peer, 1, method: method)
        #expect(!isHeard(peer, fixture, "b"))
        fixture.ahead.advance(seconds: 58)
        #expect(!isHeard(peer, fixture, "c"))
        fixture.ahead.advance(seconds: 3)
        #expect(isHeard(peer, fixture, "d"))
        tries(peer, 6, method: method)
        #expect(!isHeard(peer, fixture, "e"))
        fixture.ahead.advance(seconds: 110)
        #expect(!isHeard(peer, fixture, "f"))
        fixture.ahead.advance(seconds: 12)
        #expect(isHeard(peer, fixture, "g"))
        await fixture.stop()
    }

    @Test func bannedAddressGetsNoConnection() async throws {
        let fixture = try await fixture { $0.refusals = 5 }
        let peer = ScriptedPeer(server: fixture.udpPort)
        let open = StreamPeer(server: fixture.tcpPort)
        open.send(request("OPTIONS", "before", peer))
        #expect(open.expect("SIP/2.0 200") != nil)
        tries(peer, 6)
        #expect(!isHeard(peer, fixture, "a"))
        #expect(StreamPeer(server: fixture.tcpPort).isClosed())
        open.send(request("OPTIONS", "after", peer))
        #expect(open.receive(within: 50) == nil)
        await fixture.stop()
    }

    @Test func bansAreListedAndLifted() async throws {
        let fixture = try await fixture { $0.refusals = 5 }
        let peer = ScriptedPeer(server: fixture.udpPort)
        tries(peer, 6)
        #expect(!isHeard(peer, fixture, "a"))
        let bans = await fixture.agent.bans
        #expect(bans.map(\.address) == ["127.0.0.1"] && bans.map(\.count) == [1])
        #expect((58...60).contains(bans.first?.remaining ?? 0))
        #expect(await fixture.agent.counters.bannedAddresses == 1)
        #expect(await fixture.agent.liftBan(of: "127.0.0.1"))
        #expect(await !fixture.agent.liftBan(of: "127.0.0.1"))
        #expect(await fixture.agent.bans.isEmpty)
        #expect(isHeard(peer, fixture, "b"))
        await fixture.stop()
    }

    @Test func addressWhereSomebodyIsRegisteredIsNeverBanned() async throws {
        let fixture = try await fixture { $0.refusals = 5 }
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let neighbour = ScriptedPeer(server: fixture.udpPort)
        tries(neighbour, 50)
        #expect(isHeard(neighbour, fixture, "a"))
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    @Test func trunkIsNeverBanned() async throws {
        let fixture = try await fixture(trunks: [SignalingSettings.Trunk(name: "t", addresses: ["127.0.0.0/8"])]) {
            $0.refusals = 5
        }
        let peer = ScriptedPeer.alone(server: fixture.udpPort, port: 0)
        tries(peer, 50)
        #expect(isHeard(peer, fixture, "a"))
        await fixture.stop()
    }

    @Test func whoRegistersInTheEndIsForgiven() async throws {
        let fixture = try await fixture { $0.refusals = 5 }
        for round in 0..<10 {
            // A register of its own each time, unregistered again.
            let phone = Phone(fixture, callID: "round\(round)")
            #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
            #expect(phone.register(expires: 0)?.firstLine == "SIP/2.0 200 OK")
        }
        await fixture.stop()
    }

    // MARK: - Passwords

    /// A phone of anna's at this address; the status of its REGISTER.
    private func login(
        _ fixture: AgentFixture, _ secret: String, at peer: ScriptedPeer, user: String = "anna", number: Int
    ) -> PeerText? {
        func text(_ sequence: Int, _ authorization: String?) -> String {
            request("REGISTER", "login\(number)", peer).replacing("sip:100@127.0.0.1", with: "sip:\(user)@127.0.0.1")
                .replacing("CSeq: 1", with: "CSeq: \(sequence)").replacing(
                    "REGISTER sip:\(user)@", with: "REGISTER sip:"
                )
                .replacing("REGISTER1;", with: "\(number)-\(sequence);")
                .replacing(
                    "Max-Forwards", with: (authorization.map { "Authorization: \($0)\r\n" } ?? "") + "Max-Forwards")
        }
        peer.send(text(number * 2, nil))
        guard let challenge = peer.expect("SIP/2.0 401") else { return nil }
        let authorization = Phone.authorize(
            challenge, user: user, secret: secret, method: "REGISTER", uri: "sip:127.0.0.1")
        peer.send(text(number * 2 + 1, authorization))
        return peer.receive()
    }

    @Test func passwordsAreNotTriedAtWillAndTheRightfulOneElsewhereNoticesNothing() async throws {
        let fixture = try await fixture {
            $0.passwords = 3
            $0.refusals = .max
        }
        let thief = ScriptedPeer.alone(server: fixture.udpPort, port: 0)
        for number in 1...3 {
            #expect(login(fixture, "guess\(number)", at: thief, number: number)?.firstLine == "SIP/2.0 403 Forbidden")
        }
        // Even the right one is not seen to be right any more.
        #expect(login(fixture, "s3cret", at: thief, number: 4)?.firstLine == "SIP/2.0 403 Forbidden")
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        fixture.ahead.advance(seconds: 121)
        #expect(login(fixture, "s3cret", at: thief, number: 5)?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    @Test func whoIsRegisteredAtTheAddressIsNotLockedOutByItsNeighbour() async throws {
        let fixture = try await fixture { $0.passwords = 3 }
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let neighbour = ScriptedPeer(server: fixture.udpPort)
        for number in 1...5 { _ = login(fixture, "guess", at: neighbour, number: number) }
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    /// Without what differs between any two requests.
    private func shape(_ answer: PeerText?) -> [String] {
        (answer?.lines ?? []).map { line in
            let name = line.prefix { $0 != ":" && $0 != " " }
            return ["Via", "From", "To", "Call-ID", "CSeq"].contains(String(name)) ? String(name) : line
        }.map { line in
            guard let nonce = line.firstRange(of: "nonce=\"") else { return line }
            return line[..<nonce.upperBound] + String(line[nonce.upperBound...].drop { $0 != "\"" })
        }
    }

    @Test func usersWhoExistAndUsersWhoDoNotGetTheSameAnswers() async throws {
        let fixture = try await fixture {
            $0.passwords = 3
            $0.refusals = .max
        }
        let peer = ScriptedPeer.alone(server: fixture.udpPort, port: 0)
        func answers(_ user: String, from first: Int) -> [[String]] {
            (first..<first + 5).map { shape(login(fixture, "guess", at: peer, user: user, number: $0)) }
        }
        let known = answers("anna", from: 10)
        #expect(known == answers("nobody", from: 20))
        #expect(known.allSatisfy { $0.first == "SIP/2.0 403 Forbidden" })
        let invites = ["anna", "nobody"].map { user in
            peer.send(request("INVITE", user, peer).replacing("sip:100@", with: "sip:\(user)@"))
            return shape(peer.receive())
        }
        #expect(invites[0] == invites[1] && invites[0].first == "SIP/2.0 403 Forbidden")
        await fixture.stop()
    }

    @Test func credentialsThatCoverTheBodyAreUnderstood() throws {
        var authenticator = DigestAuthenticator(realm: "burdock", secret: [UInt8](0..<32))
        let nonce = String(authenticator.challenges(now: 0, stale: false)[0].split(separator: "\"")[3])
        let body = Array("v=0".utf8)
        let response = DigestAlgorithm.md5.response(
            user: "anna", realm: "burdock", secret: "x", method: "INVITE", uri: "sip:a", nonce: nonce,
            nonceCount: "00000001", cnonce: "c", body: body)
        let header =
            "Digest username=\"anna\", realm=\"burdock\", nonce=\"\(nonce)\", uri=\"sip:a\", response=\"\(response)\", "
            + "algorithm=MD5, qop=auth-int, nc=00000001, cnonce=\"c\""
        func verdict(_ body: [UInt8], _ header: String) -> DigestVerdict {
            authenticator.verify(header, method: "INVITE", requestURI: "sip:a", body: body, now: 1) { _ in "x" }
        }
        let verdicts = [
            verdict(Array("v=1".utf8), header), verdict(body, header.replacing("auth-int", with: "auth")),
            verdict(body, header),
        ]
        #expect(verdicts == [.refused, .refused, .accepted(user: "anna")])
    }
}
