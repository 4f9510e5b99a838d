import Journal
import Routing
import TestKit
import Testing

/// Operators, configurations and journals that do not begin at the beginning, in `queue_log`.
struct QueueLogPeopleTests {
    private static let origin = QueueLogTests.origin

    private func steps(_ scene: Scene) -> [JournalStep] {
        scene.steps.map { JournalStep(at: $0.at, event: $0.event, decisions: $0.decisions) }
    }

    private func log(_ steps: some Sequence<JournalStep>, _ log: inout QueueLog) -> String {
        steps.flatMap { log.lines(of: $0, origin: Self.origin) }.map(\.description).joined(separator: "\n")
    }

    private func log(_ steps: some Sequence<JournalStep>) -> String {
        var fold = QueueLog()
        return log(steps, &fold)
    }

    @Test func pauseIsToldForAllQueuesAndForEachWithItsReason() {
        let scene = Scene("anna")
        scene.wish(.paused(reason: "lunch"), "anna")
        scene.pass(60)
        scene.wish(.ready, "anna")
        #expect(
            log(steps(scene)) == """
                1800000000|NONE|NONE|NONE|QUEUESTART|
                1800000000|NONE|sales|anna|ADDMEMBER|
                1800000000|NONE|vip|anna|ADDMEMBER|
                1800000010|NONE|NONE|anna|PAUSEALL|lunch
                1800000010|NONE|sales|anna|PAUSE|lunch
                1800000010|NONE|vip|anna|PAUSE|lunch
                1800000070|NONE|NONE|anna|UNPAUSEALL|lunch
                1800000070|NONE|sales|anna|UNPAUSE|lunch
                1800000070|NONE|vip|anna|UNPAUSE|lunch
                """)
    }

    @Test func operatorWhoGoesIsRemovedAndComesBackPaused() {
        let scene = Scene("anna") { $0.assignments.removeLast() }
        scene.send(.operatorUnreachable("anna"))
        scene.wish(.paused(reason: "train"), "anna")
        scene.pass(5)
        scene.send(.operatorReachable("anna"))
        #expect(
            log(steps(scene)).hasSuffix(
                """
                1800000010|NONE|sales|anna|REMOVEMEMBER|
                1800000015|NONE|sales|anna|ADDMEMBER|
                1800000015|NONE|NONE|anna|PAUSEALL|train
                1800000015|NONE|sales|anna|PAUSE|train
                """))
    }

    @Test func laterConfigurationIsAReloadAndMovesMembers() {
        let scene = Scene("anna")
        scene.reconfigure { $0.assignments = [Assignment("anna", "vip", priority: 3)] }
        #expect(
            log(steps(scene)).hasSuffix(
                """
                1800000010|NONE|NONE|NONE|CONFIGRELOAD|
                1800000010|NONE|sales|anna|REMOVEMEMBER|
                """))
    }

    // MARK: - Where steps are missing

    /// A call rings from the tenth second, is answered after 4 s and talks for a minute.
    private func talked() -> Scene {
        let scene = Scene("anna")
        let call = scene.arrive()
        scene.pass(4)
        scene.answer("anna")
        scene.pass(60)
        scene.customerHangsUp(call)
        return scene
    }

    @Test func callWhoseBeginningIsMissingHasOneLineAtItsEndWithoutPositions() {
        let all = steps(talked())
        let arrived = all.firstIndex { if case .callArrived = $0.event { true } else { false } }!
        let left = all.firstIndex { if case .callerLeft = $0.event { true } else { false } }!
        for first in arrived + 1...left {
            let lines = log(all[first...]).split(separator: "\n")
            #expect(lines.filter { $0.contains("|1|") } == ["1800000074|1|sales|anna|COMPLETECALLER|4|60|0"])
        }
    }

    /// Calls of every kind: transfers, an interruption, one who gives up, a pause, a reload.
    private func day() -> Scene {
        let scene = Scene("anna", "ihor") { $0.queues.append(QueuePolicy(id: "service")) }
        let first = scene.talk("anna")
        scene.pass(7)
        let second = scene.talk("ihor")
        scene.pass(60)
        let vip = scene.arrive("vip", number: "+7", own: "anna")
        scene.pass(2)
        scene.soundEnds(.operator("anna"))
        scene.soundEnds(.operator("ihor"))
        scene.pass(5)
        scene.wish(.paused(reason: "tea"), "ihor")
        scene.pass(11)
        scene.customerHangsUp(vip)
        scene.pass(3)
        let waits = scene.arrive(number: "+8")
        scene.pass(4)
        scene.send(.rerouted(first, to: .queue("service")))
        scene.pass(15)
        scene.answer("anna")
        scene.pass(6)
        scene.customerHangsUp(first)
        scene.customerHangsUp(waits)
        scene.reconfigure { $0.successTalk = .seconds(9) }
        scene.wish(.ready, "ihor")
        scene.pass(30)
        scene.send(.handedOver(second, to: "anna"))
        scene.pass(9)
        scene.customerHangsUp(second)
        let last = scene.arrive(number: "+9")
        scene.pass(200)
        scene.customerHangsUp(last)
        scene.send(.operatorUnreachable("anna"))
        return scene
    }

    @Test func journalWithoutItsBeginningSaysNothingThatTheWholeDoesNotSay() {
        let all = steps(day())
        var whole = QueueLog()
        let told = Set(all.flatMap { whole.lines(of: $0, origin: Self.origin) }.map(\.withoutUnknowns))
        for first in all.indices {
            var cut = QueueLog()
            let lines = all[first...].flatMap { cut.lines(of: $0, origin: Self.origin) }.dropFirst()
            let other = lines.map(\.withoutUnknowns).filter { !told.contains($0) }
            #expect(other.isEmpty, "from step \(first): \(other.map(\.description))")
            #expect(first == 0 || !lines.contains { $0.positions.contains { $0 != "0" } }, "from step \(first)")
        }
    }

    @Test func callThatWaitedBeforeTheFirstStepIsAbandonedWithItsWholeWait() {
        let scene = Scene()
        let call = scene.arrive()
        scene.pass(9)
        scene.customerHangsUp(call)
        #expect(log(steps(scene).suffix(1)).hasSuffix("1800000019|1|sales|NONE|ABANDON|0|0|9"))
    }

    @Test func positionsAreUnknownWhereNobodyKnowsWhoWaits() {
        let scene = Scene()
        scene.arrive(number: "+1")
        scene.arrive(number: "+2")
        #expect(log(steps(scene).suffix(1)).hasSuffix("ENTERQUEUE||+2|0"))
    }

    @Test func afterARestartNothingGoesOn() {
        let all = steps(talked())
        let arrived = all.firstIndex { if case .callArrived = $0.event { true } else { false } }!
        var fold = QueueLog()
        _ = log(all[...arrived], &fold)
        fold.restarted()
        #expect(log(steps(Scene()), &fold) == "1800000000|NONE|NONE|NONE|QUEUESTART|")
        let scene = Scene()
        scene.arrive(number: "+9")
        fold.restarted()
        #expect(log(steps(scene), &fold).hasSuffix("ENTERQUEUE||+9|1"))
    }

    @Test func stepsInAnyOrderAndAtAnyInstantGiveWholeLinesAndNoTrap() {
        let all = steps(day())
        for order in [Array(all.reversed()), all + all, zip(all, all.reversed()).flatMap { [$0, $1] }] {
            for at in [Int64.min, -1, .max] {
                let moved = order.enumerated().map { index, step in
                    let at = index.isMultiple(of: 2) ? step.at : Instant(nanoseconds: at)
                    return JournalStep(at: at, event: step.event, decisions: step.decisions)
                }
                let lines = log(moved).split(separator: "\n")
                #expect(lines.count > 20)
                #expect(lines.allSatisfy { $0.count { $0 == "|" } >= 5 && !$0.contains("|-") })
            }
        }
    }

    // MARK: - The line itself

    @Test func whatWouldEndAFieldOrALineIsABlank() {
        let line = QueueLogLine(
            at: WallTime(milliseconds: -1), queue: "a|b", agent: "x\r\ny", event: .enterQueue,
            parameters: ["", "q\u{2028}|\u{0}", "Ольга"])
        #expect(line.description == "-1|NONE|a b|x  y|ENTERQUEUE||q   |Ольга")
    }

    @Test func emptyNamesAreNone() {
        let line = QueueLogLine(at: WallTime(milliseconds: 1_999), queue: "", event: .queueStart)
        #expect(line.description == "1|NONE|NONE|NONE|QUEUESTART|")
    }
}

extension QueueLogLine {
    /// Where its positions are, by what Asterisk documents.
    private var positionIndices: [Int] {
        switch event {
        case .enterQueue, .completeCaller, .completeAgent: [2]
        case .abandon, .exitEmpty, .exitWithTimeout, .withdraw: [0, 1]
        case .exitWithKey: [1, 2]
        case .blindTransfer, .attendedTransfer: [4]
        default: []
        }
    }

    fileprivate var positions: [String] { positionIndices.map { parameters[$0] } }

    /// Without what may be missing where the beginning is: positions, and the leg of a conversation that began there.
    var withoutUnknowns: QueueLogLine {
        var line = self
        if event == .connect { line.parameters[1] = "" }
        for index in positionIndices { line.parameters[index] = "0" }
        return line
    }
}
