import Routing
import TestKit

extension World {
    /// A configuration with a bit of everything: few operators, so that something always collides,
    /// or as many as are asked for.
    static func makePolicy(operators: Int? = nil, using dice: inout SeededGenerator) -> RoutingPolicy {
        var policy = RoutingPolicy()
        let groups: [GroupID] = ["red", "blue"]
        for index in 0..<(operators ?? Int.random(in: 1...6, using: &dice)) {
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
        makeDialers(&policy, using: &dice)
        policy.maxCalls = 20
        policy.missesBeforePause = Int.random(in: 0...3, using: &dice)
        policy.readyOnRegister = dice.chance(0.7)
        policy.tieFollowsTransfer = dice.chance(0.7)
        policy.reminder.every = dice.chance(0.5) ? pick([0, 20, 60], &dice) : nil
        return policy
    }

    private static func makeDialers(_ policy: inout RoutingPolicy, using dice: inout SeededGenerator) {
        for index in 0..<Int.random(in: 1...2, using: &dice) {
            var dialer = DialerPolicy(id: DialerID("dialer\(index)"), queue: "queue0")
            dialer.mode = dice.chance(0.3) ? .personal : .callback
            dialer.responsibleWait = pick([0, 5, 30], &dice)
            let expiries: [DialerPolicy.Expiry] = [
                .release, .release, .postpone(by: pick([0, 10], &dice)), .moveTo("dialer1"), .handToCRM,
            ]
            dialer.expiry = expiries.randomElement(using: &dice) ?? .release
            dialer.preview = pick([0, 3, 15], &dice)
            dialer.skipAllowed = dice.chance(0.7)
            dialer.ringTimeout = pick([5, 20], &dice)
            dialer.retryAfter = pick([0, 5], &dice)
            dialer.answerTimeout = pick([2, 10, 30], &dice)
            for outcome in AttemptOutcome.allCases {
                dialer.retries[outcome] = RetryRule(
                    tries: Int.random(in: 1...3, using: &dice), interval: pick([0, 5, 30], &dice))
            }
            dialer.reassignAfter = dice.chance(0.7) ? pick([0, 10, 60], &dice) : nil
            dialer.fallback = dice.chance(0.5) ? "dialer1" : nil
            policy.dialers.append(dialer)
            for person in policy.operators where dice.chance(0.8) {
                let priority = Int.random(in: 0...10, using: &dice)
                policy.dialerAssignments.append(DialerAssignment(person.id, dialer.id, priority: priority))
            }
        }
        for index in policy.queues.indices where dice.chance(0.5) { policy.queues[index].callbackDialer = "dialer0" }
    }

    /// In the calm at the end every dialer is there, and tasks come to all who work there.
    static func employAll(_ policy: inout RoutingPolicy) {
        for id: DialerID in ["dialer0", "dialer1", "gone"] where !policy.dialers.contains(where: { $0.id == id }) {
            policy.dialers.append(DialerPolicy(id: id, queue: "queue0"))
        }
        // Somebody who never comes would be waited for again and again.
        for index in policy.dialers.indices { policy.dialers[index].expiry = .release }
        for index in policy.dialerAssignments.indices where policy.dialerAssignments[index].priority == 0 {
            policy.dialerAssignments[index].priority = 1
        }
        let names = policy.operators.map(\.id)
        for dialer in policy.dialers
        where !policy.dialerAssignments.contains(where: { $0.dialer == dialer.id && names.contains($0.operator) }) {
            policy.dialerAssignments.append(DialerAssignment("op0", dialer.id, priority: 1))
        }
    }

    private static func makeQueue(_ id: QueueID, isVIP: Bool, using dice: inout SeededGenerator) -> QueuePolicy {
        var queue = QueuePolicy(id: id)
        queue.vip = isVIP
        if dice.chance(0.5) {
            queue.callbackTime = TimeQuestion(confirmKey: Key("1")!, timeout: .seconds(3), tries: 2)
        }
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
        queue.backOff.declined = dice.chance(0.3) ? pick([0, 60], &dice) : nil
        queue.joinEmpty = dice.chance(0.8)
        queue.leaveWhenEmpty = dice.chance(0.2)
        queue.callbackKey = dice.chance(0.5) ? Key("5") : nil
        queue.callbackAnnouncement = dice.chance(0.5) ? "called-back" : nil
        queue.maxTalking = dice.chance(0.3) ? Int.random(in: 1...3, using: &dice) : nil
        queue.resumePlace = pick([0, 60], &dice)
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
