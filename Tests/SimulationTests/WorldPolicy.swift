import Routing
import TestKit

extension World {
    /// A configuration with a bit of everything: few operators, so that something always collides.
    static func makePolicy(using dice: inout SeededGenerator) -> RoutingPolicy {
        var policy = RoutingPolicy()
        let groups: [GroupID] = ["red", "blue"]
        for index in 0..<Int.random(in: 1...6, using: &dice) {
            let name = OperatorID("op\(index)")
            let own = groups.filter { _ in dice.chance(0.6) }
            policy.operators.append(OperatorPolicy(id: name, name: name.name, groups: own))
        }
        for index in 0..<Int.random(in: 1...3, using: &dice) {
            policy.queues.append(makeQueue(QueueID("queue\(index)"), isVIP: false, using: &dice))
        }
        policy.queues.append(makeQueue("vip", isVIP: true, using: &dice))
        for queue in policy.queues {
            for person in policy.operators where dice.chance(0.8) {
                let priority = Int.random(in: 0...10, using: &dice)
                policy.assignments.append(Assignment(person.id, queue.id, priority: priority))
            }
            // In the calm at the end somebody must take every call.
            if !policy.assignments.contains(where: { $0.queue == queue.id && $0.priority > 0 }) {
                policy.assignments.removeAll { $0.queue == queue.id }
                policy.assignments.append(Assignment("op0", queue.id, priority: 1))
            }
        }
        policy.maxCalls = 20
        policy.missesBeforePause = Int.random(in: 0...3, using: &dice)
        policy.readyOnRegister = dice.chance(0.7)
        return policy
    }

    private static func makeQueue(_ id: QueueID, isVIP: Bool, using dice: inout SeededGenerator) -> QueuePolicy {
        var queue = QueuePolicy(id: id)
        queue.vip = isVIP
        queue.strategy = Strategy.allCases.randomElement(using: &dice) ?? .weighted
        queue.sticky = dice.chance(0.8)
        queue.groupSticky = dice.chance(0.5)
        queue.responsibleWait = pick([0, 0, 3, 20], &dice)
        queue.stickyExpires = dice.chance(0.3) ? .seconds(500) : nil
        queue.ringTimeout = pick([5, 20], &dice)
        queue.retryAfter = pick([0, 2, 30], &dice)
        if queue.retryAfter == .zero { queue.retryAfter = .milliseconds(500) }
        queue.maxWait = dice.chance(0.3) ? pick([0, 10, 60], &dice) : nil
        queue.timeoutAnnouncement = dice.chance(0.5) ? "sorry" : nil
        queue.maxLength = Int.random(in: 2...10, using: &dice)
        queue.wrapUp = pick([0, 1, 10], &dice)
        queue.callback = dice.chance(0.5)
        queue.interruption.accept = dice.chance(0.5) ? .auto : .key
        queue.interruption.holdAfterAnnouncement = pick([0, 5, 60], &dice)
        queue.interruption.minTalk = pick([0, 5], &dice)
        queue.interruption.maxHold = pick([0, 10, 600], &dice)
        if dice.chance(0.2) { queue.interruption.takeNow = nil }
        if dice.chance(0.2) { queue.interruption.keepTalking = nil }
        if dice.chance(0.3) { queue.interruption.customerAnnouncement = nil }
        return queue
    }

    private static func pick(_ seconds: [Int], _ dice: inout SeededGenerator) -> Duration {
        .seconds(seconds.randomElement(using: &dice) ?? 0)
    }
}
