import Routing
import TestKit
import Testing

/// The process is killed between any two steps of an attempt (product.md section 8): no attempt is dialled twice, no task
/// is forgotten, and what was cut is in the attempts log.
struct AttemptCrashTests {
    /// How far the attempt had come, and what is on the disk then.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// The claim of the first attempt had been written.
        let isClaimed: Bool
        /// The customer had been dialled before the crash.
        let isDialled: Bool
        let steps: @Sendable (Scene) -> Void

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "before it is due", isClaimed: false, isDialled: false) { _ in },
        Row(name: "claim decided", isClaimed: false, isDialled: false) { $0.pass(10) },
        Row(name: "claim on disk", isClaimed: true, isDialled: false) { scene in
            scene.pass(10)
            scene.claimIsAnswered()
        },
        Row(name: "operator rings", isClaimed: true, isDialled: false) { scene in
            scene.pass(10)
            scene.claimIsAnswered()
            scene.pass(15)
        },
        Row(name: "dialled", isClaimed: true, isDialled: true) { scene in
            scene.pass(10)
            scene.claimIsAnswered()
            scene.dial("anna")
        },
        Row(name: "answered", isClaimed: true, isDialled: true) { scene in
            scene.pass(10)
            scene.claimIsAnswered()
            scene.dial("anna")
            scene.customerAnswers()
            scene.pass(3)
        },
        Row(name: "dial has failed", isClaimed: false, isDialled: true) { scene in
            scene.pass(10)
            scene.claimIsAnswered()
            scene.dial("anna")
            scene.dialFails(.busy)
        },
    ]

    @Test(arguments: rows)
    func noAttemptIsDialledTwiceAndNoTaskForgotten(_ row: Row) throws {
        let before = Scene.withDialer("anna")
        before.confirmsClaims = false
        let task = before.request(own: "anna", due: 20)
        row.steps(before)
        let stored = try #require(Self.stored(task, before))
        #expect((stored.claimedBy != nil) == row.isClaimed)
        #expect(!Self.dials(before).isEmpty == row.isDialled)

        let after = Scene.withDialer("anna")
        after.send(.taskRestored(stored))
        #expect(after.attempts.map(\.attempt) == (row.isClaimed ? [1] : []))
        #expect(after.attempts.allSatisfy { $0.outcome == .cancel && $0.call == nil && $0.operator == "anna" })
        #expect(after.state.checkInvariants() == [])
        if row.isClaimed { #expect(after.claims.isEmpty && after.cards.isEmpty, "not before its interval is over") }
        for _ in 0..<100 where after.cards.isEmpty { after.pass(20) }
        after.dial("anna")
        after.customerAnswers()
        after.pass(10)
        after.operatorHangsUp("anna")
        let result = try #require(after.result(of: task))
        #expect(result == .resolved(by: try #require(Self.dials(after).first)))

        // Neither process dials for an attempt of the other's.
        let (old, new) = (Self.dialledAttempts(before), Self.dialledAttempts(after))
        #expect(new.count == 1 && Set(old).isDisjoint(with: new), "\(old), then \(new)")
    }

    @Test func crashDuringTheRestartChangesNothing() throws {
        let before = Scene.withDialer("anna")
        let task = before.request(own: "anna")
        before.dial("anna")
        let stored = try #require(Self.stored(task, before))
        let second = Scene.withDialer("anna")
        second.send(.taskRestored(stored))
        // What the second process wrote did not reach the disk either.
        let third = Scene.withDialer("anna")
        third.send(.taskRestored(stored))
        #expect(third.attempts.map(\.attempt) == second.attempts.map(\.attempt))
        #expect(third.task(task)?.state == second.task(task)?.state)
    }

    // MARK: - What is on the disk

    /// As the records have it when all that was decided has been written: the facts, and the claims that were answered.
    private static func stored(_ task: TaskID, _ scene: Scene) -> TaskRecord? {
        var stored: TaskRecord?
        var claims: [Int: OperatorID] = [:]
        for step in scene.steps {
            if case .claimed(task, let attempt, _) = step.event {
                stored?.attempts = attempt
                stored?.claimedBy = claims[attempt]
            }
            for decision in step.decisions {
                switch decision.action {
                case .claim(task, let attempt, let name): claims[attempt] = name
                case .record(.taskOpened(let record)), .record(.taskUpdated(let record)): stored = record
                case .record(.attemptEnded(let row)): if row.task == task { stored?.claimedBy = nil }
                case .record(.taskClosed(task, _)): stored = nil
                default: break
                }
            }
        }
        return stored
    }

    private static func dials(_ scene: Scene) -> [CallID] {
        scene.story.compactMap { if case .dial(let call, _, _, _) = $0.decision.action { call } else { nil } }
    }

    private static func dialledAttempts(_ scene: Scene) -> [Int] {
        let dials = dials(scene)
        return scene.steps.compactMap { step in
            guard case .claimed(_, let attempt, let call) = step.event, dials.contains(call) else { return nil }
            return attempt
        }
    }
}
