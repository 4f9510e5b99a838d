/// One thing to be done at one time, re-armed at will. Belongs to one `AlarmQueue`.
final class Alarm {
    /// When it is due; `Int64.max` while it is not armed.
    fileprivate(set) var deadline = Int64.max
    /// The earliest heap entry that stands for this alarm.
    fileprivate var queued = Int64.max
    fileprivate let action: () -> Void

    init(_ action: @escaping () -> Void) {
        self.action = action
    }
}

/// Deadlines of all transactions and legs in one binary heap, so that the event loop keeps a single timer.
///
/// Disarming leaves the entry in the heap, where it is dropped when its time comes: most SIP timers are disarmed, and
/// searching for them would cost more than it saves. Session timers would leave theirs for a quarter of an hour, so
/// all that is of no use any more is swept out whenever the heap has doubled.
struct AlarmQueue {
    private struct Entry {
        var time: Int64
        var alarm: Alarm
    }

    /// No sweeping below so many entries.
    static let leastSweep = 1_024

    private var heap: [Entry] = []
    private var sweepAt = leastSweep

    /// Time of the earliest entry; it may turn out to be a disarmed one.
    var earliest: Int64? { heap.first?.time }
    var count: Int { heap.count }

    /// - Parameter deadline: in nanoseconds of the monotonic clock.
    mutating func arm(_ alarm: Alarm, at deadline: Int64) {
        alarm.deadline = deadline
        // An earlier entry will be moved on when it comes up.
        guard deadline < alarm.queued else { return }
        alarm.queued = deadline
        push(Entry(time: deadline, alarm: alarm))
    }

    mutating func disarm(_ alarm: Alarm) {
        alarm.deadline = .max
    }

    /// Takes out one alarm that is due; call until `nil`.
    mutating func popDue(now: Int64) -> Alarm? {
        while let first = heap.first, first.time <= now {
            let entry = pop(first)
            guard entry.time == entry.alarm.queued else { continue }
            entry.alarm.queued = .max
            if entry.alarm.deadline <= now {
                entry.alarm.deadline = .max
                return entry.alarm
            }
            if entry.alarm.deadline != .max { arm(entry.alarm, at: entry.alarm.deadline) }
        }
        return nil
    }

    private mutating func sweep() {
        heap.removeAll { entry in
            guard entry.time == entry.alarm.queued else { return true }
            guard entry.alarm.deadline == .max else { return false }
            entry.alarm.queued = .max
            return true
        }
        for index in (0..<heap.count / 2).reversed() { sift(from: index) }
        sweepAt = max(Self.leastSweep, heap.count * 2)
    }

    private mutating func push(_ entry: Entry) {
        if heap.count >= sweepAt { sweep() }
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].time < heap[parent].time else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop(_ first: Entry) -> Entry {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        sift(from: 0)
        return first
    }

    private mutating func sift(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].time < heap[least].time { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

extension Alarm {
    /// Does what the alarm is for.
    func ring() { action() }
}
