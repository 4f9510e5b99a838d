import TestKit
import Testing

@testable import Routing

/// Calls that are sent elsewhere, and what becomes of the customer's tie (product.md sections 2, 3 and 5).
struct TransferTests {
    private func scene(_ change: (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        Scene("anna", "boris", "clara") {
            $0.queues.append(QueuePolicy(id: "support"))
            $0.queues[2].holdAudio = "support-hold"
            $0.assignments.removeAll { $0.queue == "sales" && $0.operator == "clara" }
            $0.assignments += [
                Assignment("clara", "support", priority: 5), Assignment("boris", "support", priority: 5),
            ]
            change(&$0)
        }
    }

    private func ties(_ scene: Scene) -> [OperatorID] {
        scene.facts.compactMap { if case .tied(_, let name, _, _) = $0 { name } else { nil } }
    }

    private func pauseAll(_ scene: Scene) {
        for name in ["anna", "boris", "clara"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
    }

    // MARK: - Waiting and ringing calls

    @Test func waitingCallKeepsItsTicketInTheNewQueue() throws {
        let scene = scene()
        pauseAll(scene)
        let sent = scene.arrive("sales")
        scene.pass(10)
        let other = scene.arrive("support")
        scene.pass(1)
        scene.send(.rerouted(sent, to: .queue("support")))
        #expect(scene.hears[.caller(sent)] == .sound("support-hold"))
        scene.wish(.ready, "clara")
        #expect(scene.rung("clara") == sent)
        #expect(scene.rings(for: other) == [])
        scene.customerHangsUp(sent)
        let record = try #require(scene.record(of: sent))
        #expect(record.reroutes == [CallRecord.Reroute(queue: "support", at: Instant(seconds: 21))])
        let queues = scene.state.snapshot(at: scene.now).queues
        #expect(queues.map(\.entered) == [1, 0, 2])
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func ringingCallStopsRingingAndLooksInTheNewQueue() {
        let scene = scene()
        let call = scene.arrive("sales")
        #expect(scene.rings(for: call) == ["anna"])
        scene.send(.rerouted(call, to: .queue("support")))
        #expect(scene.rings(for: call) == ["clara"])
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        #expect(scene.snapshot(of: "anna")?.missedInARow == 0)
    }

    @Test func maxWaitOfTheNewQueueBeginsAnew() {
        let scene = scene { $0.queues[2].maxWait = .seconds(30) }
        pauseAll(scene)
        let call = scene.arrive("sales")
        scene.pass(100)
        scene.send(.rerouted(call, to: .queue("support")))
        scene.pass(29)
        #expect(scene.snapshot(of: call) != nil)
        scene.pass(1)
        #expect(scene.record(of: call)?.outcome == .timedOut)
    }

    @Test func callSentToAVIPQueueIsVIPThere() {
        let scene = scene()
        pauseAll(scene)
        let call = scene.arrive("sales")
        scene.send(.rerouted(call, to: .queue("vip")))
        #expect(scene.snapshot(of: call)?.vip == true)
        scene.send(.rerouted(call, to: .queue("sales")))
        #expect(scene.snapshot(of: call)?.vip == false)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func unknownOrEmptyDestinationChangesNothing() {
        let scene = scene { $0.queues[2].joinEmpty = false }
        pauseAll(scene)
        let call = scene.arrive("sales")
        for name in ["boris", "clara"] as [OperatorID] { scene.wish(.off, name) }
        let destinations: [Destination] = [.queue("gone"), .queue("support"), .operator("nobody")]
        for destination in destinations { #expect(scene.send(.rerouted(call, to: destination)).isEmpty) }
        #expect(scene.send(.rerouted(CallID(rawValue: 99), to: .queue("support"))).isEmpty)
    }

    // MARK: - Transfers

    @Test func transferToAQueueLetsTheOperatorGoIntoWrapUpAndTheCustomerHearHold() {
        let scene = scene()
        let call = scene.talk("anna")
        for name in ["boris", "clara"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        scene.pass(60)
        scene.send(.rerouted(call, to: .queue("support")))
        #expect(scene.actions.first == .hangUp(.operator("anna")))
        #expect(scene.hears[.caller(call)] == .sound("support-hold"))
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
        scene.pass(10)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        scene.wish(.ready, "clara")
        scene.answer("clara")
        #expect(scene.areConnected(call, "clara"))
    }

    @Test func whoTransferredACallToTheirOwnQueueIsNotRungForItNext() {
        let scene = scene { $0.queues[0].wrapUp = .zero }
        scene.wish(.paused(reason: "x"), "boris")
        let call = scene.talk("anna")
        scene.send(.rerouted(call, to: .queue("sales")))
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        #expect(scene.rings(for: call) == [])
        #expect(
            scene.state.candidates(for: call, at: scene.now).first?.obstacle == .gaveAway(left: .seconds(30)))
        scene.pass(30)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func transferToAnOperatorRingsThemFirst() {
        let scene = scene()
        let call = scene.talk("anna")
        scene.send(.rerouted(call, to: .operator("boris")))
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.reason(for: "boris") == .transferredTo("boris"))
    }

    @Test func operatorOfAnotherQueueTakesTheTransferThere() {
        let scene = scene { $0.assignments.removeAll { $0.queue == "vip" } }
        let call = scene.talk("anna")
        scene.send(.rerouted(call, to: .operator("clara")))
        #expect(scene.rings(for: call) == ["clara"])
        #expect(scene.snapshot(of: call)?.queue == "support")
    }

    @Test func busyOperatorIsWaitedForAsLongAsAPhoneMayRingThenAnyone() {
        let scene = scene()
        let other = scene.talk("boris")
        scene.wish(.paused(reason: "x"), "clara")
        let call = scene.talk("anna")
        scene.send(.rerouted(call, to: .operator("boris")))
        scene.pass(19.9)
        #expect(scene.rings(for: call) == [], "anna is ready again, and it is not for her")
        scene.pass(0.1)
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        scene.customerHangsUp(other)
        scene.pass(10)
        #expect(scene.rings(for: call).count == 1)
    }

    @Test func offlineOperatorIsNotWaitedFor() {
        let scene = scene()
        scene.wish(.off, "boris")
        let call = scene.talk("anna")
        scene.send(.rerouted(call, to: .operator("boris")))
        #expect(scene.snapshot(of: call)?.state == .waiting(.anyone))
        #expect(scene.notes.last?.reason == .responsibleOffline("boris"))
    }

    @Test func handOverAfterConsultationConnectsTheColleaguesLegAtOnce() {
        let scene = scene()
        let call = scene.talk("anna")
        scene.pass(30)
        let consultation = CallID(rawValue: 500)
        scene.send(.ownCallBegan(consultation, by: "boris", with: nil))
        scene.send(.handedOver(call, to: "boris"))
        guard case .adoptLeg(let leg, "boris", for: call) = scene.actions.first else {
            Issue.record("expected the colleague's leg, got \(scene.actions)")
            return
        }
        #expect(scene.areConnected(call, "boris"))
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
        scene.send(.ownCallEnded(consultation, by: "boris", talked: .seconds(20)))
        scene.send(.operatorLeft("boris", leg, HangupCause(.hungUp)))
        #expect(scene.record(of: call)?.outcome == .answered)
        #expect(scene.snapshot(of: "boris")?.state == .wrapUp)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func handOverToSomebodyWhoTalksOrRingsChangesNothing() {
        let scene = scene()
        let call = scene.talk("anna")
        let other = scene.talk("boris")
        #expect(scene.send(.handedOver(call, to: "boris")).isEmpty)
        #expect(scene.send(.handedOver(call, to: "anna")).isEmpty)
        scene.customerHangsUp(other)
        scene.pass(10)
        scene.arrive(own: "boris")
        #expect(scene.send(.handedOver(call, to: "boris")).isEmpty)
        #expect(scene.areConnected(call, "anna"))
    }

    @Test func segmentsOfATransferredCallDoNotOverlapAndAddUp() throws {
        let scene = scene()
        let call = scene.talk("anna")
        scene.pass(20)
        scene.send(.rerouted(call, to: .operator("boris")))
        scene.pass(5)
        scene.answer("boris")
        scene.pass(7)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(record.segments.map(\.kind) == [.talking, .transferred, .talking])
        #expect(record.segments.map(\.operator) == ["anna", nil, "boris"])
        #expect(record.segments.map { $0.until - $0.from } == [.seconds(20), .seconds(5), .seconds(7)])
    }

    @Test func transferredCustomerWhoGivesUpHadAConversationAndIsNotLost() throws {
        let scene = scene { $0.queues[2].callback = true }
        let call = scene.talk("anna")
        for name in ["boris", "clara"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        scene.send(.rerouted(call, to: .queue("support")))
        scene.customerHangsUp(call)
        #expect(scene.state.snapshot(at: scene.now).queues[2].lost == 0)
        #expect(!scene.facts.contains { if case .callbackWanted = $0 { true } else { false } })
    }

    // MARK: - The tie

    @Test(arguments: [(true, ["anna", "boris"]), (false, ["anna"])] as [(Bool, [OperatorID])])
    func tieFollowsTransferBySetting(follows: Bool, tied: [OperatorID]) {
        let scene = scene { $0.tieFollowsTransfer = follows }
        let call = scene.talk("anna")
        scene.pass(30)
        scene.send(.rerouted(call, to: .operator("boris")))
        scene.answer("boris")
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(ties(scene) == tied)
    }

    @Test func withoutASuccessfulConversationBeforeTheTransferTheNextOneTies() {
        let scene = scene { $0.tieFollowsTransfer = false }
        let call = scene.talk("anna")
        scene.pass(2)
        scene.send(.rerouted(call, to: .operator("boris")))
        scene.answer("boris")
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(ties(scene) == ["boris"])
    }

    @Test func shortConversationAfterATransferLeavesTheTieWhereItWas() {
        let scene = scene()
        let call = scene.talk("anna")
        scene.pass(30)
        scene.send(.rerouted(call, to: .operator("boris")))
        scene.answer("boris")
        scene.pass(4)
        scene.customerHangsUp(call)
        #expect(ties(scene) == ["anna"])
    }

    @Test func withheldNumberIsNotTiedByATransferEither() {
        let scene = scene()
        let call = scene.arrive(number: nil)
        let first = scene.rings(for: call)[0]
        scene.answer(first)
        scene.pass(30)
        scene.send(.rerouted(call, to: .queue("support")))
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(ties(scene) == [])
    }

    // MARK: - During an interruption

    private func told(_ isHeld: Bool) -> (Scene, CallID, CallID) {
        let scene = scene()
        for name in ["boris", "clara"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        let customer = scene.talk("anna")
        scene.pass(60)
        let vip = scene.arrive("vip")
        if isHeld { scene.press("1", "anna") }
        return (scene, customer, vip)
    }

    @Test func transferWhileBeingToldOfAVIPRingsWithTheVIP() {
        let (scene, customer, vip) = told(false)
        scene.send(.rerouted(customer, to: .queue("support")))
        #expect(scene.rung("anna") == vip)
        #expect(scene.hears[.caller(customer)] == .sound("support-hold"))
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func transferOfTheVIPBringsTheOperatorBackToTheHeldCustomer() {
        let (scene, customer, vip) = told(true)
        scene.send(.rerouted(vip, to: .queue("support")))
        #expect(scene.rung("anna") == customer)
        #expect(scene.snapshot(of: vip)?.state == .waiting(.anyone))
        scene.answer("anna")
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func vipHandedOverToAColleagueBringsTheOperatorBackToTheHeldCustomer() {
        let (scene, customer, vip) = told(true)
        scene.send(.handedOver(vip, to: "boris"))
        #expect(scene.areConnected(vip, "boris"))
        #expect(scene.rung("anna") == customer)
        scene.answer("anna")
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func heldCustomerCannotBeSentElsewhere() {
        let (scene, customer, _) = told(true)
        #expect(scene.send(.rerouted(customer, to: .queue("support"))).isEmpty)
    }

    @Test func freedCustomerWhoWasSentElsewhereIsTakenBackAllTheSame() {
        let (scene, customer, vip) = told(true)
        scene.pass(600)
        scene.send(.rerouted(customer, to: .queue("support")))
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.state.checkInvariants() == [])
    }

    /// Sent to a VIP queue, the freed customer interrupts Boris, and is taken back before he has them.
    @Test func freedCustomerWhoInterruptsSomebodyElseIsTakenBackAndThatInterruptionWithdrawn() {
        let (scene, customer, vip) = told(true)
        scene.wish(.ready, "boris")
        let other = scene.talk("boris")
        scene.pass(600)
        scene.send(.rerouted(customer, to: .queue("vip")))
        #expect(scene.snapshot(of: customer)?.state == .interrupting("boris"))
        scene.customerHangsUp(vip)
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.areConnected(other, "boris"))
        #expect(scene.overlays[.operator("boris")] == nil)
        #expect(scene.state.checkInvariants() == [])
    }

    // MARK: - A new operator, please

    @Test func newOperatorWantedIgnoresTheTieForgetsItAndSkipsWhoTheyHad() {
        let scene = scene { $0.queues[0].responsibleWait = .seconds(100) }
        scene.wish(.paused(reason: "x"), "boris")
        let call = scene.arrive(own: "anna") { $0.wantsNewOperator = true }
        #expect(scene.facts.last == .untied("+380441234567", by: call))
        #expect(scene.rings(for: call) == [])
        #expect(scene.state.candidates(for: call, at: scene.now)[0].obstacle == .notWanted(left: .seconds(30)))
        scene.wish(.ready, "boris")
        #expect(scene.rings(for: call) == ["boris"])
        scene.answer("boris")
        scene.pass(30)
        scene.customerHangsUp(call)
        #expect(ties(scene) == ["boris"])
    }

    @Test func waitingCustomerMayStillAskForANewOperator() throws {
        let scene = scene { $0.queues[0].responsibleWait = .seconds(100) }
        _ = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == [])
        scene.send(.newOperatorWanted(call))
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.send(.newOperatorWanted(call)).isEmpty)
        scene.customerHangsUp(call)
        #expect(try #require(scene.record(of: call)).stages.map(\.ended) == [.newOperatorWanted])
    }

    @Test func phoneOfTheUnwantedOperatorStopsRinging() {
        let scene = scene()
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == ["anna"])
        scene.send(.newOperatorWanted(call))
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }

    @Test func conversationAfterWhichSomebodyNewIsWantedMakesNoTie() {
        let scene = scene()
        let call = scene.talk("anna")
        scene.pass(30)
        scene.send(.newOperatorWanted(call))
        scene.customerHangsUp(call)
        #expect(ties(scene) == [])
        #expect(scene.facts.contains(.untied("+380441234567", by: call)))
    }

    @Test func whoHasNobodyNeedsNobodyNew() {
        let scene = scene()
        pauseAll(scene)
        let call = scene.arrive()
        #expect(scene.send(.newOperatorWanted(call)).isEmpty)
    }
}
