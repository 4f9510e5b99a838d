/// How often each of many keys has failed lately. Keeps at most twice `capacity` keys, whoever brings them, and costs the
/// same however many there are.
struct FailureWindow<Key: Hashable & Sendable>: Sendable {
    private let length: Int64
    private let capacity: Int
    private var recent: [Key: Int] = [:]
    private var older: [Key: Int] = [:]
    /// When `recent` was begun.
    private var turnedAt: Int64 = 0

    /// - Parameters:
    ///   - length: seconds that a failure counts, and at most as many again.
    ///   - capacity: keys of one such time; failures of more are not counted.
    init(length: Int64, capacity: Int) {
        self.length = length
        self.capacity = capacity
    }

    var isEmpty: Bool { recent.isEmpty && older.isEmpty }
    var keys: Int { recent.count + older.count }

    func count(_ key: Key) -> Int { (recent[key] ?? 0) &+ (older[key] ?? 0) }

    /// What the key's failures add up to now.
    @discardableResult
    mutating func note(_ key: Key, weight: Int = 1, now: Int64) -> Int {
        expire(now: now)
        if let known = recent[key] {
            recent[key] = known &+ weight
        } else if recent.count < capacity {
            recent[key] = weight
        }
        return count(key)
    }

    mutating func forget(_ key: Key) {
        recent[key] = nil
        older[key] = nil
    }

    /// Drops what counts no more.
    mutating func expire(now: Int64) {
        let elapsed = now &- turnedAt
        guard elapsed >= length else { return }
        older = elapsed &- length >= length ? [:] : recent
        recent = [:]
        turnedAt = now
    }
}
