import Routing
import TestKit
import Testing

/// A reload: running calls keep what they have, everything later is new.
struct ConfigurationTests {
    @Test func newOperatorServesWhoeverWaits() {
        let scene = Scene()
        let call = scene.arrive()
        scene.reconfigure {
            $0.operators = [OperatorPolicy(id: "anna", name: "Anna")]
            $0.assignments = [Assignment("anna", "sales", priority: 1)]
        }
        #expect(scene.rings(for: call) == [])
        scene.send(.operatorReachable("anna"))
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func newAssignmentGivesAReadyOperatorTheWaitingCall() {
        let scene = Scene("anna") { $0.assignments = [] }
        let call = scene.arrive()
        scene.reconfigure { $0.assignments = [Assignment("anna", "sales", priority: 1)] }
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func reloadDoesNotTouchRingsAndConversations() {
        let scene = Scene("anna", "boris")
        let talking = scene.talk("anna")
        let ringing = scene.arrive()
        scene.reconfigure { $0.assignments = [] }
        #expect(scene.latest.isEmpty)
        #expect(scene.areConnected(talking, "anna"))
        scene.answer("boris")
        #expect(scene.areConnected(ringing, "boris"))
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func operatorWhoIsGoneFinishesTheirConversationFirst() {
        let scene = Scene("anna")
        let call = scene.talk("anna")
        scene.pass(60)
        scene.reconfigure { $0.operators = [] }
        #expect(scene.areConnected(call, "anna"))
        scene.customerHangsUp(call)
        scene.pass(60)
        #expect(scene.snapshot(of: "anna") == nil)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func removedQueueTakesNobodyNewAndServesThoseWhoWait() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "x"), "anna")
        let waiting = scene.arrive()
        scene.reconfigure { $0.queues.removeAll { $0.id == "sales" } }
        let refused = scene.arrive()
        #expect(scene.actions.first == .refuse(refused, status: 404))
        scene.wish(.ready, "anna")
        #expect(scene.rings(for: waiting) == ["anna"])
        scene.answer("anna")
        #expect(scene.state.snapshot(at: scene.now).queues.map(\.id) == ["vip", "sales"])
        scene.customerHangsUp(waiting)
        #expect(scene.state.snapshot(at: scene.now).queues.map(\.id) == ["vip"])
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func waitingCallKeepsTheQueueAsItWas() {
        let scene = Scene { $0.queues[0].maxWait = .seconds(30) }
        let call = scene.arrive()
        scene.reconfigure { $0.queues[0].maxWait = .seconds(5) }
        scene.pass(29.9)
        #expect(scene.snapshot(of: call) != nil)
        scene.pass(0.1)
        #expect(scene.snapshot(of: call) == nil)
        let next = scene.arrive()
        scene.pass(5)
        #expect(scene.snapshot(of: next) == nil)
    }

    @Test func ownOperatorWhoLosesTheQueueIsNotWaitedForAnyLonger() {
        let scene = Scene("anna", "boris") { $0.queues[0].responsibleWait = .seconds(100) }
        _ = scene.talk("anna")
        let call = scene.arrive(own: "anna")
        #expect(scene.rings(for: call) == [])
        scene.reconfigure { $0.assignments.removeAll { $0.operator == "anna" } }
        #expect(scene.rings(for: call) == ["boris"])
    }

    @Test func countersSurviveAReload() {
        let scene = Scene("anna")
        scene.customerHangsUp(scene.talk("anna"))
        scene.reconfigure { $0.queues[0].maxLength = 7 }
        let queue = scene.state.snapshot(at: scene.now).queues[0]
        #expect(queue.entered == 1 && queue.answered == 1 && queue.maxLength == 7)
        #expect(scene.snapshot(of: "anna")?.calls == 1)
    }

    @Test func doubledAndUnknownNamesAreIgnored() {
        let scene = Scene("anna") {
            $0.operators.append(OperatorPolicy(id: "anna", name: "twice"))
            $0.queues.append(QueuePolicy(id: "sales"))
            $0.assignments += [
                Assignment("anna", "sales", priority: 9), Assignment("nobody", "sales", priority: 1),
                Assignment("anna", "nowhere", priority: 1),
            ]
        }
        #expect(scene.snapshot(of: "anna")?.assignments.map(\.priority) == [5, 5])
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func prioritiesOutOfRangeAreHeldWithinIt() {
        let scene = Scene("anna") {
            $0.assignments[0].priority = 99
            $0.assignments[1].priority = -5
        }
        #expect(scene.snapshot(of: "anna")?.assignments.map(\.priority) == [10, 0])
    }

    @Test func negativeDurationsCountAsZero() {
        let scene = Scene("anna") {
            $0.queues[0].wrapUp = .seconds(-1)
            $0.queues[0].ringTimeout = .seconds(-1)
            $0.queues[0].responsibleWait = .seconds(-1)
            $0.queues[1].interruption.minTalk = .seconds(-1)
            $0.queues[1].interruption.holdAfterAnnouncement = .seconds(-1)
        }
        let call = scene.talk("anna")
        let vip = scene.arrive("vip")
        #expect(scene.snapshot(of: vip)?.state == .interrupting("anna"))
        scene.soundEnds(.operator("anna"))
        #expect(scene.areConnected(vip, "anna"))
        scene.customerHangsUp(vip)
        scene.customerHangsUp(call)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
    }
}
