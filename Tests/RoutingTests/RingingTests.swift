import Routing
import TestKit
import Testing

/// Rings, and what comes of them (product.md section 2).
struct RingingTests {
    @Test func answerConnectsAndTheOtherSideIsReleasedAtOnceWhenOneLeaves() {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.answer("anna")
        #expect(scene.latest == [Decision(.connect(call, "anna"), because: .answered)])
        scene.pass(60)
        scene.customerHangsUp(call)
        #expect(scene.actions.contains(.hangUp(.operator("anna"))))
        #expect(scene.record(of: call)?.outcome == .answered)
        #expect(scene.record(of: call)?.endedBy == .customer)
    }

    @Test func operatorWhoHangsUpReleasesTheCustomerAtOnce() {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.pass(60)
        scene.operatorHangsUp("anna")
        #expect(scene.actions.contains(.hangUp(.caller(call))))
        #expect(scene.record(of: call)?.endedBy == .operator)
    }

    @Test func ringTimeoutStopsTheRingAndRingsTheNextWhileTheCustomerHearsHold() {
        let scene = Scene("anna", "boris") { $0.queues[0].ringTimeout = .seconds(15) }
        let call = scene.arrive()
        scene.pass(15)
        #expect(
            scene.actions == [
                .stopRinging(RingID(rawValue: 1)), .ring(RingID(rawValue: 2), "boris", for: call),
            ])
        #expect(scene.hearsHold(call))
    }

    @Test(arguments: [RingEnd.Cause.declined, .busy, .noAnswer, .unreachable])
    func whoeverDoesNotTakeACallIsSkippedForItForRetryAfterWhateverTheCause(cause: RingEnd.Cause) throws {
        let scene = Scene("anna") { $0.queues[0].retryAfter = .seconds(30) }
        let call = scene.arrive()
        scene.ringFails("anna", cause)
        #expect(scene.rings(for: call) == [])
        scene.pass(29.9)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.1)
        #expect(scene.rings(for: call) == ["anna"])
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(record.rings.map(\.end) == [RingEnd(cause), RingEnd(.withdrawn)])
    }

    @Test func retryAfterIsRememberedForEachCallAlone() {
        let scene = Scene("anna")
        let first = scene.arrive()
        let second = scene.arrive()
        scene.ringFails("anna", .declined)
        #expect(scene.rung("anna") == second)
        #expect(scene.rings(for: first) == [])
    }

    @Test func operatorStaysReservedUntilAStoppedRingIsConfirmed() {
        let scene = Scene("anna")
        scene.confirmsStops = false
        let first = scene.arrive()
        scene.customerHangsUp(first)
        #expect(scene.actions.contains(.stopRinging(RingID(rawValue: 1))))
        let second = scene.arrive()
        #expect(scene.rings(for: second) == [])
        scene.ringFails("anna", .withdrawn)
        #expect(scene.rings(for: second) == ["anna"])
    }

    @Test func answerThatCrossesTheStopIsHungUpAndTheOperatorIsFree() {
        let scene = Scene("anna")
        scene.confirmsStops = false
        let call = scene.arrive()
        scene.customerHangsUp(call)
        scene.answer("anna")
        #expect(scene.latest == [Decision(.hangUp(.operator("anna")), because: .answeredTooLate)])
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        #expect(scene.record(of: call)?.outcome == .abandoned)
    }

    @Test func lateAndDoubledRingEventsChangeNothing() {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.answer("anna")
        let ring = RingID(rawValue: 1)
        #expect(scene.send(.ringAnswered(ring)).isEmpty)
        #expect(scene.send(.ringEnded(ring, RingEnd(.declined))).isEmpty)
        #expect(scene.send(.ringEnded(RingID(rawValue: 99), RingEnd(.declined))).isEmpty)
        #expect(scene.send(.operatorLeft("anna", RingID(rawValue: 99), HangupCause(.hungUp))).isEmpty)
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func threeUnansweredRingsInARowPauseTheOperator() {
        let scene = Scene("anna")
        let calls = [scene.arrive(), scene.arrive(), scene.arrive(), scene.arrive()]
        scene.ringFails("anna", .noAnswer)
        scene.ringFails("anna", .noAnswer)
        #expect(scene.snapshot(of: "anna")?.wish == .ready)
        scene.ringFails("anna", .noAnswer)
        #expect(scene.facts.contains(.operatorWished("anna", .paused(reason: "no-answer"))))
        #expect(scene.latest.contains { $0.reason == .missedInARow(3) })
        #expect(scene.rings(for: calls[3]) == [])
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == calls[3])
        scene.ringFails("anna", .noAnswer)
        #expect(scene.snapshot(of: "anna")?.wish == .ready, "counting begins anew")
    }

    @Test func answerOrRefusalBetweenMissesBeginsTheCountAnew() {
        let scene = Scene("anna") { $0.queues[0].wrapUp = .zero }
        for _ in 0..<4 { scene.arrive() }
        scene.ringFails("anna", .noAnswer)
        scene.ringFails("anna", .noAnswer)
        scene.ringFails("anna", .declined)
        scene.ringFails("anna", .noAnswer)
        #expect(scene.snapshot(of: "anna")?.wish == .ready)
        #expect(scene.snapshot(of: "anna")?.missedInARow == 1)
    }

    @Test func missesAreOnlyTheOperatorsOwnSilence() {
        let scene = Scene("anna") { $0.missesBeforePause = 1 }
        let call = scene.arrive()
        scene.customerHangsUp(call)
        scene.arrive()
        scene.ringFails("anna", .unreachable)
        #expect(scene.snapshot(of: "anna")?.wish == .ready)
    }

    @Test func zeroMissesBeforePauseNeverPauses() {
        let scene = Scene("anna") { $0.missesBeforePause = 0 }
        for _ in 0..<5 { scene.arrive() }
        for _ in 0..<5 { scene.ringFails("anna", .noAnswer) }
        #expect(scene.snapshot(of: "anna")?.wish == .ready)
    }

    @Test func withdrawnRingDoesNotCostTheOperatorTheirIdleTime() {
        let scene = Scene("anna", "boris")
        scene.wish(.paused(reason: "lunch"), "boris")
        scene.pass(10)
        scene.wish(.ready, "boris")
        scene.pass(1)
        let given = scene.arrive()
        #expect(scene.rings(for: given) == ["anna"])
        scene.customerHangsUp(given)
        let next = scene.arrive()
        #expect(scene.rings(for: next) == ["anna"])
        scene.ringFails("anna", .declined)
        scene.customerHangsUp(next)
        scene.pass(1)
        #expect(scene.rings(for: scene.arrive()) == ["boris"], "whoever declines is idle anew")
    }

    @Test func unregisteredMidRingCountsAsUnreachableAndTheCallLooksFurther() {
        let scene = Scene("anna", "boris")
        let call = scene.arrive()
        scene.send(.operatorUnreachable("anna"))
        #expect(scene.actions.first == .stopRinging(RingID(rawValue: 1)))
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.snapshot(of: "anna")?.state == .offline)
    }

    @Test func pausedMidRingGivesTheCallBackWithoutBlame() {
        let scene = Scene("anna", "boris")
        let call = scene.arrive()
        scene.wish(.paused(reason: "coffee"), "anna")
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "coffee"))
        #expect(scene.snapshot(of: "anna")?.missedInARow == 0)
    }

    @Test func ringAllRingsEveryReadyOperatorAndTheFirstAnswerWins() throws {
        let scene = Scene("anna", "boris", "clara") { $0.queues[0].strategy = .ringAll }
        let call = scene.arrive()
        #expect(scene.rings(for: call) == ["anna", "boris", "clara"])
        scene.ringFails("clara", .busy)
        #expect(scene.rings(for: call) == ["anna", "boris"])
        scene.answer("boris")
        #expect(
            scene.latest.first
                == Decision(
                    .stopRinging(RingID(rawValue: 1)), because: .answeredElsewhere("boris")))
        #expect(scene.areConnected(call, "boris"))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        scene.customerHangsUp(call)
        let ends = try #require(scene.record(of: call)).rings.map { ($0.operator, $0.end?.cause) }
        #expect(ends.map(\.0) == ["clara", "boris", "anna"])
        #expect(ends.map(\.1) == [.busy, nil, .withdrawn])
    }

    @Test func ringAllAnswersThatCrossEndInOneConversation() {
        let scene = Scene("anna", "boris") { $0.queues[0].strategy = .ringAll }
        scene.confirmsStops = false
        let call = scene.arrive()
        scene.answer("anna")
        scene.answer("boris")
        #expect(scene.latest == [Decision(.hangUp(.operator("boris")), because: .answeredTooLate)])
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func ringAllWaitsUntilEveryPhoneHasFailed() {
        let scene = Scene("anna", "boris") { $0.queues[0].strategy = .ringAll }
        let call = scene.arrive()
        scene.ringFails("anna", .declined)
        scene.ringFails("boris", .declined)
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        scene.pass(30)
        #expect(scene.rings(for: call) == ["anna", "boris"])
    }
}
