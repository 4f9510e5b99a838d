import Routing
import TestKit
import Testing

/// Operators are reminded of the requests that wait for them on a schedule (product.md section 6). What a reminder is, is
/// in `TaskAttemptTests`.
struct ReminderTests {
    private static func scene(every: Duration? = .seconds(100), change: (inout RoutingPolicy) -> Void = { _ in })
        -> Scene
    {
        let scene = Scene.withDialer("anna", "boris") {
            $0.reminder.every = every
            $0.dialers[0].responsibleWait = .seconds(100_000)
            change(&$0)
        }
        scene.wish(.paused(reason: "lunch"), "anna")
        return scene
    }

    private static func reminders(_ scene: Scene) -> [Instant] {
        scene.story.filter { $0.decision.action == .remind("anna") }.map(\.at)
    }

    @Test func reminderComesAgainAndAgainAsLongAsARequestWaits() {
        let scene = Self.scene()
        let task = scene.request(own: "anna")
        scene.pass(99.9)
        #expect(scene.ringing.isEmpty)
        scene.pass(0.1)
        #expect(scene.ringing["anna"] != nil)
        scene.answer("anna")
        #expect(scene.facts.contains(.reminded("anna", count: 1)))
        scene.soundEnds(.operator("anna"))
        scene.pass(1_000)
        #expect(Self.reminders(scene).prefix(3) == [110, 210, 310])
        let before = Self.reminders(scene).count
        scene.send(.taskCancelled(task))
        scene.pass(1_000)
        #expect(Self.reminders(scene).count == before)
        scene.request(own: "anna")
        scene.pass(100)
        #expect(Self.reminders(scene).count == before + 1, "and again with the next request")
    }

    @Test func withoutAScheduleOnlyAProgramReminds() {
        let scene = Self.scene(every: nil)
        scene.request(own: "anna")
        scene.pass(10_000)
        #expect(Self.reminders(scene).isEmpty)
    }

    @Test func scheduleThatIsNewHoldsForWhatWaits() {
        let scene = Self.scene(every: nil)
        scene.request(own: "anna")
        scene.reconfigure { $0.reminder.every = .seconds(50) }
        scene.pass(50)
        #expect(Self.reminders(scene).count == 1)
        scene.reconfigure { $0.reminder.every = nil }
        scene.pass(1_000)
        #expect(Self.reminders(scene).count == 1)
    }

    /// Who is left alone when the time comes.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let isReminded: Bool
        let prepare: @Sendable (Scene) -> Void

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "paused", isReminded: true) { _ in },
        Row(name: "ready, with priority 0", isReminded: true) { scene in
            scene.reconfigure { $0.dialerAssignments[0].priority = 0 }
            scene.wish(.ready, "anna")
        },
        Row(name: "signed off", isReminded: false) { $0.wish(.off, "anna") },
        Row(name: "out of reach", isReminded: false) { $0.send(.operatorUnreachable("anna")) },
        Row(name: "in a call of their own", isReminded: false) { scene in
            scene.send(.ownCallBegan(900, by: "anna", with: nil))
        },
        Row(name: "during a pause of the dialer", isReminded: false) { scene in
            scene.send(.dialerWished("callbacks", .paused(reason: "meeting")))
        },
        Row(name: "about to stop", isReminded: false) { $0.send(.drainBegan) },
    ]

    @Test(arguments: rows)
    func whoIsReadyOrOutOfReachIsLeftAlone(_ row: Row) {
        let scene = Self.scene()
        scene.send(.operatorWished("boris", .off))
        scene.request(own: "anna")
        scene.pass(50)
        row.prepare(scene)
        scene.pass(50)
        #expect(Self.reminders(scene).isEmpty != row.isReminded)
        #expect(scene.state.checkInvariants() == [])
    }

    @Test func whoIsReadyAndGetsTheRequestAnywayIsLeftAlone() {
        let scene = Self.scene { $0.dialers[0].preview = .zero }
        scene.request(own: "anna")
        scene.pass(95)
        scene.wish(.ready, "anna")
        scene.ringFails("anna", .declined)
        #expect(scene.snapshot(of: "anna")?.state == .ready)
        scene.pass(10)
        #expect(Self.reminders(scene).isEmpty)
    }

    @Test func leadsAreNoRequestsThatWait() {
        let scene = Self.scene { $0.dialers[0].mode = .personal }
        scene.request(own: "anna")
        scene.pass(1_000)
        #expect(Self.reminders(scene).isEmpty)
    }
}
