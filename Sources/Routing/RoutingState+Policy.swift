// The rules in force, read back from the state that they were given to: a file of the journal that goes on from another
// begins with a state and not with a configuration.

extension RoutingState {
    /// The configuration as the router has it now. Assignments stand queue by queue, dialer by dialer, in the configured
    /// order of each; nothing else can have changed but priorities and assignments that meant nothing.
    package var policy: RoutingPolicy {
        var policy = RoutingPolicy(
            operators: operatorOrder.compactMap { operators[$0] }.filter(\.isConfigured).map(\.policy),
            successTalk: house.successTalk, missesBeforePause: house.missesBeforePause,
            readyOnRegister: house.readyOnRegister, maxCalls: house.maxCalls, codes: house.codes)
        policy.reminder = house.reminder
        policy.tieFollowsTransfer = house.tieFollowsTransfer
        for id in queueOrder {
            guard let queue = queues[id], queue.isOpen else { continue }
            policy.queues.append(queue.policy)
            policy.assignments += queue.members.map { Assignment($0.operator, id, priority: $0.priority) }
        }
        for id in dialerOrder {
            guard let dialer = dialers[id] else { continue }
            policy.dialers.append(dialer.policy)
            policy.dialerAssignments += dialer.members.map {
                DialerAssignment($0.operator, id, priority: $0.priority)
            }
        }
        return policy
    }
}
