import Routing

/// Cards that were asked for a moment ago, also those of customers whom the CRM does not know. Bounded: the oldest go
/// first.
struct CardCache: Sendable {
    private struct Entry {
        let card: CustomerCard?
        let until: Instant
    }

    let limit: Int
    let lifetime: Duration
    private var entries: [CustomerNumber: Entry] = [:]
    /// Numbers in the order in which they came; those that came again are there again.
    private var order: [(number: CustomerNumber, until: Instant)] = []

    init(limit: Int, lifetime: Duration) {
        self.limit = limit
        self.lifetime = lifetime
    }

    var count: Int { entries.count }

    /// `nil`: nothing is known. Known to have none: `.some(nil)`.
    func card(of number: CustomerNumber, at now: Instant) -> CustomerCard?? {
        guard let entry = entries[number], now < entry.until else { return nil }
        return .some(entry.card)
    }

    mutating func keep(_ card: CustomerCard?, of number: CustomerNumber, at now: Instant) {
        let until = now + lifetime
        entries[number] = Entry(card: card, until: until)
        order.append((number, until))
        // In one sweep now and then, rather than one element at each call.
        guard order.count >= 2 * limit else { return trim() }
        order.removeAll { entries[$0.number]?.until != $0.until || $0.until <= now }
        let kept = Set(order.lazy.map(\.number))
        entries = entries.filter { kept.contains($0.key) }
        trim()
    }

    private mutating func trim() {
        while entries.count > limit, let oldest = order.first {
            order.removeFirst()
            if entries[oldest.number]?.until == oldest.until { entries[oldest.number] = nil }
        }
    }
}
