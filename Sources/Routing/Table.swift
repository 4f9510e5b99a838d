/// A dictionary that remembers which of its values were changed, so that what is derived from them (the deadline
/// index) can follow at one place instead of at every change.
///
/// It cannot be iterated: what is chosen must never depend on the order of a hash table, or no run could be replayed.
struct Table<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    private var touched: [Key] = []

    var count: Int { values.count }
    /// In no order; whoever uses it sorts it, or only counts.
    var unordered: Dictionary<Key, Value>.Values { values.values }

    subscript(key: Key) -> Value? {
        get { values[key] }
        _modify {
            touched.append(key)
            yield &values[key]
        }
    }

    /// The keys of all values changed since the last time, some perhaps more than once.
    mutating func takeTouched() -> [Key] {
        guard !touched.isEmpty else { return [] }
        defer { touched.removeAll(keepingCapacity: true) }
        return touched
    }
}
