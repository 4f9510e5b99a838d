import Testing

@testable import Signaling

// Goal: whatever a peer says in whatever order, the agent lives, every leg ends exactly once, and nothing is kept.
// Method: seeded chance chooses what the peer and the house do next; SIP's timers are a hundredth of their length.

@Suite struct DisorderTests {
    @Test(arguments: 0..<16)
    func everyLegEndsOnceWhateverThePeerSays(seed: UInt64) async throws {
        var timing = AgentFixture.timing(t1: .milliseconds(5))
        timing.cancelWait = .milliseconds(20)
        let house = try await TrunkHouse(timing: timing, settings: { $0.sessionTimers = .init(expires: 2, minimum: 1) })
        var world = DisorderlyPeer(house, seed)
        for _ in 0..<150 { try await world.step() }
        // What was on its way may still make a leg.
        for _ in 0..<300 where await house.fixture.agent.counters.legs > 0 {
            for leg in world.legs { house.fixture.perform(.hangUp(leg)) }
            _ = house.trunk.receive(within: 10)
        }
        #expect(await house.fixture.agent.counters.legs == 0)
        for leg in world.legs {
            let ends = house.fixture.events.count { if case .ended(leg, _) = $0 { true } else { false } }
            #expect(ends == 1)
        }
        let probe = ScriptedPeer(server: house.fixture.udpPort)
        probe.send(PeerCall(port: probe.port, callID: "probe").request("OPTIONS", sequence: 1))
        #expect(probe.expect("SIP/2.0 200") != nil)
        await house.fixture.stop()
    }
}

/// A trunk without manners, and a house without sense.
private struct DisorderlyPeer {
    private let house: TrunkHouse
    private var chance: SplitMix
    private var called: [LegID] = []
    /// Requests of the agent.
    private var requests: [PeerText] = []
    /// Tags of the agent, with the Call-ID.
    private var tags: [(callID: String, tag: String)] = []
    private var sequence = 0
    private var invites: [Int] = []

    init(_ house: TrunkHouse, _ seed: UInt64) {
        self.house = house
        chance = SplitMix(seed)
    }

    var legs: [LegID] {
        called
            + house.fixture.events.compactMap { if case .incoming(let call) = $0 { call.leg } else { nil } }
    }

    private mutating func pick<T>(_ items: [T]) -> T { items[Int(chance.next() % UInt64(items.count))] }

    mutating func step() async throws {
        switch chance.next() % 10 {
        case 0: ask(pick(["INVITE", "INVITE", "UPDATE", "BYE", "REFER"]), callID: pick(["a", "b", "c"]), to: nil)
        case 1...3: askInDialog()
        case 4...6: respond()
        case 7: command()
        case 8:
            if called.count < 6 {
                called.append(try await house.start())
            }
        default: break
        }
        while let text = house.trunk.receive(within: 1) { note(text) }
    }

    private mutating func note(_ text: PeerText) {
        let callID = text.header("Call-ID") ?? ""
        let isResponse = text.firstLine.hasPrefix("SIP/2.0")
        if !isResponse { requests.append(text) }
        if let tag = text.parameter("tag", of: isResponse ? "To" : "From") { tags.append((callID, tag)) }
    }

    private mutating func body() -> String? {
        guard chance.next() % 3 == 0 else { return PeerCall.sdp(port: 40_000 + Int(chance.next() % 4)) }
        return pick([nil, PeerCall.sdp(direction: "sendonly"), PeerCall.sdp(formats: "18"), "x"])
    }

    private mutating func headers() -> [String] {
        guard chance.next() % 2 == 0 else { return [] }
        let tag = tags.last?.tag ?? "x"
        return [
            pick(["Supported: timer", "Require: 100rel", "Require: timer", "Allow: INVITE", "Allow: UPDATE", "X: y"]),
            pick(["Session-Expires: 2;refresher=uac", "Session-Expires: 1", "Min-SE: 1", "Min-SE: 3", "Retry-After: 0"]
            ),
            pick(["RSeq: 1", "RSeq: 2", "RAck: 1 1 INVITE", "Refer-To: <sip:7@x>", "Contact: <sip:x@127.0.0.1>"]),
            pick(["Replaces: a;to-tag=\(tag);from-tag=peer-tag", "Y: z", "Y: z", "Y: z"]),
        ]
    }

    private mutating func ask(_ method: String, callID: String, to tag: String?) {
        var call = PeerCall(port: house.trunk.port, callID: callID)
        call.fromTag = pick(callID.count == 1 ? ["peer-tag", "peer-tag", "peer-tag", "far"] : ["far", "far", "far2"])
        sequence += 1
        // Mostly in order; an ACK mostly for an INVITE that was.
        let number = method == "ACK" ? pick(Array(invites.suffix(2)) + [1]) : chance.next() % 4 > 0 ? sequence : 1
        if method == "INVITE" { invites.append(number) }
        house.trunk.send(
            call.request(
                method, sequence: number, branch: chance.next() % 4 > 0 ? "s\(sequence)" : "r\(chance.next() % 9)",
                to: tag,
                headers: headers(), body: body()))
    }

    private mutating func askInDialog() {
        guard !tags.isEmpty else { return }
        let (callID, tag) = pick(Array(tags.suffix(6)))
        let methods = [
            "INVITE", "UPDATE", "PRACK", "REFER", "INFO", "BYE", "ACK", "ACK", "ACK", "CANCEL", "OPTIONS", "NOTIFY",
        ]
        ask(pick(methods), callID: callID, to: tag)
    }

    private mutating func respond() {
        guard !requests.isEmpty else { return }
        let statuses = [100, 180, 183, 183, 200, 200, 200, 200, 200, 202, 302, 401, 408, 422, 481, 486, 491, 500, 503]
        house.respond(
            "\(pick(statuses)) Whatever", to: pick(Array(requests.suffix(3))), tag: pick(["far", "far2", nil]),
            headers: headers(), body: body())
    }

    private mutating func command() {
        guard !legs.isEmpty else { return }
        let leg = pick(Array(legs.suffix(3)))
        house.fixture.perform(
            pick([
                .accept(leg, media: AgentFixture.media), .accept(leg, media: AgentFixture.media),
                .accept(leg, media: AgentFixture.media), .ring(leg),
                .reject(leg, status: 486), .hangUp(leg), .acceptTransfer(leg), .refuseTransfer(leg, status: 603),
                .reportTransfer(leg, status: pick([180, 200])),
            ]))
    }
}
