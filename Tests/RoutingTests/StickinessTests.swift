import Routing
import TestKit
import Testing

/// Own, group, anyone: who may take the call of a customer who has talked before (product.md section 3).
struct StickinessTests {
    /// Anna and Boris are red, Clara is blue.
    private func scene(wait: Double = 0, groups: Bool = false) -> Scene {
        Scene("anna", "boris", "clara") {
            $0.queues[0].responsibleWait = .seconds(wait)
            $0.queues[0].groupSticky = groups
            $0.operators[0].groups = ["red"]
            $0.operators[1].groups = ["red"]
            $0.operators[2].groups = ["blue"]
            $0.queues[0].wrapUp = .zero
        }
    }

    private func stages(_ scene: Scene, _ call: CallID) throws -> [CallRecord.Stage] {
        scene.customerHangsUp(call)
        return try #require(scene.record(of: call)).stages
    }

    @Test func lastSuccessfulOperatorIsRungThoughAnotherHasBeenIdleLonger() {
        let scene = scene()
        scene.customerHangsUp(scene.talk("clara"))
        let call = scene.arrive(own: "clara")
        #expect(scene.rings(for: call) == ["clara"])
        #expect(scene.reason(for: "clara") == .lastSuccessful("clara"))
    }

    @Test func busyOwnOperatorWithoutWaitGoesToAnyoneAtOnce() throws {
        let scene = scene()
        _ = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == ["boris"])
        #expect(try stages(scene, call).map(\.ended) == [.responsibleBusy("anna"), .callerLeft])
    }

    @Test func responsibleOperatorGetsTheFullWaitBeforeAnyone() throws {
        let scene = scene(wait: 5)
        _ = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        scene.pass(4.999)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.001)
        #expect(scene.rings(for: call) == ["boris"])
        let stages = try stages(scene, call)
        #expect(stages.map(\.stage) == [.own, .anyone])
        #expect(stages[0].ended == .responsibleWaitOver(.seconds(5)))
        #expect(stages[0].until - stages[0].from == .seconds(5))
    }

    @Test func responsibleOperatorWhoBecomesReadyWithinTheWaitGetsTheCallAtOnce() {
        let scene = scene(wait: 5)
        let talking = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        scene.pass(3)
        scene.customerHangsUp(talking)
        #expect(scene.rings(for: call) == ["anna"])
        #expect(scene.reason(for: "anna") == .lastSuccessful("anna"))
    }

    @Test func offlineOwnOperatorIsNotWaitedForWhateverTheWait() throws {
        let scene = scene(wait: 60)
        scene.wish(.off, "anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == ["boris"])
        #expect(try stages(scene, call).first?.ended == .responsibleOffline("anna"))
    }

    @Test func pausedOwnOperatorIsWaitedForLikeABusyOne() {
        let scene = scene(wait: 5)
        scene.wish(.paused(reason: "coffee"), "anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == [])
        scene.pass(5)
        #expect(scene.rings(for: call) == ["boris"])
    }

    @Test(arguments: [RingEnd.Cause.declined, .noAnswer, .busy, .unreachable])
    func ownOperatorWhoDoesNotTakeTheCallEndsTheirStageAtOnce(cause: RingEnd.Cause) throws {
        let scene = scene(wait: 60)
        let call = scene.arrive(own: "anna")
        scene.ringFails("anna", cause)
        #expect(scene.rings(for: call) == ["boris"])
        #expect(try stages(scene, call).first?.ended == .responsibleDidNotTake("anna", cause))
    }

    @Test func ownOperatorWhoGoesOfflineEndsTheirStageAtOnce() {
        let scene = scene(wait: 60)
        _ = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        scene.send(.operatorUnreachable("anna"))
        #expect(scene.rings(for: call) == ["boris"])
    }

    @Test func groupHasAsLongAgainSoTheWholeWaitDoubles() throws {
        let scene = scene(wait: 5, groups: true)
        _ = scene.talk("anna")
        _ = scene.talk("boris")
        let call = scene.arrive(own: "anna")
        scene.pass(9.999)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.001)
        #expect(scene.rings(for: call) == ["clara"])
        let stages = try stages(scene, call)
        #expect(stages.map(\.stage) == [.own, .group, .anyone])
        #expect(stages.map(\.from) == [10, 15, 20])
    }

    @Test func groupStageRingsAReadyColleagueOfTheSameGroup() {
        let scene = scene(wait: 5, groups: true)
        scene.wish(.off, "anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.reason(for: "boris") == .responsibleGroup("red"))
    }

    @Test func colleagueWhoBecomesReadyDuringTheGroupStageGetsTheCall() {
        let scene = scene(wait: 5, groups: true)
        _ = scene.talk("anna")
        let other = scene.talk("boris")
        let call = scene.arrive(own: "anna")
        scene.pass(7)
        scene.customerHangsUp(other)
        #expect(scene.rings(for: call) == ["boris"])
    }

    @Test func callInItsGroupStageDoesNotOvertakeOneThatHasWaitedLonger() {
        let scene = scene(wait: 5, groups: true)
        let talks = ["anna", "boris", "clara"].map { scene.talk($0) }
        let older = scene.arrive(number: "+1")
        let younger = scene.arrive(number: "+2", own: "anna")
        scene.pass(7)
        #expect(scene.snapshot(of: younger)?.state == .waiting(.group))
        scene.customerHangsUp(talks[1])
        #expect(scene.rings(for: older) == ["boris"])
        scene.customerHangsUp(talks[2])
        #expect(scene.rings(for: younger) == [])
    }

    @Test func groupWithoutWaitGoesToAnyoneAtOnceIfNoneOfItIsReady() {
        let scene = scene(groups: true)
        _ = scene.talk("anna")
        _ = scene.talk("boris")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == ["clara"])
    }

    /// Also if the group is one that the operator is not in.
    @Test func ownOperatorWhoBecomesReadyDuringTheGroupStageGetsTheCall() {
        let scene = scene(wait: 5, groups: true)
        let first = scene.talk("anna")
        _ = scene.talk("clara")
        let call = scene.arrive { $0.tie = Tie(operator: "anna", group: "blue") }
        scene.pass(7)
        #expect(scene.rings(for: call) == [])
        scene.customerHangsUp(first)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func groupNamedWithTheTieCountsMoreThanTheOperatorsFirst() {
        let scene = scene(wait: 5, groups: true)
        scene.wish(.off, "anna")
        let call = scene.arrive { $0.tie = Tie(operator: "anna", group: "blue") }
        #expect(scene.rings(for: call) == ["clara"])
    }

    @Test func ownOperatorIsPreferredLaterToo() {
        let scene = scene()
        for name: OperatorID in ["anna", "boris", "clara"] { scene.wish(.paused(reason: "x"), name) }
        let call = scene.arrive(own: "clara")
        scene.reconfigure { $0.assignments = [] }
        for name: OperatorID in ["anna", "boris", "clara"] { scene.wish(.ready, name) }
        scene.pass(5)
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        scene.reconfigure { $0.assignments = ["anna", "clara"].map { Assignment($0, "sales", priority: 5) } }
        #expect(scene.rings(for: call).count == 1)
    }

    @Test func ownOperatorInTheAnyoneStageIsChosenBeforeAnEquallyFreeOne() {
        let scene = Scene("anna", "boris") { $0.queues[0].retryAfter = .seconds(10) }
        let call = scene.arrive(own: "boris")
        scene.ringFails("boris", .declined)
        scene.ringFails("anna", .declined)
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        scene.pass(10)
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.reason(for: "boris") == .lastSuccessful("boris"))
    }

    @Test func priorityZeroTakesNotEvenAPinnedCall() throws {
        let scene = Scene("anna", "boris") { $0.assignments[0].priority = 0 }
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == ["boris"])
        #expect(try stages(scene, call).map(\.ended) == [.responsibleNotAssigned("anna")])
    }

    @Test func tieOfAStrangerOrOfOneWhoLeftTheCompanyCountsForNothing() {
        let scene = Scene("anna")
        let call = scene.arrive(own: "nobody")
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func expiredTieCountsForNothing() throws {
        let scene = Scene("anna", "boris") { $0.queues[0].stickyExpires = .seconds(100) }
        let fresh = scene.arrive { $0.tie = Tie(operator: "boris", age: .seconds(100)) }
        #expect(scene.rings(for: fresh) == ["boris"])
        scene.customerHangsUp(fresh)
        let old = scene.arrive { $0.tie = Tie(operator: "boris", age: .seconds(100.001)) }
        #expect(scene.rings(for: old) == ["anna"])
        #expect(try stages(scene, old).map(\.ended) == [.tieExpired])
    }

    @Test func operatorNamedByTheScenarioTakesThePlaceOfTheOwn() {
        let scene = scene(wait: 5)
        let call = scene.arrive(own: "boris") { $0.named = "clara" }
        #expect(scene.rings(for: call) == ["clara"])
        #expect(scene.reason(for: "clara") == .namedByScenario("clara"))
        scene.ringFails("clara", .declined)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func namedOperatorWhoDoesNotWorkHereGivesWayToTheOwn() {
        let scene = scene()
        let call = scene.arrive(own: "boris") { $0.named = "nobody" }
        #expect(scene.rings(for: call) == ["boris"])
    }

    @Test func queueThatIsNotStickyIgnoresTies() {
        let scene = Scene("anna", "boris") { $0.queues[0].sticky = false }
        let call = scene.arrive(own: "boris")
        #expect(scene.rings(for: call) == ["anna"])
        #expect(scene.reason(for: "anna") == .strategy(.weighted))
    }

    @Test func ringThatBeganInTheOwnStageIsNotCutWhenTheWaitIsOver() {
        let scene = scene(wait: 5)
        let call = scene.arrive(own: "anna")
        scene.pass(19.9)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func onlyASuccessfulConversationTies() {
        let scene = Scene("anna") { $0.successTalk = .seconds(5) }
        let short = scene.talk("anna")
        scene.pass(4.999)
        scene.customerHangsUp(short)
        #expect(scene.facts.count == 1)
        scene.wish(.ready, "anna")
        let long = scene.talk("anna")
        scene.pass(5)
        scene.customerHangsUp(long)
        #expect(scene.facts.contains(.tied("+380441234567", "anna", nil, by: long)))
    }

    @Test func withheldNumberIsNeverTied() {
        let scene = Scene("anna")
        let call = scene.arrive(number: nil)
        scene.answer("anna")
        scene.pass(60)
        scene.customerHangsUp(call)
        #expect(scene.facts.count == 1)
    }

    @Test func tieNamesTheOperatorsFirstGroup() {
        let scene = Scene("anna") { $0.operators[0].groups = ["red", "blue"] }
        let call = scene.talk("anna")
        scene.pass(60)
        scene.operatorHangsUp("anna")
        #expect(scene.facts.contains(.tied("+380441234567", "anna", "red", by: call)))
    }
}
