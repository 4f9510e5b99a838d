import Routing
import TestKit
import Testing

/// What can go otherwise while a VIP interrupts: one test, or more, for each row of the table in product.md section 4.
struct InterruptionOtherwiseTests {
    enum Step: CaseIterable {
        case announcing, pausing
    }

    /// Anna is being told of a VIP, in the given step; Boris is on a break.
    private func told(_ step: Step = .announcing, change: (inout RoutingPolicy) -> Void = { _ in }) -> (
        Scene, CallID, CallID
    ) {
        let scene = Scene("anna", "boris", change: change)
        scene.wish(.paused(reason: "break"), "boris")
        let customer = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        if step == .pausing { scene.soundEnds(.operator("anna")) }
        scene.pass(1)
        return (scene, customer, vip)
    }

    /// Anna talks with the VIP and a customer is held.
    private func holding(change: (inout RoutingPolicy) -> Void = { _ in }) -> (Scene, CallID, CallID) {
        let (scene, customer, vip) = told(change: change)
        scene.press("1", "anna")
        scene.pass(10)
        return (scene, customer, vip)
    }

    private func hasRing(_ scene: Scene) -> Bool {
        scene.actions.contains { if case .ring = $0 { true } else { false } }
    }

    // MARK: - Another operator becomes ready during 2-3

    @Test(arguments: Step.allCases)
    func otherOperatorWhoBecomesReadyGetsTheVIPAndTheInterruptionIsWithdrawn(step: Step) {
        let (scene, customer, vip) = told(step)
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: vip) == ["boris"])
        #expect(scene.actions.contains(.stopOverlay(.operator("anna"))) == (step == .announcing))
        #expect(scene.actions.contains(.captureKeys("anna", false)))
        #expect(scene.areConnected(customer, "anna"))
        #expect(!scene.facts.contains(.vipMissed(vip, "anna")))
        scene.answer("boris")
        scene.pass(60)
        #expect(scene.areConnected(vip, "boris"))
        #expect(scene.areConnected(customer, "anna"))
        scene.customerHangsUp(vip)
        #expect(scene.record(of: vip)?.announced == true)
        #expect(scene.record(of: vip)?.interrupted == false)
        scene.customerHangsUp(customer)
        #expect(scene.record(of: customer)?.wasInterrupted == false)
    }

    @Test func vipBoundToTheOperatorByNameStays() {
        let scene = Scene("anna", "boris")
        scene.wish(.paused(reason: "break"), "boris")
        _ = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip") { $0.named = "anna" }
        scene.wish(.ready, "boris")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
        #expect(scene.rings(for: vip) == [])
        scene.press("1", "anna")
        #expect(scene.areConnected(vip, "anna"))
    }

    @Test func boundVIPStaysWhenItsOwnStageIsOverToo() {
        let scene = Scene("anna", "boris") { $0.queues[1].responsibleWait = .seconds(3) }
        scene.wish(.paused(reason: "break"), "boris")
        _ = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip") { $0.named = "anna" }
        scene.wish(.ready, "boris")
        scene.pass(3)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
        scene.press("2", "anna")
        #expect(scene.rings(for: vip) == ["boris"], "declined by name, it is free to go")
    }

    @Test func otherOperatorWhoDeclinesSendsTheVIPBackToTheInterruption() {
        let (scene, _, vip) = told(.pausing)
        scene.wish(.ready, "boris")
        scene.ringFails("boris", .declined)
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
    }

    // MARK: - The VIP hangs up during 2-4

    @Test(arguments: Step.allCases)
    func vipWhoLeavesBeforeTheHoldIsMissedAfterTheAnnouncementAndTheConversationGoesOn(step: Step) throws {
        let (scene, customer, vip) = told(step)
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.actions.contains(.captureKeys("anna", false)))
        let record = try #require(scene.record(of: vip))
        #expect(record.outcome == .abandoned && record.announced && !record.interrupted)
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
        #expect(scene.facts.contains(.vipUsed(vip, "anna")))
        scene.pass(60)
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func vipWhoLeavesAtTheInstantOfTheHoldReturnsTheCustomerAtOnce() {
        let (scene, customer, vip) = told(.pausing)
        scene.pass(4)
        #expect(scene.areConnected(vip, "anna"))
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        #expect(!hasRing(scene))
    }

    // MARK: - The present customer hangs up during 2-3

    @Test(arguments: Step.allCases)
    func customerWhoLeavesBeforeTheHoldGivesTheVIPTheOperatorsLegAtOnce(step: Step) throws {
        let (scene, customer, vip) = told(step)
        scene.customerHangsUp(customer)
        #expect(scene.areConnected(vip, "anna"))
        #expect(!hasRing(scene))
        #expect(!scene.actions.contains(.hangUp(.operator("anna"))))
        #expect(scene.record(of: customer)?.outcome == .answered)
        #expect(scene.record(of: customer)?.wasInterrupted == false)
        scene.pass(30)
        scene.customerHangsUp(vip)
        let record = try #require(scene.record(of: vip))
        #expect(record.announced && !record.interrupted)
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
    }

    // MARK: - The operator hangs up during 2-3

    @Test(arguments: Step.allCases)
    func operatorWhoHangsUpBeforeTheHoldIsRungWithTheVIPWithoutWrapUp(step: Step) {
        let (scene, customer, vip) = told(step)
        scene.operatorHangsUp("anna")
        #expect(scene.actions.contains(.hangUp(.caller(customer))))
        #expect(scene.record(of: customer)?.endedBy == .operator)
        #expect(scene.rings(for: vip) == ["anna"])
        #expect(scene.reason(for: "anna") == .operatorHungUpBeforeHold)
        #expect(!scene.actions.contains(.captureKeys("anna", false)), "that leg is gone")
        scene.answer("anna")
        #expect(scene.areConnected(vip, "anna"))
    }

    @Test(arguments: [RingEnd.Cause.declined, .noAnswer])
    func operatorWhoDoesNotTakeThatRingHasMissedTheVIPWhoGoesBackToTheHead(cause: RingEnd.Cause) {
        let (scene, _, vip) = told()
        let before = scene.state.snapshot(at: scene.now).calls.count
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", cause)
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        #expect(scene.state.snapshot(at: scene.now).calls.count == before - 1)
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: vip) == ["boris"])
    }

    @Test func vipBackAtTheHeadIsServedBeforeVIPsWhoCameEarlier() {
        let (scene, _, second) = told { $0.operators.append(OperatorPolicy(id: "clara", name: "clara")) }
        scene.operatorHangsUp("anna")
        let later = scene.arrive("vip")
        scene.ringFails("anna", .declined)
        #expect(scene.rung("anna") == later, "anna is skipped for the one she declined")
        scene.wish(.ready, "boris")
        #expect(scene.rung("boris") == second)
    }

    @Test func operatorWhoHangsUpAndIsPausedOrOutOfReachHasMissedTheVIP() {
        let (scene, _, vip) = told()
        scene.send(.operatorUnreachable("anna"))
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"), "the leg is up")
        scene.operatorHangsUp("anna", .failed)
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
    }

    // MARK: - The held customer hangs up

    @Test func heldCustomerWhoLeavesIsLostOnHoldAndCalledBackByThisOperator() throws {
        let (scene, customer, vip) = holding { $0.operators[0].groups = ["red"] }
        scene.customerHangsUp(customer)
        let record = try #require(scene.record(of: customer))
        #expect(record.outcome == .lostOnHold)
        #expect(record.segments.map(\.kind) == [.talking, .held])
        let wish = CallbackWish(
            call: customer, number: "+380441234567", queue: "sales", responsible: "anna", group: "red")
        #expect(scene.facts.contains(.callbackWanted(wish)))
        #expect(scene.facts.contains(.tied("+380441234567", "anna", "red", by: customer)))
        #expect(scene.areConnected(vip, "anna"))
        scene.customerHangsUp(vip)
        #expect(scene.actions.contains(.hangUp(.operator("anna"))))
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
    }

    // MARK: - The operator hangs up during 5

    @Test func operatorWhoHangsUpOnTheVIPIsRungAgainAndReconnectedToTheHeldCustomer() throws {
        let (scene, customer, vip) = holding()
        scene.operatorHangsUp("anna")
        #expect(scene.actions.contains(.hangUp(.caller(vip))))
        #expect(scene.record(of: vip)?.endedBy == .operator)
        #expect(scene.rings(for: customer) == ["anna"])
        #expect(scene.hearsHold(customer))
        scene.pass(5)
        scene.answer("anna")
        #expect(scene.areConnected(customer, "anna"))
        scene.pass(10)
        scene.customerHangsUp(customer)
        let record = try #require(scene.record(of: customer))
        #expect(record.segments.map(\.kind) == [.talking, .held, .talking])
        #expect(record.outcome == .answered)
        #expect(scene.snapshot(of: "anna")?.calls == 2, "the return is no new conversation")
    }

    @Test(arguments: [RingEnd.Cause.declined, .noAnswer, .unreachable, .busy])
    func operatorWhoDoesNotComeBackSendsTheHeldCustomerToTheHeadPinned(cause: RingEnd.Cause) {
        let (scene, customer, _) = holding()
        let waiting = scene.arrive()
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", cause)
        #expect(scene.hearsHold(customer))
        #expect(scene.snapshot(of: customer)?.own == "anna")
        #expect(scene.rung("anna") == waiting, "anna is skipped for a while for the one she left")
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: customer) == ["boris"])
    }

    @Test func heldCustomerAtTheHeadIsServedBeforeAllWhoWaitLonger() {
        let (scene, customer, _) = holding()
        let waiting = scene.arrive()
        scene.pass(100)
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", .noAnswer)
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: customer) == ["boris"])
        #expect(scene.rings(for: waiting) == ["anna"])
    }

    @Test func heldCustomerAtTheHeadIsServedBeforeAnEarlierTicket() {
        let scene = Scene("anna", "boris")
        scene.wish(.paused(reason: "break"), "boris")
        let earlier = scene.arrive()
        scene.ringFails("anna", .declined)
        scene.pass(1)
        let customer = scene.talk("anna")
        scene.pass(10)
        scene.arrive("vip")
        scene.press("1", "anna")
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", .declined)
        scene.wish(.paused(reason: "break"), "anna")
        scene.wish(.ready, "boris")
        #expect(scene.rung("boris") == customer)
        #expect(scene.rings(for: earlier) == [])
    }

    @Test func operatorWhoComesBackIsPreferredForTheCustomerTheyLeft() {
        let (scene, customer, _) = holding { $0.queues[0].retryAfter = .seconds(5) }
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", .noAnswer)
        scene.pass(5)
        #expect(scene.rings(for: customer) == ["anna"])
        #expect(scene.reason(for: "anna") == .lastSuccessful("anna"))
    }

    @Test func heldCustomerWhoLeavesWhileThePhoneRingsAgainIsLostOnHold() {
        let (scene, customer, _) = holding()
        scene.operatorHangsUp("anna")
        scene.customerHangsUp(customer)
        #expect(scene.actions.contains { if case .stopRinging = $0 { true } else { false } })
        #expect(scene.record(of: customer)?.outcome == .lostOnHold)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func customerWhoGivesUpAfterTheHoldIsLostOnHoldToo() throws {
        let (scene, customer, _) = holding()
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", .noAnswer)
        scene.pass(3)
        scene.customerHangsUp(customer)
        let record = try #require(scene.record(of: customer))
        #expect(record.outcome == .lostOnHold)
        #expect(record.segments.map(\.kind) == [.talking, .held, .waiting])
        let wish = CallbackWish(
            call: customer, number: "+380441234567", queue: "sales", responsible: "anna", group: nil)
        #expect(scene.facts.contains(.callbackWanted(wish)))
    }

    @Test func maxWaitBeginsAnewForACustomerWhoComesBackFromHold() {
        let (scene, customer, _) = holding { $0.queues[0].maxWait = .seconds(30) }
        scene.operatorHangsUp("anna")
        scene.ringFails("anna", .declined)
        scene.pass(29.9)
        #expect(scene.snapshot(of: customer)?.state == .waiting(.anyone))
        scene.pass(0.1)
        #expect(scene.record(of: customer)?.outcome == .timedOut)
    }

    // MARK: - A second VIP

    @Test func secondVIPTriesOtherCandidatesAndIsNeverNested() {
        let scene = Scene("anna", "boris")
        _ = scene.talk("anna")
        _ = scene.talk("boris")
        scene.pass(60)
        let vips = [scene.arrive("vip"), scene.arrive("vip"), scene.arrive("vip")]
        #expect(scene.snapshot(of: vips[0])?.state == .interrupting("anna"))
        #expect(scene.snapshot(of: vips[1])?.state == .interrupting("boris"))
        #expect(scene.snapshot(of: vips[2])?.state == .waiting(.anyone))
        scene.press("1", "anna")
        scene.pass(10)
        #expect(scene.snapshot(of: vips[2])?.state == .waiting(.anyone))
    }

    @Test func vipWhoWithdrawsMakesRoomForTheNextOne() {
        let (scene, _, vip) = told()
        let second = scene.arrive("vip")
        scene.customerHangsUp(vip)
        #expect(scene.snapshot(of: second)?.state == .interrupting("anna"))
    }

    // MARK: - Phones and wishes in every step

    @Test(arguments: Step.allCases)
    func operatorWhoWantsToPauseBeforeTheHoldHasDeclined(step: Step) {
        let (scene, customer, vip) = told(step)
        scene.wish(.paused(reason: "lunch"), "anna")
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
    }

    @Test func operatorWhoPausesDuringTheVIPReturnsToTheHeldCustomerFirst() {
        let (scene, customer, vip) = holding()
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        scene.customerHangsUp(customer)
        #expect(scene.snapshot(of: "anna")?.state == .paused(reason: "lunch"))
    }

    @Test func operatorWhoPausedAndHangsUpOnTheVIPIsStillRungForTheHeldCustomer() {
        let (scene, customer, _) = holding()
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.operatorHangsUp("anna")
        #expect(scene.rings(for: customer) == ["anna"])
    }

    @Test func lostRegistrationChangesNothingAsLongAsTheLegIsUp() {
        let (scene, customer, vip) = holding()
        scene.send(.operatorUnreachable("anna"))
        #expect(scene.areConnected(vip, "anna"))
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func phoneThatDiedDuringTheVIPSendsTheHeldCustomerToTheHeadAtOnce() {
        let (scene, customer, _) = holding()
        scene.send(.operatorUnreachable("anna"))
        scene.operatorHangsUp("anna", .failed)
        #expect(scene.hearsHold(customer))
        #expect(scene.rings(for: customer) == [])
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: customer) == ["boris"])
    }

    @Test func phoneThatVanishesWhileItRingsForTheHeldCustomerSendsThemToTheHead() {
        let (scene, customer, _) = holding()
        scene.operatorHangsUp("anna")
        scene.send(.operatorUnreachable("anna"))
        #expect(scene.rings(for: customer) == [])
        #expect(scene.snapshot(of: customer)?.state == .waiting(.anyone))
        #expect(scene.hearsHold(customer))
    }

    @Test(arguments: Step.allCases)
    func maxWaitOfTheVIPWithdrawsTheInterruption(step: Step) {
        let (scene, customer, vip) = told(step) {
            $0.queues[1].maxWait = .seconds(3)
            $0.queues[1].interruption.holdAfterAnnouncement = .seconds(60)
        }
        scene.pass(2)
        #expect(scene.record(of: vip)?.outcome == .timedOut)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.facts.contains(.vipMissed(vip, "anna")))
    }

    @Test func lateEndOfACutAnnouncementMeansNothing() {
        let (scene, customer, vip) = told()
        scene.customerHangsUp(vip)
        let second = scene.arrive("vip")
        #expect(scene.snapshot(of: second)?.state == .interrupting("anna"))
        scene.send(.soundEnded(PlaybackID(rawValue: 1), completed: false))
        #expect(scene.latest.isEmpty)
        #expect(scene.areConnected(customer, "anna"))
    }
}
