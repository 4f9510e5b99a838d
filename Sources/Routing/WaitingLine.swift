import DequeModule

/// Where a call stands in its queue, or a task among those that are due. The place is kept through rings, stages and
/// interruptions.
struct Place: Hashable, Comparable, Codable, Sendable {
    /// When the customer first entered the queue: their ticket.
    let entered: Instant
    /// Tells apart those who entered at the same instant.
    let sequence: UInt64
    /// A customer who was already talking, or a VIP whose operator hung up on them, stands before all others.
    var isAtHead: Bool

    init(isAtHead: Bool, entered: Instant, sequence: UInt64) {
        self.entered = entered
        self.sequence = sequence
        self.isAtHead = isAtHead
    }

    /// The same place, as if the customer had entered so much earlier.
    func moved(back waited: Duration) -> Place {
        let earlier = Instant(nanoseconds: entered.nanoseconds &- max(0, waited.wholeNanoseconds))
        return Place(isAtHead: isAtHead, entered: min(entered, earlier), sequence: sequence)
    }

    static func < (left: Place, right: Place) -> Bool {
        if left.isAtHead != right.isAtHead { return left.isAtHead }
        return left.entered == right.entered ? left.sequence < right.sequence : left.entered < right.entered
    }
}

/// Those who wait, in the order of their places.
///
/// A sorted double-ended queue: most join at the end and leave at the front, which costs nothing; one who gives up in
/// the middle is found by bisection.
struct Line<ID: Hashable & Sendable>: Sendable {
    struct Entry: Hashable, Sendable {
        let place: Place
        let id: ID
    }

    private(set) var entries: Deque<Entry> = []

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    /// As they stand now; the line may change while they are gone through.
    var ids: [ID] { entries.map(\.id) }

    mutating func insert(_ id: ID, at place: Place) {
        entries.insert(Entry(place: place, id: id), at: index(of: place))
    }

    mutating func remove(at place: Place) {
        let index = index(of: place)
        guard index < entries.count, entries[index].place == place else { return }
        entries.remove(at: index)
    }

    /// Puts it in or takes it out.
    mutating func set(_ id: ID, at place: Place, isIn: Bool) {
        if isIn { insert(id, at: place) } else { remove(at: place) }
    }

    func first(where isEligible: (ID) -> Bool) -> Entry? {
        entries.first { isEligible($0.id) }
    }

    /// The first index whose place is not before the given one.
    private func index(of place: Place) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].place < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Waiting calls.
typealias WaitingLine = Line<CallID>
/// Due tasks.
typealias TaskLine = Line<TaskID>

extension Line where ID == CallID {
    var calls: [CallID] { ids }
}

extension Line.Entry where ID == CallID {
    var call: CallID { id }

    init(place: Place, call: CallID) {
        self.init(place: place, id: call)
    }
}

/// VIP calls are served before all others, so every line is really two.
struct LinePair: Sendable {
    var vip = WaitingLine()
    var ordinary = WaitingLine()

    subscript(isVIP isVIP: Bool) -> WaitingLine {
        _read {
            if isVIP { yield vip } else { yield ordinary }
        }
        _modify {
            if isVIP { yield &vip } else { yield &ordinary }
        }
    }

    var isEmpty: Bool { vip.isEmpty && ordinary.isEmpty }
}
