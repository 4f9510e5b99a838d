import TestKit
import Testing

@testable import Routing

/// Entering and leaving a queue, how many may talk at once, and tickets (product.md sections 2 and 8).
struct QueueRuleTests {
    // MARK: - Nobody signed in

    private enum Away: CaseIterable {
        case off, unregistered, onlyPriorityZero
    }

    private func nobodyThere(_ away: Away, _ change: @escaping (inout QueuePolicy) -> Void) -> Scene {
        let scene = Scene("anna", "boris") {
            change(&$0.queues[0])
            if away == .onlyPriorityZero {
                $0.assignments[0].priority = 0
                $0.assignments[2].priority = 0
            }
        }
        guard away != .onlyPriorityZero else { return scene }
        for name in ["anna", "boris"] as [OperatorID] {
            scene.send(away == .off ? .operatorWished(name, .off) : .operatorUnreachable(name))
        }
        return scene
    }

    @Test(arguments: Away.allCases)
    private func joinEmptyOffRefusesWith480WhenNobodyIsSignedIn(away: Away) {
        let scene = nobodyThere(away) { $0.joinEmpty = false }
        let call = scene.arrive()
        #expect(scene.actions.first == .refuse(call, status: 480))
        #expect(scene.reasons.first == .queueEmpty("sales"))
        #expect(scene.record(of: call)?.outcome == .refused)
    }

    @Test(arguments: Away.allCases)
    private func usuallyACustomerMayEnterAnEmptyQueueAndStays(away: Away) {
        let scene = nobodyThere(away) { _ in }
        #expect(scene.hearsHold(scene.arrive()))
    }

    @Test func pausedOperatorIsSignedIn() {
        let scene = Scene("anna") {
            $0.queues[0].joinEmpty = false
            $0.queues[0].leaveWhenEmpty = true
        }
        scene.wish(.paused(reason: "coffee"), "anna")
        #expect(scene.hearsHold(scene.arrive()))
    }

    @Test(arguments: [true, false])
    func leaveWhenEmptyLetsThoseWhoWaitGoWhenTheLastOperatorSignsOut(announced: Bool) throws {
        let scene = Scene("anna", "boris") {
            $0.queues[0].leaveWhenEmpty = true
            $0.queues[0].timeoutAnnouncement = announced ? "sorry" : nil
            $0.queues[0].callback = true
        }
        for name in ["anna", "boris"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        let call = scene.arrive()
        scene.wish(.off, "anna")
        #expect(scene.hearsHold(call))
        scene.send(.operatorUnreachable("boris"))
        if announced { scene.soundEnds(.caller(call)) }
        let record = try #require(scene.record(of: call))
        #expect(record.outcome == .leftEmpty)
        #expect(scene.facts.contains { if case .callbackWanted = $0 { true } else { false } })
        #expect(scene.story.contains { $0.decision == Decision(.hangUp(.caller(call)), because: .queueEmpty("sales")) })
    }

    @Test func customerWhosePhoneRingsLeavesTooWhenTheLastOperatorSignsOut() {
        let scene = Scene("anna") { $0.queues[0].leaveWhenEmpty = true }
        let call = scene.arrive()
        #expect(scene.rings(for: call) == ["anna"])
        scene.wish(.off, "anna")
        #expect(scene.record(of: call)?.outcome == .leftEmpty)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func conversationsGoOnWhenTheQueueIsEmpty() {
        let scene = Scene("anna") { $0.queues[0].leaveWhenEmpty = true }
        let call = scene.talk("anna")
        scene.wish(.off, "anna")
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func emptyQueueLeavesTheOthersAlone() {
        let scene = Scene("anna", "boris") {
            $0.queues.append(QueuePolicy(id: "support"))
            $0.queues[0].leaveWhenEmpty = true
            $0.queues[2].leaveWhenEmpty = true
            $0.assignments = [Assignment("anna", "sales", priority: 5), Assignment("boris", "support", priority: 5)]
        }
        for name in ["anna", "boris"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        let (sales, support) = (scene.arrive("sales"), scene.arrive("support"))
        scene.wish(.off, "anna")
        #expect(scene.record(of: sales)?.outcome == .leftEmpty)
        #expect(scene.hearsHold(support))
    }

    // MARK: - Leaving by key

    private func keyed(_ change: @escaping (inout QueuePolicy) -> Void = { _ in }) -> Scene {
        Scene("anna") {
            $0.queues[0].callbackKey = Key("5")
            change(&$0.queues[0])
        }
    }

    private func press(_ scene: Scene, _ key: Character, _ call: CallID) {
        scene.send(.keyPressed(.caller(call), Key(key)!))
    }

    private func wishes(_ scene: Scene) -> [CallbackWish] {
        scene.facts.compactMap { if case .callbackWanted(let wish) = $0 { wish } else { nil } }
    }

    @Test func callbackKeyLeavesTheQueueAndIsPromisedOnce() throws {
        let scene = keyed {
            $0.callbackAnnouncement = "we-call"
            $0.callback = true
        }
        scene.wish(.paused(reason: "x"), "anna")
        let call = scene.arrive()
        press(scene, "5", call)
        guard case .play(_, "we-call", .caller(call), then: .silence) = scene.actions.first else {
            Issue.record("expected the announcement, got \(scene.actions)")
            return
        }
        press(scene, "5", call)
        #expect(scene.latest.isEmpty)
        scene.soundEnds(.caller(call))
        let record = try #require(scene.record(of: call))
        #expect(record.outcome == .leftByKey)
        #expect(wishes(scene).map(\.call) == [call])
        #expect(scene.state.snapshot(at: scene.now).queues[0].lost == 0)
    }

    @Test func callbackKeyWorksWhileAPhoneRings() {
        let scene = keyed()
        let call = scene.arrive()
        press(scene, "5", call)
        #expect(scene.rings(for: call) == [])
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func whoHangsUpDuringTheGoodbyeIsCalledBackAllTheSame() {
        let scene = keyed { $0.callbackAnnouncement = "we-call" }
        scene.wish(.paused(reason: "x"), "anna")
        let call = scene.arrive()
        press(scene, "5", call)
        scene.customerHangsUp(call)
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        #expect(wishes(scene).count == 1)
    }

    @Test func otherKeysAndWithheldNumbersStayInLine() {
        let scene = keyed()
        scene.wish(.paused(reason: "x"), "anna")
        let known = scene.arrive()
        press(scene, "4", known)
        #expect(scene.latest.isEmpty)
        let withheld = scene.arrive(number: nil)
        press(scene, "5", withheld)
        #expect(scene.latest.isEmpty)
        #expect(scene.hearsHold(withheld))
    }

    @Test func keyMeansNothingInAConversation() {
        let scene = keyed()
        let call = scene.talk("anna")
        press(scene, "5", call)
        #expect(scene.latest.isEmpty)
        #expect(scene.areConnected(call, "anna"))
    }

    // MARK: - How many at once

    private func limited(_ limit: Int?) -> Scene {
        Scene("anna", "boris", "clara") {
            $0.queues[0].maxTalking = limit
            $0.queues[0].wrapUp = .zero
        }
    }

    @Test func queueHasSoManyCallsWithOperatorsAtOnceAndFurtherOnesWait() {
        let scene = limited(2)
        let calls = (0..<3).map { _ in scene.arrive() }
        #expect(scene.rings(for: calls[0]).count == 1)
        #expect(scene.rings(for: calls[1]).count == 1)
        #expect(scene.rings(for: calls[2]) == [])
        #expect(scene.snapshot(of: "clara")?.state == .ready)
        #expect(
            scene.state.candidates(for: calls[2], at: scene.now).last
                == Candidate(operator: "clara", obstacle: .queueAtLimit(2)))
    }

    @Test func roomMadeByAnEndGoesToTheFirstInLine() {
        let scene = limited(1)
        let first = scene.arrive()
        scene.answer("anna")
        let second = scene.arrive()
        scene.pass(1)
        let third = scene.arrive()
        scene.customerHangsUp(first)
        #expect(scene.rings(for: second).count == 1)
        #expect(scene.rings(for: third) == [])
    }

    @Test func roomMadeByARingThatFailsIsUsedAtOnce() {
        let scene = limited(1)
        let first = scene.arrive()
        let second = scene.arrive()
        scene.customerHangsUp(first)
        #expect(scene.rings(for: second).count == 1)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func heldCustomersCountAndSoDoesTheVIP() {
        let scene = limited(1)
        let customer = scene.talk("anna")
        for name in ["boris", "clara"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        scene.pass(10)
        scene.arrive("vip")
        scene.press("1", "anna")
        let next = scene.arrive()
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: next) == [])
        scene.customerHangsUp(customer)
        #expect(scene.rings(for: next) == ["boris"])
    }

    @Test func limitEndsTheOwnStageForThatReasonAndTheOwnOperatorIsStillPreferred() {
        let scene = limited(1)
        scene.reconfigure { $0.queues[0].wrapUp = .seconds(10) }
        let first = scene.talk("boris")
        let pinned = scene.arrive(own: "anna")
        #expect(scene.notes.contains { $0.call == pinned && $0.reason == .queueAtLimit(1) })
        scene.customerHangsUp(first)
        #expect(scene.rings(for: pinned) == ["anna"])
    }

    @Test func roomGoesToAGroupsCallOnlyIfSomebodyOfItIsReady() {
        let scene = Scene("anna", "boris", "clara") {
            $0.queues[0].maxTalking = 1
            $0.queues[0].responsibleWait = .seconds(100)
            $0.queues[0].groupSticky = true
            $0.operators[0].groups = ["red"]
            $0.operators[1].groups = ["red"]
            $0.queues[0].wrapUp = .zero
        }
        let elsewhere = scene.arrive("vip", own: "anna")
        scene.answer("anna")
        let first = scene.talk("clara")
        let grouped = scene.arrive(own: "anna")
        scene.pass(100)
        let behind = scene.arrive()
        scene.wish(.paused(reason: "x"), "boris")
        scene.customerHangsUp(first)
        #expect(scene.rings(for: grouped) == [])
        #expect(scene.rings(for: behind) == ["clara"])
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: grouped) == [], "no room")
        scene.customerHangsUp(behind)
        #expect(scene.rings(for: grouped) == ["boris"])
        #expect(scene.areConnected(elsewhere, "anna"))
    }

    @Test func otherQueuesOfTheSameOperatorsGoOn() {
        let scene = limited(1)
        scene.arrive()
        #expect(scene.rings(for: scene.arrive("vip")).count == 1)
    }

    // MARK: - Tickets

    private func waiting(_ change: @escaping (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        let scene = Scene("anna") { change(&$0) }
        scene.wish(.paused(reason: "x"), "anna")
        return scene
    }

    @Test(arguments: [(59.9, true), (60, false)])
    func whoHungUpWhileWaitingAndCallsBackInTimeHasTheirTicketAgain(after: Double, isKept: Bool) {
        let scene = waiting()
        let first = scene.arrive(number: "+1")
        scene.pass(10)
        let other = scene.arrive(number: "+2")
        scene.customerHangsUp(first)
        scene.pass(after)
        let again = scene.arrive(number: "+1")
        #expect(scene.notes.contains { $0.call == again && $0.note == .placeKept } == isKept)
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == (isKept ? again : other))
    }

    @Test func ticketIsGivenOnceAndOnlyInItsQueue() {
        let scene = waiting { $0.queues.append(QueuePolicy(id: "support")) }
        scene.customerHangsUp(scene.arrive(number: "+1"))
        scene.arrive("support", number: "+1")
        #expect(scene.notes.isEmpty)
        scene.arrive(number: "+1")
        #expect(scene.notes.map(\.note) == [.placeKept])
        scene.arrive(number: "+1")
        #expect(scene.notes.count == 1)
    }

    @Test func withheldNumbersNeverInheritATicket() {
        let scene = waiting()
        scene.customerHangsUp(scene.arrive(number: nil))
        scene.arrive(number: nil) { $0.waited = .seconds(100) }
        #expect(scene.notes.isEmpty)
    }

    @Test func whoWasAnsweredOrLeftByKeyOrWasTurnedAwayHasNoTicket() {
        let scene = waiting {
            $0.queues[0].callbackKey = Key("5")
            $0.queues[0].maxWait = .seconds(100)
        }
        let byKey = scene.arrive(number: "+1")
        press(scene, "5", byKey)
        scene.arrive(number: "+1")
        scene.pass(100)
        scene.wish(.ready, "anna")
        let answered = scene.arrive(number: "+1")
        scene.answer("anna")
        scene.customerHangsUp(answered)
        scene.arrive(number: "+1")
        #expect(!scene.notes.contains { $0.note == .placeKept })
    }

    @Test func resumePlaceOffKeepsNothing() {
        let scene = waiting { $0.queues[0].resumePlace = .zero }
        scene.customerHangsUp(scene.arrive(number: "+1"))
        scene.arrive(number: "+1")
        #expect(scene.notes.isEmpty)
    }

    @Test func waitBeforeARestartCounts() {
        let scene = waiting()
        let first = scene.arrive(number: "+1")
        scene.pass(10)
        let cut = scene.arrive(number: "+2") { $0.waited = .seconds(30) }
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == cut)
        #expect(scene.rings(for: first) == [])
    }

    @Test func memoryOfPlacesIsBoundedAndForgetsTheOldestFirst() {
        var memory = PlaceMemory()
        let place = Place(isAtHead: false, entered: 0, sequence: 1)
        func key(_ index: Int) -> PlaceMemory.Key { PlaceMemory.Key(number: CustomerNumber("+\(index)"), queue: "q") }
        for index in 0...PlaceMemory.limit { memory.keep(place, for: key(index), until: 60, at: 0) }
        #expect(memory.count == PlaceMemory.limit)
        #expect(memory.take(key(0), at: 1) == nil)
        #expect(memory.take(key(1), at: 1) == place)
        memory.keep(place, for: key(7), until: 200, at: 100)
        #expect(memory.count == 1)
    }
}
