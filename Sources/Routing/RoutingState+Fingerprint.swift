// A state as a row of numbers, for whoever wants to know whether two of them are the same: an exhaustive search meets
// each state by many orders of events, and need go on from it only once.

extension RoutingState {
    /// Everything that anything can still follow from. Of two states with the same configuration whose calls arrived
    /// with the same data, equal fingerprints mean: the same events, so much later, give the same decisions, but for
    /// the numbers of rings and playbacks.
    ///
    /// Times count from now, rings and playbacks are known by whose they are, and places by their order. Left out is
    /// what only people look at (counters, the rows of the call log so far), and what is derived and compared by
    /// `checkInvariants` (lines, ready lines). The dice of the strategy `random` are left out as well.
    package func fingerprint() -> [Int64] {
        var print = Fingerprint(now: now, operators: operatorOrder, queues: queueOrder)
        print.write(isDraining)
        for id in queueOrder {
            guard let queue = queues[id] else { continue }
            print.write(queue.lastRank)
            print.write(queue.isOpen)
            for member in queue.members { print.write(Int(queue.share.standing(of: member))) }
        }
        let countsCalls = queueOrder.contains { queues[$0]?.policy.strategy == .fewestCalls }
        for name in operatorOrder {
            guard let state = operators[name] else { continue }
            print.write(state)
            print.write(countsCalls ? state.conversations : 0)
        }
        // Calls to customers of tasks have no place of their own.
        let present = calls.unordered.sorted { ($0.place.sequence, $0.id) < ($1.place.sequence, $1.id) }
        print.write(present.count)
        for call in present { write(call, to: &print) }
        print.write(codeCalls.count)
        for call in codeCalls.keys.sorted() { print.write(call) }
        for place in places.inOrder(at: now) {
            print.write(place.number)
            print.write(place.entered)
            print.write(place.until)
        }
        for ring in yields.keys.sorted() {
            print.write(ringOwners[ring])
            if let call = yields[ring] { print.write(call) }
        }
        for id in dialerOrder {
            print.write(pausedDialers[id] != nil)
            print.write(dialers[id]?.resumedAt)
        }
        let open = tasks.unordered.sorted { $0.id < $1.id }
        print.write(open.count)
        for task in open { print.write(task) }
        for key in deadlines.keysInOrder {
            switch key {
            case .call(let call): print.write(call)
            case .operator(let name): print.write(name)
            case .task(let task): print.write(task)
            }
        }
        return print.words
    }

    private func write(_ call: Call, to print: inout Fingerprint) {
        print.write(call.id)
        switch call.state {
        case .waiting(let telling): print.write(0, telling)
        case .ringing(let rings):
            print.write(1)
            print.write(rings.count)
            for ring in rings { print.write(ringOwners[ring]) }
        case .talking(let name): print.write(2, name)
        case .held(let name): print.write(3, name)
        case .returning(_, let name): print.write(4, name)
        case .leaving: print.write(5)
        case .inScenario(let scenario):
            print.write(6)
            print.write(scenario.rest.count)
            print.write(scenario.nextDeadline)
        case .dialling(let name, let until):
            print.write(7, name)
            print.write(until)
        case .undialling(let name, _): print.write(8, name)
        }
        print.write(call.isVIP)
        print.write(call.isAnswered)
        print.write(call.isTransferred)
        print.write(call.tiedTo)
        print.write(call.avoided)
        print.write(call.callbackAt)
        print.write(call.named)
        print.write(call.place.isAtHead)
        print.write(call.place.entered)
        print.write(call.leaveAt)
        print.write(call.stickiness)
        print.write(call.refusals.count)
        for refusal in call.refusals { print.write(refusal) }
        print.write(call.declinedConversations.count)
        for declined in call.declinedConversations { print.write(declined) }
        print.write(call.history)
    }
}

/// The row of numbers in the making.
private struct Fingerprint {
    private(set) var words: [Int64] = []
    private let now: Instant
    private let operators: [OperatorID]
    private let queues: [QueueID]

    init(now: Instant, operators: [OperatorID], queues: [QueueID]) {
        self.now = now
        self.operators = operators
        self.queues = queues
        words.reserveCapacity(128)
    }

    mutating func write(_ value: Int) { words.append(Int64(value)) }
    mutating func write(_ value: Bool) { words.append(value ? 1 : 0) }
    mutating func write(_ call: CallID) { words.append(Int64(truncatingIfNeeded: call.rawValue)) }
    mutating func write(_ instant: Instant) { words.append(instant.nanoseconds &- now.nanoseconds) }

    mutating func write(_ instant: Instant?) {
        guard let instant else { return words.append(.min) }
        write(instant)
    }

    mutating func write(_ name: OperatorID?) {
        write(name.flatMap { operators.firstIndex(of: $0) } ?? -1)
    }

    mutating func write(_ tag: Int, _ name: OperatorID?) {
        write(tag)
        write(name)
    }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        for byte in text.utf8 { words.append(Int64(byte)) }
    }

    // MARK: - Operators

    mutating func write(_ state: Operator) {
        write(state.isConfigured)
        write(state.isReachable)
        write(state.missedInARow)
        switch state.wish {
        case .ready: write(0)
        case .off: write(1)
        case .paused(let reason):
            write(2)
            write(reason)
        }
        switch state.state {
        case .free(let since):
            write(0)
            write(since)
        case .ringing(let ring, let until):
            write(1)
            write(ring.call)
            write(ring.idleSince)
            write(until)
        case .stopping(_, let idleSince):
            write(2)
            write(idleSince)
        case .talking(let conversation):
            write(3)
            write(conversation)
        case .wrapUp(let until):
            write(4)
            write(until)
        case .reserved(let task, let idleSince):
            write(5)
            write(task)
            write(idleSince)
        case .dialling(let call, _):
            write(6)
            write(call)
        case .reminded(let reminder):
            write(7)
            write(reminder.hangUpAt)
        }
        write(state.absence?.since)
        write(state.absence?.reassignAt)
        write(state.remindAt)
        write(state.hasBeenAway)
        write(state.ownCalls.count)
        for own in state.ownCalls {
            write(own.call)
            write(own.since)
        }
    }

    private mutating func write(_ conversation: Conversation) {
        write(conversation.call)
        write(conversation.since)
        words.append(conversation.wrapUp.wholeNanoseconds)
        write(conversation.isProtected)
        write(conversation.isHeldByPhone)
        write(conversation.ripeAt)
        guard let interruption = conversation.interruption else { return write(-1) }
        write(interruption.vip)
        write(interruption.customer)
        write(interruption.wasHeard)
        switch interruption.step {
        case .announcing: write(0)
        case .pausing(let until):
            write(1)
            write(until)
        case .holding(let until):
            write(2)
            write(until)
        case .freed: write(3)
        }
    }

    // MARK: - Tasks

    mutating func write(_ task: TaskID) { words.append(Int64(truncatingIfNeeded: task.rawValue)) }

    mutating func write(_ task: CallTask) {
        write(task.id)
        write(task.isListed)
        write(task.attempts)
        write(task.nextDeadline)
        switch task.state {
        case .scheduled: write(0)
        case .findingWindow: write(1)
        case .waiting(let waiting):
            write(2)
            write(waiting.until)
        case .attempt(let attempt): write(3, attempt.operator)
        case .withdrawn(let attempt): write(4, attempt.operator)
        case .parked: write(5)
        }
        for refusal in task.refusals { write(refusal) }
    }

    // MARK: - Calls

    mutating func write(_ stickiness: Stickiness?) {
        guard let stickiness else { return write(-1) }
        write(stickiness.own)
        write(stickiness.group?.name ?? "")
        switch stickiness.stage {
        case .own: write(0)
        case .group: write(1)
        case .anyone: write(2)
        }
        write(stickiness.isTransfer)
        write(stickiness.since)
        write(stickiness.until)
    }

    mutating func write(_ refusal: Refusal) {
        write(refusal.operator)
        switch refusal.ground {
        case .ring(.declined): write(0)
        case .ring(.busy): write(1)
        case .ring(.noAnswer): write(2)
        case .ring(.unreachable): write(3)
        case .ring(.withdrawn): write(4)
        case .gaveAway: write(5)
        case .notWanted: write(6)
        }
        write(refusal.until)
    }

    /// What the rows so far say is over; what goes on is the present stretch and what has happened at all.
    mutating func write(_ history: CallHistory) {
        write(history.talkingSince)
        words.append(history.talked.wholeNanoseconds)
        write(history.answeredAt)
        write(history.wasAnswered)
        write(history.isOnHold)
        write(history.isUsageRecorded)
        write(history.wasInterrupted)
    }
}
