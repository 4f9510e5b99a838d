import Routing
import Synchronization

/// So much in the long run, and so much at once after a pause.
package struct RateLimit: Hashable, Sendable {
    /// Above 0.
    package var perSecond: Double
    /// 1 at least.
    package var burst: Int

    package init(perSecond: Double, burst: Int) {
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// A token bucket: full at first, refilled by time, and each request takes one out.
struct TokenBucket: Hashable, Sendable {
    private var level: Double
    private var filledAt: Instant

    init(_ limit: RateLimit, at now: Instant) {
        level = Double(limit.burst)
        filledAt = now
    }

    /// - Returns: how long to wait for the next; `nil`: one was taken.
    mutating func take(_ limit: RateLimit, at now: Instant) -> Duration? {
        refill(limit, at: now)
        guard level < 1 else {
            level -= 1
            return nil
        }
        return .seconds((1 - level) / limit.perSecond)
    }

    /// As good as one that was never used.
    func isFull(_ limit: RateLimit, at now: Instant) -> Bool {
        var bucket = self
        bucket.refill(limit, at: now)
        return bucket.level >= Double(limit.burst)
    }

    private mutating func refill(_ limit: RateLimit, at now: Instant) {
        let passed = max((now - filledAt).inSeconds, 0)
        level = min(level + passed * limit.perSecond, Double(limit.burst))
        filledAt = max(filledAt, now)
    }
}

/// A bucket for each token or address, as many as memory is meant for.
final class RateLimiter: Sendable {
    private let limit: RateLimit
    private let mostBuckets: Int
    private let buckets = Mutex<[String: TokenBucket]>([:])

    init(_ limit: RateLimit, mostBuckets: Int = 10_000) {
        self.limit = limit
        self.mostBuckets = mostBuckets
    }

    /// - Returns: how long to wait; `nil`: go on.
    func take(_ key: String, at now: Instant) -> Duration? {
        buckets.withLock { buckets in
            if buckets[key] == nil, buckets.count >= mostBuckets {
                // Those who were quiet lose nothing. If nobody was, newcomers wait, and those who are known go on.
                buckets = buckets.filter { !$0.value.isFull(limit, at: now) }
                guard buckets.count < mostBuckets else { return .seconds(1) }
            }
            return buckets[key, default: TokenBucket(limit, at: now)].take(limit, at: now)
        }
    }

    var count: Int { buckets.withLock { $0.count } }
}
