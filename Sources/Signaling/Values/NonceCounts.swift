/// The highest nonce count seen of each nonce, so that a request cannot be replayed (RFC 7616 section 3.4).
///
/// Only requests with the right password come here. The memory is bounded: what is pushed out before its time takes
/// every unknown nonce up to its own number with it, so forgetting never lets a replay through.
struct NonceCounts: Sendable {
    /// Nonces of each of the two halves.
    private let capacity: Int
    /// Seconds after which a nonce is refused by its age alone.
    private let lifetime: Int64
    private var recent: [UInt64: UInt32] = [:]
    private var older: [UInt64: UInt32] = [:]
    /// When `recent` was begun.
    private var turnedAt: Int64 = 0
    /// Nonces up to this number that are in no half have been forgotten.
    private var forgotten: UInt64 = 0

    init(capacity: Int, lifetime: Int64) {
        self.capacity = capacity
        self.lifetime = lifetime
    }

    var count: Int { recent.count + older.count }

    /// `true` if this count is higher than every one before it; it is remembered then.
    mutating func advance(_ nonce: DigestNonce, to count: UInt32, now: Int64) -> Bool {
        turn(now: now)
        if let last = older[nonce.number] {
            guard count > last else { return false }
            older[nonce.number] = count
            return true
        }
        if let last = recent[nonce.number] {
            guard count > last else { return false }
        } else {
            guard nonce.number > forgotten, count > 0 else { return false }
            if recent.count >= capacity {
                forgotten = max(forgotten, older.keys.max() ?? 0)
                older = recent
                recent = [:]
                turnedAt = now
            }
        }
        recent[nonce.number] = count
        return true
    }

    /// A nonce that came into `recent` is dead by its age two turns later.
    private mutating func turn(now: Int64) {
        guard now - turnedAt > lifetime else { return }
        older = now - turnedAt > 2 * lifetime ? [:] : recent
        recent = [:]
        turnedAt = now
    }
}
