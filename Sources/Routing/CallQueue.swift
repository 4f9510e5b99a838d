/// One queue at work: who waits in it, who is ready for it, and its counters.
struct CallQueue: Codable, Sendable {
    var sharedPolicy = Shared.noPolicy
    /// `false` once the configuration no longer has it: those who wait are still served, nobody may join.
    var isOpen = true
    /// All who work here, in the configured order, also those with priority 0.
    var members: [Member] = []
    /// Calls that any operator may take.
    var open = LinePair()
    /// Calls in their group stage, by responsible group.
    var grouped: [GroupID: LinePair] = [:]
    var ready = ReadyLine()
    /// Whose turn it is, for `weighted`.
    var share = FairShare()
    /// Rank of the operator whom `round_robin` rang last.
    var lastRank = -1
    /// Customers who entered and were not answered yet, whether a phone rings for them or not.
    var length = 0

    /// Calls that are with operators, phones that ring included.
    var atWork = 0

    var entered = 0
    var answered = 0
    var lost = 0

    /// The policy is written down once for all who share it; lines and lengths follow from calls and operators.
    private enum CodingKeys: CodingKey {
        case isOpen, members, share, lastRank, entered, answered, lost
    }

    init(policy: QueuePolicy) {
        sharedPolicy = Shared(policy)
    }

    var policy: QueuePolicy {
        _read { yield sharedPolicy.value }
        set { sharedPolicy = Shared(newValue) }
    }

    // MARK: - Who is ready

    /// A member becomes ready.
    mutating func admit(_ member: Member, idleSince: Instant) {
        let turn = share.enter(member)
        ready.insert(member, idleSince: idleSince, turn: turn)
    }

    /// A member who was idle since then is not ready any more.
    mutating func dismiss(_ member: Member, idleSince: Instant) {
        ready.remove(member, idleSince: idleSince, turn: share.turn(of: member.operator))
    }

    // MARK: - Who waits

    /// The first call that an operator of these groups may take: open to anyone, or to a group of theirs.
    func first(
        isVIP: Bool, groups: [GroupID], where isEligible: (CallID) -> Bool
    ) -> (WaitingLine.Entry, RoutingReason)? {
        guard hasRoom else { return nil }
        var first = open[isVIP: isVIP].first(where: isEligible).map { ($0, RoutingReason.longestWaiting) }
        guard !grouped.isEmpty else { return first }
        for group in groups {
            guard let entry = grouped[group]?[isVIP: isVIP].first(where: isEligible) else { continue }
            if let found = first, found.0.place < entry.place { continue }
            first = (entry, .responsibleGroup(group))
        }
        return first
    }

    /// One more call may be with an operator. The limit is the present one, not that of the call.
    var hasRoom: Bool { policy.maxTalking.map { atWork < max(1, $0) } ?? true }
    /// Nobody who uses this queue is left.
    var isDone: Bool { !isOpen && length == 0 }
}
