/// A dictionary that remembers which of its values were changed, so that what is derived from them (the deadline
/// index) can follow at one place instead of at every change.
///
/// It cannot be iterated: what is chosen must never depend on the order of a hash table, or no run could be replayed.
/// The values stand in arrays and the dictionary knows where, so that one field of a large value is read and changed
/// in place. The arrays have one size, so that a large table has no more room than it needs and never moves.
struct Table<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var indexes = Shards<Key, UInt32>()
    private var slots: [[Value?]] = [[nil]]
    /// Slots that may be used again. The first slot is always empty: it is what a key that is not there stands for.
    private var free: [UInt32] = []
    private var used: UInt32 = 1
    /// The keys of all values changed since they were last forgotten, some perhaps more than once.
    private(set) var touched: [Key] = []
    private let remembersChanges: Bool

    /// - Parameter remembersChanges: `false` where nothing follows from a change.
    init(remembersChanges: Bool = true) {
        self.remembersChanges = remembersChanges
    }

    var count: Int { indexes.count }
    /// In no order; whoever uses it sorts it, or only counts.
    var unordered: [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for part in slots { for case let value? in part { values.append(value) } }
        return values
    }

    subscript(key: Key) -> Value? {
        _read {
            let index = indexes[key] ?? 0
            let part = slots[Self.part(of: index)]
            // The span's element is the value where it stands; the array's would be a copy of all of it.
            yield part.span[Self.position(of: index)]
        }
        _modify {
            if remembersChanges, touched.last != key { touched.append(key) }
            let index = indexes[key] ?? newSlot(for: key)
            let (part, position) = (Self.part(of: index), Self.position(of: index))
            yield &slots[part][position]
            if slots[part][position] == nil { giveBack(index, of: key) }
        }
    }

    private static var partLength: UInt32 { 512 }
    private static func part(of index: UInt32) -> Int { Int(index / partLength) }
    private static func position(of index: UInt32) -> Int { Int(index % partLength) }

    private mutating func newSlot(for key: Key) -> UInt32 {
        let index = free.popLast() ?? used
        if index == used {
            used += 1
            let part = Self.part(of: index)
            if part == slots.count {
                slots.append([])
                slots[part].reserveCapacity(Int(Self.partLength))
            }
            slots[part].append(nil)
        }
        indexes[key] = index
        return index
    }

    private mutating func giveBack(_ index: UInt32, of key: Key) {
        indexes[key] = nil
        free.append(index)
    }

    mutating func forgetTouched() {
        touched.removeAll(keepingCapacity: true)
    }
}
