import Routing
import TestKit
import Testing

/// Who takes which call: the six strategies, and the order of waiting calls (product.md section 3).
struct MatchingTests {
    private func strategy(_ strategy: Strategy, _ change: (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        Scene("anna", "boris", "clara") {
            $0.queues[0].strategy = strategy
            $0.queues[0].wrapUp = .zero
            change(&$0)
        }
    }

    /// Who gets the next calls, each of which is over before the next one comes.
    private func turns(_ scene: Scene, _ count: Int, talk: Double = 1) -> [OperatorID] {
        (0..<count).map { _ in
            let call = scene.arrive()
            let name = scene.rings(for: call).first ?? "nobody"
            scene.answer(name)
            scene.pass(talk)
            scene.customerHangsUp(call)
            scene.pass(1)
            return name
        }
    }

    // MARK: - An operator for a call

    @Test(arguments: zip([4.1, 3.9], ["clara", "anna"] as [OperatorID]))
    func weightedIsLongestIdleTimesPriority(idle: Double, chosen: OperatorID) {
        let scene = strategy(.weighted) {
            $0.assignments.removeAll { $0.queue == "vip" || $0.operator == "boris" }
            $0.assignments[0].priority = 2
            $0.assignments[1].priority = 6
        }
        // Anna 12 s × 2 against Clara, idle for a third of that, × 6.
        scene.wish(.paused(reason: "x"), "anna")
        scene.wish(.paused(reason: "x"), "clara")
        scene.wish(.ready, "anna")
        scene.pass(12 - idle)
        scene.wish(.ready, "clara")
        scene.pass(idle)
        #expect(scene.rings(for: scene.arrive()) == [chosen])
    }

    /// The proportion is that of the contract where there is a choice: enough operators, most of them idle.
    @Test func sharesConvergeToPrioritiesAndZeroTakesNone() {
        var policy = RoutingPolicy()
        policy.queues = [QueuePolicy(id: "sales")]
        policy.queues[0].wrapUp = .zero
        for index in 0..<40 {
            let name = OperatorID("op\(index)")
            policy.operators.append(OperatorPolicy(id: name, name: name.name))
            policy.assignments.append(Assignment(name, "sales", priority: [0, 1, 2, 4][index % 4]))
        }
        let turns = turns(Scene { $0 = policy }, 700, talk: 0.1)
        let shares = turns.reduce(into: [Int: Int]()) {
            $0[[0, 1, 2, 4][Int($1.name.dropFirst(2))! % 4], default: 0] += 1
        }
        #expect(shares[0] == nil)
        #expect(abs(shares[1]! - 100) <= 10, "\(shares)")
        #expect(abs(shares[2]! - 200) <= 20, "\(shares)")
        #expect(abs(shares[4]! - 400) <= 30, "\(shares)")
    }

    @Test func linearBeginsWithTheFirstConfiguredEveryTime() {
        #expect(turns(strategy(.linear), 3) == ["anna", "anna", "anna"])
    }

    @Test func roundRobinGoesOnAfterTheLastOneRung() {
        #expect(turns(strategy(.roundRobin), 5) == ["anna", "boris", "clara", "anna", "boris"])
    }

    @Test func roundRobinSkipsWhoeverIsNotReady() {
        let scene = strategy(.roundRobin)
        scene.wish(.paused(reason: "x"), "boris")
        #expect(turns(scene, 3) == ["anna", "clara", "anna"])
    }

    @Test func fewestCallsTakesTheOneWithTheFewestConversations() {
        let scene = strategy(.fewestCalls)
        _ = turns(scene, 3)
        scene.wish(.paused(reason: "x"), "clara")
        _ = turns(scene, 2)
        scene.wish(.ready, "clara")
        #expect(turns(scene, 1) == ["clara"])
    }

    @Test func countersOfTheDayAreTakenUpAndBeginAnew() {
        let scene = strategy(.fewestCalls)
        scene.send(
            .countersSet(
                DayCounters(
                    queues: [.init(queue: "sales", entered: 9, answered: 7, lost: 2)],
                    operators: [.init(operator: "anna", conversations: 3), .init(operator: "boris", conversations: 2)]))
        )
        #expect(turns(scene, 3) == ["clara", "clara", "boris"])
        var queue = scene.state.snapshot(at: scene.now).queues[0]
        #expect([queue.entered, queue.answered, queue.lost] == [12, 10, 2])
        scene.send(.countersSet(DayCounters()))
        queue = scene.state.snapshot(at: scene.now).queues[0]
        #expect([queue.entered, queue.answered, queue.lost] == [0, 0, 0])
        #expect(Set(turns(scene, 3)) == ["anna", "boris", "clara"])
    }

    @Test func randomIsDrawnBySeedAndReachesEverybody() {
        let first = turns(strategy(.random), 40)
        #expect(first == turns(strategy(.random), 40))
        #expect(Set(first) == ["anna", "boris", "clara"])
    }

    @Test(arguments: Strategy.allCases)
    func everyStrategySkipsWhoeverDeclinedThisCall(strategy name: Strategy) {
        let scene = strategy(name)
        let call = scene.arrive()
        let first = scene.rings(for: call)
        scene.ringFails(first[0], .declined)
        #expect(!scene.rings(for: call).contains(first[0]))
        #expect(!scene.rings(for: call).isEmpty)
    }

    // MARK: - A call for an operator

    @Test func longestWaitingIsServedFirst() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "x"), "anna")
        let calls = (0..<3).map { _ in
            scene.pass(1)
            return scene.arrive()
        }
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == calls[0])
        #expect(scene.reason(for: "anna") == .longestWaiting)
    }

    @Test func severalOperatorsServeSeveralWaitingAtOnce() {
        let scene = Scene("anna", "boris")
        let calls = [scene.arrive(), scene.arrive()]
        #expect(scene.rings(for: calls[0]) == ["anna"])
        #expect(scene.rings(for: calls[1]) == ["boris"])
    }

    @Test func waitingTimeTimesPriorityDecidesBetweenQueues() {
        let scene = Scene("anna") {
            $0.queues.append(QueuePolicy(id: "support"))
            $0.assignments[0].priority = 2
            $0.assignments.append(Assignment("anna", "support", priority: 6))
        }
        scene.wish(.paused(reason: "x"), "anna")
        let early = scene.arrive("sales")
        scene.pass(20)
        let late = scene.arrive("support")
        scene.pass(9)
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == early, "29 s × 2 is more than 9 s × 6")
        scene.wish(.paused(reason: "x"), "anna")
        scene.pass(2)
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == late, "11 s × 6 is more than 31 s × 2")
    }

    @Test func vipCallsComeFirstThenThePinnedOneThenTheLongestWaiting() {
        let scene = Scene("anna") { $0.queues[0].responsibleWait = .seconds(100) }
        scene.wish(.paused(reason: "x"), "anna")
        let longest = scene.arrive()
        scene.pass(10)
        let pinned = scene.arrive(own: "anna")
        scene.pass(10)
        let vip = scene.arrive("vip")
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == vip)
        #expect(scene.reason(for: "anna") == .vipFirst)
        scene.ringFails("anna", .declined)
        #expect(scene.rung("anna") == pinned)
        scene.ringFails("anna", .declined)
        #expect(scene.rung("anna") == longest)
    }

    @Test func vipListedCallInAnOrdinaryQueueComesFirstToo() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "x"), "anna")
        scene.arrive()
        scene.pass(5)
        let vip = scene.arrive { $0.listedVIP = true }
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == vip)
    }

    @Test func headThatCannotUseTheOperatorTakesNobodysSlot() {
        let scene = Scene("anna", "boris") { $0.queues[0].responsibleWait = .seconds(100) }
        _ = scene.talk("anna")
        scene.wish(.paused(reason: "x"), "boris")
        let pinned = scene.arrive(own: "anna")
        scene.pass(1)
        let behind = scene.arrive()
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: pinned) == [])
        #expect(scene.rings(for: behind) == ["boris"])
    }

    @Test func stickinessKeepsThePlaceInTheQueue() {
        let scene = Scene("anna", "boris") { $0.queues[0].responsibleWait = .seconds(5) }
        _ = scene.talk("anna")
        _ = scene.talk("boris")
        let first = scene.arrive(own: "anna")
        scene.pass(1)
        scene.arrive()
        scene.pass(5)
        scene.operatorHangsUp("boris")
        scene.wish(.ready, "boris")
        #expect(scene.rung("boris") == first)
    }

    @Test func operatorServesOnlyTheirQueues() {
        let scene = Scene("anna", "boris") { $0.assignments.removeAll { $0.operator == "anna" && $0.queue == "vip" } }
        scene.wish(.off, "boris")
        let vip = scene.arrive("vip")
        #expect(scene.rings(for: vip) == [])
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: vip) == ["boris"])
    }

    @Test func noOperatorIsRungForTwoCallsAndNoCallBridgedTwice() {
        let scene = Scene("anna")
        let first = scene.arrive()
        let second = scene.arrive()
        #expect(scene.rings(for: first) == ["anna"])
        #expect(scene.rings(for: second) == [])
        scene.answer("anna")
        #expect(scene.rings(for: second) == [])
    }
}
