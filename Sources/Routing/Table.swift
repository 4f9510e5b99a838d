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
    /// The keys of all values changed since they were last forgotten, some perhaps more than once.
    private(set) var touched: [Key] = []
    private let remembersChanges: Bool

    /// - Parameter remembersChanges: `false` where nothing follows from a change.
    init(remembersChanges: Bool = true) {
        self.remembersChanges = remembersChanges
    }

    var count: Int { indexes.count }
    /// In no order; whoever uses it sorts it, or only counts.
    var unordered: [Value] { slots.compactMap(\.self) }

    subscript(key: Key) -> Value? {
        // The span's element is the value where it stands; the array's would be a copy of all of it.
        _read { yield slots.span[indexes[key] ?? 0] }
        _modify {
            if remembersChanges, touched.last != key { touched.append(key) }
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

    mutating func forgetTouched() {
        touched.removeAll(keepingCapacity: true)
    }
}
