import HeapModule

/// Whose deadline it is.
enum DeadlineKey: Hashable, Codable, Sendable {
    case call(CallID)
    case `operator`(OperatorID)
    case task(TaskID)
}

/// The earliest deadline of every call, operator and task, the very earliest first.
///
/// The states own their deadlines; this only mirrors them so that the next one is found without looking at all. It is
/// a heap in which outdated entries stay until they come to the top: each key has one current entry, known by
/// its sequence number. Equal instants keep the order in which they were set, so that a run can be replayed.
struct DeadlineIndex: Sendable {
    private struct Entry: Comparable, Sendable {
        var instant: Instant
        var sequence: UInt64
        var key: DeadlineKey

        static func < (left: Entry, right: Entry) -> Bool {
            (left.instant, left.sequence) < (right.instant, right.sequence)
        }
    }

    private var heap = Heap<Entry>()
    private var current: [DeadlineKey: (instant: Instant, sequence: UInt64)] = [:]
    private var lastSequence: UInt64 = 0

    /// The next deadline of all.
    var first: Instant? { heap.min?.instant }
    /// How many keys have a deadline.
    var count: Int { current.count }

    subscript(key: DeadlineKey) -> Instant? { current[key]?.instant }

    /// All keys in the order in which they will be due.
    var keysInOrder: [DeadlineKey] {
        current.map { Entry(instant: $1.instant, sequence: $1.sequence, key: $0) }
            .sorted().map(\.key)
    }

    /// Makes `instant` the key's only deadline; `nil`: it has none.
    mutating func set(_ key: DeadlineKey, _ instant: Instant?) {
        guard current[key]?.instant != instant else { return }
        if let instant {
            lastSequence += 1
            current[key] = (instant, lastSequence)
            heap.insert(Entry(instant: instant, sequence: lastSequence, key: key))
        } else {
            current[key] = nil
        }
        dropOutdated()
    }

    /// Takes out the first key whose deadline has come.
    mutating func popDue(at now: Instant) -> DeadlineKey? {
        guard let top = heap.min, top.instant <= now else { return nil }
        current[top.key] = nil
        dropOutdated()
        return top.key
    }

    /// Keeps the invariant that the top is current, and the heap at most a few times larger than what is current.
    private mutating func dropOutdated() {
        while let top = heap.min, current[top.key]?.sequence != top.sequence {
            heap.removeMin()
        }
        guard heap.count > 64, heap.count > 3 * current.count else { return }
        heap = Heap(heap.unordered.filter { current[$0.key]?.sequence == $0.sequence })
    }
}
