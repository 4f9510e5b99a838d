/// Keys in the order of their deadlines: the earliest at once, a change in logarithmic time, each key at most once.
struct ExpiryHeap<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: Key
        var deadline: Int64
    }

    private var entries: [Entry] = []
    private var places: [Key: Int] = [:]

    var earliest: Int64? { entries.first?.deadline }

    /// Sets or changes a key's deadline; `nil` removes the key.
    mutating func set(_ key: Key, to deadline: Int64?) {
        guard let deadline else { return remove(key) }
        if let place = places[key] {
            entries[place].deadline = deadline
            settle(place)
        } else {
            entries.append(Entry(key: key, deadline: deadline))
            places[key] = entries.count - 1
            settle(entries.count - 1)
        }
    }

    /// Takes out the key with the earliest deadline, if that is not after `now`.
    mutating func popDue(now: Int64) -> Key? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        remove(first.key)
        return first.key
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.key] = place
        settle(place)
    }

    private mutating func settle(_ start: Int) {
        var place = start
        while place > 0, entries[place].deadline < entries[(place - 1) / 2].deadline {
            exchange(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
        while true {
            var smallest = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < entries.count && entries[child].deadline < entries[smallest].deadline {
                smallest = child
            }
            guard smallest != place else { return }
            exchange(place, smallest)
            place = smallest
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        places[entries[left].key] = left
        places[entries[right].key] = right
    }
}
