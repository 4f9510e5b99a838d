// Why a waiting call has nobody, and why an operator has no call. Nothing here changes anything.

extension RoutingState {
    /// For a waiting call, each operator of its queue and why they do not have it, one line for each, in the
    /// configured order; empty for a call that is not waiting.
    package func standing(of id: CallID, at instant: Instant) -> [String] {
        candidates(for: id, at: instant).map(\.description)
    }

    /// The same as values.
    package func candidates(for id: CallID, at instant: Instant) -> [Candidate] {
        guard let call = calls[id], call.state.isWaiting, let queue = queues[call.queue] else { return [] }
        return queue.members.compactMap { member in
            guard let state = operators[member.operator] else { return nil }
            let found = obstacle(for: call, member, at: instant) ?? activity(of: state, at: instant)
            return Candidate(
                operator: member.operator, obstacle: found ?? stageObstacle(for: call, member.operator, at: instant))
        }
    }

    /// "Why am I not getting calls?"; `nil`: there is no such operator.
    package func standing(ofOperator name: OperatorID, at instant: Instant) -> OperatorStanding? {
        guard let state = operators[name] else { return nil }
        let waiting = state.serves.flatMap { queue, _ in waitingCalls(of: queue) }
        let first = waiting.compactMap { calls[$0] }.sorted { $0.place < $1.place }.prefix(Self.mostCallsShown)
        return OperatorStanding(
            operator: name, activity: activity(of: state, at: instant), queues: state.serves.map(\.queue),
            withoutCalls: state.assignments.filter { $0.priority == 0 }.map(\.queue),
            waiting: first.map { call in
                let member = state.memberships[call.queue]
                let found = member.flatMap { obstacle(for: call, $0, at: instant) }
                return OperatorStanding.WaitingCall(
                    call: call.id, queue: call.queue,
                    obstacle: found ?? stageObstacle(for: call, name, at: instant) ?? activity(of: state, at: instant))
            },
            waitingCount: waiting.count)
    }

    /// More than these nobody reads.
    private static let mostCallsShown = 5

    // MARK: - What stands between

    /// What is between this call and this operator, whatever the operator is doing.
    private func obstacle(for call: Call, _ member: Member, at instant: Instant) -> Obstacle? {
        if call.state == .waiting(telling: member.operator) { return .beingTold }
        if member.priority == 0 { return .priorityZero }
        guard let refusal = call.refusal(by: member.operator) else { return nil }
        let left = refusal.until - instant
        switch refusal.ground {
        case .ring(let cause): return .didNotTake(cause, left: left)
        case .gaveAway: return .gaveAway(left: left)
        case .notWanted: return .notWanted(left: left)
        }
    }

    /// What keeps the call from an operator who is ready.
    private func stageObstacle(for call: Call, _ name: OperatorID, at instant: Instant) -> Obstacle? {
        if case .queueAtLimit(let count) = limitReached(of: call.queue) { return .queueAtLimit(count) }
        if call.isBound, case .waiting(let told?) = call.state { return .waitsForTold(told) }
        guard let stickiness = call.stickiness, name != stickiness.own else { return nil }
        let left = stickiness.until.map { $0 - instant }
        switch stickiness.stage {
        case .own: return .waitsForOwn(stickiness.own, left: left)
        case .group: return isIn(stickiness.group, name) ? nil : .notInGroup(stickiness.group, left: left)
        case .anyone: return nil
        }
    }

    /// What the operator is doing instead of being ready.
    private func activity(of state: Operator, at instant: Instant) -> Obstacle? {
        switch state.state {
        case .ringing(let ring, _): return .ringing(ring.call)
        case .stopping: return .stopping
        case .talking(let conversation): return .talking(conversation.call, for: instant - conversation.since)
        case .reserved(let task, _): return .preparing(task)
        case .dialling(let dialled, _): return .dialling(dialled)
        case .reminded: return .reminded
        case .free, .wrapUp: break
        }
        if let own = state.ownCalls.first { return .ownCall(for: instant - own.since) }
        if !state.isReachable { return .unregistered }
        switch state.wish {
        case .off: return .off(for: instant - state.since)
        case .paused(let reason): return .paused(reason: reason, for: instant - state.since)
        case .ready: break
        }
        if case .wrapUp(let until) = state.state { return .wrapUp(left: until - instant) }
        return nil
    }

    // MARK: - Why this one

    /// Whom the strategy chose before whom; `nil` where there was nothing to choose.
    func choice(of chosen: [OperatorID], for call: Call, because reason: RoutingReason) -> Choice? {
        guard case .strategy(let strategy) = reason, let winner = chosen.first, let ready = queues[call.queue]?.ready,
            let first = contender(winner, in: call.queue)
        else { return nil }
        func isEligible(_ name: OperatorID) -> Bool { name != winner && mayTake(call, name) }
        let next: OperatorID? =
            switch strategy {
            case .weighted: ready.weighted(at: now, where: isEligible)
            case .linear: ready.linear(where: isEligible)
            case .roundRobin:
                ready.next(after: queues[call.queue]?.lastRank ?? -1, where: isEligible)?.operator
            case .fewestCalls: ready.fewestCalls(conversations, where: isEligible)
            case .random, .ringAll: nil
            }
        return Choice(strategy: strategy, winner: first, next: next.flatMap { contender($0, in: call.queue) })
    }

    private func contender(_ name: OperatorID, in queue: QueueID) -> Choice.Contender? {
        guard let since = operators[name]?.idleSince, let member = operators[name]?.memberships[queue],
            let turn = queues[queue]?.share.turn(of: name)
        else { return nil }
        return Choice.Contender(
            operator: name, priority: member.priority, idle: now - since, turn: turn, calls: conversations(of: name))
    }
}
