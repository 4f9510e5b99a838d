/// Answers that were given, by the transaction of their request, so that a retransmitted request gets the same one.
///
/// This is the completed state of a server transaction (RFC 3261 §17.2.2) at the price of the response's bytes
/// instead of libosip2's 16 KiB. It also absorbs INVITE retransmissions after a 2xx (RFC 6026 §7.1).
struct ReplyCache {
    private struct Entry {
        var bytes: [UInt8]
        var expiry: Int64
    }

    private var entries: [TransactionKey: Entry] = [:]
    private var order: [(key: TransactionKey, expiry: Int64)] = []
    private var oldest = 0
    private let lifetime: Int64
    private let capacity: Int

    /// - Parameters:
    ///   - lifetime: 64·T1 in nanoseconds, how long a peer may retransmit.
    ///   - capacity: entries; beyond it the oldest go early.
    init(lifetime: Int64, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    var count: Int { entries.count }

    func reply(to key: TransactionKey, now: Int64) -> [UInt8]? {
        guard let entry = entries[key], entry.expiry > now else { return nil }
        return entry.bytes
    }

    mutating func insert(_ bytes: [UInt8], for key: TransactionKey, now: Int64) {
        entries[key] = Entry(bytes: bytes, expiry: now &+ lifetime)
        order.append((key, now &+ lifetime))
        expire(now: now)
    }

    /// Drops what has run out, and what is too much.
    mutating func expire(now: Int64) {
        while oldest < order.count, order[oldest].expiry <= now || entries.count > capacity {
            let (key, expiry) = order[oldest]
            if entries[key]?.expiry == expiry { entries[key] = nil }
            oldest += 1
        }
        guard oldest > 256, oldest > order.count / 2 else { return }
        order.removeFirst(oldest)
        oldest = 0
    }
}
