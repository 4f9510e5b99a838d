import Routing
import TestKit
import Testing

/// When a task is due and for whom (product.md section 6): requests, responsible wait, release, leads, calling hours.
struct TaskTests {
    // MARK: - Requests

    @Test func lostCallCreatesOneTaskPinned() {
        let scene = Scene.withDialer("anna") {
            $0.queues[0].callback = true
            $0.queues[0].callbackDialer = "callbacks"
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let call = scene.arrive(own: "anna")
        scene.customerHangsUp(call)
        let task = TaskID(rawValue: call.rawValue)
        #expect(scene.task(task)?.record.responsible == "anna")
        #expect(scene.task(task)?.record.source == .lostCall(call))
        let second = scene.arrive(own: "anna")
        scene.customerHangsUp(second)
        #expect(scene.state.snapshot(at: scene.now).tasks.map(\.record.id) == [task])
        #expect(scene.task(task)?.record.source == .lostCall(second))
    }

    @Test func newerRequestUpdatesTheOpenTask() {
        let scene = Scene.withDialer("anna")
        let task = scene.request(own: "anna", due: 100)
        let newer = scene.request(due: 200)
        #expect(scene.task(newer) == nil)
        #expect(scene.task(task)?.record.due == 200)
        #expect(scene.task(task)?.record.responsible == "anna")
        #expect(scene.task(task)?.state == .scheduled(until: 200))
    }

    @Test func otherDialerHasATaskOfItsOwn() {
        let scene = Scene.withDialer("anna") { $0.dialers.append(DialerPolicy(id: "sales", queue: "sales")) }
        scene.request(due: 100)
        scene.request(due: 100, in: "sales")
        #expect(scene.state.snapshot(at: scene.now).tasks.count == 2)
    }

    @Test func cancelledTaskIsClosed() {
        let scene = Scene.withDialer("anna")
        let task = scene.request(due: 100)
        scene.send(.taskCancelled(task))
        #expect(scene.result(of: task) == .cancelled)
        scene.send(.taskCancelled(task))
        #expect(scene.latest.isEmpty)
    }

    @Test func nothingHappensBeforeItIsDue() {
        let scene = Scene.withDialer("anna")
        let task = scene.request(due: 100)
        scene.pass(89)
        #expect(scene.claim(of: task) == nil)
        scene.pass(1)
        #expect(scene.claim(of: task)?.by == "anna")
    }

    // MARK: - Responsible wait

    @Test func responsibleReadyWithinTheWaitGetsTheTask() {
        let scene = Scene.withDialer("anna", "boris")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(599)
        #expect(scene.task(task)?.state == .waiting(.own, until: 610))
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: task)?.by == "anna")
        #expect(scene.claim(of: task)?.because == .taskResponsible("anna"))
    }

    @Test func taskIsReleasedExactlyAtDuePlusWait() {
        let scene = Scene.withDialer("anna", "boris")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna", due: 20)
        scene.pass(609.999)
        #expect(scene.claim(of: task) == nil)
        scene.pass(0.001)
        #expect(scene.claim(of: task)?.by == "boris")
    }

    @Test func attemptLogHasReleaseRow() {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.facts.contains(.responsibleWaitExpired(task, "anna", from: 10, until: 610)))
    }

    @Test func responsibleOfflineChangesNothing() {
        let scene = Scene.withDialer("anna", "boris")
        scene.wish(.off, "anna")
        scene.send(.operatorUnreachable("anna"))
        let task = scene.request(own: "anna")
        scene.pass(599)
        #expect(scene.task(task)?.state == .waiting(.own, until: 610))
    }

    @Test func personThenGroupThenAnyoneDoublesTheWait() {
        let scene = Scene.withDialer("anna", "boris", "clara") {
            $0.operators[0].groups = ["red"]
            $0.operators[1].groups = ["red"]
        }
        for name: OperatorID in ["anna", "boris"] { scene.wish(.paused(reason: "lunch"), name) }
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.task(task)?.state == .waiting(.group, until: 1210))
        scene.pass(599)
        #expect(scene.claim(of: task) == nil)
        scene.pass(1)
        #expect(scene.claim(of: task)?.by == "clara")
        #expect(scene.claim(of: task)?.because == .taskReleased)
    }

    @Test func readyOperatorOfTheGroupHasTheTaskInItsStage() {
        let scene = Scene.withDialer("anna", "boris", "clara") {
            $0.operators[0].groups = ["red"]
            $0.operators[1].groups = ["red"]
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.claim(of: task)?.by == "boris")
        #expect(scene.claim(of: task)?.because == .responsibleGroup("red"))
    }

    @Test func taskWithoutResponsibleIsForAnyoneAtOnce() {
        let scene = Scene.withDialer("anna")
        let task = scene.request()
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func responsibleIsPreferredAfterRelease() {
        let scene = Scene.withDialer("anna", "boris") { $0.dialerAssignments[0].priority = 1 }
        for name: OperatorID in ["anna", "boris"] { scene.wish(.paused(reason: "lunch"), name) }
        let task = scene.request("+1", own: "anna")
        let other = scene.request("+2")
        scene.pass(700)
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: task)?.by == "anna")
        #expect(scene.claim(of: other) == nil)
    }

    // MARK: - Instead of a release

    @Test func responsibleAbsentPostpones() {
        let scene = Scene.withDialer("anna", "boris") { $0.dialers[0].expiry = .postpone(by: .seconds(3600)) }
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.task(task)?.state == .scheduled(until: 4210))
        scene.pass(3600)
        #expect(scene.task(task)?.state == .waiting(.own, until: 4810))
    }

    @Test func responsibleAbsentMovesBucket() {
        let scene = Scene.withDialer("anna", "boris") {
            $0.dialers.append(DialerPolicy(id: "rest", queue: "sales"))
            $0.dialers[0].expiry = .moveTo("rest")
            $0.dialerAssignments[1].dialer = "rest"
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.task(task)?.record.dialer == "rest")
        #expect(scene.claim(of: task)?.by == "boris")
    }

    @Test func movedTaskOfACustomerWhoHasOneThereIsMerged() {
        let scene = Scene.withDialer("anna") {
            $0.dialers.append(DialerPolicy(id: "rest", queue: "sales"))
            $0.dialers[0].expiry = .moveTo("rest")
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let other = scene.request(due: 9000, in: "rest")
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.result(of: task) == .merged(into: other))
        #expect(scene.task(other)?.record.due == 610)
    }

    @Test func taskIsHandedToTheCRM() {
        let scene = Scene.withDialer("anna", "boris") { $0.dialers[0].expiry = .handToCRM }
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(600)
        #expect(scene.result(of: task) == .handedToCRM)
        #expect(scene.task(task) == nil)
    }

    // MARK: - Calls come first

    @Test func waitingCallComesBeforeADueTask() {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        let call = scene.arrive()
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == call)
        #expect(scene.claim(of: task) == nil)
    }

    @Test func callTakesAnOperatorWhoseCustomerKnowsNothingYet() {
        let scene = Scene.withDialer("anna")
        let task = scene.request("+1")
        let call = scene.arrive()
        #expect(scene.rung("anna") == call)
        #expect(scene.reasons.contains(.callComesFirst(call)))
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
    }

    @Test func phoneThatRingsForATaskStopsForAWaitingCall() {
        let scene = Scene.withDialer("anna")
        let task = scene.request("+1")
        scene.send(.previewEnded(task, by: "anna"))
        let call = scene.arrive()
        #expect(scene.rung("anna") == call)
        #expect(scene.attempts.map(\.outcome) == [.cancel])
    }

    @Test func callLeavesATaskAloneIfSomebodyElseIsReady() {
        let scene = Scene.withDialer("anna", "boris")
        let task = scene.request("+1", own: "anna")
        let call = scene.arrive()
        #expect(scene.rung("boris") == call)
        #expect(scene.task(task)?.state == .previewing("anna"))
    }

    @Test func customersOwnOperatorIsTakenFromATask() {
        let scene = Scene.withDialer("anna", "boris")
        scene.request("+1", own: "anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rung("anna") == call)
    }

    @Test func callbacksNeverExceedFreeOperators() {
        let scene = Scene.withDialer("anna", "boris")
        for index in 0..<50 { scene.request(CustomerNumber("+\(index)")) }
        #expect(scene.cards.count == 2)
        #expect(
            scene.state.snapshot(at: scene.now).tasks.filter { $0.state == .waiting(.anyone, until: nil) }.count == 48)
    }

    @Test func operatorWithoutInboundCallsWorksForDialers() {
        let scene = Scene.withDialer("anna") { $0.assignments = [Assignment("anna", "sales", priority: 0)] }
        let task = scene.request()
        scene.arrive()
        #expect(scene.task(task)?.state == .previewing("anna"))
    }

    @Test func priorityZeroStartsTasksThemselves() {
        let scene = Scene.withDialer("anna") { $0.dialerAssignments[0].priority = 0 }
        let task = scene.request(own: "anna")
        scene.pass(300)
        #expect(scene.claim(of: task) == nil)
        scene.send(.taskStarted(task, by: "anna"))
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func tasksAreSharedByWaitingTimeAndPriority() {
        let scene = Scene.withDialer("anna") {
            $0.dialers.append(DialerPolicy(id: "slow", queue: "sales"))
            $0.dialerAssignments.append(DialerAssignment("anna", "slow", priority: 1))
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.request("+1", in: "slow")
        scene.pass(10)
        let task = scene.request("+2")
        scene.pass(10)
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: task)?.by == "anna")
    }

    // MARK: - Calling hours

    @Test func customerIsNotDialledBeforeTheHoursBegin() {
        let scene = Scene.withDialer("anna")
        let task = scene.request { $0.window = CallWindow(opens: 100, closes: 200) }
        #expect(scene.task(task)?.state == .scheduled(until: 100))
        scene.pass(90)
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func nextHoursAreAskedForWhenTheyAreOver() {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request { $0.window = CallWindow(opens: 0, closes: 50) }
        scene.pass(40)
        let record = scene.task(task)!.record
        #expect(scene.actions == [.findWindow(task, record.number, record.dialer)])
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: task) == nil)
        scene.send(.windowFound(task, CallWindow(opens: 1000, closes: 2000)))
        #expect(scene.task(task)?.state == .scheduled(until: 1000))
        scene.pass(950)
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func dialerWithHoursAsksForThemBeforeAnybodyIsDialled() {
        let scene = Scene.withDialer("anna") { $0.dialers[0].hasHours = true }
        let task = scene.request()
        #expect(scene.asksForHours(of: task))
        #expect(scene.claim(of: task) == nil)
        scene.send(.windowFound(task, CallWindow(opens: 1000, closes: 2000)))
        #expect(scene.task(task)?.state == .scheduled(until: 1000))
        scene.pass(1000)
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func answerThatTheHoursDoNotMatterIsBelieved() {
        let scene = Scene.withDialer("anna") { $0.dialers[0].hasHours = true }
        let task = scene.request()
        scene.send(.windowFound(task, nil))
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func taskThatIsMovedKeepsTheHoursOfItsNewDialer() {
        let scene = Scene.withDialer("anna", "ihor") { policy in
            policy.dialers[0].expiry = .moveTo("night")
            policy.dialers[0].responsibleWait = .seconds(60)
            var night = DialerPolicy(id: "night", queue: "sales")
            night.hasHours = true
            policy.dialers.append(night)
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna") { $0.window = CallWindow(opens: 0, closes: 10_000) }
        scene.pass(60)
        #expect(scene.task(task)?.record.dialer == "night")
        #expect(scene.asksForHours(of: task))
    }

    @Test func hoursThatAreNewHoldForTasksThatWait() {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request()
        var policy = scene.policy
        policy.dialers[0].hasHours = true
        scene.send(.configured(policy))
        #expect(scene.asksForHours(of: task))
    }

    @Test func dialerShowsItsPeopleAndWhoIsBusyForIt() {
        let scene = Scene.withDialer("anna", "ihor") { $0.dialerAssignments[1].priority = 0 }
        func dialers() -> [RoutingSnapshot.Dialer] { scene.state.snapshot(at: scene.now).dialers }
        #expect(dialers().map(\.members) == [scene.policy.dialerAssignments])
        #expect(dialers().map(\.busy) == [[]])
        let task = scene.request()
        scene.claimIsAnswered()
        #expect(dialers().map(\.busy) == [["anna"]])
        scene.dial("anna")
        #expect(dialers().map(\.busy) == [["anna"]])
        scene.customerAnswers()
        #expect(dialers().map(\.busy) == [["anna"]])
        #expect(scene.state.openTask(task)?.record.id == task)
        let brief = scene.state.snapshot(at: scene.now, withTasks: false)
        #expect(brief.openTasks == 1 && brief.tasks.isEmpty)
        scene.send(.taskCancelled(task))
        #expect(scene.state.openTask(TaskID(rawValue: 99)) == nil)
    }

    @Test func previewThatOutlastsTheHoursDialsNobody() {
        let scene = Scene.withDialer("anna")
        let task = scene.request { $0.window = CallWindow(opens: 0, closes: 20) }
        scene.pass(15)
        #expect(scene.asksForHours(of: task))
        #expect(scene.ringing.isEmpty)
        #expect(scene.attempts.map(\.outcome) == [.cancel])
    }

    @Test func claimThatOutlastsTheHoursDialsNobodyAndIsOver() {
        let scene = Scene.withDialer("anna") { $0.dialers[0].preview = .zero }
        scene.confirmsClaims = false
        let task = scene.request { $0.window = CallWindow(opens: 0, closes: 20) }
        scene.pass(15)
        scene.claimIsAnswered()
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.ringing.isEmpty)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        scene.pass(0)
        #expect(scene.asksForHours(of: task) || scene.task(task)?.state == .pending)
        scene.send(.windowFound(task, CallWindow(opens: 100, closes: 200)))
        scene.pass(75)
        #expect(scene.claims.count == 1)
    }

    // MARK: - Personal mode

    private func leads(_ change: (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        Scene.withDialer("anna", "boris") {
            $0.dialers[0].mode = .personal
            change(&$0)
        }
    }

    @Test func operatorWorksOnlyTheirOwnLeads() {
        let scene = leads()
        scene.wish(.paused(reason: "lunch"), "anna")
        let lead = scene.request(own: "anna")
        scene.pass(100_000)
        #expect(scene.task(lead)?.state == .waiting(.own, until: nil))
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: lead)?.because == .nextLead)
    }

    @Test func nextLeadComesWheneverTheyAreReady() {
        let scene = leads()
        let first = scene.request("+1", own: "anna")
        let second = scene.request("+2", own: "anna")
        scene.dial("anna")
        scene.dialFails(.busy)
        #expect(scene.task(first)?.state == .scheduled(until: 910))
        #expect(scene.task(second)?.state == .previewing("anna"))
    }

    @Test func leadsOfSomebodyAwayGoToTheFallback() {
        let scene = leads {
            $0.dialers[0].reassignAfter = .seconds(3600)
            $0.dialers[0].fallback = "rest"
            $0.dialers.append(DialerPolicy(id: "rest", queue: "sales"))
            $0.dialerAssignments.append(DialerAssignment("boris", "rest", priority: 1))
        }
        scene.wish(.off, "anna")
        let lead = scene.request(own: "anna")
        scene.pass(3599)
        #expect(scene.task(lead)?.record.responsible == "anna")
        scene.pass(1)
        #expect(scene.task(lead)?.record.dialer == "rest")
        #expect(scene.claim(of: lead)?.by == "boris")
    }

    @Test func leadsOfSomebodyWhoComesBackInTimeStay() {
        let scene = leads { $0.dialers[0].reassignAfter = .seconds(3600) }
        scene.wish(.off, "anna")
        let lead = scene.request(own: "anna")
        scene.pass(3000)
        scene.wish(.paused(reason: "coffee"), "anna")
        scene.pass(5000)
        #expect(scene.task(lead)?.state == .waiting(.own, until: nil))
    }

    @Test func leadOfSomebodyUnknownIsForAnyoneThere() {
        let scene = leads()
        let lead = scene.request(own: "zoe")
        #expect(scene.task(lead)?.record.responsible == nil)
        #expect(scene.claim(of: lead) != nil)
    }

    @Test func taskWithATimeComesBeforeALead() {
        let scene = Scene.withDialer("anna") {
            $0.dialers.append(DialerPolicy(id: "leads", queue: "sales"))
            $0.dialers[1].mode = .personal
            $0.dialerAssignments.append(DialerAssignment("anna", "leads", priority: 10))
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.request("+1", own: "anna", in: "leads")
        scene.pass(100)
        let task = scene.request("+2")
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: task)?.by == "anna")
    }

    // MARK: - Configuration

    @Test func taskOfADialerThatIsGoneIsParkedUntilItIsBack() {
        let scene = Scene.withDialer("anna")
        let dialers = scene.policy.dialers
        let task = scene.request()
        scene.reconfigure { $0.dialers = [] }
        #expect(scene.task(task)?.state == .parked)
        #expect(scene.cards.isEmpty)
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        scene.reconfigure { $0.dialers = dialers }
        #expect(scene.task(task)?.state == .previewing("anna"))
    }

    @Test func operatorWhoIsGoneLeavesTheTaskToOthers() {
        let scene = Scene.withDialer("anna", "boris")
        let task = scene.request(own: "anna")
        scene.reconfigure { $0.operators.removeFirst() }
        #expect(scene.task(task)?.state == .waiting(.own, until: 610))
        scene.pass(600)
        #expect(scene.claim(of: task)?.by == "boris")
    }

    @Test func reloadKeepsTasksInTheirLinesAndOffersThemAnew() {
        let scene = Scene.withDialer("anna", "boris") { $0.dialerAssignments.removeLast() }
        scene.wish(.paused(reason: "lunch"), "anna")
        let open = scene.request("+1")
        let owned = scene.request("+2", own: "boris")
        scene.pass(50)
        #expect(scene.claim(of: open) == nil)
        scene.reconfigure { $0.queues[0].wrapUp = .seconds(1) }
        #expect(scene.task(open)?.state == .waiting(.anyone, until: nil))
        #expect(scene.task(owned)?.state == .waiting(.own, until: 610))
        scene.reconfigure { $0.dialerAssignments.append(DialerAssignment("boris", "callbacks", priority: 5)) }
        #expect(scene.claim(of: owned)?.by == "boris")
        scene.wish(.ready, "anna")
        #expect(scene.claim(of: open)?.by == "anna")
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func leadsOfSomebodyWhoWorksThereNoMoreAreForAnyone() {
        let scene = leads()
        for name: OperatorID in ["anna", "boris"] { scene.wish(.paused(reason: "lunch"), name) }
        let lead = scene.request(own: "anna")
        scene.reconfigure { $0.dialerAssignments.removeFirst() }
        #expect(scene.task(lead)?.record.responsible == nil)
        scene.wish(.ready, "boris")
        #expect(scene.claim(of: lead)?.by == "boris")
    }

    @Test func manyTasksThatAreDueAtOnceLetOtherThingsHaveTheirTurn() {
        let scene = Scene.withDialer("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        for index in 0..<250 { scene.request(CustomerNumber("+\(index)"), due: 100) }
        var state = scene.state
        var rounds = 0
        while let next = state.nextDeadline, next <= 100 {
            _ = state.handle(.deadlineReached, at: 100)
            rounds += 1
        }
        #expect(rounds == 5)
        #expect(state.snapshot(at: 100).tasks.allSatisfy { $0.state == .waiting(.anyone, until: nil) })
        #expect(state.checkInvariants() == [])
    }

    @Test func drainBeginsNoAttempts() {
        let scene = Scene.withDialer("anna", "boris")
        let previewed = scene.request("+1", own: "anna")
        scene.send(.drainBegan)
        let task = scene.request("+2")
        scene.pass(10_000)
        #expect(scene.cards.isEmpty && scene.ringing.isEmpty)
        #expect(scene.task(previewed)?.state == .waiting(.anyone, until: nil))
        #expect(scene.task(task)?.state == .waiting(.anyone, until: nil))
    }
}

extension Scene {
    /// The last event made the router ask for the calling hours of this task.
    fileprivate func asksForHours(of task: TaskID) -> Bool {
        actions.contains { if case .findWindow(task, _, _) = $0 { true } else { false } }
    }
}
