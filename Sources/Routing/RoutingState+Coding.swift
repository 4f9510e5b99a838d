// The whole state written down (`StatePart`), so that a recording can begin in the middle of a day. Written is what
// nothing else follows from; lines, indexes and counts are made anew when it is read.

extension RoutingState {
    /// All but tasks and deadlines, which follow.
    init(_ memory: HouseMemory) throws {
        self.init()
        try restore(memory)
    }

    /// When all tasks are there.
    ///
    /// - Throws: `DecodingError` if the state contradicts itself (`checkInvariants`).
    mutating func finishReading(_ deadlines: [DeadlineKey]) throws {
        listRestoredTasks()
        // The clock of a queue is never ahead of anybody who is ready: they stand where they stood.
        for name in operatorOrder where operators[name]?.isReady == true { list(name) }
        setDeadlines(inOrder: deadlines)
        if let problem = checkInvariants().first ?? implausible.first { throw DecodingError.corrupted(problem) }
    }

    private mutating func restore(_ memory: HouseMemory) throws {
        (now, dice, last, house) = (memory.now, memory.dice, memory.last, memory.house)
        isDraining = memory.isDraining
        codeCalls = try memory.codeCalls.dictionary()
        places = memory.places
        playbacks = try memory.playbacks.dictionary()
        pausedDialers = try memory.pausedDialers.dictionary()
        preparing = memory.preparing
        yields = try memory.yields.dictionary()
        reminders = try memory.reminders.dictionary()
        let policies = memory.policies.map { Shared($0) }
        try restoreQueues(memory.queues, policies)
        try restoreOperators(memory.operators)
        for name in operatorOrder { operators[name]?.assignments = [] }
        for id in queueOrder { for member in queues[id]?.members ?? [] { join(id, member) } }
        try restoreDialers(memory.dialers)
        try restoreCalls(memory.calls, policies)
    }

    private mutating func restoreQueues(_ all: [Kept<Int, CallQueue>], _ policies: [Shared<QueuePolicy>]) throws {
        for kept in all {
            var queue = kept.value
            queue.sharedPolicy = try policies.policy(at: kept.key)
            let id = queue.policy.id
            guard queues[id] == nil else { throw DecodingError.corrupted("queue \(id) comes twice") }
            queues[id] = queue
            queueOrder.append(id)
        }
    }

    private mutating func restoreOperators(_ all: [Operator]) throws {
        for state in all {
            let name = state.policy.id
            guard operators[name] == nil else { throw DecodingError.corrupted("operator \(name) comes twice") }
            operators[name] = state
            operatorOrder.append(name)
            activities[name] = state.activity
            switch state.state {
            case .ringing(let ring, _): ringOwners[ring.id] = name
            case .stopping(let ring, _): ringOwners[ring] = name
            case .free, .talking, .wrapUp, .reserved, .dialling, .reminded: break
            }
        }
    }

    private mutating func restoreDialers(_ all: [Dialer]) throws {
        for dialer in all {
            let id = dialer.policy.id
            guard dialers[id] == nil else { throw DecodingError.corrupted("dialer \(id) comes twice") }
            dialers[id] = Dialer(policy: dialer.policy)
            dialers[id]?.isOpen = dialer.isOpen
            dialers[id]?.resumedAt = dialer.resumedAt
            dialerOrder.append(id)
            for member in dialer.members { addDesk(member, to: id) }
        }
    }

    private mutating func restoreCalls(_ all: [Kept<Int, Call>], _ policies: [Shared<QueuePolicy>]) throws {
        for kept in all {
            var call = kept.value
            call.sharedPolicy = try policies.policy(at: kept.key)
            guard calls[call.id] == nil else { throw DecodingError.corrupted("call \(call.id) comes twice") }
            calls[call.id] = call
            for refusal in call.refusals { operators[refusal.operator]?.refused.insert(call.id) }
            if call.state.isQueued { queues[call.queue]?.length += 1 }
            if call.state.isAtWork { queues[call.queue]?.atWork += 1 }
            if call.state.isWaiting { enterLine(call.id) }
            if call.isInbound, let number = call.arrival.number { numbersInUse[number, default: 0] += 1 }
        }
    }

    mutating func restoreTasks(_ all: [CallTask]) throws {
        for task in all {
            guard tasks[task.id] == nil else { throw DecodingError.corrupted("task \(task.id) comes twice") }
            tasks[task.id] = task
            tasks[task.id]?.share(&owners)
            tasksOf.add(task.id, of: task.number)
            if case .waiting(let waiting) = task.state, waiting.isStopped {
                dialers[task.dialer]?.stopped.insert(task.id)
            }
            guard let attempt = task.attempt else { continue }
            numbersInUse[task.number, default: 0] += 1
            if let call = attempt.call { attemptTasks[call] = task.id }
        }
    }

    private mutating func listRestoredTasks() {
        for task in tasks.unordered where numbersInUse[task.number] == nil {
            guard case .waiting(let waiting) = task.state else { continue }
            tasks[task.id]?.isListed = true
            listedTasks += 1
            setLines(of: task, waiting, isIn: true)
        }
    }

    // MARK: - Plausible

    /// Numbers from which the next step would lead nowhere good. No run comes to them, but a damaged file may.
    private var implausible: [String] {
        var problems: [String] = []
        func expect(_ isTrue: Bool, _ problem: @autoclosure () -> String) {
            if !isTrue { problems.append(problem()) }
        }
        let rings = operatorOrder.compactMap { operators[$0]?.state.leg } + ringOwners.keys
        expect(rings.allSatisfy { $0.rawValue <= last.ring }, "a ring has a number that was never given")
        expect(playbacks.keys.allSatisfy { $0.rawValue <= last.playback }, "a sound has a number that was never given")
        let places = calls.unordered.map(\.place) + tasks.unordered.map(\.place)
        expect(places.allSatisfy { $0.sequence <= last.ticket }, "a place has a number that was never given")
        expect(max(last.ring, last.playback, last.ticket) < UInt64.max / 2, "numbers are used up")
        for name in operatorOrder {
            guard let state = operators[name] else { continue }
            let counts = [state.conversations, state.missedInARow]
            expect(counts.allSatisfy(Self.mayBeCounted), "\(name) has \(counts) calls and misses")
            guard case .ringing(let ring, _) = state.state else { continue }
            expect((0...FairShare.longestStep).contains(ring.charged), "\(ring.id) was charged \(ring.charged)")
        }
        for id in queueOrder {
            guard let queue = queues[id] else { continue }
            let counts = [queue.entered, queue.answered, queue.lost]
            expect(counts.allSatisfy(Self.mayBeCounted), "queue \(id) has counted \(counts)")
            expect(queue.share.isInRange, "turns in queue \(id) are out of range")
            expect(areMembers(queue.members), "members of queue \(id) are no members")
        }
        for id in dialerOrder { expect(areMembers(dialers[id]?.members ?? []), "members of \(id) are no members") }
        return problems
    }

    private static func mayBeCounted(_ count: Int) -> Bool { (0..<Int.max / 2).contains(count) }

    private func areMembers(_ members: [Member]) -> Bool {
        members.enumerated().allSatisfy { (0...10).contains($1.priority) && $1.rank == $0 }
    }
}

extension [Shared<QueuePolicy>] {
    fileprivate func policy(at index: Int) throws -> Shared<QueuePolicy> {
        guard indices.contains(index) else { throw DecodingError.corrupted("there is no policy \(index)") }
        return self[index]
    }
}

/// What is written of the house: each list in an order that is the state's own, or that of its keys.
struct HouseMemory: Codable, Sendable {
    let now: Instant
    let dice: SplitMix64
    let last: LastNumbers
    let house: HouseRules
    let isDraining: Bool
    /// Of queues and calls, each once.
    var policies: [QueuePolicy] = []
    /// Each with the index of its policy, in the configured order.
    var queues: [Kept<Int, CallQueue>] = []
    /// In the configured order.
    let operators: [Operator]
    /// Each with the index of its policy.
    var calls: [Kept<Int, Call>] = []
    let codeCalls: [Kept<CallID, CodeCall>]
    let places: PlaceMemory
    let playbacks: [Kept<PlaybackID, PlaybackPurpose>]
    /// In the configured order.
    let dialers: [Dialer]
    let pausedDialers: [Kept<DialerID, String>]
    let preparing: [OperatorID]
    let yields: [Kept<RingID, CallID>]
    let reminders: [Kept<CallID, OperatorID>]

    init(_ state: RoutingState) {
        now = state.now
        dice = state.dice
        last = state.last
        house = state.house
        isDraining = state.isDraining
        operators = state.operatorOrder.compactMap { state.operators[$0] }
        codeCalls = state.codeCalls.kept()
        places = state.places
        playbacks = state.playbacks.kept()
        dialers = state.dialerOrder.compactMap { state.dialers[$0] }
        pausedDialers = state.pausedDialers.kept()
        preparing = state.preparing
        yields = state.yields.kept()
        reminders = state.reminders.kept()
        var indexes: [QueuePolicy: Int] = [:]
        queues = state.queueOrder.compactMap { state.queues[$0] }.map {
            Kept(key: index(of: $0.policy, in: &indexes), value: $0)
        }
        calls = state.calls.unordered.sorted { $0.id < $1.id }.map {
            Kept(key: index(of: $0.policy, in: &indexes), value: $0)
        }
    }

    private mutating func index(of policy: QueuePolicy, in indexes: inout [QueuePolicy: Int]) -> Int {
        if let index = indexes[policy] { return index }
        policies.append(policy)
        indexes[policy] = policies.count - 1
        return policies.count - 1
    }
}
