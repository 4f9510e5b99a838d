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

    /// What decides where its tasks stand. As long as it stays the same, so do they.
    struct Kind: Hashable {
        let isOpen: Bool
        let mode: DialerPolicy.Mode
        let hasHours: Bool
        /// Personal mode: leads of others go elsewhere.
        let people: Set<OperatorID>
    }

    var kind: Kind {
        Kind(
            isOpen: isOpen, mode: policy.mode, hasHours: policy.hasHours,
            people: policy.mode == .personal ? assigned : [])
    }

    /// Goes on where the dialer of this name stood under the configuration before.
    mutating func inherit(from old: Dialer) {
        resumedAt = old.resumedAt
        stopped = old.stopped
        guard kind == old.kind else { return }
        open = old.open
        grouped = old.grouped
        owned = old.owned
    }

    func hasLeads(of name: OperatorID) -> Bool { policy.mode == .personal && owned[name] != nil }
}
