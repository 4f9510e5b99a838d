/// An operator's place in a queue, with their rank: the position in the configured order, for `linear` and
/// `round_robin`.
struct Member: Hashable, Codable, Sendable {
    let `operator`: OperatorID
    /// 0…10; 0 takes no calls.
    let priority: Int
    let rank: Int
}

/// The ready operators of one queue in the order of their turns (`FairShare`), of equals the longest idle first, and
/// the six ways to choose among them (product.md section 3).
struct ReadyLine: Sendable {
    struct Entry: Hashable, Sendable {
        let member: Member
        let idleSince: Instant
        /// Where they stand in `FairShare`.
        var turn: Int64 = 0

        func precedes(_ other: Entry) -> Bool {
            turn == other.turn ? isIdleLonger(than: other) : turn < other.turn
        }

        func isIdleLonger(than other: Entry) -> Bool {
            idleSince == other.idleSince ? member.rank < other.member.rank : idleSince < other.idleSince
        }
    }

    private(set) var entries: [Entry] = []
    /// How many of them have each priority.
    private var counts = [Int](repeating: 0, count: highestPriority + 1)

    mutating func insert(_ member: Member, idleSince: Instant, turn: Int64 = 0) {
        let entry = Entry(member: member, idleSince: idleSince, turn: turn)
        entries.insert(entry, at: index(of: entry))
        counts[Self.place(of: member)] += 1
    }

    mutating func remove(_ member: Member, idleSince: Instant, turn: Int64 = 0) {
        let index = index(of: Entry(member: member, idleSince: idleSince, turn: turn))
        guard index < entries.count, entries[index].member.operator == member.operator else { return }
        entries.remove(at: index)
        counts[Self.place(of: member)] -= 1
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        counts = counts.map { _ in 0 }
    }

    func contains(where isEligible: (OperatorID) -> Bool) -> Bool {
        entries.contains { isEligible($0.member.operator) }
    }

    /// Whose turn it is; of equals the longest idle time × priority, then the higher priority, then the one configured
    /// first.
    func weighted(at now: Instant, where isEligible: (OperatorID) -> Bool) -> OperatorID? {
        let highest = Int64(counts.lastIndex { $0 > 0 } ?? 0)
        var best: (entry: Entry, score: Int64)?
        for entry in entries {
            if let best, entry.turn != best.entry.turn { break }
            let idle = microseconds(from: entry.idleSince, to: now)
            // All that follow at this turn have been idle for less: even with the highest priority they could not win.
            if let best, best.score > idle &* highest { break }
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
        let eligible = entries.filter { isEligible($0.member.operator) }.map { ($0, calls($0.member.operator)) }
        return eligible.min { $0.1 == $1.1 ? $0.0.isIdleLonger(than: $1.0) : $0.1 < $1.1 }?.0.member.operator
    }

    /// All, longest idle first.
    func longestIdleFirst(where isEligible: (OperatorID) -> Bool) -> [OperatorID] {
        entries.filter { isEligible($0.member.operator) }.sorted { $0.isIdleLonger(than: $1) }.map(\.member.operator)
    }

    /// All, in the order of their turns.
    func members(where isEligible: (OperatorID) -> Bool) -> [Member] {
        entries.lazy.map(\.member).filter { isEligible($0.operator) }
    }

    private static let highestPriority = 10

    private static func place(of member: Member) -> Int { min(max(member.priority, 0), highestPriority) }

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
