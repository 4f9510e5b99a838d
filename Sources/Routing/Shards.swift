/// A dictionary in many parts, for what there may be a million of: when it grows, one small part grows, so that no single
/// event has to wait for all of it to be moved.
///
/// Like any dictionary it has no order, and must not be gone through where the order could decide anything.
struct Shards<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var parts = [[Key: Value]](repeating: [:], count: partCount)
    private(set) var count = 0

    private static var partCount: Int { 256 }

    subscript(key: Key) -> Value? {
        get { parts[Self.part(of: key)][key] }
        set {
            let part = Self.part(of: key)
            let before = parts[part].count
            parts[part][key] = newValue
            count += parts[part].count - before
        }
    }

    /// In no order.
    var keys: some Sequence<Key> { parts.lazy.flatMap(\.keys) }
    /// In no order.
    var pairs: some Sequence<(key: Key, value: Value)> { parts.lazy.joined() }

    private static func part(of key: Key) -> Int { Int(UInt(bitPattern: key.hashValue) >> 32) % partCount }
}
