import TestKit
import Testing

@testable import Routing

/// Several VIPs, several operators, and everything that may become of an operator in every step of an interruption
/// (product.md section 4).
struct InterruptionMatrixTests {
    enum Step: CaseIterable {
        case announcing, pausing, holding, freed, returning
    }

    /// Anna's conversation is interrupted, in the given step; Boris is on a break.
    private func scene(_ step: Step) -> (Scene, customer: CallID, vip: CallID) {
        let scene = Scene("anna", "boris")
        scene.wish(.paused(reason: "break"), "boris")
        let customer = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        switch step {
        case .announcing: break
        case .pausing: scene.soundEnds(.operator("anna"))
        case .holding: scene.press("1", "anna")
        case .freed:
            scene.press("1", "anna")
            scene.pass(600)
        case .returning:
            scene.press("1", "anna")
            scene.operatorHangsUp("anna")
        }
        return (scene, customer, vip)
    }

    private func isSound(_ scene: Scene) {
        #expect(scene.state.checkInvariants() == [])
    }

    // MARK: - The operator pauses

    @Test(arguments: Step.allCases, [OperatorWish.paused(reason: "coffee"), .off])
    func operatorWhoSignsOffInAnyStepFinishesWhatTheyHaveAndGetsNoVIP(step: Step, wish: OperatorWish) {
        let (scene, customer, vip) = scene(step)
        scene.wish(wish, "anna")
        isSound(scene)
        switch step {
        case .announcing, .pausing:
            #expect(scene.areConnected(customer, "anna"))
            #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
            #expect(scene.hearsHold(vip))
            #expect(scene.facts.contains(.vipMissed(vip, "anna")))
        case .holding:
            #expect(scene.areConnected(vip, "anna"))
            scene.customerHangsUp(vip)
            #expect(scene.areConnected(customer, "anna"))
        case .freed:
            #expect(scene.areConnected(vip, "anna"))
            scene.customerHangsUp(vip)
            #expect(scene.areConnected(customer, "anna"), "nobody else was ready for them")
        case .returning:
            #expect(scene.rung("anna") == customer, "a held customer is still theirs")
            scene.answer("anna")
            #expect(scene.areConnected(customer, "anna"))
        }
        isSound(scene)
    }

    // MARK: - The phone is not registered any more

    @Test(arguments: Step.allCases)
    func phoneThatLosesItsRegistrationInAnyStepKeepsTheLegThatIsUp(step: Step) {
        let (scene, customer, vip) = scene(step)
        scene.send(.operatorUnreachable("anna"))
        isSound(scene)
        switch step {
        case .announcing, .pausing:
            #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
            scene.press("1", "anna")
            #expect(scene.areConnected(vip, "anna"))
        case .holding, .freed:
            scene.customerHangsUp(vip)
            #expect(scene.areConnected(customer, "anna"))
        case .returning:
            #expect(scene.rings(for: customer) == [])
            #expect(scene.hearsHold(customer))
            scene.wish(.ready, "boris")
            #expect(scene.rung("boris") == customer)
        }
        isSound(scene)
    }

    // MARK: - The phone dies

    @Test(arguments: Step.allCases, [true, false])
    func phoneThatDiesInAnyStepLosesOnlyWhoWasOnItsLeg(step: Step, isRegistered: Bool) {
        let (scene, customer, vip) = scene(step)
        if !isRegistered, step != .returning { scene.send(.operatorUnreachable("anna")) }
        if step == .returning {
            scene.ringFails("anna", .unreachable)
        } else {
            scene.operatorHangsUp("anna", .failed)
        }
        isSound(scene)
        switch step {
        case .announcing, .pausing:
            #expect(scene.record(of: customer)?.outcome == .answered)
            #expect(scene.rings(for: vip) == (isRegistered ? ["anna"] : []))
            #expect(scene.facts.contains(.vipMissed(vip, "anna")) == !isRegistered)
            #expect(scene.hearsHold(vip))
        case .holding:
            #expect(scene.record(of: vip)?.ended.kind == .failed)
            #expect(scene.rings(for: customer) == (isRegistered ? ["anna"] : []))
            #expect(scene.hearsHold(customer))
        case .freed:
            #expect(scene.record(of: vip)?.ended.kind == .failed)
            #expect(scene.rings(for: customer) == (isRegistered ? ["anna"] : []))
        case .returning:
            #expect(scene.snapshot(of: customer)?.state == .waiting(.anyone))
        }
        #expect(scene.hears[.caller(customer)] != .sound("silence"))
    }

    // MARK: - A supervisor

    @Test(arguments: [Step.announcing, .pausing, .holding, .freed])
    func releaseWithHangUpInAnyStepEndsTheLegAndNobodyIsLeftInSilence(step: Step) {
        let (scene, customer, vip) = scene(step)
        scene.send(.operatorReleased("anna", hangUp: true))
        isSound(scene)
        #expect(scene.legs["anna"] == nil)
        let left = step == .announcing || step == .pausing ? vip : customer
        #expect(scene.hearsHold(left))
        #expect(scene.rung("anna") == left)
    }

    // MARK: - The VIP's own operator is already with a VIP

    /// Anna is with a VIP whose own operator she is; Boris talks with somebody.
    private func ownIsTaken(wait: Double = 0) -> (Scene, held: CallID, first: CallID, other: CallID) {
        let scene = Scene("anna", "boris") {
            $0.queues[1].responsibleWait = .seconds(wait)
            $0.queues[0].wrapUp = .zero
            $0.queues[1].wrapUp = .zero
        }
        let (held, other) = (scene.talk("anna"), scene.talk("boris"))
        scene.pass(60)
        let first = scene.arrive("vip", own: "anna")
        scene.press("1", "anna")
        return (scene, held, first, other)
    }

    @Test func vipWhoseOwnOperatorIsWithAVIPInterruptsAnother() {
        let (scene, _, first, other) = ownIsTaken()
        let second = scene.arrive("vip", own: "anna")
        #expect(scene.snapshot(of: second)?.state == .interrupting("boris"))
        #expect(scene.notes.contains { $0.call == second && $0.reason == .responsibleBusy("anna") })
        #expect(scene.notes.last { $0.call == second }?.note == .told("boris"))
        scene.press("1", "boris")
        #expect(scene.areConnected(second, "boris"))
        #expect(scene.areConnected(first, "anna"))
        #expect(scene.snapshot(of: other)?.state == .held(by: "boris"))
    }

    @Test func vipWaitsForItsOwnOperatorsVIPAsLongAsTheQueueSays() {
        let (scene, _, _, _) = ownIsTaken(wait: 30)
        let second = scene.arrive("vip", own: "anna")
        #expect(scene.snapshot(of: second)?.state == .waiting(.own))
        scene.pass(29.9)
        #expect(scene.overlays[.operator("boris")] == nil)
        scene.pass(0.1)
        #expect(scene.snapshot(of: second)?.state == .interrupting("boris"))
    }

    @Test func vipGetsItsOwnOperatorWhenBothTheVIPAndTheHeldCustomerHaveGone() {
        let (scene, held, first, _) = ownIsTaken(wait: 100)
        let second = scene.arrive("vip", own: "anna")
        scene.customerHangsUp(first)
        #expect(scene.areConnected(held, "anna"), "a customer is interrupted once at most")
        #expect(scene.snapshot(of: second)?.state == .waiting(.own))
        scene.customerHangsUp(held)
        #expect(scene.rung("anna") == second)
        #expect(scene.reason(for: "anna") == .lastSuccessful("anna"))
    }

    @Test func vipWithoutAnybodyElseWaitsAtTheHead() {
        let (scene, _, first, other) = ownIsTaken()
        let second = scene.arrive("vip", own: "anna")
        scene.press("1", "boris")
        let third = scene.arrive("vip", own: "anna")
        #expect(scene.snapshot(of: third)?.state == .waiting(.anyone))
        let ordinary = scene.arrive()
        scene.customerHangsUp(second)
        scene.customerHangsUp(other)
        #expect(scene.rung("boris") == third)
        #expect(scene.rings(for: ordinary) == [])
        #expect(scene.areConnected(first, "anna"))
    }

    // MARK: - Several VIPs, several operators

    /// Everybody talks; as many VIPs arrive.
    private func crowd(_ vips: Int) -> (Scene, customers: [CallID], vips: [CallID]) {
        let scene = Scene("anna", "boris", "clara") {
            $0.queues[0].wrapUp = .zero
            $0.queues[1].wrapUp = .zero
        }
        let customers = (["anna", "boris", "clara"] as [OperatorID]).map { name in
            scene.pass(1)
            return scene.talk(name)
        }
        scene.pass(60)
        return (scene, customers, (0..<vips).map { _ in scene.arrive("vip") })
    }

    @Test func eachVIPInterruptsAnotherOperatorLongestConversationFirst() {
        let (scene, _, vips) = crowd(3)
        let told = vips.map { scene.snapshot(of: $0)?.state }
        #expect(told == [.interrupting("anna"), .interrupting("boris"), .interrupting("clara")])
        for name in ["anna", "boris", "clara"] as [OperatorID] { scene.press("1", name) }
        #expect(zip(vips, ["anna", "boris", "clara"] as [OperatorID]).allSatisfy(scene.areConnected))
        isSound(scene)
    }

    @Test func moreVIPsThanOperatorsWaitInTheOrderOfTheirArrival() {
        let (scene, customers, vips) = crowd(5)
        #expect(scene.snapshot(of: vips[3])?.state == .waiting(.anyone))
        scene.customerHangsUp(customers[1])
        #expect(scene.areConnected(vips[1], "boris"))
        scene.customerHangsUp(vips[1])
        #expect(scene.rung("boris") == vips[0], "whoever becomes ready first has the first in line")
        #expect(scene.snapshot(of: vips[3])?.state == .interrupting("anna"))
        #expect(scene.snapshot(of: vips[4])?.state == .waiting(.anyone))
    }

    @Test func vipWhoLeavesGivesItsOperatorToTheNextVIPAtOnce() {
        let (scene, customers, vips) = crowd(4)
        scene.customerHangsUp(vips[0])
        #expect(scene.snapshot(of: vips[3])?.state == .interrupting("anna"))
        #expect(scene.areConnected(customers[0], "anna"))
    }

    @Test func operatorWhoBecomesReadyTakesTheFirstVIPAndItsInterruptionIsWithdrawn() {
        let (scene, customers, vips) = crowd(2)
        scene.customerHangsUp(customers[2])
        #expect(scene.rung("clara") == vips[0])
        #expect(scene.areConnected(customers[0], "anna"))
        #expect(scene.overlays[.operator("anna")] == nil)
        #expect(scene.snapshot(of: vips[1])?.state == .interrupting("boris"))
        isSound(scene)
    }

    @Test func decliningGoesRoundAllOperatorsAndThenTheVIPWaits() {
        let (scene, customers, vips) = crowd(1)
        for name in ["anna", "boris", "clara"] as [OperatorID] {
            #expect(scene.snapshot(of: vips[0])?.state == .interrupting(name))
            scene.press("2", name)
        }
        #expect(scene.snapshot(of: vips[0])?.state == .waiting(.anyone))
        #expect(zip(customers, ["anna", "boris", "clara"] as [OperatorID]).allSatisfy(scene.areConnected))
        #expect(scene.facts.count { if case .vipMissed = $0 { true } else { false } } == 3)
        #expect(scene.facts.count { if case .vipUsed = $0 { true } else { false } } == 1)
    }

    @Test func twoHeldCustomersReturnEachToTheirOwnOperator() {
        let (scene, customers, vips) = crowd(2)
        scene.press("1", "anna")
        scene.press("1", "boris")
        scene.customerHangsUp(vips[1])
        scene.customerHangsUp(vips[0])
        #expect(scene.areConnected(customers[0], "anna"))
        #expect(scene.areConnected(customers[1], "boris"))
        isSound(scene)
    }
}
