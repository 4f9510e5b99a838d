/// One dialer at work: which of its tasks are due and for whom, and who is ready for them.
struct Dialer: Sendable {
    var policy: DialerPolicy
    /// `false` once the configuration no longer has it: attempts that run go on, its tasks are parked.
    var isOpen = true
    /// Who works here with a priority above 0, in the configured order.
    var members: [Member] = []
    /// All who work here, also with priority 0. Membership only, never iterated.
    var assigned: Set<OperatorID> = []
    /// Due tasks that any of them may take.
    var open = TaskLine()
    /// Due tasks in their group stage, by responsible group.
    var grouped: [GroupID: TaskLine] = [:]
    /// Personal mode: the leads of each operator.
    var leads: [OperatorID: TaskLine] = [:]
    var ready = ReadyLine()

    init(policy: DialerPolicy) {
        self.policy = policy
    }
}
