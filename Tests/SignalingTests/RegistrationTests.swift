import Testing

@testable import Signaling

// Goal: what a phone sees of the registrar, and who is reported to have come and gone.

@Suite struct RegistrationTests {
    private func registered(_ fixture: AgentFixture) -> Bool {
        fixture.first { if case .registered(user: "anna") = $0 { true } else { nil } } ?? false
    }

    private func unregistered(_ fixture: AgentFixture) -> Bool {
        fixture.first { if case .unregistered(user: "anna") = $0 { true } else { nil } } ?? false
    }

    @Test func challengeOffersMD5AloneUnlessToldOtherwise() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        phone.peer.send(phone.text())
        let values = try #require(phone.peer.expect("SIP/2.0 401")).headers("WWW-Authenticate")
        #expect(values.count == 1)
        #expect(values.first?.contains("algorithm=MD5") == true)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    @Test func everyOfferedAlgorithmComesInItsOrderAndTheRightSecretRegisters() async throws {
        let fixture = try await AgentFixture(trunks: []) { $0.digestAlgorithms = [.sha256, .md5] }
        let phone = Phone(fixture)
        phone.peer.send(phone.text())
        let challenge = try #require(phone.peer.expect("SIP/2.0 401"))
        let values = challenge.headers("WWW-Authenticate")
        #expect(values.count == 2)
        #expect(values.first?.contains("SHA-256") == true)
        #expect(values.last?.contains("MD5") == true)
        let answer = try #require(phone.register())
        #expect(answer.firstLine == "SIP/2.0 200 OK")
        #expect(answer.header("Contact") == "<\(phone.contact)>;expires=300")
        #expect(registered(fixture))
        let bindings = await fixture.agent.bindings(of: "anna")
        #expect(bindings == ["\(phone.contact) via 127.0.0.1:\(phone.peer.port)"])
        await fixture.stop()
    }

    @Test func wrongSecretAndUnknownUserGetTheSameRefusal() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        let wrong = try #require(phone.register(secret: "guess"))
        let unknown = try #require(phone.register(user: "nobody", secret: "guess"))
        #expect(wrong.firstLine == "SIP/2.0 403 Forbidden")
        #expect(unknown.firstLine == wrong.firstLine)
        #expect(unknown.lines.count == wrong.lines.count)
        await fixture.stop()
    }

    @Test func userMayNotRegisterForAnother() async throws {
        let fixture = try await AgentFixture(trunks: []) {
            $0.users.append(SignalingSettings.User(name: "borys", secret: "other"))
        }
        let phone = Phone(fixture)
        phone.peer.send(phone.text(user: "borys"))
        let challenge = try #require(phone.peer.expect("SIP/2.0 401"))
        let authorization = Phone.authorize(
            challenge, user: "anna", secret: "s3cret", method: "REGISTER", uri: "sip:127.0.0.1")
        phone.peer.send(phone.text(user: "borys", authorization: authorization))
        #expect(phone.peer.expect("SIP/2.0")?.firstLine == "SIP/2.0 403 Forbidden")
        await fixture.stop()
    }

    @Test func expiresZeroUnregisters() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        #expect(phone.register(expires: 0)?.firstLine == "SIP/2.0 200 OK")
        #expect(unregistered(fixture))
        await fixture.stop()
    }

    @Test func tooShortATimeIsRefusedWithTheLeast() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        let answer = try #require(phone.register(expires: 5))
        #expect(answer.firstLine == "SIP/2.0 423 Interval Too Brief")
        #expect(answer.header("Min-Expires") == "60")
        await fixture.stop()
    }

    @Test func bindingRunsOut() async throws {
        let fixture = try await AgentFixture(trunks: []) { $0.registrationExpires = 1...10 }
        let phone = Phone(fixture)
        #expect(phone.register(expires: 1)?.firstLine == "SIP/2.0 200 OK")
        #expect(registered(fixture))
        #expect(unregistered(fixture))
        await fixture.stop()
    }

    @Test func retransmittedRegisterGetsTheSameAnswer() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        phone.peer.send(phone.text())
        let challenge = try #require(phone.peer.expect("SIP/2.0 401"))
        let text = phone.text(
            authorization: Phone.authorize(
                challenge, user: "anna", secret: "s3cret", method: "REGISTER", uri: "sip:127.0.0.1"))
        phone.peer.send(text)
        let first = try #require(phone.peer.expect("SIP/2.0 200"))
        phone.peer.send(text)
        #expect(phone.peer.expect("SIP/2.0") == first)
        await fixture.stop()
    }

    @Test func registeredUserMayCallAfterAChallenge() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let call = PeerCall(port: phone.peer.port, callID: "from-user")
        phone.peer.send(call.request("INVITE", sequence: 1, body: PeerCall.sdp()))
        let challenge = try #require(phone.peer.expect("SIP/2.0 401"))
        let authorization = try #require(
            Phone.authorize(
                challenge, user: "anna", secret: "s3cret", method: "INVITE", uri: "sip:100@127.0.0.1"))
        phone.peer.send(
            call.request(
                "INVITE", sequence: 2, headers: ["Authorization: \(authorization)"], body: PeerCall.sdp()))
        #expect(phone.peer.expect("SIP/2.0 100") != nil)
        #expect(fixture.incoming()?.source == .user("anna"))
        await fixture.stop()
    }
}
