import Routing
import TestKit
import Testing

/// Fifty tasks are due at once, three operators are there, and customers call in meanwhile (product.md section 6).
struct BusyHourTests {
    private static let names: [OperatorID] = ["anna", "boris", "clara"]

    @Test(arguments: [0.0, 15.0], [1, 2, 3])
    func callsComeFirstOrderIsKeptAndNobodyIsInTwoPlaces(preview: Double, seed: UInt64) {
        let scene = Scene.withDialer("anna", "boris", "clara") {
            $0.dialers[0].preview = .seconds(preview)
            $0.queues[0].wrapUp = .zero
        }
        var hour = Hour(scene, SeededGenerator(seed: seed))
        for index in 0..<50 { scene.request(CustomerNumber("+\(1_000 + index)"), due: 100) }
        scene.pass(90)
        hour.check()
        for second in 0..<6_000 where !hour.isOver(second) { hour.live(second) }
        #expect(hour.problems == [])
        let tasks = scene.state.snapshot(at: scene.now).tasks
        #expect(tasks.isEmpty, "\(tasks.count) tasks are left")
        let results = scene.facts.compactMap { if case .taskClosed(_, let result) = $0 { result } else { nil } }
        #expect(results.count == 50 && results.allSatisfy { if case .resolved = $0 { true } else { false } })
        #expect(
            scene.facts.filter { if case .callEnded(let row) = $0 { row.outcome == .answered } else { false } }.count
                == 90)
        #expect(hour.tookBack > 0, "no call ever took an operator from a task")
    }

    /// Operators who take what comes, and the eyes upon them.
    private struct Hour {
        private let scene: Scene
        private var dice: SeededGenerator
        private var seen = 0
        private var ends: [OperatorID: Int] = [:]
        private var dialling: [CustomerNumber] = []
        private var arrived = 0
        private(set) var tookBack = 0
        private(set) var problems: [String] = []

        init(_ scene: Scene, _ dice: SeededGenerator) {
            self.scene = scene
            self.dice = dice
        }

        func isOver(_ second: Int) -> Bool {
            let snapshot = scene.state.snapshot(at: scene.now)
            let isDone = arrived == 40 && snapshot.openTasks == 0 && snapshot.calls.isEmpty
            return isDone || !problems.isEmpty
        }

        mutating func live(_ second: Int) {
            scene.pass(1)
            check()
            if arrived < 40, dice.chance(0.06) {
                arrived += 1
                scene.arrive(number: CustomerNumber("+\(9_000 + arrived)"))
                check()
            }
            for name in BusyHourTests.names {
                if scene.ringing[name] != nil, dice.chance(0.4) {
                    scene.answer(name)
                    check()
                }
                if let call = scene.dialled.first(where: { $0.by == name }), dice.chance(0.3) {
                    scene.customerAnswers(call.call)
                    check()
                }
                if case .talking = scene.snapshot(of: name)?.state {
                    let end = ends[name] ?? second + 10 + Int.random(in: 0...20, using: &dice)
                    ends[name] = end
                    if second >= end {
                        ends[name] = nil
                        scene.operatorHangsUp(name)
                        check()
                    }
                }
            }
        }

        /// Looks at all that was decided since it was last asked.
        mutating func check() {
            problems += scene.state.checkInvariants()
            for (_, decision) in scene.story[seen...] {
                switch decision.action {
                case .claim(let task, _, let name): checkClaim(task, name)
                case .dial(_, let number, _, _):
                    if dialling.contains(number) { problems.append("\(number) is dialled twice") }
                    dialling.append(number)
                case .record(.attemptEnded(let row)):
                    dialling.removeAll { $0 == row.number }
                    if row.outcome == .cancel { tookBack += 1 }
                default: break
                }
            }
            seen = scene.story.count
            let busy = scene.legs.keys.filter { scene.ringing[$0] != nil }
            if !busy.isEmpty { problems.append("\(busy) are rung while they talk") }
        }

        private mutating func checkClaim(_ task: TaskID, _ name: OperatorID) {
            let snapshot = scene.state.snapshot(at: scene.now)
            let waiting = snapshot.calls.filter { $0.state == .waiting(.anyone) }
            if !waiting.isEmpty { problems.append("\(name) has task \(task) while calls wait: \(waiting.map(\.call))") }
            let earlier = snapshot.tasks.filter {
                $0.record.id < task && $0.state == .waiting(.anyone, until: nil)
            }
            if !earlier.isEmpty { problems.append("task \(task) comes before \(earlier.map(\.record.id))") }
        }
    }
}
