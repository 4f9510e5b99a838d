import Routing
import TestKit
import Testing

/// The call log, the counters, and what people can see (product.md section 8).
struct RecordTests {
    @Test func ringingIsNoWaitingAndEveryPhoneHasAStretchOfItsOwn() throws {
        let scene = Scene("anna", "boris")
        let first = scene.talk("anna")
        let other = scene.talk("boris")
        let call = scene.arrive { $0.wantsNewOperator = true }
        scene.pass(5)
        scene.customerHangsUp(first)
        scene.pass(10)
        scene.pass(3)
        scene.ringFails("anna", .declined)
        scene.pass(2)
        scene.customerHangsUp(other)
        scene.pass(10)
        scene.pass(4)
        scene.answer("boris")
        scene.pass(6)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(
            record.segments == [
                .init(kind: .waiting, from: 10, until: 25),
                .init(kind: .ringing, from: 25, until: 28, operator: "anna"),
                .init(kind: .waiting, from: 28, until: 40),
                .init(kind: .ringing, from: 40, until: 44, operator: "boris"),
                .init(kind: .talking, from: 44, until: 50, operator: "boris"),
            ])
        let kinds = record.segments.map(\.kind).filter(\.isWait)
        #expect(kinds == [.waiting, .ringing, .waiting, .ringing])
    }

    @Test func severalPhonesThatRingAreNobodysStretch() throws {
        let scene = Scene("anna", "boris") { $0.queues[0].strategy = .ringAll }
        let call = scene.arrive()
        scene.pass(4)
        scene.ringFails("anna", .declined)
        scene.pass(2)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(
            record.segments == [
                .init(kind: .ringing, from: 10, until: 14),
                .init(kind: .ringing, from: 14, until: 16, operator: "boris"),
            ])
    }

    @Test func callThatWasGivenAwayIsTransferredUntilTheNextOperatorAnswers() throws {
        let scene = Scene("anna", "boris")
        scene.wish(.paused(reason: "x"), "boris")
        let call = scene.talk("anna")
        scene.pass(20)
        scene.send(.rerouted(call, to: .queue("sales")))
        scene.pass(7)
        scene.wish(.ready, "boris")
        scene.pass(3)
        scene.answer("boris")
        scene.pass(5)
        scene.arrive("vip", own: "boris") { $0.number = "+2" }
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(
            record.segments == [
                .init(kind: .talking, from: 10, until: 30, operator: "anna"),
                .init(kind: .transferred, from: 30, until: 40),
                .init(kind: .talking, from: 40, until: 45, operator: "boris"),
            ])
    }

    @Test func waitingAfterALongHoldIsNoTransferThoughThereWasOneBefore() throws {
        let scene = Scene("anna", "boris") { $0.queues[1].interruption.maxHold = .seconds(30) }
        let call = scene.talk("anna")
        scene.pass(5)
        scene.send(.rerouted(call, to: .operator("boris")))
        scene.pass(2)
        scene.answer("boris")
        scene.wish(.paused(reason: "x"), "anna")
        scene.pass(13)
        scene.arrive("vip")
        scene.press("1", "boris")
        scene.pass(40)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(record.segments.map(\.kind) == [.talking, .transferred, .talking, .held, .waiting])
    }

    @Test func waitingTalkingAndHeldFollowOneAnotherAndAddUp() throws {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.pass(4)
        scene.answer("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        scene.press("1", "anna")
        scene.pass(20)
        scene.customerHangsUp(vip)
        scene.pass(10)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(
            record.segments == [
                .init(kind: .ringing, from: 10, until: 14, operator: "anna"),
                .init(kind: .talking, from: 14, until: 74, operator: "anna"),
                .init(kind: .held, from: 74, until: 94, operator: "anna"),
                .init(kind: .talking, from: 94, until: 104, operator: "anna"),
            ])
        #expect(record.arrivedAt == 10 && record.endedAt == 104)
        #expect(record.rings == [.init(operator: "anna", from: 10, until: 14, end: nil)])
    }

    @Test func interruptedConversationTiesWithItsWholeLength() {
        let scene = Scene("anna") {
            $0.successTalk = .seconds(10)
            $0.queues[1].interruption.minTalk = .zero
        }
        let call = scene.talk("anna")
        scene.pass(6)
        let vip = scene.arrive("vip") { $0.number = nil }
        scene.press("1", "anna")
        scene.pass(3)
        scene.customerHangsUp(vip)
        scene.pass(4)
        scene.customerHangsUp(call)
        #expect(scene.facts.contains(.tied("+380441234567", "anna", nil, by: call)))
    }

    @Test func holdTimeIsNoConversation() {
        let scene = Scene("anna") {
            $0.successTalk = .seconds(10)
            $0.queues[1].interruption.minTalk = .zero
        }
        let call = scene.talk("anna")
        scene.pass(6)
        scene.arrive("vip")
        scene.press("1", "anna")
        scene.pass(100)
        scene.customerHangsUp(call)
        #expect(!scene.facts.contains(.tied("+380441234567", "anna", nil, by: call)))
    }

    @Test func plainVIPRingThatIsNotTakenIsAMissedVIP() {
        let scene = Scene("anna")
        let vip = scene.arrive("vip")
        scene.ringFails("anna", .declined)
        #expect(scene.facts == [.vipMissed(vip, "anna")])
    }

    @Test func failedLegIsRecordedAsWhoseItWas() {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.pass(10)
        scene.operatorHangsUp("anna", .failed)
        #expect(scene.record(of: call)?.ended == HangupCause(.failed))
        #expect(scene.record(of: call)?.endedBy == .operator)
    }

    @Test func ringsInARecordAreBounded() throws {
        let scene = Scene("anna") {
            $0.queues[0].retryAfter = .seconds(1)
            $0.missesBeforePause = 0
        }
        let call = scene.arrive()
        for _ in 0..<600 {
            scene.ringFails("anna", .declined)
            scene.pass(1)
        }
        scene.customerHangsUp(call)
        #expect(try #require(scene.record(of: call)).rings.count == 500)
    }

    @Test func queueCountsEnteredAnsweredAndLost() {
        let scene = Scene("anna") { $0.queues[0].maxLength = 1 }
        scene.customerHangsUp(scene.talk("anna"))
        scene.customerHangsUp(scene.arrive())
        scene.arrive()
        scene.arrive()
        let queue = scene.state.snapshot(at: scene.now).queues[0]
        #expect(queue.entered == 3 && queue.answered == 1 && queue.lost == 1)
    }

    // MARK: - What people see

    @Test func snapshotShowsWhatEachDoes() {
        let scene = Scene("anna", "boris", "clara", "dora")
        let talking = scene.talk("anna")
        let ringing = scene.arrive(own: "boris")
        scene.wish(.paused(reason: "lunch"), "clara")
        scene.send(.operatorUnreachable("dora"))
        let vip = scene.arrive("vip")
        let snapshot = scene.state.snapshot(at: scene.now)
        #expect(
            snapshot.operators.map(\.state) == [
                .talking(talking), .ringing(ringing), .paused(reason: "lunch"), .offline,
            ])
        #expect(snapshot.calls.map(\.state) == [.talking("anna"), .ringing(["boris"]), .waiting(.anyone)])
        #expect(snapshot.calls.map(\.vip) == [false, false, true])
        #expect(snapshot.calls.last?.call == vip)
        #expect(snapshot.calls[1].own == "boris")
    }

    @Test func leavingCallIsShownAsLeaving() {
        let scene = Scene {
            $0.queues[0].maxWait = .seconds(1)
            $0.queues[0].timeoutAnnouncement = "sorry"
        }
        let call = scene.arrive()
        scene.pass(1)
        #expect(scene.snapshot(of: call)?.state == .leaving)
    }

    @Test func standingSaysOfEachOperatorWhyTheyDoNotHaveTheCall() {
        let scene = Scene("anna", "boris", "clara", "dora", "emil", "fritz", "gerd") {
            $0.assignments[2].priority = 0
            $0.queues[0].responsibleWait = .seconds(100)
        }
        let first = scene.talk("anna")
        scene.wish(.paused(reason: "lunch"), "dora")
        scene.send(.operatorUnreachable("emil"))
        scene.customerHangsUp(scene.talk("fritz"))
        scene.pass(3)
        let call = scene.arrive(own: "anna")
        let ringing = scene.arrive(own: "gerd")
        #expect(
            scene.state.standing(of: call, at: scene.now) == [
                "anna: talks in call \(first) for 3 s",
                "boris: priority 0, takes no calls of this queue",
                "clara: the call waits for its own operator",
                "dora: paused (lunch) for 3 s",
                "emil: offline, the phone is not registered",
                "fritz: wrap-up for another 7 s",
                "gerd: rings for call \(ringing)",
            ])
        #expect(scene.state.standing(of: first, at: scene.now) == [])
    }

    @Test func standingRemembersWhoDidNotTakeTheCall() {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.ringFails("anna", .busy)
        scene.pass(10)
        #expect(
            scene.state.standing(of: call, at: scene.now) == [
                "anna: did not take this call (busy), skipped for another 20 s"
            ])
    }

    @Test func reasonsAreInPlainWords() {
        #expect("\(RoutingReason.lastSuccessful("anna"))" == "anna is the customer's last successful operator")
        #expect("\(RoutingReason.strategy(.linear))" == "first in the configured order")
        #expect("\(RoutingReason.responsibleDidNotTake("anna", .noAnswer))" == "anna did not take the call: no answer")
        for (duration, words) in [
            (Duration.seconds(30), "30 s"), (.seconds(600), "10 min"), (.milliseconds(2_500), "2.5 s"),
            (.nanoseconds(20_001_784_130), "20 s"), (.milliseconds(19_960), "20 s"), (.seconds(90), "90 s"),
            (.seconds(Int64.max), "1099511627776 s"),
        ] {
            #expect("\(RoutingReason.maxWaitOver(duration))" == "the longest waiting time of \(words) is over")
        }
    }
}
