/// What waits to be written, in order, with its bound. A plain value: the store keeps it behind its lock.
///
/// At the bound the oldest story lines are given up, never calls, ties or other facts: without a story a call is
/// unexplained, without its row it is lost.
struct WriteBuffer {
    struct Item {
        /// Counts from 1 in the order of `append`.
        let sequence: UInt64
        let entry: StoredEntry
    }

    /// Entries kept at most, as long as there are story lines to give up.
    let bound: Int
    private var pending: [Item] = []
    /// Story lines among `pending`, so that a buffer without any is not searched for them.
    private var pendingStories = 0
    private var inFlight: [Item] = []
    private(set) var lastSequence: UInt64 = 0
    /// Story lines given up since `committed` last reported them.
    private(set) var given = 0

    init(bound: Int) {
        self.bound = max(bound, 1)
    }

    var count: Int { pending.count + inFlight.count }

    /// - Returns: whether story lines begin to be given up with this entry.
    mutating func append(_ entry: StoredEntry) -> Bool {
        lastSequence &+= 1
        let before = given
        if count >= bound, !giveUpStories(), entry.isStory {
            given += 1
            return before == 0
        }
        pending.append(Item(sequence: lastSequence, entry: entry))
        pendingStories += entry.isStory ? 1 : 0
        return before == 0 && given > 0
    }

    /// The next entries to write together, at most `limit`. Answered by `committed` or `failed`.
    mutating func takeBatch(limit: Int) -> [Item] {
        precondition(inFlight.isEmpty, "a batch is already being written")
        if pending.count <= limit {
            swap(&pending, &inFlight)
            pendingStories = 0
        } else {
            inFlight = Array(pending.prefix(limit))
            pending.removeFirst(limit)
            pendingStories -= inFlight.count(where: \.entry.isStory)
        }
        return inFlight
    }

    /// The batch is on disk.
    ///
    /// - Returns: how many story lines were given up since the last call, to be reported once.
    mutating func committed() -> Int {
        inFlight.removeAll(keepingCapacity: true)
        defer { given = 0 }
        return given
    }

    /// The batch is not on disk; its entries come first again.
    mutating func failed() {
        pendingStories += inFlight.count(where: \.entry.isStory)
        pending.insert(contentsOf: inFlight, at: 0)
        inFlight.removeAll(keepingCapacity: true)
    }

    /// Whether nothing up to and including `sequence` still waits.
    func isSettled(upTo sequence: UInt64) -> Bool {
        guard let oldest = inFlight.first ?? pending.first else { return true }
        return oldest.sequence > sequence
    }

    /// Gives up a tenth of the bound at once, so that a buffer which stays full is not searched for every entry.
    private mutating func giveUpStories() -> Bool {
        guard pendingStories > 0 else { return false }
        var left = min(pendingStories, max(bound / 10, 1))
        given += left
        pendingStories -= left
        pending.removeAll { item in
            guard left > 0, item.entry.isStory else { return false }
            left -= 1
            return true
        }
        return true
    }
}

extension StoredEntry {
    var isStory: Bool {
        switch self {
        case .story: true
        case .callBegan, .callConnected, .fact, .registered, .unregistered: false
        }
    }
}
