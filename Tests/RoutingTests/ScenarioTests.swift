import Routing
import TestKit
import Testing

/// A call takes the steps of its scenario before its queue has its turn (product.md sections 2 and 7).
struct ScenarioTests {
    private let sales = Key("1")!
    private let support = Key("2")!

    private func scene() -> Scene {
        Scene("anna", "boris") {
            $0.queues.append(QueuePolicy(id: "support"))
            $0.assignments.append(Assignment("boris", "support", priority: 5))
        }
    }

    private var menu: Question {
        Question(
            "menu",
            answers: [
                Question.Answer(sales, [.route(.queue("sales"))]),
                Question.Answer(support, [.play("support"), .route(.queue("support"))]),
            ], repeats: 1, otherwise: [.play("bye"), .hangUp])
    }

    private func press(_ scene: Scene, _ key: Character, _ call: CallID) {
        scene.send(.keyPressed(.caller(call), Key(key)!))
    }

    private func heard(_ scene: Scene, _ call: CallID) -> [Sound] {
        scene.story.compactMap {
            guard case .play(_, let sound, .caller(call), _) = $0.decision.action else { return nil }
            return sound
        }
    }

    @Test func everyStepIsHeardToItsEndThenTheQueueHasItsTurn() throws {
        let scene = scene()
        let call = scene.arrive { $0.script = [.play("welcome"), .play("recorded")] }
        #expect(scene.snapshot(of: call)?.state == .inScenario)
        #expect(scene.rings(for: call) == [])
        scene.pass(3)
        scene.soundEnds(.caller(call))
        #expect(heard(scene, call) == ["welcome", "recorded"])
        scene.soundEnds(.caller(call), completed: false)
        #expect(scene.rings(for: call) == ["anna"])
        #expect(scene.hearsHold(call))
        scene.pass(2)
        scene.customerHangsUp(call)
        let record = try #require(scene.record(of: call))
        #expect(record.segments.map(\.kind) == [.scenario, .ringing])
    }

    @Test func ticketBeginsWithTheQueueAndNotWithTheScenario() {
        let scene = scene()
        for name in ["anna", "boris"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        let early = scene.arrive { $0.script = [.play("long")] }
        scene.pass(30)
        let late = scene.arrive()
        scene.pass(1)
        scene.soundEnds(.caller(early))
        scene.wish(.ready, "anna")
        #expect(scene.rung("anna") == late)
    }

    @Test(arguments: [true, false])
    func answerBranchesDuringTheQuestionAndAfterIt(during: Bool) {
        let scene = scene()
        let call = scene.arrive { $0.script = [.ask(menu)] }
        if !during { scene.soundEnds(.caller(call)) }
        press(scene, "2", call)
        #expect(heard(scene, call) == ["menu", "support"])
        #expect(scene.notes.last { $0.call == call }?.reason == .keyChosen(support))
        scene.soundEnds(.caller(call))
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.snapshot(of: call)?.queue == "support")
    }

    @Test func questionIsRepeatedAfterItsTimeoutAndThenOtherwiseIsTaken() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.ask(menu)] }
        scene.soundEnds(.caller(call))
        scene.pass(4.9)
        #expect(heard(scene, call) == ["menu"])
        scene.pass(0.1)
        #expect(heard(scene, call) == ["menu", "menu"])
        scene.soundEnds(.caller(call))
        scene.pass(5)
        #expect(heard(scene, call) == ["menu", "menu", "bye"])
        scene.soundEnds(.caller(call))
        #expect(scene.record(of: call)?.outcome == .scenario)
    }

    @Test func keyThatMeansNothingAsksAgain() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.ask(menu)] }
        press(scene, "9", call)
        #expect(heard(scene, call) == ["menu", "menu"])
        press(scene, "9", call)
        #expect(heard(scene, call) == ["menu", "menu", "bye"])
        press(scene, "1", call)
        #expect(scene.latest.isEmpty, "keys mean nothing in an announcement")
    }

    @Test func lateEndOfAQuestionThatWasAnsweredMeansNothing() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.ask(menu)] }
        press(scene, "1", call)
        #expect(scene.rings(for: call) == ["anna"])
        scene.soundEnds(.caller(call))
        #expect(scene.latest.isEmpty)
    }

    @Test func checkIsAnsweredFromOutside() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.check("good customers"), .play("ordinary")] }
        #expect(scene.actions.contains(.consult(call, "good customers")))
        #expect(scene.hearsHold(call))
        scene.send(.consulted(call, [.play("dear")]))
        #expect(heard(scene, call) == ["dear"])
        #expect(scene.send(.consulted(call, [.hangUp])).isEmpty)
        scene.soundEnds(.caller(call))
        #expect(heard(scene, call) == ["dear", "ordinary"])
    }

    @Test func checkWithoutAnAnswerGoesOnAfterFiveSeconds() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.check("list"), .play("ordinary")] }
        scene.pass(4.9)
        #expect(heard(scene, call) == [])
        scene.pass(0.1)
        #expect(heard(scene, call) == ["ordinary"])
    }

    @Test func routeToAnOperatorRingsThem() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.route(.operator("boris")), .play("never")] }
        #expect(scene.rings(for: call) == ["boris"])
        #expect(scene.reason(for: "boris") == .namedByScenario("boris"))
        #expect(heard(scene, call) == [])
    }

    @Test func rejectAsTheFirstStepCostsTheCustomerNothing() throws {
        let scene = scene()
        let call = scene.arrive { $0.script = [.reject(status: 403)] }
        #expect(scene.actions.first == .refuse(call, status: 403))
        #expect(scene.record(of: call)?.outcome == .refused)
        let later = scene.arrive { $0.script = [.play("sorry"), .reject(status: 403)] }
        scene.soundEnds(.caller(later))
        #expect(scene.record(of: later)?.outcome == .scenario)
    }

    @Test func callbackStepPromisesACallbackUnlessTheNumberIsWithheld() {
        let scene = scene()
        let call = scene.arrive { $0.script = [.callback] }
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        #expect(scene.facts.contains { if case .callbackWanted(let wish) = $0 { wish.call == call } else { false } })
        let withheld = scene.arrive(number: nil) { $0.script = [.callback, .play("no number")] }
        #expect(heard(scene, withheld) == ["no number"])
    }

    @Test func customerWhoHangsUpInTheScenarioIsNotLost() throws {
        let scene = scene()
        scene.reconfigure { $0.queues[0].callback = true }
        let call = scene.arrive { $0.script = [.ask(menu)] }
        scene.customerHangsUp(call)
        #expect(scene.record(of: call)?.outcome == .scenario)
        #expect(scene.state.snapshot(at: scene.now).queues[0].lost == 0)
        #expect(!scene.facts.contains { if case .callbackWanted = $0 { true } else { false } })
        scene.pass(100)
        #expect(scene.state.nextDeadline == nil)
    }

    @Test func fullQueueEndsTheCallAfterTheScenario() {
        let scene = scene()
        scene.reconfigure { $0.queues[0].maxLength = 1 }
        for name in ["anna", "boris"] as [OperatorID] { scene.wish(.paused(reason: "x"), name) }
        scene.arrive()
        let call = scene.arrive { $0.script = [.play("welcome")] }
        scene.soundEnds(.caller(call))
        #expect(scene.reasons.contains(.queueFull(1)))
        #expect(scene.record(of: call)?.outcome == .refused)
    }
}
