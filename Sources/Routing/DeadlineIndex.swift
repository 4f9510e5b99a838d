import HeapModule

/// Whose deadline it is.
enum DeadlineKey: Hashable, Codable, Sendable {
    case call(CallID)
    case `operator`(OperatorID)
    case task(TaskID)
}

/// The earliest deadline of every call, operator and task, the very earliest first.
///
/// The states own their deadlines; this only mirrors them so that the next one is found without looking at all. Equal
/// instants keep the order in which they were set, so that a run can be replayed. Tasks have an index of their own: there
/// may be a million of them, and the keys of the others take more room.
struct DeadlineIndex: Sendable {
    private var tasks = DeadlineHeap<TaskID>()
    private var others = DeadlineHeap<DeadlineKey>()
    private var lastSequence: UInt64 = 0

    /// The next deadline of all.
    var first: Instant? { earliest(tasks.first?.instant, others.first?.instant) }
    /// How many keys have a deadline.
    var count: Int { tasks.count + others.count }

    subscript(key: DeadlineKey) -> Instant? {
        if case .task(let task) = key { return tasks[task]?.instant }
        return others[key]?.instant
    }

    /// All keys in the order in which they will be due.
    var keysInOrder: [DeadlineKey] {
        let all = tasks.all.map { ($0, DeadlineKey.task($1)) } + others.all.map { ($0, $1) }
        return all.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Makes `instant` the key's only deadline; `nil`: it has none.
    mutating func set(_ key: DeadlineKey, _ instant: Instant?) {
        lastSequence += 1
        let deadline = instant.map { Deadline(instant: $0, sequence: lastSequence) }
        if case .task(let task) = key { tasks.set(task, deadline) } else { others.set(key, deadline) }
    }

    /// Takes out the first key whose deadline has come.
    mutating func popDue(at now: Instant) -> DeadlineKey? {
        let (task, other) = (tasks.first, others.first)
        guard let task, other.map({ task < $0 }) ?? true else { return others.popDue(at: now) }
        return tasks.popDue(at: now).map(DeadlineKey.task)
    }
}

/// When, and in which order among equals.
private struct Deadline: Comparable, Sendable {
    let instant: Instant
    let sequence: UInt64

    static func < (left: Deadline, right: Deadline) -> Bool {
        (left.instant, left.sequence) < (right.instant, right.sequence)
    }
}

/// A heap in which outdated entries stay until they come to the top: each key has one current deadline.
private struct DeadlineHeap<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        let deadline: Deadline
        let key: Key

        static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
        static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
    }

    private var heap = Heap<Entry>()
    private var current = Shards<Key, Deadline>()

    var first: Deadline? { heap.min?.deadline }
    var count: Int { current.count }
    var all: [(Deadline, Key)] { current.pairs.map { ($0.value, $0.key) } }

    subscript(key: Key) -> Deadline? { current[key] }

    mutating func set(_ key: Key, _ deadline: Deadline?) {
        guard current[key]?.instant != deadline?.instant else { return }
        current[key] = deadline
        if let deadline { heap.insert(Entry(deadline: deadline, key: key)) }
        dropOutdated()
    }

    mutating func popDue(at now: Instant) -> Key? {
        guard let top = heap.min, top.deadline.instant <= now else { return nil }
        current[top.key] = nil
        dropOutdated()
        return top.key
    }

    /// Keeps the invariant that the top is current, and the heap at most a few times larger than what is current.
    private mutating func dropOutdated() {
        while let top = heap.min, current[top.key] != top.deadline { heap.removeMin() }
        guard heap.count > 64, heap.count > 3 * current.count else { return }
        heap = Heap(heap.unordered.filter { current[$0.key] == $0.deadline })
    }
}
