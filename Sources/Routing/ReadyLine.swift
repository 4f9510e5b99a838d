/// An operator's place in a queue, with their rank: the position in the configured order, for `linear` and
/// `round_robin`.
struct Member: Hashable, Sendable {
    let `operator`: OperatorID
    /// 0…10; 0 takes no calls.
    let priority: Int
    let rank: Int
}

/// The ready operators of one queue, longest idle first, and the six ways to choose among them (product.md section 3).
struct ReadyLine: Sendable {
    struct Entry: Hashable, Sendable {
        let member: Member
        let idleSince: Instant

        func precedes(_ other: Entry) -> Bool {
            idleSince == other.idleSince ? member.rank < other.member.rank : idleSince < other.idleSince
        }
    }

    private(set) var entries: [Entry] = []

    mutating func insert(_ member: Member, idleSince: Instant) {
        let entry = Entry(member: member, idleSince: idleSince)
        entries.insert(entry, at: index(of: entry))
    }

    mutating func remove(_ member: Member, idleSince: Instant) {
        let index = index(of: Entry(member: member, idleSince: idleSince))
        guard index < entries.count, entries[index].member.operator == member.operator else { return }
        entries.remove(at: index)
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    func contains(where isEligible: (OperatorID) -> Bool) -> Bool {
        entries.contains { isEligible($0.member.operator) }
    }

    /// Idle time × priority; of equals the higher priority, then the one configured first. So an operator with twice
    /// the priority waits half as long for the next call, and calls are shared in proportion to priority.
    func weighted(at now: Instant, where isEligible: (OperatorID) -> Bool) -> OperatorID? {
        var best: (entry: Entry, score: Int64)?
        for entry in entries {
            let idle = microseconds(from: entry.idleSince, to: now)
            // All that follow have been idle for less: even with the highest priority they could not win.
            if let best, best.score > idle &* Self.highestPriority { break }
            guard isEligible(entry.member.operator) else { continue }
            let score = idle &* Int64(entry.member.priority)
            if let best {
                let key = (score, entry.member.priority, -entry.member.rank)
                guard key > (best.score, best.entry.member.priority, -best.entry.member.rank) else { continue }
            }
            best = (entry, score)
        }
        return best?.entry.member.operator
    }

    /// In the configured order, always from the start.
    func linear(where isEligible: (OperatorID) -> Bool) -> OperatorID? {
        members(where: isEligible).min { $0.rank < $1.rank }?.operator
    }

    /// In the configured order, going on after the one who was rung last.
    func next(after rank: Int, where isEligible: (OperatorID) -> Bool) -> Member? {
        let members = members(where: isEligible)
        return members.filter { $0.rank > rank }.min { $0.rank < $1.rank } ?? members.min { $0.rank < $1.rank }
    }

    /// The one with the fewest conversations; of equals the longest idle.
    func fewestCalls(_ calls: (OperatorID) -> Int, where isEligible: (OperatorID) -> Bool) -> OperatorID? {
        members(where: isEligible).map { ($0.operator, calls($0.operator)) }.min { $0.1 < $1.1 }?.0
    }

    /// All, longest idle first.
    func members(where isEligible: (OperatorID) -> Bool) -> [Member] {
        entries.lazy.map(\.member).filter { isEligible($0.operator) }
    }

    private static let highestPriority: Int64 = 10

    private func index(of entry: Entry) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].precedes(entry) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Elapsed time as a whole number that can be multiplied by a priority without overflow.
func microseconds(from earlier: Instant, to later: Instant) -> Int64 {
    max(0, later.nanoseconds &- earlier.nanoseconds) / 1_000
}
