import Routing

/// Things to do, the earliest first; of equals the one planned first.
struct Agenda<Plan> {
    private var heap: [(at: Instant, sequence: Int, plan: Plan)] = []
    private var lastSequence = 0

    var next: Instant? { heap.first?.at }

    mutating func add(_ plan: Plan, at instant: Instant) {
        lastSequence += 1
        heap.append((instant, lastSequence, plan))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Plan? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            if least == parent { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return first.plan
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at, heap[left].sequence) < (heap[right].at, heap[right].sequence)
    }
}
