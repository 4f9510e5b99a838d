import Routing
import TestKit
import Testing

/// A VIP call breaks into a conversation without anyone being dropped: the ordinary course (product.md section 4).
struct InterruptionTests {
    /// Anna talks, the conversation is old enough, and a VIP has arrived.
    private func told(_ change: @escaping (inout QueuePolicy) -> Void = { _ in }) -> (Scene, CallID, CallID) {
        let scene = Scene("anna") { change(&$0.queues[1]) }
        let customer = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        return (scene, customer, vip)
    }

    @Test func readyOperatorTakesAVIPInTheUsualWay() {
        let scene = Scene("anna", "boris")
        _ = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        #expect(scene.rings(for: vip) == ["boris"])
        scene.answer("boris")
        scene.pass(60)
        scene.customerHangsUp(vip)
        #expect(scene.record(of: vip)?.interrupted == false)
        #expect(!scene.facts.contains(.vipUsed(vip, "boris")), "nothing was interrupted, nothing is billed")
    }

    @Test func wholeSequenceIsHeardByEachPartyAsItShouldBe() throws {
        let (scene, customer, vip) = told()
        // Announce: over the conversation, for the operator alone.
        let anna = Party.operator("anna")
        guard case .overlay(_, "vip-operator", anna) = scene.actions[2] else {
            Issue.record("expected the announcement, got \(scene.actions)")
            return
        }
        #expect(scene.actions.last == .captureKeys("anna", true))
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.hearsHold(vip))
        // Pause: from the end of the announcement.
        scene.pass(3)
        scene.soundEnds(anna)
        #expect(scene.facts == [.vipUsed(vip, "anna")])
        scene.pass(4.999)
        #expect(scene.areConnected(customer, "anna"))
        // Hold and talk.
        scene.pass(0.001)
        #expect(scene.areConnected(vip, "anna"))
        #expect(scene.hearsHold(customer))
        #expect(scene.playing.contains { $0.sound == "vip-customer" && $0.party == .caller(customer) })
        #expect(scene.playing.contains { $0.sound == .beep && $0.party == anna })
        #expect(scene.actions.first == .captureKeys("anna", false))
        #expect(scene.snapshot(of: "anna")?.state == .interrupted(vip, held: customer))
        // Return.
        scene.pass(120)
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.latest.contains { $0.reason == .returnToHeld(customer) })
        #expect(!scene.actions.contains { if case .ring = $0 { true } else { false } }, "nothing rings")
        scene.pass(30)
        scene.customerHangsUp(customer)
        let held = try #require(scene.record(of: customer))
        #expect(held.segments.map(\.kind) == [.talking, .held, .talking])
        #expect(held.wasInterrupted)
        let record = try #require(scene.record(of: vip))
        #expect(record.interrupted && record.announced && record.outcome == .answered)
        #expect(scene.facts.filter { if case .vipUsed = $0 { true } else { false } }.count == 1)
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
    }

    @Test func takeNowSkipsTheRestOfThePauseAndOfTheAnnouncement() {
        let (scene, customer, vip) = told()
        scene.press("1", "anna")
        #expect(scene.actions.contains(.stopOverlay(.operator("anna"))))
        #expect(scene.areConnected(vip, "anna"))
        #expect(scene.hearsHold(customer))
        #expect(scene.latest.contains { $0.reason == .takeNowPressed })
        #expect(scene.facts.contains(.vipUsed(vip, "anna")))
    }

    @Test func takeNowDuringThePause() {
        let (scene, _, vip) = told()
        scene.soundEnds(.operator("anna"))
        scene.pass(1)
        scene.press("1", "anna")
        #expect(scene.areConnected(vip, "anna"))
    }

    @Test func keepTalkingDeclinesForThisConversationAndIsCounted() {
        let (scene, customer, vip) = told()
        scene.soundEnds(.operator("anna"))
        scene.press("2", "anna")
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
        #expect(scene.actions.contains(.captureKeys("anna", false)))
        scene.pass(120)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.customerHangsUp(customer)
        scene.wish(.ready, "anna")
        #expect(scene.rings(for: vip) == ["anna"], "the VIP is still the first to be served")
    }

    @Test func otherKeysMeanNothing() {
        let (scene, customer, _) = told()
        scene.press("7", "anna")
        #expect(scene.latest.isEmpty)
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func keysAreNotCapturedIfNoneMeansAnything() {
        let (scene, _, _) = told {
            $0.interruption.takeNow = nil
            $0.interruption.keepTalking = nil
        }
        #expect(!scene.actions.contains(.captureKeys("anna", true)))
    }

    @Test func acceptByKeyTakesTheVIPOnlyIfTheKeyIsPressed() {
        let (scene, customer, vip) = told { $0.interruption.accept = .key }
        scene.soundEnds(.operator("anna"))
        scene.pass(5)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
        #expect(scene.latest.contains { $0.reason == .noKeyPressed })
    }

    @Test func acceptByKeyWithTheKeyPressedIsTakenAtOnce() {
        let (scene, _, vip) = told { $0.interruption.accept = .key }
        scene.soundEnds(.operator("anna"))
        scene.press("1", "anna")
        #expect(scene.areConnected(vip, "anna"))
    }

    @Test func missedByKeyGoesToTheNextCandidate() {
        let scene = Scene("anna", "boris") { $0.queues[1].interruption.accept = .key }
        _ = scene.talk("anna")
        scene.pass(10)
        _ = scene.talk("boris")
        scene.pass(10)
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
        scene.soundEnds(.operator("anna"))
        scene.pass(5)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("boris"))
        scene.soundEnds(.operator("boris"))
        scene.pass(5)
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        #expect(scene.facts.filter { if case .vipUsed = $0 { true } else { false } }.count == 1)
    }

    @Test func noPauseHoldsAtTheEndOfTheAnnouncement() {
        let (scene, _, vip) = told { $0.interruption.holdAfterAnnouncement = .zero }
        scene.soundEnds(.operator("anna"))
        #expect(scene.areConnected(vip, "anna"))
    }

    @Test func longPauseLetsTheOperatorDecide() {
        let (scene, customer, vip) = told { $0.interruption.holdAfterAnnouncement = .seconds(1800) }
        scene.soundEnds(.operator("anna"))
        scene.pass(1000)
        #expect(scene.areConnected(customer, "anna"))
        scene.operatorHangsUp("anna")
        #expect(scene.rings(for: vip) == ["anna"])
    }

    @Test func withoutCustomerAnnouncementTheHoldAudioBeginsAtOnce() {
        let (scene, customer, _) = told { $0.interruption.customerAnnouncement = nil }
        scene.press("1", "anna")
        #expect(scene.actions.contains(.loop("hold", to: .caller(customer))))
    }

    @Test func announcementThatCannotBePlayedDoesNotStopTheVIPAndIsNotBilledByItself() {
        let (scene, _, vip) = told()
        scene.soundEnds(.operator("anna"), completed: false)
        #expect(scene.facts.isEmpty)
        scene.pass(5)
        #expect(scene.areConnected(vip, "anna"))
        #expect(scene.facts == [.vipUsed(vip, "anna")])
        scene.customerHangsUp(vip)
        #expect(scene.record(of: vip)?.announced == false)
    }

    // MARK: - Choice

    @Test func vipsOwnOperatorIsInterruptedFirst() {
        let scene = Scene("anna", "boris") { $0.assignments[1].priority = 10 }
        _ = scene.talk("anna")
        scene.pass(10)
        _ = scene.talk("boris")
        scene.pass(10)
        let vip = scene.arrive("vip", own: "boris")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("boris"))
        #expect(scene.latest.contains { $0.reason == .ownOperatorOfVIP("boris") })
    }

    @Test func operatorNamedByTheScenarioComesBeforeTheOwn() {
        let scene = Scene("anna", "boris")
        _ = scene.talk("anna")
        _ = scene.talk("boris")
        scene.pass(10)
        let vip = scene.arrive("vip", own: "anna") { $0.named = "boris" }
        #expect(scene.snapshot(of: vip)?.state == .interrupting("boris"))
    }

    @Test func highestPriorityIsInterruptedThenTheLongestConversation() {
        let scene = Scene("anna", "boris", "clara") {
            for index in $0.assignments.indices where $0.assignments[index].queue == "vip" {
                $0.assignments[index].priority = $0.assignments[index].operator == "anna" ? 3 : 7
            }
        }
        _ = scene.talk("anna")
        scene.pass(5)
        _ = scene.talk("clara")
        scene.pass(5)
        _ = scene.talk("boris")
        scene.pass(5)
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("clara"))
        #expect(scene.latest.contains { $0.reason == .highestPriority(7) })
    }

    @Test func vipListedCallerInterruptsInAnOrdinaryQueueToo() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.pass(10)
        let vip = scene.arrive { $0.listedVIP = true }
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func ownStageOfAVIPBoundsWhomTheyInterrupt() {
        let scene = Scene("anna", "boris") { $0.queues[1].responsibleWait = .seconds(10) }
        _ = scene.talk("boris")
        scene.wish(.paused(reason: "x"), "anna")
        scene.pass(10)
        let vip = scene.arrive("vip", own: "anna")
        #expect(scene.snapshot(of: vip)?.state == .waiting(.own))
        scene.pass(10)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("boris"))
    }

    /// Too young in the own stage, old enough in the group stage: the operator is still the VIP's own, though the group
    /// is one that they are not in.
    @Test func ownOperatorOfAnotherGroupIsInterruptedInTheGroupStage() {
        let scene = Scene("anna", "boris") {
            $0.operators[0].groups = ["red"]
            $0.operators[1].groups = ["blue"]
            $0.queues[1].groupSticky = true
            $0.queues[1].responsibleWait = .seconds(5)
            $0.queues[1].interruption.minTalk = .seconds(7)
        }
        _ = scene.talk("anna")
        _ = scene.talk("boris")
        scene.send(.interruptionForbidden("boris", true))
        let vip = scene.arrive("vip") { $0.tie = Tie(operator: "anna", group: "blue") }
        scene.pass(6)
        #expect(scene.snapshot(of: vip)?.state == .waiting(.group))
        scene.pass(1)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func vipInItsOwnStageInterruptsWhenTheLastOtherReadyOperatorIsTaken() {
        let scene = Scene("anna", "boris") { $0.queues[1].responsibleWait = .seconds(60) }
        _ = scene.talk("anna")
        scene.pass(10)
        let vip = scene.arrive("vip", own: "anna")
        #expect(scene.snapshot(of: vip)?.state == .waiting(.own), "boris is ready for when the stage is over")
        scene.arrive()
        #expect(scene.rung("boris") != nil)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    // MARK: - Guard rails

    @Test func youngConversationIsLeftAloneUntilMinTalk() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.pass(2)
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.pass(2.999)
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.pass(0.001)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func conversationThatBeginsWhileAVIPWaitsIsInterruptedAfterMinTalk() {
        let scene = Scene("anna", "boris") { $0.assignments.removeAll { $0.operator == "boris" && $0.queue == "vip" } }
        let first = scene.arrive()
        #expect(scene.rings(for: first) == ["anna"])
        let vip = scene.arrive("vip")
        scene.answer("anna")
        scene.pass(5)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func protectedConversationIsLeftAloneUntilItMayBeInterruptedAgain() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.pass(60)
        scene.send(.interruptionForbidden("anna", true))
        let vip = scene.arrive("vip")
        scene.pass(60)
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.send(.interruptionForbidden("anna", false))
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func protectionDuringTheAnnouncementSendsTheVIPElsewhereWithoutBlame() {
        let (scene, customer, vip) = told()
        scene.send(.interruptionForbidden("anna", true))
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        #expect(scene.areConnected(customer, "anna"))
        #expect(!scene.facts.contains(.vipMissed(vip, "anna")))
    }

    @Test func customerHeldAtThePhoneHearsHoldAudioUntilTakenBack() {
        let scene = Scene("anna")
        let customer = scene.talk("anna")
        scene.send(.heldByPhone("anna", true))
        #expect(scene.hears[.caller(customer)] == .sound(Sound("hold")))
        scene.send(.heldByPhone("anna", true))
        #expect(scene.latest.isEmpty)
        scene.send(.heldByPhone("anna", false))
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func operatorWhoHoldsACustomerAtThePhoneIsNotInterrupted() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.pass(60)
        scene.send(.heldByPhone("anna", true))
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.send(.heldByPhone("anna", false))
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func holdingAtThePhoneDuringTheAnnouncementSendsTheVIPElsewhereWithoutBlame() {
        let (scene, customer, vip) = told()
        scene.send(.heldByPhone("anna", true))
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        #expect(scene.hears[.caller(customer)] == .sound(Sound("hold")))
        #expect(!scene.facts.contains(.vipMissed(vip, "anna")))
    }

    @Test func protectionEndsWithTheConversation() {
        let scene = Scene("anna") { $0.queues[0].wrapUp = .zero }
        let protected = scene.talk("anna")
        scene.send(.interruptionForbidden("anna", true))
        scene.customerHangsUp(protected)
        _ = scene.talk("anna")
        scene.pass(10)
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func customerIsInterruptedOnceAtMost() {
        let (scene, customer, vip) = told()
        scene.press("1", "anna")
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        scene.pass(60)
        let second = scene.arrive("vip")
        scene.pass(60)
        #expect(scene.snapshot(of: second)?.state == .waiting(.anyone))
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func vipConversationIsNeverInterrupted() {
        let scene = Scene("anna")
        _ = scene.talk("anna", "vip")
        scene.pass(60)
        let second = scene.arrive("vip")
        #expect(scene.snapshot(of: second)?.state == .waiting(.anyone))
    }

    @Test func operatorWithPriorityZeroInTheVIPQueueIsLeftAlone() {
        let scene = Scene("anna") { $0.assignments[1].priority = 0 }
        _ = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
    }

    @Test func operatorWhoWantsToPauseIsNotGivenAVIPBefore() {
        let scene = Scene("anna")
        _ = scene.talk("anna")
        scene.pass(60)
        scene.wish(.paused(reason: "lunch"), "anna")
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.wish(.ready, "anna")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    @Test func holdLongerThanMaxHoldFreesTheCustomerForAnyReadyOperator() throws {
        let scene = Scene("anna", "boris")
        let customer = scene.talk("anna")
        scene.pass(60)
        _ = scene.talk("boris")
        let vip = scene.arrive("vip")
        scene.press("1", "anna")
        scene.operatorHangsUp("boris")
        scene.pass(599.9)
        #expect(scene.snapshot(of: customer)?.state == .held(by: "anna"))
        scene.pass(0.1)
        #expect(scene.rings(for: customer) == ["boris"])
        #expect(scene.hearsHold(customer))
        scene.pass(2)
        scene.answer("boris")
        scene.pass(2)
        scene.customerHangsUp(vip)
        #expect(scene.actions.contains(.hangUp(.operator("anna"))))
        scene.customerHangsUp(customer)
        let record = try #require(scene.record(of: customer))
        #expect(record.segments.map(\.kind) == [.talking, .held, .ringing, .talking])
        #expect(record.stages.contains { $0.ended == .heldTooLong(.seconds(600)) })
    }

    @Test func freedCustomerWhoStillWaitsIsTakenBackWhenTheVIPLeaves() {
        let (scene, customer, vip) = told()
        scene.press("1", "anna")
        scene.pass(700)
        #expect(scene.snapshot(of: customer)?.state == .waiting(.anyone))
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.state.checkInvariants() == [])
    }
}
