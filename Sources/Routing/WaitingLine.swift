import DequeModule

/// Where a call stands in its queue. The place is kept through rings, stages and interruptions.
struct Place: Hashable, Comparable, Sendable {
    /// A customer who was already talking, or a VIP whose operator hung up on them, stands before all others.
    var isAtHead: Bool
    /// When the customer first entered the queue: their ticket.
    let entered: Instant
    /// Tells apart those who entered at the same instant.
    let sequence: UInt64

    static func < (left: Place, right: Place) -> Bool {
        if left.isAtHead != right.isAtHead { return left.isAtHead }
        return left.entered == right.entered ? left.sequence < right.sequence : left.entered < right.entered
    }
}

/// Waiting calls in the order of their places.
///
/// A sorted double-ended queue: most calls join at the end and leave at the front, which costs nothing; one who gives
/// up in the middle is found by bisection.
struct WaitingLine: Sendable {
    struct Entry: Hashable, Sendable {
        let place: Place
        let call: CallID
    }

    private(set) var entries: Deque<Entry> = []

    var isEmpty: Bool { entries.isEmpty }
    /// As they stand now; the line may change while they are gone through.
    var calls: [CallID] { entries.map(\.call) }

    mutating func insert(_ call: CallID, at place: Place) {
        entries.insert(Entry(place: place, call: call), at: index(of: place))
    }

    mutating func remove(at place: Place) {
        let index = index(of: place)
        guard index < entries.count, entries[index].place == place else { return }
        entries.remove(at: index)
    }

    func first(where isEligible: (CallID) -> Bool) -> Entry? {
        entries.first { isEligible($0.call) }
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

/// VIP calls are served before all others, so every line is really two.
struct LinePair: Sendable {
    var vip = WaitingLine()
    var ordinary = WaitingLine()

    subscript(isVIP isVIP: Bool) -> WaitingLine {
        get { isVIP ? vip : ordinary }
        _modify {
            if isVIP { yield &vip } else { yield &ordinary }
        }
    }

    var isEmpty: Bool { vip.isEmpty && ordinary.isEmpty }
}
