import Routing
import TestKit
import Testing

/// What operators want, whether they can be reached, wrap-up and phone codes (product.md section 5).
struct OperatorTests {
    @Test func newlyRegisteredOperatorBecomesReadyAndGetsTheWaitingCall() {
        let scene = Scene("anna")
        scene.send(.operatorUnreachable("anna"))
        scene.wish(.off, "anna")
        let call = scene.arrive()
        scene.send(.operatorReachable("anna"))
        #expect(scene.facts.last == .operatorWished("anna", .ready))
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func registrationDoesNotEndAPauseOfTheirOwn() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.send(.operatorUnreachable("anna"))
        scene.send(.operatorReachable("anna"))
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "lunch"))
    }

    @Test func registrationEndsThePauseThatUnansweredRingsHaveMade() {
        let scene = Scene("anna") { $0.missesBeforePause = 1 }
        scene.arrive()
        scene.ringFails("anna", .noAnswer)
        scene.send(.operatorUnreachable("anna"))
        scene.send(.operatorReachable("anna"))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func withoutReadyOnRegisterAnOperatorStaysOff() {
        let scene = Scene("anna") { $0.readyOnRegister = false }
        scene.wish(.off, "anna")
        scene.send(.operatorUnreachable("anna"))
        scene.send(.operatorReachable("anna"))
        #expect(scene.snapshot(of: "anna")?.state == .offline)
    }

    @Test func wishThatChangesIsRecordedAndOneThatDoesNotIsNot() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        #expect(scene.facts == [.operatorWished("anna", .paused(reason: "lunch"))])
        scene.wish(.paused(reason: "lunch"), "anna")
        #expect(scene.facts.count == 1)
        scene.wish(.paused(reason: "coffee"), "anna")
        #expect(scene.facts.count == 2)
    }

    @Test func pauseDuringAConversationWaitsForItsEnd() {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        #expect(scene.areConnected(call, "anna"))
        #expect(scene.snapshot(of: "anna")?.state == .talking(call))
        let next = scene.arrive()
        scene.customerHangsUp(call)
        scene.pass(60)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "lunch"))
        #expect(scene.rings(for: next) == [])
    }

    @Test func wrapUpHoldsTheOperatorBackFromAllQueuesAlike() {
        let scene = Scene("anna") { $0.queues[0].wrapUp = .seconds(10) }
        scene.customerHangsUp(scene.talk("anna"))
        let vip = scene.arrive("vip")
        scene.pass(9.999)
        #expect(scene.rings(for: vip) == [])
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
        scene.pass(0.001)
        #expect(scene.rings(for: vip) == ["anna"])
    }

    @Test func oneLateWrapUpDoesNotDelayOthers() {
        let scene = Scene("anna", "boris")
        scene.customerHangsUp(scene.talk("anna"))
        #expect(scene.rings(for: scene.arrive()) == ["boris"])
    }

    @Test func goingReadyEndsWrapUpEarly() {
        let scene = Scene("anna")
        scene.customerHangsUp(scene.talk("anna"))
        let call = scene.arrive()
        scene.wish(.ready, "anna")
        #expect(scene.rings(for: call) == ["anna"])
        scene.pass(60)
        #expect(scene.rung("anna") == nil || scene.rung("anna") == call)
    }

    @Test func wrapUpCanBeExtended() {
        let scene = Scene("anna")
        scene.customerHangsUp(scene.talk("anna"))
        scene.pass(8)
        scene.send(.wrapUpExtended("anna", by: .seconds(20)))
        scene.pass(21.9)
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
        scene.pass(0.1)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func extensionOutsideWrapUpMeansNothing() {
        let scene = Scene("anna")
        scene.send(.wrapUpExtended("anna", by: .seconds(20)))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func lostRegistrationDoesNotEndAConversation() {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.send(.operatorUnreachable("anna"))
        #expect(scene.areConnected(call, "anna"))
        scene.customerHangsUp(call)
        #expect(scene.snapshot(of: "anna")?.state == .offline)
    }

    @Test func unknownOperatorsAreIgnored() {
        let scene = Scene("anna")
        for event: RoutingEvent in [
            .operatorReachable("x"), .operatorUnreachable("x"), .operatorWished("x", .ready),
            .wrapUpExtended("x", by: .seconds(1)), .interruptionForbidden("x", true), .heldByPhone("x", true),
            .operatorLeft("x", RingID(rawValue: 1), HangupCause(.hungUp)),
        ] {
            #expect(scene.send(event).isEmpty)
        }
    }

    // MARK: - Phone codes

    @Test(arguments: [
        ("*1", OperatorWish.ready, "code-ready"), ("*2", .paused(reason: "phone"), "code-pause"),
        ("*0", .off, "code-off"),
    ])
    func phoneCodeIsConfirmedAndHungUpAtTheEndOfTheSound(code: String, wish: OperatorWish, sound: String) throws {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "before"), "anna")
        let call = CallID(rawValue: 77)
        scene.send(.codeDialled(call, by: "anna", code: code))
        #expect(scene.actions.first == .accept(call))
        guard case .play(_, Sound(sound), .caller(call), then: .silence) = scene.actions[1] else {
            Issue.record("expected the confirmation, got \(scene.actions)")
            return
        }
        #expect(scene.facts.last == .operatorWished("anna", .paused(reason: "before")))
        scene.soundEnds(.caller(call))
        #expect(scene.actions.first == .hangUp(.caller(call)))
        #expect(scene.facts.last == .operatorWished("anna", wish))
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func unknownCodeIsRefusedWith404() {
        let scene = Scene("anna")
        let call = CallID(rawValue: 77)
        #expect(
            scene.send(.codeDialled(call, by: "anna", code: "*9")) == [
                Decision(.refuse(call, status: 404), because: .unknownCode("*9"))
            ])
    }

    @Test func operatorWhoHangsUpDuringTheConfirmationHasDialledAllTheSame() {
        let scene = Scene("anna")
        let call = CallID(rawValue: 77)
        scene.send(.codeDialled(call, by: "anna", code: "*2"))
        scene.customerHangsUp(call)
        #expect(scene.actions == [.record(.operatorWished("anna", .paused(reason: "phone")))])
        scene.soundEnds(.caller(call), completed: false)
        #expect(scene.latest.isEmpty)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "phone"))
    }
}
