import Testing

@testable import Signaling

// Goal: every message that the RFCs have been tortured with gets the outcome that they ask for, on UDP and on TCP,
// from a peer that may call us and from one that may not. Method: the whole engine on loopback; an OPTIONS behind the
// message tells when it has been dealt with.

@Suite(
    .disabled(
        if: TortureVector.all.isEmpty,
        "no torture vectors in \(TortureVector.directory): name their directory in BURDOCK_TORTURE"))
struct TortureTests {
    static let known = [SignalingSettings.Trunk(name: "trunk", addresses: ["127.0.0.0/8"])]
    static let unknown = [SignalingSettings.Trunk(name: "trunk", addresses: ["192.0.2.1"])]

    @Test func everyVectorIsThere() {
        #expect(TortureVector.all.count == 61)
    }

    @Test(arguments: TortureVector.all)
    func overUDPFromTheTrunk(_ vector: TortureVector) async throws {
        try await datagram(vector, trunks: Self.known)
    }

    @Test(arguments: TortureVector.all)
    func overUDPFromAStranger(_ vector: TortureVector) async throws {
        try await datagram(vector, trunks: Self.unknown)
    }

    @Test(arguments: TortureVector.all)
    func overTCPFromTheTrunk(_ vector: TortureVector) async throws {
        try await stream(vector, trunks: Self.known)
    }

    @Test(arguments: TortureVector.all)
    func overTCPFromAStranger(_ vector: TortureVector) async throws {
        try await stream(vector, trunks: Self.unknown)
    }

    // MARK: - Carrying out

    private func datagram(_ vector: TortureVector, trunks: [SignalingSettings.Trunk]) async throws {
        let fixture = try await AgentFixture(trunks: trunks)
        let peer = ScriptedPeer.alone(server: fixture.udpPort, port: vector.viaPort)
        peer.send(vector.bytes)
        peer.send(sentinel(port: peer.port))
        var answers: [PeerText] = []
        while let message = peer.receive(), message.header("Call-ID") != "sentinel" { answers.append(message) }
        #expect(answers.count <= 1, "\(answers)")
        judge(vector, answers, fixture, isStranger: trunks == Self.unknown)
        await fixture.stop()
    }

    private func stream(_ vector: TortureVector, trunks: [SignalingSettings.Trunk]) async throws {
        let fixture = try await AgentFixture(trunks: trunks)
        let peer = StreamPeer(server: fixture.tcpPort)
        peer.send(vector.bytes)
        if vector.isCut {
            // It waits for the rest, but not for ever.
            #expect(peer.receive(within: 200) == nil)
            fixture.ahead.advance(seconds: 30)
            #expect(peer.isClosed())
        } else {
            peer.send(sentinel(port: peer.port))
            var answers: [PeerText] = []
            while let message = peer.receive(), message.header("Call-ID") != "sentinel" { answers.append(message) }
            judge(vector, answers, fixture, isStranger: trunks == Self.unknown)
        }
        await fixture.stop()
    }

    private func sentinel(port: UInt16) -> String {
        PeerCall(port: port, callID: "sentinel").request("OPTIONS", sequence: 1)
    }

    private func judge(_ vector: TortureVector, _ answers: [PeerText], _ fixture: AgentFixture, isStranger: Bool) {
        let status = answers.first.flatMap { Int($0.firstLine.split(separator: " ").dropFirst().first ?? "") }
        switch vector.expectation {
        case .drop:
            #expect(answers.isEmpty)
        case .accept:
            let isAnswered = status.map { vector.codes.contains($0) || $0 != 400 && $0 < 500 } ?? false
            #expect(isAnswered, "\(answers)")
        case .reject:
            let allowed = isStranger ? vector.codes.union(vector.tolerated) : vector.codes
            #expect(status.map { allowed.contains($0) } == true, "\(answers)")
        case .either:
            let hasActed = status.map { (200..<300).contains($0) } == true && !isInquiry(vector)
            #expect(!hasActed, "\(answers)")
        }
        if isStranger || vector.expectation != .accept { #expect(fixture.events.allSatisfy { isHarmless($0, vector) }) }
    }

    /// OPTIONS acts on nothing.
    private func isInquiry(_ vector: TortureVector) -> Bool { vector.bytes.starts(with: Array("OPTIONS".utf8)) }

    private func isHarmless(_ event: SignalingEvent, _ vector: TortureVector) -> Bool {
        if case .incoming = event { vector.expectation == .either } else { false }
    }
}
