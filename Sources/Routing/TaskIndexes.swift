/// The open tasks of each customer, in the order in which they were opened. Most customers have one.
struct TasksOfCustomers: Sendable {
    private var first = Shards<CustomerNumber, TaskID>()
    /// Of customers with several, all but the first.
    private var others: [CustomerNumber: [TaskID]] = [:]

    subscript(number: CustomerNumber) -> [TaskID] {
        guard let id = first[number] else { return [] }
        guard !others.isEmpty, let more = others[number] else { return [id] }
        return [id] + more
    }

    /// Those of each customer, in no order.
    var all: [[TaskID]] { first.keys.map { self[$0] } }

    /// Customer by customer in the order of their numbers.
    var inOrder: [TaskID] { first.keys.sorted { $0.text < $1.text }.flatMap { self[$0] } }

    mutating func add(_ id: TaskID, of number: CustomerNumber) {
        if first[number] == nil {
            first[number] = id
        } else {
            others[number, default: []].append(id)
        }
    }

    mutating func remove(_ id: TaskID, of number: CustomerNumber) {
        let left = self[number].filter { $0 != id }
        first[number] = left.first
        others[number] = left.count > 1 ? Array(left.dropFirst()) : nil
    }
}

/// Gives tasks that have the same owner one object for it.
struct TaskOwners: Sendable {
    private var known: [TaskOwner: Shared<TaskOwner>] = [:]

    /// More than these are not remembered: names of operators and groups come from outside as well.
    private static let most = 100_000

    mutating func shared(_ owner: TaskOwner) -> Shared<TaskOwner> {
        if let shared = known[owner] { return shared }
        if known.count >= Self.most { known.removeAll() }
        let shared = Shared(owner)
        known[owner] = shared
        return shared
    }
}
