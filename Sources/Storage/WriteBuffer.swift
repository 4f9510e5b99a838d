/// What waits to be written, in order. A plain value: the store keeps it behind its lock.
///
/// Nothing in it is ever given up: a call, a tie or a task that is not written down is lost.
struct WriteBuffer {
    struct Item {
        /// Counts from 1 in the order of `append`.
        let sequence: UInt64
        let entry: StoredEntry
    }

    private var pending: [Item] = []
    private var inFlight: [Item] = []
    private(set) var lastSequence: UInt64 = 0
    /// Entries from this one on wait for the end of their group.
    private var openGroup: UInt64?
    /// Sequences that are written together or not at all, in order, as long as they wait.
    private var groups: [ClosedRange<UInt64>] = []

    var count: Int { pending.count + inFlight.count }

    mutating func append(_ entry: StoredEntry) {
        lastSequence &+= 1
        pending.append(Item(sequence: lastSequence, entry: entry))
    }

    /// What is appended from here to `endGroup` is written together or not at all.
    mutating func beginGroup() {
        precondition(openGroup == nil, "groups are not nested")
        openGroup = lastSequence &+ 1
    }

    mutating func endGroup() {
        if let first = openGroup, first <= lastSequence { groups.append(first...lastSequence) }
        openGroup = nil
    }

    /// What has been appended to the open group.
    var groupSoFar: [StoredEntry] {
        guard let openGroup else { return [] }
        return pending.suffix(place(of: openGroup, in: pending).map { pending.count - $0 } ?? 0).map(\.entry)
    }

    /// The next entries to write together, at most `limit`, or as many more as their group has. Answered by `committed`
    /// or `failed`.
    mutating func takeBatch(limit: Int) -> [Item] {
        precondition(inFlight.isEmpty, "a batch is already being written")
        var end = min(limit, pending.count)
        if let openGroup, let place = place(of: openGroup, in: pending) { end = min(end, place) }
        if end < pending.count, let next = pending.first.map({ $0.sequence &+ UInt64(end) }),
            let torn = groups.first(where: { $0.contains(next) }), torn.lowerBound < next
        {
            end = (place(of: torn.upperBound, in: pending) ?? end) + 1
        }
        if end == pending.count {
            swap(&pending, &inFlight)
        } else {
            inFlight = Array(pending.prefix(end))
            pending.removeFirst(end)
        }
        return inFlight
    }

    /// Sequences have no gaps.
    private func place(of sequence: UInt64, in items: [Item]) -> Int? {
        guard let first = items.first?.sequence, let last = items.last?.sequence, (first...last).contains(sequence)
        else { return nil }
        return Int(sequence - first)
    }

    /// The batch is on disk.
    mutating func committed() {
        if let last = inFlight.last?.sequence { groups.removeAll { $0.upperBound <= last } }
        inFlight.removeAll(keepingCapacity: true)
    }

    /// The batch is not on disk; its entries come first again.
    mutating func failed() {
        pending.insert(contentsOf: inFlight, at: 0)
        inFlight.removeAll(keepingCapacity: true)
    }

    /// Whether nothing up to and including `sequence` still waits.
    func isSettled(upTo sequence: UInt64) -> Bool {
        guard let oldest = inFlight.first ?? pending.first else { return true }
        return oldest.sequence > sequence
    }
}
