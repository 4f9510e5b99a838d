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

    var count: Int { pending.count + inFlight.count }

    mutating func append(_ entry: StoredEntry) {
        lastSequence &+= 1
        pending.append(Item(sequence: lastSequence, entry: entry))
    }

    /// The next entries to write together, at most `limit`. Answered by `committed` or `failed`.
    mutating func takeBatch(limit: Int) -> [Item] {
        precondition(inFlight.isEmpty, "a batch is already being written")
        if pending.count <= limit {
            swap(&pending, &inFlight)
        } else {
            inFlight = Array(pending.prefix(limit))
            pending.removeFirst(limit)
        }
        return inFlight
    }

    /// The batch is on disk.
    mutating func committed() {
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
