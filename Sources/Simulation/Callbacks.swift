package import Routing

/// Who calls back the customers who did not get through, by which rules, and how those answer (product.md section 6).
///
/// The configuration of a server has no dialers yet, so the day brings its own.
package struct Callbacks: Hashable, Sendable {
    /// The dialer's rules. Its queue, whose wrap-up and hold audio hold for the conversations, is the first of those
    /// whose lost calls are called back.
    package var rules: DialerPolicy
    /// Lost calls of these are called back; empty: of the queues whose policy says so. Who asks for it by key, or is
    /// lost while on hold, is called back whatever the queue.
    package var queues: [QueueID] = []
    /// These call back, and whoever is in one of the groups. With neither: all who are assigned to such a queue, also
    /// with priority 0.
    package var operators: [OperatorID] = []
    package var groups: [GroupID] = []
    /// A callback is on time if the customer was reached so soon after it was due.
    package var limit: Duration = .seconds(3_600)
    /// Shares of dials, 0…1, together at most 1. All others are answered.
    package var busy = 0.05
    package var noAnswer = 0.25
    /// From the dial to the customer's answer. One that would come after the dialer's `answerTimeout` does not come.
    package var answering: RandomDuration = .uniform(.seconds(4), .seconds(20))
    /// How long an operator looks at the card before they have seen enough; the dialer's `preview` at most.
    package var looking: RandomDuration = .uniform(.seconds(3), .seconds(10))

    package init(rules: DialerPolicy = DialerPolicy(id: DialerID("callbacks"), queue: QueueID(""))) {
        self.rules = rules
    }

    /// The same rule for whatever an attempt may end in.
    package static func retries(tries: Int, interval: Duration) -> ByOutcome<RetryRule> {
        var rules = ByOutcome<RetryRule>()
        for outcome in AttemptOutcome.allCases { rules[outcome] = RetryRule(tries: tries, interval: interval) }
        return rules
    }

    /// Adds the dialer and those who work there. Queues that name a dialer of their own keep it.
    func add(to policy: inout RoutingPolicy) {
        for index in policy.queues.indices {
            if queues.contains(policy.queues[index].id) { policy.queues[index].callback = true }
            if policy.queues[index].callbackDialer == nil { policy.queues[index].callbackDialer = rules.id }
        }
        var dialer = rules
        let served = policy.queues.filter(\.callback).map(\.id)
        if let first = queues.first ?? served.first ?? policy.queues.first?.id { dialer.queue = first }
        policy.dialers.append(dialer)
        let members = members(of: policy, serving: served)
        for person in policy.operators where members.contains(person.id) {
            policy.dialerAssignments.append(DialerAssignment(person.id, dialer.id, priority: Self.priority))
        }
    }

    private func members(of policy: RoutingPolicy, serving served: [QueueID]) -> Set<OperatorID> {
        guard operators.isEmpty, groups.isEmpty else {
            let grouped = policy.operators.filter { !Set($0.groups).isDisjoint(with: groups) }
            return Set(operators).union(grouped.map(\.id))
        }
        let assignments = policy.assignments.filter { served.isEmpty || served.contains($0.queue) }
        return Set(assignments.map(\.operator))
    }

    /// All the same: tasks go to whoever has been idle longest.
    private static let priority = 5
}
