import Routing
import TestKit
import Testing

/// A line that rejects the call unanswered and calls the number back at once (product.md section 6).
struct HangUpLineTests {
    private static func scene(change: (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        let scene = Scene.withDialer("anna", "boris") {
            $0.queues[0].callbackDialer = "callbacks"
            change(&$0)
        }
        return scene
    }

    @discardableResult
    private static func call(
        _ scene: Scene, number: CustomerNumber? = "+1", own: OperatorID? = nil, status: Int = 486,
        change: (inout Arrival) -> Void = { _ in }
    ) -> CallID {
        scene.arrive(number: number, own: own) {
            $0.script = [.rejectAndCallBack(status: status)]
            change(&$0)
        }
    }

    @Test func callIsRejectedUnansweredAndItsCustomerDialled() throws {
        let scene = Self.scene()
        let call = Self.call(scene)
        #expect(scene.actions.first == .refuse(call, status: 486))
        #expect(!scene.actions.contains(.accept(call)))
        #expect(scene.record(of: call)?.outcome == .refused)
        let task = TaskID(rawValue: call.rawValue)
        let record = try #require(scene.task(task)?.record)
        #expect(record.source == .hangUp(call) && record.due == scene.now && record.dialer == "callbacks")
        #expect(scene.claim(of: task)?.by == "anna")
        scene.dial("anna")
        #expect(scene.dialled.map(\.number) == ["+1"])
    }

    @Test(arguments: [(480, 480), (603, 603), (200, 603), (302, 603), (700, 603)])
    func statusIsTheConfiguredOneIfItRefuses(configured: Int, sent: Int) {
        let scene = Self.scene()
        let call = Self.call(scene, status: configured)
        #expect(scene.actions.first == .refuse(call, status: sent))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let isSticky: Bool
        let own: OperatorID?
        let isChoosy: Bool
        let responsible: OperatorID?

        var testDescription: String { name }
    }

    @Test(arguments: [
        Row(name: "sticky", isSticky: true, own: "boris", isChoosy: false, responsible: "boris"),
        Row(name: "not sticky", isSticky: false, own: "boris", isChoosy: false, responsible: nil),
        Row(name: "new customer", isSticky: true, own: nil, isChoosy: false, responsible: nil),
        Row(name: "wants somebody else", isSticky: true, own: "boris", isChoosy: true, responsible: nil),
    ])
    func responsibleIsTheLastSuccessfulOperatorOfAStickyQueue(_ row: Row) {
        let scene = Self.scene {
            $0.queues[0].sticky = row.isSticky
            $0.operators[1].groups = ["red"]
        }
        let call = Self.call(scene, own: row.own) { $0.wantsNewOperator = row.isChoosy }
        let record = scene.task(TaskID(rawValue: call.rawValue))?.record
        #expect(record?.responsible == row.responsible)
        #expect(record?.group == (row.responsible == nil ? nil : "red"))
    }

    @Test func tieThatIsTooOldPinsNothing() {
        let scene = Self.scene { $0.queues[0].stickyExpires = .seconds(100) }
        let call = Self.call(scene) { $0.tie = Tie(operator: "boris", age: .seconds(101)) }
        #expect(scene.task(TaskID(rawValue: call.rawValue))?.record.responsible == nil)
    }

    @Test func blackListedAndWithheldNumbersAreOnlyRejected() {
        let scene = Self.scene()
        let withheld = Self.call(scene, number: nil)
        #expect(scene.actions.first == .refuse(withheld, status: 486))
        let unwanted = Self.call(scene) { $0.blackListed = true }
        #expect(scene.actions.first == .refuse(unwanted, status: 603))
        #expect(scene.state.snapshot(at: scene.now).tasks.isEmpty)
    }

    @Test func secondCallUpdatesTheTaskAndStartsNoSecondAttempt() {
        let scene = Self.scene()
        let first = Self.call(scene)
        let task = TaskID(rawValue: first.rawValue)
        let second = Self.call(scene)
        #expect(scene.claim(of: task) == nil)
        #expect(scene.task(task)?.state == .previewing("anna"))
        #expect(scene.task(task)?.record.source == .hangUp(second))
        #expect(scene.state.snapshot(at: scene.now).tasks.count == 1)
        scene.dial("anna")
        Self.call(scene)
        #expect(scene.dialled.count == 1 && scene.attempts.isEmpty, "who is dialled already is not dialled twice")
        scene.customerAnswers()
        scene.pass(10)
        scene.operatorHangsUp("anna")
        #expect(scene.result(of: task) != nil)
    }

    @Test func secondCallDuringADialThatFailsIsServedAtOnce() {
        let scene = Self.scene()
        let task = TaskID(rawValue: Self.call(scene).rawValue)
        scene.dial("anna")
        Self.call(scene)
        scene.dialFails(.busy)
        #expect(scene.attempts.map(\.outcome) == [.busy])
        #expect(scene.claim(of: task) != nil)
    }

    @Test func queueWithoutADialerRecordsTheWish() {
        let scene = Self.scene { $0.queues[0].callbackDialer = nil }
        let call = Self.call(scene)
        let wish = CallbackWish(call: call, number: "+1", queue: "sales", responsible: nil, group: nil)
        #expect(scene.facts.contains(.callbackWanted(wish)))
    }

    @Test func lineWorksWhenTheHouseIsFull() {
        let scene = Self.scene { $0.maxCalls = 1 }
        scene.arrive(number: "+2")
        let call = Self.call(scene)
        #expect(scene.actions.first == .refuse(call, status: 486))
        #expect(scene.task(TaskID(rawValue: call.rawValue)) != nil)
    }

    @Test func serverThatIsAboutToStopPromisesNothing() {
        let scene = Self.scene()
        scene.send(.drainBegan)
        let call = Self.call(scene)
        #expect(scene.actions.first == .refuse(call, status: 503))
        #expect(scene.task(TaskID(rawValue: call.rawValue)) == nil)
    }

    @Test func afterAnotherStepTheCallIsEndedAndCalledBack() {
        let scene = Self.scene()
        let call = scene.arrive(number: "+1") { $0.script = [.play("welcome"), .rejectAndCallBack(status: 486)] }
        scene.soundEnds(.caller(call))
        #expect(scene.record(of: call)?.outcome == .leftByKey)
        #expect(scene.task(TaskID(rawValue: call.rawValue))?.record.source == .customer(call))
    }
}
