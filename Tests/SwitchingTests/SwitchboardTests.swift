import Media
import Routing
import Signaling
import Storage
import Testing

@testable import Switching

/// Each decision becomes its commands, each engine event its routing event: a real router between fake engines.
struct SwitchboardTests {
    private static let sales = QueueID("sales")
    private static let lines = [Line(number: "100", queue: sales)]

    private static var policy: RoutingPolicy {
        var queue = QueuePolicy(id: sales)
        queue.wrapUp = .zero
        return RoutingPolicy(
            operators: [OperatorPolicy(id: OperatorID("anna"), name: "Anna")], queues: [queue],
            assignments: [Assignment(OperatorID("anna"), sales, priority: 5)]
        )
    }

    private func house(ports: UInt64 = 1_000, store: FakeStore = FakeStore()) async -> House {
        await House(policy: Self.policy, lines: Self.lines, ports: ports, store: store)
    }

    @Test func aCallerIsAnsweredHearsHoldAudioAndReachesTheOperator() async throws {
        let house = await house()
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: "0671234567", to: "100")
        let ring = try #require(house.invites.first)
        #expect(ring.1.target == .user("anna"))
        #expect(ring.1.callerNumber == "+380671234567")
        let caller = StreamID(rawValue: 1)
        let operatorStream = StreamID(rawValue: 2)
        #expect(house.media.commands.contains(.hear(caller, .sound(SoundName("hold")))))

        await house.switchboard.receive(.established(LegID(rawValue: 1), House.remote))
        await house.switchboard.receive(.answered(ring.0, House.remote))
        #expect(house.media.commands.contains(.hear(caller, .party(operatorStream))))
        #expect(house.media.commands.contains(.hear(operatorStream, .party(caller))))

        house.clock.advance(by: .seconds(60))
        await house.switchboard.receive(.ended(LegID(rawValue: 1), LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.contains(.hangUp(ring.0)))
        await house.switchboard.receive(.ended(ring.0, LegEnd(.byUs)))
        #expect(house.media.commands.contains(.close(caller)))
        #expect(house.media.commands.contains(.close(operatorStream)))
        let ended = house.store.facts.filter { if case .callEnded = $0 { true } else { false } }
        #expect(ended.count == 1)
        #expect(
            house.store.facts.contains { if case .tied(_, OperatorID("anna"), _, _) = $0 { true } else { false } }
        )
        #expect(house.story.contains { $0.contains("ring anna") })
    }

    @Test func theOperatorsHangUpEndsTheCallersLegAtOnce() async throws {
        let house = await house()
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: "0671234567", to: "100")
        let ring = try #require(house.invites.first)
        await house.switchboard.receive(.answered(ring.0, House.remote))
        await house.switchboard.receive(.ended(ring.0, LegEnd(.peerHungUp)))
        #expect(house.signaling.commands.last == .hangUp(LegID(rawValue: 1)))
    }

    @Test func aPhoneThatHoldsLeavesTheCallerWithHoldAudio() async throws {
        let house = await house()
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: "0671234567", to: "100")
        let ring = try #require(house.invites.first)
        await house.switchboard.receive(.answered(ring.0, House.remote))
        var held = House.remote
        held.direction = .sendOnly
        await house.switchboard.receive(.modified(ring.0, held))
        #expect(house.media.commands.last == .hear(StreamID(rawValue: 1), .sound(SoundName("hold"))))
        await house.switchboard.receive(.modified(ring.0, House.remote))
        #expect(house.media.commands.last == .hear(StreamID(rawValue: 2), .party(StreamID(rawValue: 1))))
    }

    @Test func aCallToAnUnknownLineIsRefusedWith404AndNotRecorded() async throws {
        let house = await house()
        try await house.call(1, from: "0671234567", to: "999")
        #expect(house.signaling.commands == [.reject(LegID(rawValue: 1), status: 404)])
        await house.switchboard.receive(.ended(LegID(rawValue: 1), LegEnd(.byUs)))
        #expect(!house.store.facts.contains { if case .callEnded = $0 { true } else { false } })
    }

    @Test func withoutAFreePortTheCallerIsRefusedWith503AndRecorded() async throws {
        let house = await house(ports: 0)
        try await house.call(1, from: "0671234567", to: "100")
        #expect(house.signaling.commands.contains(.reject(LegID(rawValue: 1), status: 503)))
        await house.switchboard.receive(.ended(LegID(rawValue: 1), LegEnd(.byUs, status: 503)))
        #expect(house.store.facts.filter { if case .callEnded = $0 { true } else { false } }.count == 1)
    }

    @Test func withoutAPortForTheOperatorTheRingIsAnsweredByItsEnd() async throws {
        let house = await house(ports: 1)
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: "0671234567", to: "100")
        #expect(house.invites.isEmpty)
        #expect(!house.signaling.commands.contains(.hangUp(LegID(rawValue: 1))))
        #expect(house.story.contains { $0.contains("anna did not take the call: unreachable (503)") })
    }

    @Test func callersBeyondTheLimitAreRefusedWhileTheDiskDoesNotAnswer() async {
        let house = await house(store: FakeStore(isSilent: true))
        for leg in 1...UInt64(Switchboard.mostLookups) + 1 {
            await house.switchboard.receive(
                .incoming(
                    IncomingCall(
                        leg: LegID(rawValue: leg), source: .trunk("carrier"), dialled: "100", number: "0671234567",
                        name: nil, sipCallID: "call-\(leg)")))
        }
        let last = LegID(rawValue: UInt64(Switchboard.mostLookups) + 1)
        #expect(house.signaling.commands == [.reject(last, status: 503)])
    }

    @Test func aStoreThatFailsLosesTheTieAndNotTheCall() async throws {
        let house = await house(store: FakeStore(isBroken: true))
        try await house.call(1, from: "0671234567", to: "100")
        #expect(house.signaling.commands.contains { if case .accept = $0 { true } else { false } })
    }

    @Test func aCallerWhoLeavesWhileLookedUpIsForgotten() async throws {
        let house = await house()
        let leg = LegID(rawValue: 1)
        await house.switchboard.receive(
            .incoming(
                IncomingCall(
                    leg: leg, source: .trunk("carrier"), dialled: "100", number: "0671234567", name: nil,
                    sipCallID: "early"
                )
            )
        )
        await house.switchboard.receive(.ended(leg, LegEnd(.peerCancelled)))
        try await house.call(2, from: "0671234568", to: "100")
        let calls = await house.router.snapshot().calls
        #expect(calls.count == 1)
    }

    @Test func keysReachTheRouterFromBothEngines() async throws {
        let house = await house()
        await house.switchboard.receive(.registered(user: "anna"))
        try await house.call(1, from: "0671234567", to: "100")
        await house.switchboard.receive(.keyPressed(LegID(rawValue: 1), "5"))
        await house.switchboard.receive([MediaEvent.keyPressed(StreamID(rawValue: 1), "7")])
        #expect(house.story.filter { $0.contains("pressed") }.count == 2)
        await house.switchboard.receive(.keyPressed(LegID(rawValue: 1), "x"))
        #expect(house.story.filter { $0.contains("pressed") }.count == 2)
    }

    @Test func aLegThatFellSilentIsHungUpAndCountsAsFailed() async throws {
        let house = await house()
        try await house.call(1, from: "0671234567", to: "100")
        await house.switchboard.receive([MediaEvent.fellSilent(StreamID(rawValue: 1))])
        #expect(house.signaling.commands.last == .hangUp(LegID(rawValue: 1)))
        await house.switchboard.receive(.ended(LegID(rawValue: 1), LegEnd(.byUs)))
        let records = house.store.facts.compactMap { if case .callEnded(let record) = $0 { record } else { nil } }
        #expect(records.first?.ended.kind == .failed)
    }
}
