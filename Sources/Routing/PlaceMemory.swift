import DequeModule

/// Places of customers who hung up while waiting: who calls back in time has their ticket again (product.md section 8,
/// `resume_place`).
///
/// Bounded and forgetful: the oldest goes first, and what has expired counts for nothing. A withheld number is nobody's,
/// so it has no place here by type.
struct PlaceMemory: Codable, Sendable {
    struct Key: Hashable, Codable, Sendable {
        let number: CustomerNumber
        let queue: QueueID
    }

    private struct Kept: Sendable {
        let place: Place
        let until: Instant
    }

    /// More than these are not remembered, whatever the redials of a day of trouble.
    static let limit = 10_000

    private var kept: [Key: Kept] = [:]
    /// Oldest first; an entry whose place was taken or kept anew meanwhile means nothing.
    private var order: Deque<(key: Key, until: Instant)> = []

    var count: Int { kept.count }

    mutating func keep(_ place: Place, for key: Key, until: Instant, at now: Instant) {
        while let oldest = order.first, oldest.until <= now || order.count >= Self.limit {
            order.removeFirst()
            if kept[oldest.key]?.until == oldest.until { kept[oldest.key] = nil }
        }
        kept[key] = Kept(place: place, until: until)
        order.append((key, until))
    }

    /// What is remembered, oldest first.
    func inOrder(at now: Instant) -> [(number: String, entered: Instant, until: Instant)] {
        order.compactMap { entry in
            guard let kept = kept[entry.key], kept.until == entry.until, now < kept.until else { return nil }
            return (entry.key.number.text, kept.place.entered, kept.until)
        }
    }

    /// The place, once.
    mutating func take(_ key: Key, at now: Instant) -> Place? {
        guard let found = kept.removeValue(forKey: key), now < found.until else { return nil }
        return found.place
    }
}

// In the order of what goes first, with those entries that mean nothing any more: they count for the limit.
extension PlaceMemory {
    private struct Entry: Codable {
        let key: Key
        let until: Instant
        let place: Place?
    }

    init(from decoder: any Decoder) throws {
        for entry in try [Entry](from: decoder) {
            order.append((entry.key, entry.until))
            if let place = entry.place { kept[entry.key] = Kept(place: place, until: entry.until) }
        }
    }

    func encode(to encoder: any Encoder) throws {
        let entries = order.map { key, until in
            let kept = kept[key]
            return Entry(key: key, until: until, place: kept?.until == until ? kept?.place : nil)
        }
        try entries.encode(to: encoder)
    }
}
