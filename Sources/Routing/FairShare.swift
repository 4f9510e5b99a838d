/// Whose turn it is in one queue: the memory by which `weighted` shares calls in proportion to priority.
///
/// Longest idle time × priority, taken alone, shares in proportion only while most operators are idle: the busier they
/// are, the less the idle times differ and the more equal the shares become. So each operator has a place on a line of
/// turns, and a call moves them on by a step that is the shorter the higher their priority (stride scheduling, Waldspurger
/// and Weihl 1995). Whoever stands furthest back is next; of those who stand level, the longest idle × priority.
///
/// The clock of the queue is where the last call was taken. Nobody saves up turns while away: who comes back from a
/// pause stands level with the clock. Who was in conversation, and missed their turn for that, is owed it, but never
/// more than `mostOwed` calls. When everybody talks all the time there is nothing left to share: nobody is kept idle for
/// the sake of a proportion while a customer waits.
struct FairShare: Codable, Sendable {
    /// The step of priority 1. Every priority from 1 to 10 divides it, so shares are exact.
    static let longestStep: Int64 = 2_520
    /// Calls that an operator may be owed.
    static let mostOwed: Int64 = 10

    private(set) var clock: Int64 = 0
    private var turns: [OperatorID: Int64] = [:]

    static func step(of member: Member) -> Int64 { longestStep / Int64(max(1, member.priority)) }

    /// Where the operator stands. Does not change as long as they are ready.
    func turn(of name: OperatorID) -> Int64 { turns[name] ?? clock }

    /// How far the operator stands behind the clock, as far as it counts: that much is all that anything follows from.
    func standing(of member: Member) -> Int64 {
        max(turn(of: member.operator) - clock, -Self.mostOwed * Self.step(of: member))
    }

    /// The operator becomes ready. Returns where they stand.
    mutating func enter(_ member: Member) -> Int64 {
        let turn = max(turn(of: member.operator), clock - Self.mostOwed * Self.step(of: member))
        turns[member.operator] = turn
        return turn
    }

    /// The operator was away, and is owed nothing.
    mutating func comeBack(_ member: Member) {
        turns[member.operator] = max(turn(of: member.operator), clock)
    }

    /// The operator gets a call. Returns the step, for a call that is withdrawn from them.
    ///
    /// - Parameter others: where the first of the others stands who could have had it.
    mutating func charge(_ member: Member, others: Int64?) -> Int64 {
        let turn = turn(of: member.operator)
        let step = Self.step(of: member)
        clock = max(clock, min(turn, others ?? turn))
        turns[member.operator] = turn + step
        return step
    }

    /// The call was withdrawn through no fault of the operator's.
    mutating func giveBack(_ step: Int64, to name: OperatorID) {
        guard let turn = turns[name] else { return }
        turns[name] = turn - step
    }

    /// No step from here leads out of what 64 bits hold.
    var isInRange: Bool {
        let range = -Self.furthest...Self.furthest
        return range.contains(clock) && turns.values.allSatisfy(range.contains)
    }

    private static let furthest: Int64 = 1 << 60

    /// Those who no longer work in the queue are forgotten.
    mutating func keep(_ members: [Member]) {
        guard turns.count > members.count else { return }
        let kept = members.compactMap { member in turns[member.operator].map { (member.operator, $0) } }
        turns = Dictionary(kept) { first, _ in first }
    }
}

// Turns in the order of names, so that the same state gives the same bytes.
extension FairShare {
    private enum CodingKeys: CodingKey {
        case clock, turns
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        clock = try container.decode(Int64.self, forKey: .clock)
        turns = try container.decode([Kept<OperatorID, Int64>].self, forKey: .turns).dictionary()
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(clock, forKey: .clock)
        try container.encode(turns.kept(), forKey: .turns)
    }
}
