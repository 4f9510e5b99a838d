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
    /// Due tasks of each responsible operator, in whatever stage; in personal mode their leads.
    var owned: [OperatorID: TaskLine] = [:]
    var ready = ReadyLine()
    /// When the last pause ended: the responsible wait of what was due then began anew.
    var resumedAt: Instant?
    /// Tasks whose stage would have ended during the pause that is going on; perhaps some that are gone meanwhile.
    var stopped: Set<TaskID> = []

    /// Lines follow from tasks and operators.
    private enum CodingKeys: CodingKey {
        case policy, isOpen, members, resumedAt
    }

    init(policy: DialerPolicy) {
        self.policy = policy
    }

    func hasLeads(of name: OperatorID) -> Bool { policy.mode == .personal && owned[name] != nil }
}
