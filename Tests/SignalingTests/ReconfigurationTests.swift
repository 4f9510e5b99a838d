import NIOCore
import Testing

@testable import Signaling

// Goal: who may register and call changes while the engine runs; calls and registrations of those who stay do not.

@Suite struct ReconfigurationTests {
    private func reconfigure(_ fixture: AgentFixture, _ change: (inout SignalingSettings) -> Void) async throws {
        var settings = fixture.settings
        change(&settings)
        let changed = settings
        try await fixture.loop.submit { fixture.agent.reconfigure(changed) }.get()
    }

    @Test func newUserRegistersAndTheOthersStayRegistered() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let (anna, olena) = (Phone(fixture), Phone(fixture))
        #expect(anna.register()?.firstLine == "SIP/2.0 200 OK")
        #expect(olena.register(user: "olena", secret: "fresh")?.firstLine == "SIP/2.0 403 Forbidden")
        try await reconfigure(fixture) { $0.users.append(.init(name: "olena", secret: "fresh")) }
        #expect(olena.register(user: "olena", secret: "fresh")?.firstLine == "SIP/2.0 200 OK")
        #expect(await fixture.agent.bindings(of: "anna").count == 1)
        await fixture.stop()
    }

    @Test func userWhoIsGoneIsNotRegisteredAnyMore() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        try await reconfigure(fixture) { $0.users = [] }
        let isGone: Bool? = fixture.first { if case .unregistered(user: "anna") = $0 { true } else { nil } }
        #expect(isGone == true)
        #expect(await fixture.agent.bindings(of: "anna").isEmpty)
        #expect(phone.register()?.firstLine == "SIP/2.0 403 Forbidden")
        await fixture.stop()
    }

    @Test func newSecretCountsFromTheNextRegistration() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        try await reconfigure(fixture) { $0.users = [.init(name: "anna", secret: "changed")] }
        #expect(await fixture.agent.bindings(of: "anna").count == 1)
        #expect(phone.register()?.firstLine == "SIP/2.0 403 Forbidden")
        #expect(phone.register(secret: "changed")?.firstLine == "SIP/2.0 200 OK")
        await fixture.stop()
    }

    @Test func addressThatBecomesATrunkMayCall() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let peer = ScriptedPeer(server: fixture.udpPort)
        peer.send(PeerCall(port: peer.port, callID: "early").request("INVITE", sequence: 1, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 403") != nil)
        try await reconfigure(fixture) { $0.trunks = [.init(name: "carrier", addresses: ["127.0.0.1"])] }
        peer.send(PeerCall(port: peer.port, callID: "later").request("INVITE", sequence: 1, body: PeerCall.sdp()))
        #expect(peer.expect("SIP/2.0 100") != nil)
        await fixture.stop()
    }

    @Test func newRealmIsChallengedWith() async throws {
        let fixture = try await AgentFixture(trunks: [])
        try await reconfigure(fixture) { $0.realm = "call-centre" }
        let phone = Phone(fixture)
        phone.peer.send(phone.text())
        let challenge = phone.peer.expect("SIP/2.0 401")
        #expect(challenge?.header("WWW-Authenticate")?.contains("realm=\"call-centre\"") == true)
        await fixture.stop()
    }

    @Test func shorterExpiryIsGrantedFromTheNextRegistration() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        #expect(phone.register(expires: 300)?.header("Contact")?.contains("expires=300") == true)
        try await reconfigure(fixture) { $0.registrationExpires = 60...120 }
        #expect(phone.register(expires: 300)?.header("Contact")?.contains("expires=120") == true)
        await fixture.stop()
    }
}
