import Routing
import TestKit
import Testing

/// Arrival at a queue, and leaving it without a conversation (product.md section 2).
struct ArrivalTests {
    @Test func arrivedCallIsAcceptedHearsHoldAudioAndRingsAnOperator() {
        let scene = Scene("anna")
        let call = scene.arrive()
        #expect(
            scene.actions == [
                .accept(call), .loop("hold", to: .caller(call)), .ring(RingID(rawValue: 1), "anna", for: call),
            ])
        #expect(scene.reasons == [.arrived, .waiting, .strategy(.weighted)])
    }

    @Test func blackListedCallIsRefusedWith603AndStillRecorded() throws {
        let scene = Scene("anna")
        let call = scene.arrive { $0.blackListed = true }
        #expect(scene.actions.first == .refuse(call, status: 603))
        let record = try #require(scene.record(of: call))
        #expect(record.outcome == .refused)
        #expect(record.ended == HangupCause(.byDecision, status: 603))
        #expect(record.segments.isEmpty)
    }

    @Test func unknownQueueIsRefusedWith404() {
        let scene = Scene("anna")
        let call = scene.arrive("nowhere")
        #expect(scene.latest.first == Decision(.refuse(call, status: 404), because: .unknownQueue("nowhere")))
        #expect(scene.records(of: call).count == 1)
    }

    @Test func queueTakesMaxLengthCallsAndRefusesOneMoreWith486() {
        let scene = Scene("anna") { $0.queues[0].maxLength = 2 }
        let ringing = scene.arrive()
        let waiting = scene.arrive()
        #expect(scene.actions.contains(.accept(waiting)))
        let refused = scene.arrive()
        #expect(scene.actions.first == .refuse(refused, status: 486))
        scene.answer("anna")
        #expect(scene.areConnected(ringing, "anna"))
        let next = scene.arrive()
        #expect(scene.actions.contains(.accept(next)))
    }

    @Test func houseTakesMaxCallsAndRefusesOneMoreWith503() {
        let scene = Scene("anna") { $0.maxCalls = 1 }
        let talking = scene.talk("anna")
        let refused = scene.arrive()
        #expect(scene.latest.first == Decision(.refuse(refused, status: 503), because: .tooManyCalls(1)))
        scene.customerHangsUp(talking)
        let next = scene.arrive()
        #expect(scene.actions.contains(.accept(next)))
    }

    @Test func drainingRefusesNewCallsAndLetsOthersGoOn() {
        let scene = Scene("anna", "boris")
        let call = scene.arrive()
        scene.send(.drainBegan)
        let refused = scene.arrive()
        #expect(scene.latest.first == Decision(.refuse(refused, status: 503), because: .draining))
        scene.answer("anna")
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func secondArrivalOfTheSameCallChangesNothing() {
        let scene = Scene("anna")
        let call = scene.arrive()
        let arrival = Arrival(call: call, line: "100", queue: "sales", number: nil)
        #expect(scene.send(.callArrived(arrival)).isEmpty)
    }

    @Test func waitingCustomerWhoLeavesIsAbandonedAndAsksForACallback() throws {
        let scene = Scene { $0.queues[0].callback = true }
        let call = scene.arrive()
        scene.pass(7)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(record.outcome == .abandoned)
        #expect(record.endedBy == .customer)
        #expect(record.segments == [.init(kind: .waiting, from: 10, until: 17)])
        let wish = CallbackWish(call: call, number: "+380441234567", queue: "sales", responsible: nil, group: nil)
        #expect(scene.facts.contains(.callbackWanted(wish)))
    }

    @Test func lostCallOfAStickyQueueIsToBeCalledBackByTheLastOperator() {
        let scene = Scene("anna", "boris") {
            $0.queues[0].callback = true
            $0.operators[0].groups = ["red"]
        }
        scene.wish(.off, "anna")
        scene.wish(.off, "boris")
        let call = scene.arrive(own: "anna")
        scene.customerHangsUp(call)
        let wish = CallbackWish(
            call: call, number: "+380441234567", queue: "sales", responsible: "anna", group: "red")
        #expect(scene.facts.contains(.callbackWanted(wish)))
    }

    @Test func withheldNumberIsNeverCalledBack() {
        let scene = Scene { $0.queues[0].callback = true }
        let call = scene.arrive(number: nil)
        scene.customerHangsUp(call)
        #expect(scene.facts.count == 1)
    }

    @Test func maxWaitPlaysItsAnnouncementAndHangsUpAtTheEndOfIt() throws {
        let scene = Scene {
            $0.queues[0].maxWait = .seconds(30)
            $0.queues[0].timeoutAnnouncement = "sorry"
        }
        let call = scene.arrive()
        scene.pass(29.999)
        #expect(scene.latest.isEmpty)
        scene.pass(0.001)
        guard case .play(_, "sorry", .caller(call), then: .silence) = try #require(scene.actions.first) else {
            Issue.record("expected the announcement, got \(scene.actions)")
            return
        }
        scene.pass(3)
        scene.soundEnds(.caller(call))
        #expect(scene.actions.first == .hangUp(.caller(call)))
        #expect(scene.record(of: call)?.outcome == .timedOut)
        #expect(scene.record(of: call)?.endedBy == nil)
    }

    @Test func maxWaitWithoutAnnouncementHangsUpAtOnce() {
        let scene = Scene { $0.queues[0].maxWait = .seconds(30) }
        let call = scene.arrive()
        scene.pass(30)
        #expect(scene.latest.first == Decision(.hangUp(.caller(call)), because: .maxWaitOver(.seconds(30))))
        #expect(scene.records(of: call).count == 1)
    }

    @Test func maxWaitStopsAPhoneThatRings() {
        let scene = Scene("anna") { $0.queues[0].maxWait = .seconds(5) }
        let call = scene.arrive()
        scene.pass(5)
        #expect(scene.actions.first == .stopRinging(RingID(rawValue: 1)))
        #expect(scene.record(of: call)?.rings.first?.end == RingEnd(.withdrawn))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func customerWhoLeavesDuringTheLastAnnouncementIsTimedOutAllTheSame() {
        let scene = Scene {
            $0.queues[0].maxWait = .seconds(1)
            $0.queues[0].timeoutAnnouncement = "sorry"
        }
        let call = scene.arrive()
        scene.pass(1)
        scene.customerHangsUp(call)
        #expect(scene.record(of: call)?.outcome == .timedOut)
        scene.soundEnds(.caller(call), completed: false)
        #expect(scene.latest.isEmpty)
    }

    @Test func conversationHasNoMaxWait() {
        let scene = Scene("anna") { $0.queues[0].maxWait = .seconds(5) }
        let call = scene.talk("anna")
        scene.pass(100)
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func callThatIsRefusedLeavesNothingBehind() {
        let scene = Scene("anna")
        scene.arrive { $0.blackListed = true }
        scene.arrive("nowhere")
        #expect(scene.state.snapshot(at: scene.now).calls.isEmpty)
        #expect(scene.state.nextDeadline == nil)
        #expect(scene.state.checkInvariants() == [])
    }
}
