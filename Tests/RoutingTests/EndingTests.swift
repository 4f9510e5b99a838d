import Routing
import TestKit
import Testing

/// A supervisor or a program ends a call, whatever state it is in (product.md section 8: hang-up side).
struct EndingTests {
    // MARK: - Calls that came in

    /// A state of a call, and what its row says when it is ended there.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let outcome: CallRecord.Outcome
        let segments: [CallRecord.Segment.Kind]
        let bring: @Sendable (Scene) -> CallID

        var testDescription: String { name }
    }

    static let inbound = [
        Row(name: "in its scenario", outcome: .scenario, segments: [.scenario]) { scene in
            scene.arrive { $0.script = [.play("welcome")] }
        },
        Row(name: "waiting", outcome: .abandoned, segments: [.waiting]) { scene in
            scene.wish(.paused(reason: "lunch"), "anna")
            return scene.arrive()
        },
        Row(name: "ringing", outcome: .abandoned, segments: [.ringing]) { $0.arrive() },
        Row(name: "talking", outcome: .answered, segments: [.talking]) { $0.talk("anna") },
        Row(name: "held for a VIP", outcome: .lostOnHold, segments: [.talking, .held]) { scene in
            let call = scene.talk("anna")
            scene.pass(10)
            scene.arrive("vip", number: "+2")
            scene.soundEnds(.operator("anna"))
            scene.pass(5)
            return call
        },
        Row(name: "held, its operator rings", outcome: .lostOnHold, segments: [.talking, .held]) { scene in
            let call = scene.talk("anna")
            scene.pass(10)
            scene.arrive("vip", number: "+2")
            scene.soundEnds(.operator("anna"))
            scene.pass(5)
            scene.operatorHangsUp("anna")
            return call
        },
        Row(name: "hearing a last announcement", outcome: .leftByKey, segments: [.waiting]) { scene in
            scene.wish(.paused(reason: "lunch"), "anna")
            let call = scene.arrive()
            scene.send(.keyPressed(.caller(call), Key("5")!))
            return call
        },
    ]

    private static func scene() -> Scene {
        Scene.withDialer("anna") {
            $0.queues[0].callbackKey = Key("5")
            $0.queues[0].callbackAnnouncement = "goodbye"
            $0.dialers[0].preview = .seconds(15)
        }
    }

    @Test(arguments: inbound)
    func callIsOverAtOnceAndItsRowSaysThatNobodyOnThePhoneEndedIt(_ row: Row) throws {
        let scene = Self.scene()
        let call = row.bring(scene)
        scene.pass(20)
        scene.send(.callEndWanted(call))
        #expect(scene.actions.first == .hangUp(.caller(call)))
        #expect(scene.reasons.first == .endWanted)
        let record = try #require(scene.record(of: call))
        #expect(record.outcome == row.outcome)
        #expect(record.ended == HangupCause(.byDecision) && record.endedBy == nil)
        #expect(record.segments.map(\.kind) == row.segments)
        #expect(scene.snapshot(of: call) == nil)
        #expect(scene.rings(for: call).isEmpty)
        #expect(scene.state.checkInvariants() == [])
        scene.send(.callEndWanted(call))
        #expect(scene.latest.isEmpty, "a call ends once")
        #expect(scene.records(of: call).count == 1)
    }

    @Test func operatorHasTheirWrapUp() {
        let scene = Self.scene()
        let call = scene.talk("anna")
        scene.pass(10)
        scene.send(.callEndWanted(call))
        #expect(scene.legs.isEmpty)
        #expect(scene.snapshot(of: "anna")?.state == .wrapUp)
    }

    @Test func operatorOfAVIPThatIsEndedIsBackWithTheHeldCustomer() {
        let scene = Self.scene()
        let customer = scene.talk("anna")
        scene.pass(10)
        let vip = scene.arrive("vip", number: "+2")
        scene.soundEnds(.operator("anna"))
        scene.pass(5)
        scene.send(.callEndWanted(vip))
        #expect(scene.areConnected(customer, "anna"))
    }

    @Test func operatorWhoIsToldOfAVIPThatIsEndedGoesOnTalking() {
        let scene = Self.scene()
        let customer = scene.talk("anna")
        scene.pass(10)
        let vip = scene.arrive("vip", number: "+2")
        scene.send(.callEndWanted(vip))
        #expect(scene.areConnected(customer, "anna"))
        #expect(scene.overlays.isEmpty)
    }

    /// As if they had hung up: whoever does not want that cancels the task.
    @Test func customerWhoWasNotServedIsCalledBack() {
        let scene = Self.scene()
        scene.reconfigure {
            $0.queues[0].callback = true
            $0.queues[0].callbackDialer = "callbacks"
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let call = scene.arrive()
        scene.send(.callEndWanted(call))
        #expect(scene.task(TaskID(rawValue: call.rawValue))?.record.source == .lostCall(call))
    }

    @Test func placeIsKeptOnlyForWhoeverHangsUpThemselves() {
        let scene = Self.scene()
        scene.wish(.paused(reason: "lunch"), "anna")
        let call = scene.arrive()
        scene.pass(5)
        scene.send(.callEndWanted(call))
        let again = scene.arrive()
        #expect(!scene.notes.contains { $0.call == again && $0.note == .placeKept })
    }

    // MARK: - Calls of tasks

    @Test func attemptThatIsPreparedIsPutOff() throws {
        let scene = Self.scene()
        let task = scene.request(own: "anna")
        let call = try #require(Self.claimed(scene, task))
        scene.send(.callEndWanted(call))
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.task(task)?.state == .scheduled(until: 910))
        #expect(scene.task(task)?.record.tries[.cancel] == 0)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        #expect(scene.cards.isEmpty)
    }

    @Test func attemptWhoseOperatorRingsIsPutOff() throws {
        let scene = Self.scene()
        let task = scene.request(own: "anna")
        let call = try #require(Self.claimed(scene, task))
        scene.send(.previewEnded(task, by: "anna"))
        scene.send(.callEndWanted(call))
        #expect(scene.ringing.isEmpty)
        #expect(scene.task(task)?.state == .scheduled(until: 910))
    }

    @Test func dialIsStoppedAndCountsAsCancelled() throws {
        let scene = Self.scene()
        let task = scene.request(own: "anna")
        let call = try #require(scene.dial("anna"))
        scene.pass(5)
        scene.send(.callEndWanted(call))
        #expect(scene.actions.contains(.stopDialling(call)))
        #expect(scene.attempts.map(\.outcome) == [.cancel])
        #expect(scene.record(of: call)?.outcome == .unanswered)
        #expect(scene.record(of: call)?.endedBy == nil)
        #expect(scene.legs.isEmpty && scene.dialled.isEmpty)
        #expect(scene.task(task)?.record.tries[.cancel] == 1)
    }

    @Test func dialThatTheOperatorGivesUpIsTheirEnd() throws {
        let scene = Self.scene()
        scene.request(own: "anna")
        let call = try #require(scene.dial("anna"))
        scene.operatorHangsUp("anna")
        #expect(scene.record(of: call)?.endedBy == .operator)
    }

    @Test func dialThatIsBeingStoppedLetsItsOperatorGo() throws {
        let scene = Self.scene()
        scene.confirmsStops = false
        scene.request(own: "anna")
        let call = try #require(scene.dial("anna"))
        scene.pass(30)
        #expect(scene.snapshot(of: "anna")?.state == .dialling(call))
        scene.send(.callEndWanted(call))
        #expect(scene.legs.isEmpty)
        scene.send(.callEndWanted(call))
        #expect(scene.latest.isEmpty)
        scene.send(.dialEnded(call, DialEnd(.stopped)))
        #expect(scene.attempts.map(\.outcome) == [.noAnswer])
    }

    @Test func conversationThatWasDialledResolvesItsTask() throws {
        let scene = Self.scene()
        let task = scene.request(own: "anna")
        let call = try #require(scene.dial("anna"))
        scene.customerAnswers()
        scene.pass(30)
        scene.send(.callEndWanted(call))
        #expect(scene.attempts.map(\.outcome) == [.answer])
        #expect(scene.result(of: task) == .resolved(by: call))
    }

    @Test func callThatNobodyKnowsIsNotEnded() {
        let scene = Self.scene()
        scene.send(.callEndWanted(999))
        #expect(scene.latest.isEmpty)
    }

    private static func claimed(_ scene: Scene, _ task: TaskID) -> CallID? {
        scene.steps.lazy.compactMap {
            if case .claimed(task, _, let call) = $0.event { call } else { nil }
        }.last
    }
}
