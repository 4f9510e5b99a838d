import Routing
import TestKit
import Testing

/// A customer says by keys when they want to be called (product.md section 6).
struct TimeEntryTests {
    private static let question = TimeQuestion(confirmKey: Key("1")!, timeout: .seconds(5), tries: 3)
    private static let local = LocalTime(year: 2026, month: 11, day: 24, hour: 9, minute: 30)

    private static func scene(change: (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        Scene.withDialer("anna") {
            $0.queues[0].callbackDialer = "callbacks"
            change(&$0)
        }
    }

    private static func press(_ keys: String, _ call: CallID, _ scene: Scene) {
        for key in keys { scene.send(.keyPressed(.caller(call), Key(key)!)) }
    }

    private static func begin(_ scene: Scene, number: CustomerNumber? = "+1") -> CallID {
        scene.arrive(number: number, own: "anna") { $0.script = [.askTime(question), .play("sorry"), .hangUp] }
    }

    private static func heard(_ scene: Scene, _ call: CallID) -> [Sound] {
        scene.story.compactMap {
            guard case .play(_, let sound, .caller(call), _) = $0.decision.action else { return nil }
            return sound
        }
    }

    private static func asked(_ scene: Scene) -> [EnteredTime] {
        scene.story.compactMap {
            if case .resolveTime(_, let entered, "callbacks") = $0.decision.action { entered } else { nil }
        }
    }

    private static func resolve(_ call: CallID, _ scene: Scene, after seconds: Int = 1_000) {
        scene.send(.timeResolved(call, ChosenTime(at: scene.now + .seconds(seconds), local: local)))
    }

    @Test func dateTimeConfirmationAndTheTaskIsDueThen() throws {
        let scene = Self.scene()
        let call = Self.begin(scene)
        scene.soundEnds(.caller(call))
        Self.press("2411", call, scene)
        Self.press("0930", call, scene)
        #expect(Self.asked(scene) == [EnteredTime(date: "2411", time: "0930")])
        #expect(scene.hearsHold(call), "nobody is left in silence")
        Self.resolve(call, scene)
        guard case .speak(_, .dateAndTime(Self.local), .caller(call)) = scene.actions.last else {
            Issue.record("expected what was entered, got \(scene.actions)")
            return
        }
        scene.soundEnds(.caller(call))
        #expect(Self.heard(scene, call) == ["enter-date", "enter-time", "confirm-time"])
        scene.soundEnds(.caller(call))
        Self.press("1", call, scene)
        #expect(Self.heard(scene, call).last == "callback-promised")
        scene.soundEnds(.caller(call))
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        let record = try #require(scene.task(TaskID(rawValue: call.rawValue))?.record)
        #expect(record.due == 1_010 && record.source == .customer(call) && record.responsible == "anna")
        scene.pass(999)
        #expect(scene.claim(of: record.id) == nil)
        scene.pass(1)
        #expect(scene.claim(of: record.id)?.by == "anna")
    }

    @Test(arguments: [("0#0930", "0"), ("1#0930", "1"), ("24*25110930", "2511"), ("2411ABC0930", "2411")])
    func keysOfADate(keys: String, date: String) {
        let scene = Self.scene()
        let call = Self.begin(scene)
        Self.press(keys, call, scene)
        #expect(Self.asked(scene).map(\.date) == [date])
    }

    @Test func oneDigitIsEnoughAfterAPause() {
        let scene = Self.scene()
        let call = Self.begin(scene)
        Self.press("1", call, scene)
        scene.pass(4.9)
        #expect(Self.heard(scene, call) == ["enter-date"])
        scene.pass(0.1)
        #expect(Self.heard(scene, call) == ["enter-date", "enter-time"])
    }

    /// What asks again, three times in all, and then goes on with the next step.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let fail: @Sendable (Scene, CallID) -> Void

        var testDescription: String { name }
    }

    static let failures = [
        Row(name: "no key") { scene, call in
            scene.soundEnds(.caller(call))
            scene.pass(5)
        },
        Row(name: "no such time") { scene, call in
            press("30020930", call, scene)
            scene.send(.timeResolved(call, nil))
            scene.soundEnds(.caller(call))
        },
        Row(name: "date that is not complete") { scene, call in
            press("24#", call, scene)
            scene.soundEnds(.caller(call))
        },
        Row(name: "no answer from outside") { scene, call in
            press("24110930", call, scene)
            scene.pass(5)
        },
        Row(name: "time that is over by now") { scene, call in
            press("24110930", call, scene)
            resolve(call, scene, after: 0)
            scene.soundEnds(.caller(call))
        },
        Row(name: "another key than the one that confirms") { scene, call in
            press("24110930", call, scene)
            resolve(call, scene)
            press("2", call, scene)
        },
        Row(name: "no key to confirm") { scene, call in
            press("24110930", call, scene)
            resolve(call, scene)
            scene.soundEnds(.caller(call))
            scene.soundEnds(.caller(call))
            scene.pass(5)
        },
    ]

    @Test(arguments: failures)
    func threeTriesThenTheNextStep(_ row: Row) {
        let scene = Self.scene()
        let call = Self.begin(scene)
        for round in 1...3 {
            #expect(Self.heard(scene, call).filter { $0 == "enter-date" }.count == round)
            #expect(!Self.heard(scene, call).contains("sorry"))
            row.fail(scene, call)
        }
        #expect(Self.heard(scene, call).contains("sorry"))
        #expect(Self.heard(scene, call).filter { $0 == "enter-date" }.count == 3)
        #expect(scene.state.snapshot(at: scene.now).tasks.isEmpty)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func withheldNumbersAndQueuesWithoutADialerAreNotAsked() {
        let withheld = Self.scene()
        #expect(Self.heard(withheld, Self.begin(withheld, number: nil)) == ["sorry"])
        let alone = Self.scene { $0.queues[0].callbackDialer = nil }
        #expect(Self.heard(alone, Self.begin(alone)) == ["sorry"])
    }

    @Test func lateAnswersMeanNothing() {
        let scene = Self.scene()
        let call = Self.begin(scene)
        Self.resolve(call, scene)
        #expect(scene.latest.isEmpty)
        Self.press("24110930", call, scene)
        Self.press("5", call, scene)
        #expect(scene.latest.isEmpty)
    }

    // MARK: - From the queue

    private static func waiting(_ change: @escaping (inout QueuePolicy) -> Void = { _ in }) -> (Scene, CallID) {
        let scene = scene {
            $0.queues[0].callbackKey = Key("5")
            $0.queues[0].callbackTime = question
            change(&$0.queues[0])
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        let call = scene.arrive(number: "+1", own: "anna")
        scene.pass(20)
        return (scene, call)
    }

    @Test func callbackKeyOfAQueueAsksForTheTime() throws {
        let (scene, call) = Self.waiting()
        Self.press("5", call, scene)
        #expect(Self.heard(scene, call) == ["enter-date"])
        Self.press("24110930", call, scene)
        Self.resolve(call, scene)
        Self.press("1", call, scene)
        #expect(Self.heard(scene, call).last == "callback-promised")
        scene.soundEnds(.caller(call))
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        #expect(scene.task(TaskID(rawValue: call.rawValue))?.record.due == scene.now + .seconds(1_000))
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func whoComesToNoDecisionHasTheirOldPlace() {
        let (scene, call) = Self.waiting()
        Self.press("5", call, scene)
        scene.arrive(number: "+2")
        for _ in 0..<3 {
            scene.soundEnds(.caller(call))
            scene.pass(5)
        }
        #expect(scene.hearsHold(call))
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == call)
        #expect(scene.state.snapshot(at: scene.now).queues[0].entered == 2)
    }

    @Test func whoHangsUpMeanwhileIsLostLikeAnybodyWhoWaited() {
        let (scene, call) = Self.waiting { $0.callback = true }
        Self.press("5", call, scene)
        scene.pass(1)
        scene.customerHangsUp(call)
        #expect(scene.record(of: call)?.outcome == .abandoned)
        #expect(scene.task(TaskID(rawValue: call.rawValue))?.record.source == .lostCall(call))
        #expect(scene.state.snapshot(at: scene.now).queues[0].lost == 1)
    }

    @Test func whoHangsUpDuringThePromiseIsCalledBackThenAllTheSame() {
        let scene = Self.scene()
        let call = Self.begin(scene)
        Self.press("24110930", call, scene)
        Self.resolve(call, scene)
        Self.press("1", call, scene)
        scene.customerHangsUp(call)
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        #expect(scene.record(of: call)?.endedBy == .customer)
        #expect(scene.task(TaskID(rawValue: call.rawValue))?.record.due == 1_010)
    }

    @Test func phoneThatRingsForTheCustomerStops() {
        let (scene, call) = Self.waiting()
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == call)
        Self.press("5", call, scene)
        #expect(scene.ringing.isEmpty)
        #expect(scene.state.checkInvariants() == [])
    }
}
