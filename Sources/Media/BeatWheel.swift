/// The beat of 20 ms, spread over 20 slots of 1 ms: who has to be sent a frame in which millisecond.
///
/// Ticks are absolute milliseconds of the monotonic clock, so nothing drifts. Nobody is woken while nobody has joined.
struct BeatWheel<Member: AnyObject> {
    static var slots: Int { SoundFrame.milliseconds }
    static var tick: UInt64 { 1_000_000 }
    /// After a stall at most so many frames of a stream are sent in a row; the others are dropped.
    static var mostFramesBehind: UInt64 { 3 }

    private var members: [[Member]] = Array(repeating: [], count: SoundFrame.milliseconds)
    private var count = 0
    /// The last tick that was carried out.
    private var done: UInt64 = 0

    var isEmpty: Bool { count == 0 }

    /// Its first frame is due in the next tick of the slot after `now` (nanoseconds).
    mutating func join(_ member: Member, slot: Int, now: UInt64) {
        if count == 0 { done = max(done, now / Self.tick) }
        members[slot].append(member)
        count += 1
    }

    mutating func leave(_ member: Member, slot: Int) {
        guard let index = members[slot].lastIndex(where: { $0 === member }) else { return }
        members[slot].swapAt(index, members[slot].count - 1)
        members[slot].removeLast()
        count -= 1
    }

    /// The instant of the next tick with somebody in it.
    var nextDue: UInt64? {
        guard count > 0 else { return nil }
        return (1...UInt64(Self.slots)).first { !members[Self.slot(of: done &+ $0)].isEmpty }
            .map { (done &+ $0) &* Self.tick }
    }

    /// Ticks that are due, oldest first, without those that a stall has made too old.
    mutating func takeDue(now: UInt64) -> ClosedRange<UInt64>? {
        let present = now / Self.tick
        guard count > 0, present > done else { return nil }
        let oldest = present &- min(present, Self.mostFramesBehind &* UInt64(Self.slots)) &+ 1
        let range = max(done &+ 1, oldest)...present
        done = present
        return range
    }

    static func slot(of tick: UInt64) -> Int {
        Int(tick % UInt64(slots))
    }

    /// How many have joined a slot, and each of them. A member may leave while it is visited if the visitor goes from
    /// the last to the first.
    func memberCount(in slot: Int) -> Int { members[slot].count }
    func member(_ index: Int, in slot: Int) -> Member { members[slot][index] }
}
