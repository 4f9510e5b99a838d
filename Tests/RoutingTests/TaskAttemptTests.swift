import Routing
import TestKit
import Testing

/// Carrying a task out (product.md section 6): claim, preview, the operator's phone, the customer, outcome and retry.
struct TaskAttemptTests {
    // MARK: - Claim

    @Test func nothingIsDoneBeforeTheClaimIsOnDisk() {
        let scene = Scene.withDialer("anna")
        scene.confirmsClaims = false
        let task = scene.request()
        #expect(scene.actions.last == .claim(task, attempt: 1, by: "anna"))
        scene.pass(100)
        #expect(scene.cards.isEmpty && scene.ringing.isEmpty && scene.dialled.isEmpty)
        scene.claimIsAnswered()
        #expect(scene.cards == ["anna": task])
    }

    @Test func refusedClaimIsTriedAgainLater() {
        let scene = Scene.withDialer("anna")
        scene.confirmsClaims = false
        let task = scene.request()
        scene.claimIsAnswered(false)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        #expect(scene.attempts.isEmpty)
        scene.pass(30)
        #expect(scene.claims.map(\.attempt) == [2])
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func crashBetweenClaimAndDialMakesNoSecondDialForOneAttempt() throws {
        let scene = Scene.withDialer("anna")
        scene.confirmsClaims = false
        let task = scene.request(own: "anna")
        var record = try #require(scene.task(task)?.record)
        #expect(record.claimedBy == "anna")
        let restarted = Scene.withDialer("anna")
        record.due = 0
        restarted.send(.taskRestored(record))
        #expect(restarted.attempts.map(\.attempt) == [1])
        #expect(restarted.attempts.map(\.outcome) == [.cancel])
        #expect(restarted.claim(of: task) == nil)
        restarted.pass(900)
        #expect(restarted.latest.map(\.action).contains(.claim(task, attempt: 2, by: "anna")))
    }

    @Test func restoredTaskIsAsItWas() throws {
        let scene = Scene.withDialer("anna")
        let record = try #require(scene.task(scene.request(own: "anna", due: 500))?.record)
        let restarted = Scene.withDialer("anna")
        restarted.send(.taskRestored(record))
        #expect(restarted.task(record.id)?.record == record)
        #expect(restarted.facts.isEmpty)
    }

    @Test func operatorTakenAwayWhileTheClaimIsWrittenIsFreeAtOnce() {
        let scene = Scene.withDialer("anna")
        scene.confirmsClaims = false
        let task = scene.request()
        let call = scene.arrive()
        #expect(scene.rung("anna") == call)
        #expect(scene.task(task)?.state == .pending)
        scene.claimIsAnswered()
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.cards.isEmpty)
        #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
    }

    // MARK: - Preview

    @Test func previewTimeThenTheOperatorThenTheCustomer() {
        let scene = Scene.withDialer("anna")
        let task = scene.request("+1")
        #expect(scene.actions.last == .showCard(task, to: "anna", for: .seconds(15)))
        #expect(scene.snapshot(of: "anna")?.state == .previewing(task))
        scene.pass(14.9)
        #expect(scene.ringing.isEmpty)
        scene.pass(0.1)
        #expect(scene.ringing["anna"] != nil)
        scene.answer("anna")
        #expect(scene.hears[.operator("anna")] == .sound("ringback"))
        #expect(scene.dialled.map(\.number) == ["+1"])
        scene.customerAnswers()
        let talking = scene.state.snapshot(at: scene.now).calls
        #expect(talking.map(\.state) == [.talking("anna")])
        #expect(talking.first.map { scene.areConnected($0.call, "anna") } == true)
    }

    @Test func previewMayBeEndedEarly() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        scene.send(.previewEnded(task, by: "anna"))
        #expect(scene.ringing["anna"] != nil)
        scene.send(.previewEnded(task, by: "anna"))
        #expect(scene.latest.isEmpty)
    }

    @Test func previewIsSkippedOnlyIfAllowed() {
        for isAllowed in [false, true] {
            let scene = Scene.withDialer("anna", "boris") { $0.dialers[0].skipAllowed = isAllowed }
            scene.wish(.paused(reason: "lunch"), "boris")
            let task = scene.request()
            scene.send(.previewSkipped(task, by: "anna"))
            #expect(scene.cards.isEmpty == isAllowed)
            #expect(scene.snapshot(of: "anna")?.state == (isAllowed ? .ready : .previewing(task)))
            scene.wish(.ready, "boris")
            #expect((scene.claim(of: task)?.by == "boris") == isAllowed)
        }
    }

    @Test func skippedTaskComesToTheSameOperatorAfterTheInterval() {
        let scene = Scene.withDialer("anna") { $0.dialers[0].skipAllowed = true }
        let task = scene.request()
        scene.send(.previewSkipped(task, by: "anna"))
        scene.pass(899)
        #expect(scene.claim(of: task) == nil)
        scene.pass(1)
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func previewMayBePostponed() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        scene.send(.taskPostponed(task, to: 500))
        #expect(scene.task(task)?.state == .scheduled(until: 500))
        #expect(scene.cards.isEmpty)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func noPreviewRingsAtOnce() {
        let scene = Scene.withDialer("anna") { $0.dialers[0].preview = .zero }
        scene.request()
        #expect(scene.ringing["anna"] != nil && scene.cards.isEmpty)
    }

    @Test func operatorWhoPausesInThePreviewIsFree() {
        for event: RoutingEvent in [
            .operatorWished("anna", .paused(reason: "coffee")), .operatorWished("anna", .off),
            .operatorUnreachable("anna"),
        ] {
            let scene = Scene.withDialer("anna")
            let task = scene.request()
            scene.send(event)
            #expect(scene.cards.isEmpty)
            #expect(scene.attempts.map(\.outcome) == [.cancel])
            #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
        }
    }

    @Test func cancelledTaskEndsItsPreview() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        scene.send(.taskCancelled(task))
        #expect(scene.cards.isEmpty)
        #expect(scene.result(of: task) == .cancelled)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    // MARK: - The operator's phone

    @Test func operatorWhoDoesNotAnswerIsSkippedForAWhile() {
        for cause: RingEnd.Cause in [.declined, .busy, .noAnswer, .unreachable] {
            let scene = Scene.withDialer("anna")
            let task = scene.request()
            scene.pass(15)
            scene.ringFails("anna", cause)
            #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
            #expect(scene.snapshot(of: "anna")?.state == .ready)
            scene.pass(30)
            #expect(scene.claim(of: task)?.by == "anna")
        }
    }

    @Test func ringForATaskTimesOutAndCountsAsMissed() {
        let scene = Scene.withDialer("anna") { $0.missesBeforePause = 1 }
        let task = scene.request()
        scene.pass(15 + 20)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "no-answer"))
        #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
    }

    @Test func answerThatCrossesTheStopOfATaskRingIsHungUp() {
        let scene = Scene.withDialer("anna")
        scene.confirmsStops = false
        let task = scene.request()
        scene.pass(15)
        scene.send(.taskCancelled(task))
        scene.answer("anna")
        #expect(scene.actions.contains(.hangUp(.operator("anna"))))
        #expect(scene.dialled.isEmpty)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func attemptsBeforeTheDialCountAsNoTries() {
        let scene = Scene.withDialer("anna") { $0.dialers[0].retries[.cancel] = RetryRule(tries: 1) }
        let task = scene.request()
        for _ in 0..<5 {
            scene.pass(15)
            scene.ringFails("anna", .declined)
            scene.pass(30)
        }
        #expect(scene.task(task) != nil)
        #expect(scene.attempts.count == 5)
    }

    // MARK: - The customer

    @Test func outcomesWithTheirStatusAndRetries() {
        let table: [(DialEnd.Cause, Int?, AttemptOutcome)] = [
            (.busy, 486, .busy), (.noAnswer, 480, .noAnswer), (.failed, 404, .failed), (.failed, nil, .failed),
        ]
        for (cause, status, outcome) in table {
            let scene = Scene.withDialer("anna")
            let task = scene.request("+1")
            let call = scene.dial("anna")
            scene.pass(5)
            scene.dialFails(cause, status: status)
            #expect(scene.attempts.map(\.outcome) == [outcome])
            #expect(scene.attempts.map(\.status) == [status])
            #expect(scene.attempts.first?.dialledAt == 10 && scene.attempts.first?.endedAt == 15)
            #expect(call.flatMap { scene.record(of: $0) }?.outcome == .unanswered)
            #expect(scene.task(task)?.state == .scheduled(until: 915))
            #expect(scene.snapshot(of: "anna")?.state == .ready)
        }
    }

    @Test func ringingOfTheCustomersPhoneIsLogged() throws {
        let scene = Scene.withDialer("anna")
        scene.request()
        let call = try #require(scene.dial("anna"))
        scene.pass(2)
        for _ in 0..<2 {
            scene.send(.dialRang(call))
            scene.pass(2)
        }
        scene.dialFails(.noAnswer, status: 480)
        #expect(scene.attempts.map(\.rangAt) == [12])
    }

    @Test func lastTryGivesUp() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        for _ in 0..<3 {
            scene.dial("anna")
            scene.dialFails(.busy)
            scene.pass(900)
        }
        #expect(scene.result(of: task) == .givenUp(.busy))
        #expect(scene.attempts.map(\.attempt) == [1, 2, 3])
    }

    @Test func eachOutcomeHasItsOwnRule() {
        let scene = Scene.withDialer("anna") {
            $0.dialers[0].retries[.busy] = RetryRule(tries: 2, interval: .seconds(60))
            $0.dialers[0].retries[.failed] = RetryRule(tries: 1)
        }
        let task = scene.request()
        scene.dial("anna")
        scene.dialFails(.busy)
        #expect(scene.task(task)?.state == .scheduled(until: 70))
        scene.pass(60)
        scene.dial("anna")
        scene.dialFails(.failed)
        #expect(scene.result(of: task) == .givenUp(.failed))
    }

    @Test func customerWhoDoesNotAnswerIsNotDialledForLonger() {
        let scene = Scene.withDialer("anna")
        scene.request()
        scene.dial("anna")
        scene.pass(29.9)
        #expect(scene.attempts.isEmpty)
        scene.pass(0.1)
        #expect(scene.attempts.map(\.outcome) == [.noAnswer])
        #expect(scene.legs.isEmpty)
    }

    @Test func answerThatCrossesTheEndOfTheDialIsWelcome() throws {
        let scene = Scene.withDialer("anna")
        scene.confirmsStops = false
        scene.request()
        let call = try #require(scene.dial("anna"))
        scene.pass(30)
        scene.customerAnswers()
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func operatorWhoHangsUpEndsTheDial() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        scene.dial("anna")
        scene.operatorHangsUp("anna")
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.task(task)?.state == .scheduled(until: 910))
    }

    @Test func customerWhoAnswersWithoutAnOperatorIsADrop() throws {
        let scene = Scene.withDialer("anna")
        scene.confirmsStops = false
        scene.request()
        let call = try #require(scene.dial("anna"))
        scene.operatorHangsUp("anna")
        #expect(scene.actions.contains(.stopDialling(call)))
        scene.customerAnswers()
        #expect(scene.actions.contains(.hangUp(.caller(call))))
        #expect(scene.attempts.map(\.outcome) == [.drop])
    }

    @Test func taskCancelledDuringTheDialStopsIt() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        scene.dial("anna")
        scene.send(.taskCancelled(task))
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.result(of: task) == .cancelled)
        #expect(scene.legs.isEmpty && scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func pauseDuringTheDialTakesEffectAfterwards() {
        let scene = Scene.withDialer("anna")
        scene.request()
        scene.dial("anna")
        scene.wish(.paused(reason: "coffee"), "anna")
        #expect(scene.legs["anna"] != nil)
        scene.dialFails(.busy)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "coffee"))
    }

    @Test func lateAndDoubledReportsChangeNothing() throws {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        let call = try #require(scene.dial("anna"))
        scene.dialFails(.busy)
        for event: RoutingEvent in [
            .dialAnswered(call), .dialEnded(call, DialEnd(.failed)), .dialRang(call),
            .claimed(task, attempt: 1, as: 99), .claimRefused(task, attempt: 1), .previewEnded(task, by: "anna"),
            .previewSkipped(task, by: "anna"), .windowFound(task, nil), .callerLeft(call, HangupCause(.hungUp)),
        ] {
            scene.send(event)
            #expect(scene.latest.isEmpty, "\(event)")
        }
    }

    // MARK: - The conversation

    private func talking(_ change: (inout RoutingPolicy) -> Void = { _ in }) throws -> (Scene, TaskID, CallID) {
        let scene = Scene.withDialer("anna", change: change)
        let task = scene.request("+1")
        let call = try #require(scene.dial("anna"))
        scene.customerAnswers()
        return (scene, task, call)
    }

    @Test func successfulConversationResolvesAndTies() throws {
        let (scene, task, call) = try talking()
        scene.pass(60)
        scene.customerHangsUp(call)
        #expect(scene.result(of: task) == .resolved(by: call))
        #expect(scene.facts.contains(.tied("+1", "anna", nil, by: call)))
        #expect(scene.attempts.map(\.outcome) == [.answer])
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
        let record = try #require(scene.record(of: call))
        #expect(record.arrival.direction == .outbound(task) && record.outcome == .answered)
    }

    @Test func shortConversationDoesNotResolve() throws {
        let (scene, task, call) = try talking()
        scene.pass(4)
        scene.customerHangsUp(call)
        #expect(scene.attempts.map(\.outcome) == [.answer])
        #expect(scene.task(task)?.state == .scheduled(until: 914))
    }

    @Test func whatIsAskedForDuringTheConversationStaysOpen() throws {
        let (scene, task, call) = try talking()
        scene.pass(60)
        scene.request("+1", own: "anna", due: 5000)
        scene.operatorHangsUp("anna")
        #expect(scene.result(of: task) == nil)
        #expect(scene.task(task)?.state == .scheduled(until: 5000))
        #expect(scene.record(of: call)?.outcome == .answered)
    }

    @Test func vipInterruptsAConversationThatWasDialled() throws {
        let (scene, _, call) = try talking()
        scene.pass(10)
        let vip = scene.arrive("vip")
        scene.press("1", "anna")
        #expect(scene.areConnected(vip, "anna") && scene.hearsHold(call))
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func vipDoesNotInterruptADial() {
        let scene = Scene.withDialer("anna")
        scene.request("+1")
        scene.dial("anna")
        let vip = scene.arrive("vip")
        scene.pass(20)
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        #expect(scene.overlays.isEmpty)
    }

    @Test func dialledCustomerLostOnHoldIsCalledBackByTheSameOperator() throws {
        let (scene, task, call) = try talking()
        scene.pass(10)
        scene.arrive("vip")
        scene.press("1", "anna")
        scene.customerHangsUp(call)
        #expect(scene.record(of: call)?.outcome == .lostOnHold)
        #expect(scene.task(task)?.record.responsible == "anna")
        #expect(scene.task(task)?.state == .waiting(.own, until: 620))
    }

    @Test func heldCustomerWhoWasDialledIsFreedForAnybody() throws {
        let (scene, _, call) = try talking { $0.queues[1].interruption.maxHold = .seconds(60) }
        scene.pass(10)
        scene.arrive("vip")
        scene.press("1", "anna")
        scene.pass(60)
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        scene.operatorHangsUp("anna")
        #expect(scene.rung("anna") == call)
        scene.answer("anna")
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func taskCancelledDuringTheConversationDisturbsNobody() throws {
        let (scene, task, call) = try talking()
        scene.pass(2)
        scene.send(.taskCancelled(task))
        #expect(scene.areConnected(call, "anna"))
        scene.customerHangsUp(call)
        #expect(scene.result(of: task) == .cancelled)
    }

    // MARK: - One number, one dial

    @Test func clientWhoCallsInFirstClosesTheTask() {
        let scene = Scene.withDialer("anna")
        let task = scene.request("+1", due: 1000)
        let call = scene.arrive(number: "+1")
        scene.answer("anna")
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(scene.result(of: task) == .resolved(by: call))
    }

    @Test func customerInACallIsNotDialled() {
        let scene = Scene.withDialer("anna", "boris")
        let call = scene.arrive(number: "+1", own: "anna")
        scene.answer("anna")
        let task = scene.request("+1")
        #expect(scene.task(task)?.state == .numberInUse)
        scene.pass(2)
        scene.customerHangsUp(call)
        #expect(scene.claim(of: task)?.by == "boris")
    }

    @Test func taskInLineIsNotFoundWhileItsCustomerIsInACall() {
        let scene = Scene.withDialer("anna", "boris")
        scene.wish(.paused(reason: "lunch"), "boris")
        let talking = scene.talk("anna")
        let task = scene.request("+1")
        #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
        let call = scene.arrive(number: "+1") { $0.named = "anna" }
        scene.customerHangsUp(talking)
        scene.wish(.ready, "anna")
        scene.answer("anna")
        scene.wish(.ready, "boris")
        #expect(scene.task(task)?.state == .numberInUse)
        #expect(scene.snapshot(of: "boris")?.state == .ready)
        scene.customerHangsUp(call)
        #expect(scene.claim(of: task)?.by == "boris")
    }

    @Test func whatIsAskedForDuringAnInboundConversationStaysOpen() {
        let scene = Scene.withDialer("anna")
        let call = scene.arrive(number: "+1")
        scene.answer("anna")
        scene.pass(60)
        let task = scene.request("+1", own: "anna", due: 5000)
        scene.customerHangsUp(call)
        #expect(scene.facts.contains(.tied("+1", "anna", nil, by: call)))
        #expect(scene.task(task)?.state == .scheduled(until: 5000))
    }

    @Test func customerWhoCallsInEndsTheAttempt() {
        for steps in 0...2 {
            let scene = Scene.withDialer("anna")
            let task = scene.request("+1")
            if steps > 0 { scene.send(.previewEnded(task, by: "anna")) }
            if steps > 1 { scene.answer("anna") }
            let call = scene.arrive(number: "+1")
            #expect(scene.attempts.map(\.outcome) == [.cancel])
            #expect(scene.rung("anna") == call)
            #expect(scene.dialled.isEmpty)
            #expect(scene.reasons.contains(.customerCalls(call)))
        }
    }

    @Test func oneNumberIsNeverDialledByTwoDialers() {
        let scene = Scene.withDialer("anna", "boris") {
            $0.dialers.append(DialerPolicy(id: "sales", queue: "sales"))
            $0.dialerAssignments.append(DialerAssignment("boris", "sales", priority: 1))
        }
        scene.request("+1", own: "anna")
        let other = scene.request("+1", in: "sales")
        #expect(scene.task(other)?.state == .numberInUse)
        scene.dial("anna")
        scene.dialFails(.busy)
        #expect(scene.claim(of: other)?.by == "boris")
    }

    // MARK: - Reminder

    @Test func operatorIsToldHowManyRequestsWaitAndStartsTheFirst() throws {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        let first = scene.request("+1", own: "anna")
        scene.request("+2", own: "anna")
        scene.send(.reminderWanted("anna", as: 500))
        #expect(scene.rung("anna") == 500)
        scene.answer("anna")
        #expect(scene.facts.contains(.reminded("anna", count: 2)))
        scene.press("1", "anna")
        #expect(scene.snapshot(of: "anna")?.state == .previewing(first))
        #expect(scene.snapshot(of: "anna")?.wish == .ready)
    }

    @Test func reminderWithoutAKeyChangesNothing() {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.send(.reminderWanted("anna", as: 500))
        scene.answer("anna")
        scene.soundEnds(.operator("anna"))
        scene.pass(5)
        #expect(scene.legs.isEmpty)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "lunch"))
        #expect(scene.task(task)?.state == .waiting(.own, until: 610))
    }

    @Test func nobodyIsRemindedOfNothing() {
        let scene = Scene.withDialer("anna", "boris")
        scene.wish(.off, "boris")
        scene.request(own: "boris")
        scene.send(.reminderWanted("anna", as: 500))
        #expect(scene.latest.isEmpty)
        scene.send(.reminderWanted("boris", as: 501))
        #expect(scene.latest.isEmpty)
    }
}
