import HeapModule
package import Routing

/// Things to do, the earliest first; of equals the one planned first.
package struct Agenda<Plan: Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        var instant: Instant
        var sequence: UInt64
        var plan: Plan

        static func == (left: Entry, right: Entry) -> Bool { left.sequence == right.sequence }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.instant, left.sequence) < (right.instant, right.sequence)
        }
    }

    private var heap = Heap<Entry>()
    private var lastSequence: UInt64 = 0

    package init() {}

    /// When the next thing is to be done; `nil`: nothing is planned.
    package var next: Instant? { heap.min?.instant }

    package mutating func add(_ plan: Plan, at instant: Instant) {
        lastSequence += 1
        heap.insert(Entry(instant: instant, sequence: lastSequence, plan: plan))
    }

    package mutating func pop() -> Plan? { heap.popMin()?.plan }
}
