/// One of the parts in which a state is written down. A million tasks would be too much for one line of a journal, and
/// for memory: the house comes first, then its tasks and the deadlines, so many at a time.
package struct StatePart: Codable, Sendable {
    /// How many parts follow.
    package let left: Int
    /// In the first part.
    let house: HouseMemory?
    /// Those of each customer in the order in which they were opened.
    let tasks: [CallTask]?
    /// In the order in which they will be due.
    let deadlines: [DeadlineKey]?
}

extension RoutingState {
    package var openTaskCount: Int { tasks.count }

    /// Gives the parts of the state one after the other, none of which is kept. Between two events only. With an encoder
    /// that sorts keys, equal states give equal bytes.
    ///
    /// - Parameter size: tasks, or deadlines, of one part at most.
    package func writeParts<Failure: Error>(
        of size: Int = 4_096, _ write: (StatePart) throws(Failure) -> Void
    ) throws(Failure) {
        let ids = tasksOf.inOrder
        let keys = deadlines.keysInOrder
        let size = max(1, size)
        var left = ids.count.parts(of: size) + keys.count.parts(of: size)
        try write(StatePart(left: left, house: HouseMemory(self), tasks: nil, deadlines: nil))
        for start in stride(from: 0, to: ids.count, by: size) {
            left -= 1
            let some = ids[start..<min(start + size, ids.count)].compactMap { tasks[$0] }
            try write(StatePart(left: left, house: nil, tasks: some, deadlines: nil))
        }
        for start in stride(from: 0, to: keys.count, by: size) {
            left -= 1
            let some = Array(keys[start..<min(start + size, keys.count)])
            try write(StatePart(left: left, house: nil, tasks: nil, deadlines: some))
        }
    }
}

extension Int {
    fileprivate func parts(of size: Int) -> Int { (self + size - 1) / size }
}

/// Puts a state together from its parts.
package struct StateReader: Sendable {
    private var state: RoutingState?
    private var deadlines: [DeadlineKey] = []
    private var left = 0

    package init() {}

    /// - Returns: the state, with its last part.
    /// - Throws: `DecodingError` if a part is missing, or the state contradicts itself.
    package mutating func add(_ part: StatePart) throws -> RoutingState? {
        if let house = part.house {
            state = try RoutingState(house)
            deadlines = []
        } else if state == nil || part.left != left - 1 {
            throw DecodingError.corrupted("a part of the state is missing")
        }
        left = part.left
        try state?.restoreTasks(part.tasks ?? [])
        deadlines += part.deadlines ?? []
        guard left == 0 else { return nil }
        defer { self = StateReader() }
        try state?.finishReading(deadlines)
        return state
    }
}
