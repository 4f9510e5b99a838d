import Journal
import Routing
import TestKit
import Testing

/// Whatever happens in whatever order, the lines of `queue_log` fit together.
struct QueueLogPropertyTests {
    private static let origin = QueueLogTests.origin
    private static let ends: Set<QueueLogLine.Event> = [
        .completeCaller, .completeAgent, .abandon, .exitEmpty, .exitWithKey, .exitWithTimeout, .withdraw,
        .blindTransfer, .attendedTransfer, .systemCompatibility,
    ]

    /// A while of chance, at the end of which everybody has hung up.
    private func steps(seed: UInt64) -> [JournalStep] {
        var dice = SeededGenerator(seed: seed)
        let names: [OperatorID] = ["anna", "ihor", "olha"]
        let scene = Scene(operators: names) { policy in
            policy.queues.append(QueuePolicy(id: "service"))
            policy.queues[0].maxWait = .seconds(90)
            policy.queues[0].callbackKey = Key("1")
            policy.queues[2].strategy = .ringAll
            policy.assignments += names.prefix(2).map { Assignment($0, "service", priority: 2) }
            policy.missesBeforePause = 0
        }
        var calls: [CallID] = []
        for _ in 0..<60 {
            let name = names.randomElement(using: &dice)!
            let call = calls.randomElement(using: &dice) ?? 0
            switch Int.random(in: 0..<20, using: &dice) {
            case 0...3:
                let queue = (["sales", "sales", "service", "vip"] as [QueueID]).randomElement(using: &dice)!
                calls.append(scene.arrive(queue, number: CustomerNumber("+\(calls.count)")))
            case 4...7: scene.answer(name)
            case 8: scene.ringFails(name, .declined)
            case 9: scene.customerHangsUp(call)
            case 10: scene.operatorHangsUp(name)
            case 11: scene.send(.rerouted(call, to: .queue(Bool.random(using: &dice) ? "service" : "sales")))
            case 12: scene.send(.rerouted(call, to: .operator(name)))
            case 13: scene.send(.handedOver(call, to: name))
            case 14: scene.wish([.ready, .paused(reason: "tea"), .off].randomElement(using: &dice)!, name)
            case 15: scene.wish(.ready, name)
            case 16: scene.soundEnds(.operator(name))
            case 17: scene.send(.heldByPhone(name, Bool.random(using: &dice)))
            case 18: scene.send(.keyPressed(.caller(call), Key("1")!))
            default: scene.send(Bool.random(using: &dice) ? .operatorUnreachable(name) : .operatorReachable(name))
            }
            scene.pass(Double.random(in: 0...20, using: &dice))
        }
        for call in calls { scene.customerHangsUp(call) }
        return scene.steps.map { JournalStep(at: $0.at, event: $0.event, decisions: $0.decisions) }
    }

    @Test(arguments: 1...150 as ClosedRange<UInt64>) func everyStayInAQueueHasOneEnd(seed: UInt64) {
        var log = QueueLog()
        let lines = steps(seed: seed).flatMap { log.lines(of: $0, origin: Self.origin) }
        for (call, lines) in Dictionary(grouping: lines, by: \.call) where call != nil {
            var stay: QueueLogLine?
            var connection: QueueLogLine?
            var isOnHold = false
            for line in lines where line.event != .did {
                if line.event == .enterQueue {
                    #expect(stay == nil, "seed \(seed): \(line)")
                    stay = line
                    (connection, isOnHold) = (nil, false)
                    continue
                }
                #expect(line.queue == stay?.queue, "seed \(seed): \(line)")
                switch line.event {
                case .connect:
                    #expect(connection == nil, "seed \(seed): \(line)")
                    connection = line
                case .callerOnHold, .callerOffHold:
                    #expect(connection != nil && isOnHold == (line.event == .callerOffHold), "seed \(seed): \(line)")
                    isOnHold.toggle()
                case .ringNoAnswer, .ringCanceled: break
                default:
                    #expect(Self.ends.contains(line.event), "seed \(seed): \(line)")
                    #expect(line.agent == connection?.agent, "seed \(seed): \(line)")
                    if let connection { #expect(line.parameters.contains(connection.parameters[0])) }
                    stay = nil
                }
            }
            #expect(stay == nil, "seed \(seed): \(lines)")
        }
    }

    /// Nobody can say where a call stood among calls that nobody has seen.
    @Test(arguments: 1...150 as ClosedRange<UInt64>) func whatIsCutOffAtTheBeginningMakesNothingElseUntrue(seed: UInt64)
    {
        let all = steps(seed: seed)
        var whole = QueueLog()
        let told = Set(all.flatMap { whole.lines(of: $0, origin: Self.origin) }.map(\.withoutUnknowns))
        // The operator of a conversation of no length whose beginning is missing: the call log has no stretch of it.
        let withoutAgents = Set(told.map(\.withoutAgent))
        for first in stride(from: 0, to: all.count, by: 7) {
            var cut = QueueLog()
            let lines = all[first...].flatMap { cut.lines(of: $0, origin: Self.origin) }.dropFirst()
            let other = lines.map(\.withoutUnknowns).filter { !told.contains($0) && !withoutAgents.contains($0) }
            #expect(other.isEmpty, "seed \(seed), from step \(first): \(other.map(\.description))")
        }
    }
}

extension QueueLogLine {
    fileprivate var withoutAgent: QueueLogLine {
        var line = self
        if event == .completeCaller || event == .completeAgent { line.agent = nil }
        return line
    }
}
