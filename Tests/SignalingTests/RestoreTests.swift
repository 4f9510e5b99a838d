import Testing

@testable import Signaling

// Goal: phones that were registered are rung by the next process, without having registered there.

@Suite struct RestoreTests {
    private func remembered(_ fixture: AgentFixture) -> RegistrationRecord? {
        fixture.first { if case .remember(let record) = $0 { record } else { nil } }
    }

    private func next(_ records: [RegistrationRecord]) async throws -> AgentFixture {
        let fixture = try await AgentFixture(trunks: [])
        await fixture.agent.restore(records)
        return fixture
    }

    @Test func phoneIsRungThroughTheRegistrationOfTheProcessBefore() async throws {
        let before = try await AgentFixture(trunks: [])
        let phone = Phone(before)
        #expect(phone.register()?.firstLine == "SIP/2.0 200 OK")
        let record = try #require(remembered(before))
        #expect((290...300).contains(record.lifetime))
        await before.stop()

        let after = try await next([record])
        let isThere: Bool? = after.first { if case .registered(user: "anna") = $0 { true } else { nil } }
        #expect(isThere == true)
        #expect(await after.agent.bindings(of: "anna") == ["\(phone.contact) via 127.0.0.1:\(phone.peer.port)"])
        let leg = try await after.makeLeg()
        after.perform(
            .invite(
                leg, OutgoingCall(target: .user("anna"), callerNumber: nil, callerName: nil, media: AgentFixture.media))
        )
        #expect(phone.peer.expect("INVITE")?.firstLine == "INVITE \(phone.contact) SIP/2.0")
        await after.stop()
    }

    @Test func refreshIsRememberedToo() async throws {
        let fixture = try await AgentFixture(trunks: [])
        let phone = Phone(fixture)
        #expect(phone.register(expires: 100)?.firstLine == "SIP/2.0 200 OK")
        #expect(phone.register(expires: 200)?.firstLine == "SIP/2.0 200 OK")
        let later: RegistrationRecord? = fixture.first {
            if case .remember(let record) = $0, record.lifetime > 150 { record } else { nil }
        }
        #expect(later != nil)
        await fixture.stop()
    }

    private static let line = "sip:anna@127.0.0.1:5070\t0\t127.0.0.1\t5070\tid\t1\t0\t1000"

    @Test func whatRanOutMeanwhileIsNotTakenUp() async throws {
        let late = Self.line.replacing("\t0\t1000", with: "\t70\t1000").replacing("5070\tid", with: "5071\tid")
        let record = RegistrationRecord(user: "anna", payload: Self.line + "\n" + late, lifetime: 60)
        let fixture = try await next([record])
        #expect(await fixture.agent.bindings(of: "anna").count == 1)
        await fixture.stop()
    }

    @Test func whoIsNoUserAnyMoreIsLeftOut() async throws {
        let fixture = try await next([RegistrationRecord(user: "gone", payload: Self.line, lifetime: 60)])
        #expect(await fixture.agent.bindings(of: "gone").isEmpty)
        await fixture.stop()
    }

    @Test(arguments: [
        "", "x", "\t0\t127.0.0.1\t5070\tid\t1\t0\t1000", line.replacing("\t0\t127", with: "\t9\t127"),
        line.replacing("\t0\t127", with: "\t1\t127"), line.replacing("\t0\t127", with: "\t-1\t127"),
        line.replacing("127.0.0.1\t5070", with: "nowhere\t5070"), line.replacing("\t5070\t", with: "\t0\t"),
        line.replacing("\t0\t1000", with: "\t-5\t1000"), line.replacing("\t1000", with: "\t1001"),
        line.replacing("\t0\t1000", with: "\t\(Int64.max)\t1000"),
    ])
    func lineThatSaysNothingIsLeftOut(payload: String) async throws {
        for lifetime in [60, Int64.max, .min] {
            let fixture = try await next([RegistrationRecord(user: "anna", payload: payload, lifetime: lifetime)])
            #expect(await fixture.agent.bindings(of: "anna").isEmpty)
            await fixture.stop()
        }
    }

    @Test func whoRegisteredMeanwhileKnowsBetter() {
        var registrar = Registrar(expires: 60...3_600, maxBindings: 2)
        let contact = ContactValue(uri: "sip:anna@192.0.2.1")
        _ = registrar.register(
            RegisterRequest(
                user: "anna", contacts: [contact], callID: "a", cseq: 1, flow: FlowID(rawValue: 1), source: "x"),
            now: 0)
        let old = Binding(
            contact: "sip:anna@192.0.2.9", flow: FlowID(rawValue: 2), source: "y", callID: "b", cseq: 1, expiresAt: 50,
            q: 1_000, path: [])
        let became = registrar.restore("anna", [old], now: 0)
        #expect(!became)
        #expect(registrar.bindings(of: "anna", now: 0).map(\.contact) == ["sip:anna@192.0.2.1"])
    }

    @Test func noMoreIsTakenUpThanMayRegister() {
        var registrar = Registrar(expires: 60...3_600, maxBindings: 2)
        let all = (1...5).map {
            Binding(
                contact: "sip:anna@192.0.2.\($0)", flow: FlowID(rawValue: 1), source: "", callID: "b", cseq: 1,
                expiresAt: 50, q: 1_000, path: ["<sip:edge;lr>"])
        }
        let became = registrar.restore("anna", all, now: 0)
        #expect(became)
        #expect(registrar.bindings(of: "anna", now: 0).map(\.contact) == ["sip:anna@192.0.2.5", "sip:anna@192.0.2.4"])
    }
}
