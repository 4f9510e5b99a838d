import Routing
import TestKit
import Testing

/// Promises of the process before are kept like those of today (product.md section 6).
struct OwedCallbackTests {
    private static func wish(_ queue: QueueID = "sales", call: CallID = 500) -> CallbackWish {
        CallbackWish(call: call, number: "+1", queue: queue, responsible: "anna", group: "red")
    }

    private static func scene(dialer: DialerID? = "callbacks") -> Scene {
        let scene = Scene.withDialer("anna") { $0.queues[0].callbackDialer = dialer }
        scene.wish(.paused(reason: "lunch"), "anna")
        return scene
    }

    @Test func promiseBecomesATaskThatIsDueAtOnce() throws {
        let scene = Self.scene()
        scene.send(.callbackOwed(Self.wish()))
        let record = try #require(scene.task(TaskID(rawValue: 500))?.record)
        #expect(record.dialer == "callbacks" && record.number == "+1" && record.due == scene.now)
        #expect(record.responsible == "anna" && record.group == "red" && record.source == .lostCall(500))
        #expect(scene.latest.map(\.reason) == [.callbackOwed])
        #expect(scene.facts.last == .taskOpened(record))
    }

    struct Unpromised: Sendable {
        let name: String
        let queue: QueueID
        let dialer: DialerID?
    }

    @Test(arguments: [
        Unpromised(name: "queue without a dialer", queue: "sales", dialer: nil),
        Unpromised(name: "queue with a dialer that is not configured", queue: "sales", dialer: "gone"),
        Unpromised(name: "queue that is not configured", queue: "gone", dialer: "callbacks"),
    ])
    func withoutADialerItStaysAWish(_ row: Unpromised) {
        let scene = Self.scene(dialer: row.dialer)
        scene.send(.callbackOwed(Self.wish(row.queue)))
        #expect(scene.latest.isEmpty, "\(row.name)")
        #expect(scene.state.snapshot(at: scene.now).tasks.isEmpty)
    }

    @Test func customerWhoHasATaskIsNotCalledTwice() {
        let scene = Self.scene()
        let task = scene.request("+1", due: 9_000)
        scene.send(.callbackOwed(Self.wish()))
        scene.send(.callbackOwed(Self.wish(call: 501)))
        let tasks = scene.state.snapshot(at: scene.now).tasks
        #expect(tasks.map(\.record.id) == [task])
        #expect(tasks.first?.record.due == scene.now)
    }

    @Test func promiseOfTodayAndOfYesterdayMakeTheSameTask() throws {
        let today = Self.scene()
        today.reconfigure { $0.queues[0].callback = true }
        let call = today.arrive(number: "+1", own: "anna")
        today.customerHangsUp(call)
        var fresh = try #require(today.task(TaskID(rawValue: call.rawValue))?.record)
        let yesterday = Self.scene()
        let wish = CallbackWish(call: call, number: "+1", queue: "sales", responsible: "anna", group: nil)
        yesterday.send(.callbackOwed(wish))
        let owed = try #require(yesterday.task(fresh.id)?.record)
        fresh.due = owed.due
        fresh.updatedAt = owed.updatedAt
        #expect(fresh == owed)
    }
}
