import TestKit
import Testing

@testable import Routing

/// What operators' time goes to: recorded when it changes, and only then (product.md section 8).
struct ActivityTests {
    private func activities(_ scene: Scene, of name: OperatorID = "anna") -> [OperatorActivity] {
        scene.activities.filter { $0.operator == name }.map(\.activity)
    }

    @Test func operatorIsAwayFromTheFirstConfigurationUntilTheirPhoneRegisters() {
        let scene = Scene("anna")
        #expect(activities(scene) == [.away, .idle])
        scene.send(.configured(scene.policy))
        scene.send(.operatorReachable("anna"))
        scene.wish(.ready, "anna")
        #expect(activities(scene).count == 2, "nothing has changed")
    }

    @Test func activitiesOfACallFollowOneAnotherAndAreEachRecordedWhenTheyBegin() {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.pass(3)
        scene.answer("anna")
        scene.pass(60)
        scene.customerHangsUp(call)
        scene.pass(10)
        let expected: [(Double, OperatorActivity)] = [
            (0, .away), (0, .idle), (10, .ringing), (13, .talking), (73, .wrapUp), (83, .idle),
        ]
        #expect(activities(scene) == expected.map(\.1))
        #expect(scene.activities.map(\.at) == expected.map { Instant(seconds: $0.0) })
    }

    @Test func nextCallAtTheEndOfWrapUpLeavesNoTimeToBeIdle() {
        let scene = Scene("anna")
        scene.customerHangsUp(scene.talk("anna"))
        scene.arrive()
        scene.pass(10)
        #expect(activities(scene).suffix(2) == [.wrapUp, .ringing])
    }

    @Test func interruptionIsOneConversation() {
        let scene = Scene("anna")
        let customer = scene.talk("anna")
        scene.pass(30)
        let vip = scene.arrive("vip")
        scene.press("1", "anna")
        scene.pass(10)
        scene.customerHangsUp(vip)
        scene.pass(10)
        scene.customerHangsUp(customer)
        #expect(activities(scene).suffix(3) == [.ringing, .talking, .wrapUp])
    }

    @Test func phoneThatIsToldToStopTakesNoTime() {
        let scene = Scene("anna")
        scene.confirmsStops = false
        scene.customerHangsUp(scene.arrive())
        #expect(activities(scene).suffix(2) == [.ringing, .idle])
    }

    @Test func taskIsPreparedFromItsCardUntilItsCustomerAnswers() {
        let scene = Scene.withDialer("anna")
        scene.request()
        scene.dial("anna")
        #expect(activities(scene).suffix(2) == [.idle, .preparing])
        scene.customerAnswers()
        #expect(activities(scene).suffix(2) == [.preparing, .talking])
    }

    @Test func reminderIsPreparation() {
        let scene = Scene.withDialer("anna") { $0.dialerAssignments[0].priority = 0 }
        scene.request(own: "anna")
        scene.send(.reminderWanted("anna", as: CallID(rawValue: 700)))
        scene.answer("anna")
        #expect(activities(scene).suffix(2) == [.idle, .preparing])
    }

    @Test(
        arguments: [
            (.paused(reason: "lunch"), .paused(reason: "lunch")), (.off, .away),
        ] as [(OperatorWish, OperatorActivity)])
    func wishThatWaitsForTheEndOfAConversationCountsFromThere(wish: OperatorWish, activity: OperatorActivity) {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.wish(wish, "anna")
        #expect(activities(scene).last == .talking)
        scene.customerHangsUp(call)
        #expect(activities(scene).suffix(2) == [.talking, activity])
    }

    @Test func otherReasonToPauseIsAnotherActivity() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.wish(.paused(reason: "training"), "anna")
        #expect(activities(scene).suffix(2) == [.paused(reason: "lunch"), .paused(reason: "training")])
    }

    @Test func ownCallComesBeforeWishes() {
        let scene = Scene("anna")
        scene.send(.ownCallBegan(CallID(rawValue: 500), by: "anna", with: nil))
        scene.wish(.off, "anna")
        #expect(activities(scene).suffix(2) == [.idle, .ownCall])
        scene.send(.ownCallEnded(CallID(rawValue: 500), by: "anna", talked: .zero))
        #expect(activities(scene).last == .away)
    }

    @Test func whoIsNoLongerConfiguredIsAwayWhenTheirConversationIsOver() {
        let scene = Scene("anna", "boris", "clara")
        scene.wish(.off, "clara")
        let call = scene.talk("anna")
        scene.reconfigure {
            $0.operators.removeAll()
            $0.assignments.removeAll()
        }
        #expect(activities(scene).last == .talking)
        #expect(activities(scene, of: "boris") == [.away, .idle, .away])
        #expect(activities(scene, of: "clara") == [.away, .idle, .away], "already away")
        scene.customerHangsUp(call)
        scene.pass(10)
        #expect(activities(scene).last == .away)
        #expect(scene.state.checkInvariants() == [])
    }
}
