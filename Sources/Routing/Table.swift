/// A dictionary that remembers which of its values were changed, so that what is derived from them (the deadline
/// index) can follow at one place instead of at every change.
///
/// It cannot be iterated: what is chosen must never depend on the order of a hash table, or no run could be replayed.
/// The values stand in an array and the dictionary knows where, so that one field of a large value is read and changed
/// in place.
struct Table<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var indexes: [Key: Int] = [:]
    private var slots: [Value?] = [nil]
    /// Slots that may be used again. The first slot is always empty: it is what a key that is not there stands for.
    private var free: [Int] = []
    private var touched: [Key] = []

    var count: Int { indexes.count }
    /// In no order; whoever uses it sorts it, or only counts.
    var unordered: [Value] { slots.compactMap(\.self) }

    subscript(key: Key) -> Value? {
        _read { yield slots[indexes[key] ?? 0] }
        _modify {
            touched.append(key)
            let index = indexes[key] ?? newSlot(for: key)
            yield &slots[index]
            if slots[index] == nil { giveBack(index, of: key) }
        }
    }

    private mutating func newSlot(for key: Key) -> Int {
        let index = free.popLast() ?? slots.count
        if index == slots.count { slots.append(nil) }
        indexes[key] = index
        return index
    }

    private mutating func giveBack(_ index: Int, of key: Key) {
        indexes[key] = nil
        free.append(index)
    }

    /// The keys of all values changed since the last time, some perhaps more than once.
    mutating func takeTouched() -> [Key] {
        guard !touched.isEmpty else { return [] }
        defer { touched.removeAll(keepingCapacity: true) }
        return touched
    }
}
