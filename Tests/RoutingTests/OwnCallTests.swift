import TestKit
import Testing

@testable import Routing

/// Operators' own calls, phone codes, and the way out of any state (product.md section 5).
struct OwnCallTests {
    private let own = CallID(rawValue: 500)

    // MARK: - Own calls

    @Test func ownOutgoingCallBlocksRings() {
        let scene = Scene("anna")
        scene.send(.ownCallBegan(own, by: "anna", with: "+1"))
        let call = scene.arrive()
        #expect(scene.rings(for: call) == [])
        #expect(scene.snapshot(of: "anna")?.state == .ownCall(own))
        scene.pass(7)
        #expect(scene.state.standing(of: call, at: scene.now) == ["anna: in a call of their own for 7 s"])
        scene.send(.ownCallEnded(own, by: "anna", talked: .seconds(4)))
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test(arguments: [(5.0, "+1", true), (4.9, "+1", false), (60, nil, false)] as [(Double, CustomerNumber?, Bool)])
    func successfulOwnCallTiesTheCustomer(talked: Double, number: CustomerNumber?, isTied: Bool) {
        let scene = Scene("anna") { $0.operators[0].groups = ["red"] }
        scene.send(.ownCallBegan(own, by: "anna", with: number))
        scene.send(.ownCallEnded(own, by: "anna", talked: .seconds(talked)))
        #expect(scene.facts == (isTied ? [.tied("+1", "anna", "red", by: own)] : []))
    }

    @Test func twoOwnCallsKeepThePhoneBusyUntilTheLastIsOver() {
        let scene = Scene("anna")
        let second = CallID(rawValue: 501)
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        scene.send(.ownCallBegan(second, by: "anna", with: nil))
        scene.send(.ownCallEnded(own, by: "anna", talked: .zero))
        #expect(scene.rings(for: scene.arrive()) == [])
        scene.send(.ownCallEnded(second, by: "anna", talked: .zero))
        #expect(scene.rung("anna") != nil)
        #expect(scene.send(.ownCallEnded(second, by: "anna", talked: .seconds(99))).isEmpty)
    }

    @Test func consultationDuringAConversationChangesNothingInIt() {
        let scene = Scene("anna") { $0.queues[0].wrapUp = .zero }
        let call = scene.talk("anna")
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        #expect(scene.areConnected(call, "anna"))
        scene.customerHangsUp(call)
        #expect(scene.rings(for: scene.arrive()) == [], "the consultation goes on")
        scene.send(.ownCallEnded(own, by: "anna", talked: .zero))
        #expect(scene.rung("anna") != nil)
    }

    @Test func wrapUpGoesOnDuringAnOwnCall() {
        let scene = Scene("anna")
        scene.customerHangsUp(scene.talk("anna"))
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        scene.send(.ownCallEnded(own, by: "anna", talked: .zero))
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
        scene.pass(10)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func vipInterruptsWhenTheLastReadyOperatorDialsOut() {
        let scene = Scene("anna", "boris") { $0.queues[1].responsibleWait = .seconds(100) }
        _ = scene.talk("boris")
        scene.pass(30)
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("boris"))
    }

    @Test func operatorWhoIsOwedAHeldCustomerAndDialsOutIsNotRung() {
        let scene = Scene("anna")
        let customer = scene.talk("anna")
        scene.pass(30)
        scene.arrive("vip")
        scene.press("1", "anna")
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        scene.operatorHangsUp("anna")
        #expect(scene.rings(for: customer) == [])
        #expect(scene.snapshot(of: customer)?.state == .waiting(.anyone))
        #expect(scene.hearsHold(customer))
    }

    // MARK: - Phone codes

    @Test func codeTakesEffectOnlyWhenItsOwnCallIsOver() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "coffee"), "anna")
        let waiting = scene.arrive()
        scene.send(.codeDialled(own, by: "anna", code: "*1"))
        #expect(scene.rings(for: waiting) == [], "a phone with one line would answer 486")
        #expect(scene.snapshot(of: "anna")?.state == .ownCall(own))
        scene.soundEnds(.caller(own))
        #expect(scene.rings(for: waiting) == ["anna"])
    }

    @Test func nothingRingsWhileACodeIsDialledWhateverItSays() {
        let scene = Scene("anna")
        scene.send(.codeDialled(own, by: "anna", code: "*2"))
        #expect(scene.rings(for: scene.arrive()) == [])
        scene.soundEnds(.caller(own))
        #expect(scene.rung("anna") == nil)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "phone"))
    }

    // MARK: - Wishes wait

    @Test(arguments: [OperatorWish.off, .paused(reason: "lunch")])
    func wishDuringAConversationWaitsForItsEndAndItsWrapUp(wish: OperatorWish) {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.wish(wish, "anna")
        #expect(scene.areConnected(call, "anna"))
        scene.customerHangsUp(call)
        scene.pass(20)
        #expect(scene.rings(for: scene.arrive()) == [])
        #expect(scene.snapshot(of: "anna")?.wish == wish)
    }

    // MARK: - Freed by a supervisor

    @Test func releaseEndsWrapUpAndAPause() {
        let scene = Scene("anna")
        scene.customerHangsUp(scene.talk("anna"))
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        scene.wish(.paused(reason: "forgot"), "anna")
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        #expect(scene.reasons == [.released])
    }

    @Test func releaseStopsARingWithoutBlameAndTheCallLooksFurther() {
        let scene = Scene("anna", "boris")
        let call = scene.arrive(own: "anna")
        scene.wish(.paused(reason: "x"), "boris")
        scene.confirmsStops = false
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect(scene.actions.contains { if case .stopRinging = $0 { true } else { false } })
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        #expect(scene.snapshot(of: "anna")?.missedInARow == 0)
    }

    @Test(arguments: [(31.9, false), (32, true)])
    func releaseFreesAnOperatorWhosePhoneNeverConfirmedItsStop(after: Double, isFree: Bool) {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.confirmsStops = false
        scene.customerHangsUp(call)
        scene.pass(after)
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect((scene.rings(for: scene.arrive()) == ["anna"]) == isFree)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func releaseForgetsAnOwnCallWhoseEndWasNeverReported() {
        let scene = Scene("anna")
        scene.send(.ownCallBegan(own, by: "anna", with: nil))
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func releaseLeavesSomebodyWhoSignedOffInPeace() {
        let scene = Scene("anna")
        scene.wish(.off, "anna")
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect(scene.snapshot(of: "anna")?.state == .offline)
        #expect(scene.send(.operatorReleased("nobody", hangUp: true)).isEmpty)
    }

    @Test func releaseCutsAConversationOnlyIfToldTo() {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        #expect(scene.send(.operatorReleased("anna", hangUp: false)).isEmpty)
        #expect(scene.areConnected(call, "anna"))
        scene.send(.operatorReleased("anna", hangUp: true))
        #expect(scene.actions.contains(.hangUp(.operator("anna"))))
        #expect(scene.actions.contains(.hangUp(.caller(call))))
        #expect(scene.record(of: call)?.outcome == .answered)
        #expect(scene.legs.isEmpty)
    }

    @Test func releaseOfAnOperatorWhoIsRungForTheirHeldCustomerRequeuesThem() {
        let scene = Scene("anna")
        let customer = scene.talk("anna")
        scene.pass(30)
        scene.arrive("vip")
        scene.press("1", "anna")
        scene.operatorHangsUp("anna")
        #expect(scene.rung("anna") == customer)
        scene.confirmsStops = false
        scene.send(.operatorReleased("anna", hangUp: false))
        #expect(scene.snapshot(of: customer)?.state == .waiting(.anyone))
        #expect(scene.hearsHold(customer))
        #expect(scene.state.checkInvariants() == [])
    }
}
