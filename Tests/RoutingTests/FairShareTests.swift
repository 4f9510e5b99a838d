import TestKit
import Testing

@testable import Routing

/// The memory by which `weighted` shares calls in proportion to priority (product.md sections 1 and 3). That the shares
/// converge is shown in the simulation.
struct FairShareTests {
    // MARK: - The memory by itself

    private func member(_ name: OperatorID, _ priority: Int) -> Member {
        Member(operator: name, priority: priority, rank: 0)
    }

    @Test func stepsAreExactForEveryPriority() {
        for priority in 1...10 { #expect(FairShare.step(of: member("anna", priority)) * Int64(priority) == 2_520) }
    }

    @Test func whoTalkedAllTheTimeIsOwedTenCallsAtMost() {
        var share = FairShare()
        let (anna, boris) = (member("anna", 5), member("boris", 5))
        _ = share.enter(anna)
        for _ in 0..<1_000 { _ = share.charge(boris, others: nil) }
        #expect(share.enter(anna) == share.clock - 10 * FairShare.step(of: anna))
    }

    @Test func whoWasAwayIsOwedNothingAndOwesWhatTheyOwed() {
        var share = FairShare()
        let (anna, boris) = (member("anna", 5), member("boris", 5))
        _ = share.enter(anna)
        for _ in 0..<3 { _ = share.charge(boris, others: nil) }
        share.comeBack(anna)
        #expect(share.turn(of: "anna") == share.clock)
        let before = share.turn(of: "boris")
        share.comeBack(boris)
        #expect(share.turn(of: "boris") == before)
    }

    @Test func callThatIsWithdrawnCostsNoTurn() {
        var share = FairShare()
        let anna = member("anna", 4)
        let before = share.enter(anna)
        let step = share.charge(anna, others: nil)
        #expect(step == 630)
        share.giveBack(step, to: "anna")
        #expect(share.turn(of: "anna") == before)
    }

    @Test func clockNeverPassesAnybodyWhoCouldHaveHadTheCall() {
        var share = FairShare()
        let anna = member("anna", 1)
        _ = share.charge(anna, others: nil)
        // Anna's own customer comes again, while others are ready and stand at 0.
        for _ in 0..<5 { _ = share.charge(anna, others: 0) }
        #expect(share.clock == 0)
    }

    @Test func whoLeftTheQueueIsForgotten() {
        var share = FairShare()
        for name in ["anna", "boris"] as [OperatorID] { _ = share.charge(member(name, 5), others: nil) }
        share.keep([member("anna", 5)])
        #expect(share.turn(of: "anna") == 504)
        #expect(share.turn(of: "boris") == share.clock)
    }

    // MARK: - In the router

    @Test func withdrawnRingIsGivenBackAndARefusedOneIsNot() {
        let scene = Scene("anna", "boris") { $0.queues[0].wrapUp = .zero }
        let first = scene.arrive()
        #expect(scene.rings(for: first) == ["anna"])
        scene.customerHangsUp(first)
        #expect(scene.rings(for: scene.arrive()) == ["anna"], "the call was withdrawn from her")
        scene.ringFails("anna", .declined)
        scene.answer("boris")
        scene.operatorHangsUp("boris")
        #expect(scene.rings(for: scene.arrive()) == ["anna"], "both had one")
    }

    @Test func turnComesBeforeIdleTime() {
        let scene = Scene("anna", "boris") {
            $0.queues[0].wrapUp = .zero
            $0.assignments[0].priority = 10
            $0.assignments[2].priority = 1
        }
        _ = scene.talk("boris")
        scene.operatorHangsUp("boris")
        for _ in 0..<9 {
            let call = scene.arrive()
            #expect(scene.rings(for: call) == ["anna"])
            scene.answer("anna")
            scene.pass(10)
            scene.operatorHangsUp("anna")
        }
    }
}
