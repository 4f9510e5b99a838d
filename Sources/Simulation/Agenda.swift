package import Routing

/// Things to do, the earliest first; of equals the one planned first. A binary heap.
package struct Agenda<Plan: Sendable>: Sendable {
    private struct Entry: Sendable {
        var instant: Instant
        var sequence: UInt64
        var plan: Plan

        func precedes(_ other: Entry) -> Bool {
            instant == other.instant ? sequence < other.sequence : instant < other.instant
        }
    }

    private var heap: [Entry] = []
    private var lastSequence: UInt64 = 0

    package init() {}

    /// When the next thing is to be done; `nil`: nothing is planned.
    package var next: Instant? { heap.first?.instant }

    package mutating func add(_ plan: Plan, at instant: Instant) {
        lastSequence += 1
        heap.append(Entry(instant: instant, sequence: lastSequence, plan: plan))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    package mutating func pop() -> Plan? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last.plan }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < heap.count, heap[left].precedes(heap[least]) { least = left }
            if left + 1 < heap.count, heap[left + 1].precedes(heap[least]) { least = left + 1 }
            guard least != parent else { return first.plan }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
