import TestKit
import Testing

@testable import Routing

/// Nothing that was decided is unexplained (product.md section 8): who was chosen before whom, who was told, why a stage
/// ended, why an operator gets no calls.
struct ReasonTests {
    private func notes(_ scene: Scene, _ call: CallID) -> [String] {
        scene.notes.filter { $0.call == call }.map { "\($0.note), because \($0.reason)" }
    }

    // MARK: - The key that ordered them

    @Test func choiceSaysWhatOrderedTheWinnerAndTheNext() {
        let scene = Scene("anna", "boris")
        scene.wish(.paused(reason: "x"), "boris")
        scene.pass(15)
        scene.wish(.ready, "boris")
        scene.pass(10)
        let call = scene.arrive()
        #expect(
            notes(scene, call) == [
                "chosen anna: idle 35 s × priority 5, before boris: idle 10 s × priority 5,"
                    + " because next in turn by priority, then longest idle × priority"
            ])
    }

    @Test func choiceByTurnSaysWhoHasHadFewerCallsForTheirPriority() {
        let scene = Scene("anna", "boris") {
            $0.queues[0].wrapUp = .zero
            $0.assignments[0].priority = 8
            $0.assignments[2].priority = 2
        }
        scene.customerHangsUp(scene.talk("anna"))
        scene.customerHangsUp(scene.talk("boris"))
        let call = scene.arrive()
        #expect(
            notes(scene, call).first?.hasPrefix(
                "chosen anna: has had fewer calls for priority 8, before boris: priority 2") == true)
    }

    @Test(arguments: [
        (Strategy.fewestCalls, "chosen anna: 0 calls, before boris: 0 calls"),
        (.linear, "chosen anna: priority 5, before boris: priority 5"),
        (.roundRobin, "chosen anna: priority 5, before boris: priority 5"),
    ])
    func otherStrategiesSayWhatTheyLookAt(strategy: Strategy, text: String) {
        let scene = Scene("anna", "boris") { $0.queues[0].strategy = strategy }
        #expect(notes(scene, scene.arrive()).first?.hasPrefix(text) == true)
    }

    @Test func whoWasTheOnlyOneIsSaidToBe() {
        let scene = Scene("anna")
        #expect(notes(scene, scene.arrive()).first?.hasPrefix("chosen anna: nobody else was ready for it") == true)
    }

    @Test func callThatAnOperatorTookFirstSaysHowLongItWaited() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "x"), "anna")
        let call = scene.arrive()
        scene.pass(35)
        scene.wish(.ready, "anna")
        #expect(notes(scene, call) == ["waited 35 s × priority 5, because longest waiting time × priority"])
    }

    // MARK: - Stages and VIPs

    @Test func endOfEachStageIsToldWithItsReason() {
        let scene = Scene("anna", "boris") {
            $0.queues[0].responsibleWait = .seconds(5)
            $0.queues[0].groupSticky = true
            $0.operators[0].groups = ["red"]
        }
        _ = scene.talk("anna")
        scene.wish(.paused(reason: "x"), "boris")
        let call = scene.arrive(own: "anna")
        scene.pass(10)
        #expect(scene.notes.filter { $0.call == call }.map(\.note) == [.stageEnded(.own), .stageEnded(.group)])
        #expect(scene.notes.filter { $0.call == call }.allSatisfy { $0.reason == .responsibleWaitOver(.seconds(5)) })
    }

    @Test func stageThatNeverBeganIsToldToo() {
        let scene = Scene("anna") { $0.queues[0].stickyExpires = .seconds(100) }
        let call = scene.arrive { $0.tie = Tie(operator: "anna", age: .seconds(101)) }
        #expect(scene.notes.first { $0.call == call }?.reason == .tieExpired)
    }

    @Test func storyOfAVIPSaysWhoWasToldAndWhyAndWhoseKeysWereTaken() {
        let scene = Scene("anna")
        let customer = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        #expect(
            notes(scene, vip) == [
                "anna is told of the call, because highest priority (5), then longest conversation"
            ])
        #expect(notes(scene, customer).last?.hasPrefix("anna's keys are not passed to the customer") == true)
        scene.press("2", "anna")
        #expect(
            notes(scene, vip).last?.hasPrefix("anna is told of the call no more, because the operator pressed") == true)
        #expect(notes(scene, customer).last?.hasPrefix("anna's keys are passed to the customer again") == true)
    }

    @Test func ringThatWeStoppedIsNotHeldAgainstAnybody() {
        #expect(RingEnd(.withdrawn).story(of: "anna") == "anna's phone has stopped ringing, as it was told")
        #expect(RingEnd(.busy, status: 486).story(of: "anna") == "anna did not take the call: busy (486)")
    }

    // MARK: - Why am I not getting calls?

    private func lines(_ scene: Scene, _ name: OperatorID = "anna") -> [String] {
        scene.state.standing(ofOperator: name, at: scene.now)?.lines ?? []
    }

    private enum Trouble: CaseIterable {
        case none, paused, off, unregistered, wrapUp, talking, ringing, ownCall
    }

    @Test(arguments: Trouble.allCases)
    private func operatorIsToldWhatTheyAreDoingInsteadOfTakingCalls(trouble: Trouble) {
        let scene = Scene("anna")
        let own = CallID(rawValue: 500)
        var expected = "anna is not ready: "
        switch trouble {
        case .none: expected = "anna is ready"
        case .paused:
            scene.wish(.paused(reason: "lunch"), "anna")
            expected += "paused (lunch) for 4 s"
        case .off:
            scene.wish(.off, "anna")
            expected += "offline for 4 s"
        case .unregistered:
            scene.send(.operatorUnreachable("anna"))
            expected += "offline, the phone is not registered"
        case .wrapUp:
            scene.customerHangsUp(scene.talk("anna"))
            expected += "wrap-up for another 6 s"
        case .talking: expected += "talks in call \(scene.talk("anna")) for 4 s"
        case .ringing: expected += "rings for call \(scene.arrive())"
        case .ownCall:
            scene.send(.ownCallBegan(own, by: "anna", with: nil))
            expected += "in a call of their own for 4 s"
        }
        scene.pass(4)
        #expect(lines(scene) == [expected, "no call waits in sales, vip"])
    }

    @Test func operatorIsToldForWhomTheCallsWaitInstead() {
        let scene = Scene("anna", "boris") {
            $0.queues[0].responsibleWait = .seconds(100)
            $0.assignments.removeAll { $0.queue == "vip" && $0.operator == "anna" }
        }
        _ = scene.talk("boris")
        let pinned = scene.arrive(own: "boris")
        #expect(
            lines(scene) == ["anna is ready", "call \(pinned) waits in sales: the call waits for its own operator"])
        let declined = scene.arrive()
        scene.ringFails("anna", .declined)
        scene.pass(10)
        #expect(
            lines(scene).last
                == "call \(declined) waits in sales: did not take this call (declined), skipped for another 20 s")
    }

    @Test func operatorIsToldOfPriorityZeroAndOfNoQueueAtAll() {
        let scene = Scene("anna") {
            $0.assignments[0].priority = 0
            $0.assignments.removeLast()
        }
        #expect(
            lines(scene) == [
                "anna is ready", "takes calls of no queue", "priority 0 in sales: no calls arrive from there",
            ])
        #expect(scene.state.standing(ofOperator: "nobody", at: scene.now) == nil)
    }

    @Test func longListIsCutAndCounted() {
        let scene = Scene("anna") { $0.queues[0].responsibleWait = .seconds(1_000) }
        scene.wish(.paused(reason: "x"), "anna")
        for _ in 0..<8 { scene.arrive() }
        let standing = scene.state.standing(ofOperator: "anna", at: scene.now)
        #expect(standing?.waiting.count == 5)
        #expect(standing?.lines.last == "and 3 more wait there")
        #expect(standing?.waiting.first?.obstacle == .paused(reason: "x", for: .zero))
    }

    @Test func boundVIPAndGroupAreNamedAsObstacles() {
        let scene = Scene("anna", "boris", "clara") {
            $0.queues[0].groupSticky = true
            $0.queues[0].responsibleWait = .seconds(10)
            $0.operators[0].groups = ["red"]
        }
        _ = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        scene.pass(10)
        #expect(
            scene.state.candidates(for: call, at: scene.now).map(\.obstacle) == [
                .talking(CallID(rawValue: 1), for: .seconds(10)), .notInGroup("red", left: .seconds(10)),
                .notInGroup("red", left: .seconds(10)),
            ])
    }

    @Test func newReasonsAreInPlainWords() {
        let texts: [(RoutingReason, String)] = [
            (.queueEmpty("sales"), "no operator of sales is signed in"),
            (.queueAtLimit(3), "the queue has 3 calls with operators, and may have no more"),
            (.rerouted(.queue("support")), "the call was sent to queue support"),
            (.rerouted(.operator("boris")), "the call was sent to boris"),
            (.placeResumed(.seconds(40)), "the customer has waited before, since 40 s ago"),
            (.gaveAway("anna"), "anna transferred the call"),
        ]
        for (reason, text) in texts { #expect("\(reason)" == text) }
    }
}
