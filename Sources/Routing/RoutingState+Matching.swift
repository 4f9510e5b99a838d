// Who takes which call: a call looks among the ready operators, an operator who becomes ready looks among the waiting
// calls (product.md section 3). Whatever may be matched is matched at once, so at rest nobody waits for an operator
// who is ready for them.

extension RoutingState {
    /// Finds an operator for a waiting call, through as many stages as are over. A VIP for whom nobody is ready
    /// interrupts.
    mutating func seek(_ id: CallID) {
        while let call = calls[id], case .waiting = call.state {
            if call.policy.leaveWhenEmpty, isEmpty(call.queue) {
                leave(id, .empty(call.queue))
                return
            }
            if let (chosen, reason) = chooseOperators(for: call) {
                let choice = choice(of: chosen, for: call, because: reason)
                startRinging(id, chosen, because: reason)
                if let choice { decide(.note(id, .chosen(choice)), because: reason) }
                return
            }
            if !preparing.isEmpty, takeFromTask(for: call) { return }
            guard let reason = endOfStage(of: call) else {
                if call.isVIP { interruptSomebody(for: id) }
                return
            }
            endStage(of: id, because: reason)
        }
    }

    /// Gives an operator who has become ready the call that they should have, else the task, or makes them known as
    /// ready; an operator who is not ready any more is no longer known as such.
    mutating func settle(_ name: OperatorID) {
        guard operators[name]?.isReady == true else {
            unlist(name)
            return
        }
        guard operators[name]?.isListed == false else { return }
        if operators[name]?.hasBeenAway == true { comeBack(name) }
        if let (call, reason) = chooseCall(for: name) {
            let first = placeInLine(of: call, for: name)
            startRinging(call, [name], because: reason)
            switch reason {
            case .longestWaiting, .vipFirst, .responsibleGroup: decide(.note(call, first), because: reason)
            default: break
            }
        } else if let (task, reason) = chooseTask(for: name) {
            startAttempt(task, by: name, because: reason)
        } else {
            list(name)
        }
    }

    private func placeInLine(of call: CallID, for name: OperatorID) -> Note {
        let waited = calls[call].map { now - $0.place.entered } ?? .zero
        let priority = calls[call].flatMap { operators[name]?.memberships[$0.queue] }?.priority ?? 0
        return .firstInLine(waited: waited, priority: priority)
    }

    // MARK: - An operator for a call

    func isAvailable(_ name: OperatorID, for call: Call) -> Bool {
        guard operators[name]?.isListed == true, operators[name]?.memberships[call.queue] != nil else { return false }
        return mayTake(call, name)
    }

    /// Whom to ring for a waiting call, and why; `nil`: nobody who may take it is ready.
    private mutating func chooseOperators(for call: Call) -> ([OperatorID], RoutingReason)? {
        if call.isBound || limitReached(of: call.queue) != nil { return nil }
        if let own = call.stickiness?.own, isAvailable(own, for: call) { return ([own], reasonForOwn(own, of: call)) }
        let reason: RoutingReason
        switch call.stage {
        case .own: return nil
        case .group: reason = call.stickiness?.group.map(RoutingReason.responsibleGroup) ?? .waiting
        case .anyone: reason = .strategy(call.policy.strategy)
        }
        let chosen = chooseByStrategy(for: call)
        return chosen.isEmpty ? nil : (chosen, reason)
    }

    private mutating func chooseByStrategy(for call: Call) -> [OperatorID] {
        guard let ready = queues[call.queue]?.ready else { return [] }
        func isEligible(_ name: OperatorID) -> Bool { mayTake(call, name) }
        switch call.policy.strategy {
        case .weighted:
            return ready.weighted(at: now, where: isEligible).map { [$0] } ?? []
        case .linear:
            return ready.linear(where: isEligible).map { [$0] } ?? []
        case .roundRobin:
            let last = queues[call.queue]?.lastRank ?? -1
            guard let next = ready.next(after: last, where: isEligible) else { return [] }
            queues[call.queue]?.lastRank = next.rank
            return [next.operator]
        case .fewestCalls:
            return ready.fewestCalls(conversations, where: isEligible).map { [$0] } ?? []
        case .random:
            return ready.members(where: isEligible).randomElement(using: &dice).map { [$0.operator] } ?? []
        case .ringAll:
            return ready.longestIdleFirst(where: isEligible)
        }
    }

    func conversations(of name: OperatorID) -> Int { operators[name]?.conversations ?? 0 }

    // MARK: - A call for an operator

    /// VIP calls first; then the call pinned to this operator in its own or group stage; then the longest wait × the
    /// operator's priority in that queue.
    func chooseCall(for name: OperatorID) -> (CallID, RoutingReason)? {
        if !vips.isEmpty, let (call, reason) = chooseCall(for: name, isVIP: true) {
            if case .longestWaiting = reason { return (call, .vipFirst) }
            return (call, reason)
        }
        return chooseCall(for: name, isVIP: false)
    }

    private func chooseCall(for name: OperatorID, isVIP: Bool) -> (CallID, RoutingReason)? {
        guard let refused = operators[name]?.refused, let groups = operators[name]?.policy.groups else { return nil }
        func isEligible(_ call: CallID) -> Bool {
            !refused.contains(call) && !(isVIP && calls[call]?.isBound == true)
        }
        let pinned = operators[name]?.pinned[isVIP: isVIP].first { call in
            guard let queue = calls[call]?.queue, queues[queue]?.hasRoom == true else { return false }
            return operators[name]?.memberships[queue] != nil && isEligible(call)
        }
        if let pinned, let call = calls[pinned.call] { return (pinned.call, reasonForOwn(name, of: call)) }
        var best: (entry: WaitingLine.Entry, score: Int64, reason: RoutingReason)?
        for (queue, member) in operators[name]?.serves ?? [] {
            guard let (entry, reason) = queues[queue]?.first(isVIP: isVIP, groups: groups, where: isEligible) else {
                continue
            }
            let score = microseconds(from: entry.place.entered, to: now) &* Int64(member.priority)
            if let best, (best.score, entry.place) >= (score, best.entry.place) { continue }
            best = (entry, score, reason)
        }
        return best.map { ($0.entry.call, $0.reason) }
    }

    // MARK: - Ready lines

    mutating func list(_ name: OperatorID) {
        guard operators[name]?.isListed == false, let since = operators[name]?.idleSince else { return }
        operators[name]?.isListed = true
        for (id, member) in operators[name]?.serves ?? [] { queues[id]?.admit(member, idleSince: since) }
        for (dialer, member) in operators[name]?.dials ?? [] {
            dialers[dialer]?.ready.insert(member, idleSince: since)
        }
    }

    /// Called before the state changes: the line knows the operator by their idle time.
    mutating func unlist(_ name: OperatorID) {
        guard operators[name]?.isListed == true, let since = operators[name]?.idleSince else { return }
        operators[name]?.isListed = false
        readyShrank = true
        for (id, member) in operators[name]?.serves ?? [] { queues[id]?.dismiss(member, idleSince: since) }
        for (dialer, member) in operators[name]?.dials ?? [] {
            dialers[dialer]?.ready.remove(member, idleSince: since)
        }
    }

    // MARK: - Turns

    /// Back from a pause: level with whose turn it is, and owed nothing.
    private mutating func comeBack(_ name: OperatorID) {
        operators[name]?.hasBeenAway = false
        for (id, member) in operators[name]?.serves ?? [] { queues[id]?.share.comeBack(member) }
    }

    /// The operator gets the call: their next turn in its queue is the further off the lower their priority. Called
    /// when they are not in the ready line. Returns what to give back if the call is withdrawn from them.
    mutating func chargeTurn(of name: OperatorID, for id: CallID) -> Int64 {
        guard let queue = calls[id]?.queue, let member = operators[name]?.memberships[queue] else { return 0 }
        let others = queues[queue]?.ready.entries.first?.turn
        return queues[queue]?.share.charge(member, others: others) ?? 0
    }
}
