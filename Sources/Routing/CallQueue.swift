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

    /// One more call may be with an operator. The limit is the present one, not that of the call.
    var hasRoom: Bool { policy.maxTalking.map { atWork < max(1, $0) } ?? true }
    /// Nobody who uses this queue is left.
    var isDone: Bool { !isOpen && length == 0 }
}
