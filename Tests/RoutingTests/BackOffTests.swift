import Routing
import TestKit
import Testing

/// Who did not take a call is skipped for it, for a time that depends on the cause (product.md section 2).
struct BackOffTests {
    private func scene(_ backOff: BackOff, retryAfter: Duration = .seconds(30)) -> Scene {
        Scene("anna") {
            $0.queues[0].retryAfter = retryAfter
            $0.queues[0].backOff = backOff
        }
    }

    private static let each: [(RingEnd.Cause, Double)] = [
        (.declined, 60), (.busy, 10), (.noAnswer, 45), (.unreachable, 5),
    ]

    @Test(arguments: each)
    func eachCauseHasItsOwnTime(cause: RingEnd.Cause, time: Double) {
        let scene = scene(
            BackOff(declined: .seconds(60), busy: .seconds(10), noAnswer: .seconds(45), unreachable: .seconds(5)))
        let call = scene.arrive()
        scene.ringFails("anna", cause)
        scene.pass(time - 0.1)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.1)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test(arguments: [RingEnd.Cause.declined, .busy, .noAnswer, .unreachable])
    func causeWithoutATimeOfItsOwnHasThatOfTheQueue(cause: RingEnd.Cause) {
        let scene = scene(BackOff())
        let call = scene.arrive()
        scene.ringFails("anna", cause)
        scene.pass(29.9)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.1)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func noTimeIsShorterThanASecond() {
        let scene = scene(BackOff(unreachable: .zero))
        let call = scene.arrive()
        scene.ringFails("anna", .unreachable)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.9)
        #expect(scene.rings(for: call) == [])
        scene.pass(0.1)
        #expect(scene.rings(for: call) == ["anna"])
    }

    @Test func eachCallRemembersForItself() {
        let scene = scene(BackOff(declined: .seconds(60)))
        let first = scene.arrive()
        scene.ringFails("anna", .declined)
        let second = scene.arrive()
        #expect(scene.rings(for: second) == ["anna"])
        #expect(scene.rings(for: first) == [])
    }
}
