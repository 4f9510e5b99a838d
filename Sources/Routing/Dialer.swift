/// One dialer at work: which of its tasks are due and for whom, and who is ready for them.
struct Dialer: Codable, Sendable {
    var policy: DialerPolicy
    /// `false` once the configuration no longer has it: attempts that run go on, its tasks are parked.
    var isOpen = true
    /// All who work here, in the configured order, also those with priority 0.
    var members: [Member] = []
    /// The same. Membership only, never iterated.
    var assigned: Set<OperatorID> = []
    /// Due tasks that any of them may take.
    var open = TaskLine()
    /// Due tasks in their group stage, by responsible group.
    var grouped: [GroupID: TaskLine] = [:]
    /// Personal mode: the leads of each operator.
    var leads: [OperatorID: TaskLine] = [:]
    var ready = ReadyLine()

    /// Lines follow from tasks and operators.
    private enum CodingKeys: CodingKey {
        case policy, isOpen, members
    }

    init(policy: DialerPolicy) {
        self.policy = policy
    }
}
