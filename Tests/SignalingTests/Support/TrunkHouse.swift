@testable import Signaling

/// An agent that calls through a trunk, and the trunk.
struct TrunkHouse {
    /// A call that the trunk has been asked for.
    struct Called {
        var leg: LegID
        var invite: PeerText

        var tag: String? { invite.parameter("tag", of: "From") }
    }

    static let user = "account"
    static let secret = "op3n"
    static let realm = "carrier"
    let fixture: AgentFixture
    let trunk: ScriptedPeer

    /// - Parameters:
    ///   - change: applied to the outgoing side of the trunk "carrier".
    ///   - settings: applied to all settings.
    init(
        timing: SIPTiming = AgentFixture.timing(),
        change: (inout SignalingSettings.Trunk.Outgoing) -> Void = { _ in },
        settings: (inout SignalingSettings) -> Void = { _ in }
    ) async throws {
        trunk = ScriptedPeer()
        var outgoing = SignalingSettings.Trunk.Outgoing(
            host: "127.0.0.1", port: trunk.port, user: Self.user, secret: Self.secret)
        change(&outgoing)
        fixture = try await AgentFixture(
            trunks: [
                SignalingSettings.Trunk(name: "carrier", addresses: ["127.0.0.1"], outgoing: outgoing),
                SignalingSettings.Trunk(name: "incoming-only", addresses: ["192.0.2.1"]),
            ], timing: timing, change: settings)
        trunk.aim(at: fixture.udpPort)
    }

    var contact: String { "sip:gateway@127.0.0.1:\(trunk.port)" }

    static func outgoingCall(
        trunk: String = "carrier", number: String = "+380441112233", as caller: String? = "+380800500100",
        name: String? = nil, autoAnswer: Bool = false
    ) -> OutgoingCall {
        OutgoingCall(
            target: .trunk(trunk, number: number), callerNumber: caller, callerName: name, media: AgentFixture.media,
            autoAnswer: autoAnswer)
    }

    func start(_ call: OutgoingCall = outgoingCall()) async throws -> LegID {
        let leg = try await fixture.makeLeg()
        fixture.perform(.invite(leg, call))
        return leg
    }

    /// `nil` if no INVITE comes.
    func call(_ call: OutgoingCall = outgoingCall()) async throws -> Called? {
        let leg = try await start(call)
        return trunk.expect("INVITE").map { Called(leg: leg, invite: $0) }
    }

    func respond(
        _ status: String, to request: PeerText, tag: String? = "far", contact: String? = nil, headers: [String] = [],
        body: String? = nil
    ) {
        trunk.send(
            PeerCall.response(
                status, to: request, tag: tag, contact: contact ?? self.contact, headers: headers, body: body))
    }

    /// Answers with 200 and takes the ACK.
    func answer(_ called: Called) -> PeerText? {
        respond("200 OK", to: called.invite, body: PeerCall.sdp())
        return trunk.expect("ACK")
    }

    static func challenge(
        nonce: String, algorithm: String? = "MD5", qop: String? = "auth", isProxy: Bool = false, more: String = ""
    ) -> String {
        "\(isProxy ? "Proxy" : "WWW")-Authenticate: Digest realm=\"\(realm)\", nonce=\"\(nonce)\""
            + (algorithm.map { ", algorithm=\($0)" } ?? "") + (qop.map { ", qop=\"\($0)\"" } ?? "") + more
    }

    /// Challenges a request of the agent and takes the next one with that method, which is none of the same again.
    func challenge(_ request: PeerText, _ header: String) -> PeerText? {
        let status = header.hasPrefix("Proxy") ? "407 Proxy Authentication Required" : "401 Unauthorized"
        respond(status, to: request, headers: [header])
        let method = String(request.firstLine.prefix { $0 != " " })
        if method == "INVITE", trunk.expect("ACK") == nil { return nil }
        for _ in 0..<20 {
            guard let next = trunk.expect(method, within: 1_000) else { return nil }
            if next.header("CSeq") != request.header("CSeq") { return next }
        }
        return nil
    }

    /// Whether a request carries credentials that are right for its method and URI.
    static func isRight(_ request: PeerText, _ header: String = "Authorization") -> Bool {
        let words = request.firstLine.split(separator: " ")
        guard words.count == 3, let value = request.header(header), let sent = DigestCredentials(value) else {
            return false
        }
        let expected = sent.algorithm.response(
            user: user, realm: realm, secret: secret, method: String(words[0]), uri: String(words[1]),
            nonce: sent.nonce, nonceCount: sent.nonceCount, cnonce: sent.cnonce)
        return sent.username == user && sent.uri == words[1] && sent.response == expected
    }

    func rang(_ leg: LegID) -> Bool {
        fixture.first { if case .ringing(leg) = $0 { true } else { nil } } ?? false
    }

    func earlyMedia(_ leg: LegID, port: UInt16) -> RemoteMedia? {
        fixture.first { if case .earlyMedia(leg, let media) = $0, media.port == port { media } else { nil } }
    }
}
