import Routing
import TestKit
import Testing

/// A dialer is paused (product.md section 6): what has begun goes on, nothing new begins, nobody's time runs out.
struct PauseTests {
    private static let pause = DialerWish.paused(reason: "meeting")

    private static func scene(change: (inout RoutingPolicy) -> Void = { _ in }) -> Scene {
        Scene.withDialer("anna", "boris", change: change)
    }

    private static func wish(_ wish: DialerWish, _ scene: Scene, _ dialer: DialerID = "callbacks") {
        scene.send(.dialerWished(dialer, wish))
    }

    @Test func nothingIsClaimedDuringAPauseAndAllAtItsEnd() {
        let scene = Self.scene()
        Self.wish(Self.pause, scene)
        #expect(scene.facts == [.dialerWished("callbacks", Self.pause)])
        let first = scene.request("+1")
        scene.request("+2", due: 20)
        let third = scene.request("+3", own: "boris")
        scene.pass(500)
        #expect(scene.claims.isEmpty && scene.cards.isEmpty)
        Self.wish(.running, scene)
        #expect(scene.claim(of: first)?.by == "anna", "in the order in which they were due")
        #expect(scene.claim(of: third)?.by == "boris")
        #expect(scene.facts.contains(.dialerWished("callbacks", .running)))
    }

    @Test func attemptThatHasBegunGoesOnToItsEnd() throws {
        let scene = Self.scene()
        let task = scene.request(own: "anna")
        Self.wish(Self.pause, scene)
        #expect(scene.task(task)?.state == .previewing("anna"))
        scene.dial("anna")
        scene.dialFails(.busy)
        #expect(scene.attempts.map(\.outcome) == [.busy])
        scene.pass(2_000)
        #expect(scene.attempts.count == 1, "its next try waits")
        Self.wish(.running, scene)
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func responsibleLosesNoTimeByAPause() {
        let scene = Self.scene()
        scene.wish(.paused(reason: "lunch"), "anna")
        let before = scene.request("+1", own: "anna")
        scene.pass(500)
        Self.wish(Self.pause, scene)
        let during = scene.request("+2", own: "anna")
        #expect(scene.task(before)?.state == .waiting(.own, until: nil))
        scene.pass(5_000)
        #expect(scene.facts.contains { if case .responsibleWaitExpired = $0 { true } else { false } } == false)
        Self.wish(.running, scene)
        let now = scene.now
        for task in [before, during] {
            #expect(scene.task(task)?.state == .waiting(.own, until: now + .seconds(600)))
        }
        scene.pass(599)
        #expect(scene.claim(of: before) == nil)
        scene.pass(1)
        #expect(scene.claim(of: before)?.by == "boris")
        #expect(scene.facts.contains(.responsibleWaitExpired(before, "anna", from: now, until: scene.now)))
        #expect(scene.facts.contains(.responsibleWaitExpired(during, "anna", from: now, until: scene.now)))
    }

    @Test func shortPauseThatEndsBeforeTheWaitBeginsItAnewAsWell() {
        let scene = Self.scene()
        scene.wish(.paused(reason: "lunch"), "anna")
        let task = scene.request(own: "anna")
        scene.pass(300)
        Self.wish(Self.pause, scene)
        scene.pass(100)
        Self.wish(.running, scene)
        let end = scene.now + .seconds(600)
        #expect(scene.task(task)?.state == .waiting(.own, until: end))
        scene.pass(599.9)
        #expect(scene.claim(of: task) == nil)
        scene.pass(0.1)
        #expect(scene.claim(of: task)?.by == "boris")
    }

    @Test func operatorCannotStartATaskDuringAPauseAndHasItAfterwards() {
        let scene = Self.scene { $0.dialerAssignments[0].priority = 0 }
        Self.wish(Self.pause, scene)
        let task = scene.request(own: "boris", due: 5_000)
        scene.send(.taskStarted(task, by: "anna"))
        #expect(scene.claim(of: task) == nil)
        #expect(scene.task(task)?.record.responsible == "anna")
        Self.wish(.running, scene)
        #expect(scene.claim(of: task) == nil, "priority 0 starts it themselves")
        scene.send(.taskStarted(task, by: "anna"))
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func otherDialersGoOn() {
        let scene = Self.scene { policy in
            policy.dialers.append(DialerPolicy(id: "rest", queue: "sales"))
            policy.dialerAssignments.append(DialerAssignment("anna", "rest", priority: 5))
        }
        Self.wish(Self.pause, scene)
        let waits = scene.request("+1", own: "anna")
        let goes = scene.request("+2", own: "anna", in: "rest")
        #expect(scene.claim(of: goes)?.by == "anna")
        #expect(scene.task(waits)?.state == .waiting(.own, until: nil))
    }

    @Test func leadsWaitAndStayWithTheirOperator() {
        let scene = Self.scene {
            $0.dialers[0].mode = .personal
            $0.dialers[0].reassignAfter = .seconds(60)
        }
        Self.wish(Self.pause, scene)
        let lead = scene.request("+1", own: "anna")
        let other = scene.request("+2", own: "boris")
        scene.wish(.off, "boris")
        scene.pass(500)
        #expect(scene.claim(of: lead) == nil)
        #expect(scene.task(other)?.record.responsible == "boris")
        Self.wish(.running, scene)
        #expect(scene.claim(of: lead)?.by == "anna")
        scene.pass(0.001)
        #expect(scene.task(other)?.record.responsible == nil, "they have been away for longer")
    }

    @Test func nobodyIsRemindedOfTasksThatWaitForThePause() {
        let scene = Self.scene()
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.request(own: "anna")
        Self.wish(Self.pause, scene)
        scene.send(.reminderWanted("anna", as: 500))
        #expect(scene.latest.isEmpty)
    }

    @Test func pauseOutlastsAReloadAndIsShown() {
        let scene = Self.scene()
        Self.wish(Self.pause, scene)
        scene.reconfigure { $0.dialers[0].preview = .seconds(1) }
        #expect(scene.state.snapshot(at: scene.now).dialers.map(\.wish) == [Self.pause])
        let task = scene.request()
        #expect(scene.claim(of: task) == nil)
    }

    @Test func pauseOfADialerThatIsNotConfiguredHoldsWhenItIs() {
        let scene = Self.scene()
        Self.wish(Self.pause, scene, "later")
        scene.reconfigure {
            $0.dialers.append(DialerPolicy(id: "later", queue: "sales"))
            $0.dialerAssignments.append(DialerAssignment("anna", "later", priority: 5))
        }
        let task = scene.request(in: "later")
        #expect(scene.claim(of: task) == nil)
        Self.wish(.running, scene, "later")
        #expect(scene.claim(of: task)?.by == "anna")
    }

    @Test func sameWishTwiceIsOneAndAnotherReasonIsNoEnd() {
        let scene = Self.scene()
        Self.wish(.running, scene)
        #expect(scene.latest.isEmpty)
        Self.wish(Self.pause, scene)
        Self.wish(Self.pause, scene)
        #expect(scene.latest.isEmpty)
        let task = scene.request()
        Self.wish(.paused(reason: "holiday"), scene)
        #expect(scene.actions == [.record(.dialerWished("callbacks", .paused(reason: "holiday")))])
        #expect(scene.claim(of: task) == nil)
    }
}
