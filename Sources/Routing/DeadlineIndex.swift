/// Whose deadline it is.
enum DeadlineKey: Hashable, Sendable {
    case call(CallID)
    case `operator`(OperatorID)
    case task(TaskID)
}

/// The earliest deadline of every call, operator and task, the very earliest first.
///
/// The states own their deadlines; this only mirrors them so that the next one is found without looking at all. It is
/// a binary heap in which outdated entries stay until they come to the top: each key has one current entry, known by
/// its sequence number. Equal instants keep the order in which they were set, so that a run can be replayed.
struct DeadlineIndex: Sendable {
    private struct Entry: Sendable {
        var instant: Instant
        var sequence: UInt64
        var key: DeadlineKey

        func precedes(_ other: Entry) -> Bool {
            instant == other.instant ? sequence < other.sequence : instant < other.instant
        }
    }

    private var heap: [Entry] = []
    private var current: [DeadlineKey: (instant: Instant, sequence: UInt64)] = [:]
    private var lastSequence: UInt64 = 0

    /// The next deadline of all.
    var first: Instant? { heap.first?.instant }
    /// How many keys have a deadline.
    var count: Int { current.count }

    subscript(key: DeadlineKey) -> Instant? { current[key]?.instant }

    /// All keys in the order in which they will be due.
    var keysInOrder: [DeadlineKey] {
        current.map { Entry(instant: $1.instant, sequence: $1.sequence, key: $0) }
            .sorted { $0.precedes($1) }.map(\.key)
    }

    /// Makes `instant` the key's only deadline; `nil`: it has none.
    mutating func set(_ key: DeadlineKey, _ instant: Instant?) {
        guard current[key]?.instant != instant else { return }
        if let instant {
            lastSequence += 1
            current[key] = (instant, lastSequence)
            push(Entry(instant: instant, sequence: lastSequence, key: key))
        } else {
            current[key] = nil
        }
        dropOutdated()
    }

    /// Takes out the first key whose deadline has come.
    mutating func popDue(at now: Instant) -> DeadlineKey? {
        guard let top = heap.first, top.instant <= now else { return nil }
        current[top.key] = nil
        dropOutdated()
        return top.key
    }

    /// Keeps the invariant that the top is current, and the heap at most a few times larger than what is current.
    private mutating func dropOutdated() {
        while let top = heap.first, current[top.key]?.sequence != top.sequence {
            removeTop()
        }
        guard heap.count > 64, heap.count > 3 * current.count else { return }
        heap = heap.filter { current[$0.key]?.sequence == $0.sequence }.sorted { $0.precedes($1) }
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func removeTop() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
