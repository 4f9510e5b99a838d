// For people to look at: what is true now, and why a waiting call has nobody. Nothing here changes anything.

extension RoutingState {
    package func snapshot(at instant: Instant) -> RoutingSnapshot {
        RoutingSnapshot(
            at: instant,
            operators: operatorOrder.compactMap { operators[$0] }.map(snapshot),
            queues: queueOrder.compactMap { queues[$0] }.map(snapshot),
            calls: calls.unordered.sorted { $0.id < $1.id }.map(snapshot))
    }

    private func snapshot(_ state: Operator) -> RoutingSnapshot.Operator {
        RoutingSnapshot.Operator(
            id: state.policy.id, name: state.policy.name, wish: state.wish, reachable: state.isReachable,
            state: status(of: state), since: state.since, calls: state.conversations,
            missedInARow: state.missedInARow, assignments: state.assignments)
    }

    /// What they do comes before what they want.
    private func status(of state: Operator) -> RoutingSnapshot.Operator.State {
        switch state.state {
        case .ringing(let ring, _):
            return .ringing(ring.call)
        case .talking(let conversation):
            guard case .holding = conversation.interruption?.step, let held = conversation.interruption?.customer else {
                return .talking(conversation.call)
            }
            return .interrupted(conversation.call, held: held)
        case .free, .stopping, .wrapUp:
            if state.isOffline { return .offline }
            if case .paused(let reason) = state.wish { return .paused(reason: reason) }
            if case .wrapUp = state.state { return .wrapUp }
            return .ready
        }
    }

    private func snapshot(_ queue: CallQueue) -> RoutingSnapshot.Queue {
        RoutingSnapshot.Queue(
            id: queue.policy.id, vip: queue.policy.vip, strategy: queue.policy.strategy,
            maxLength: queue.policy.maxLength, entered: queue.entered, answered: queue.answered, lost: queue.lost)
    }

    private func snapshot(_ call: Call) -> RoutingSnapshot.Call {
        RoutingSnapshot.Call(
            call: call.id, queue: call.queue, number: call.arrival.number, name: call.arrival.name, vip: call.isVIP,
            state: status(of: call), arrivedAt: call.history.record.arrivedAt, since: call.history.since,
            own: call.stickiness?.own ?? call.arrival.tie?.operator)
    }

    private func status(of call: Call) -> RoutingSnapshot.Call.State {
        switch call.state {
        case .waiting(let telling?): .interrupting(telling)
        case .waiting(nil): .waiting(call.stage)
        case .ringing(let rings): .ringing(rings.compactMap { ringOwners[$0] })
        case .talking(let name): .talking(name)
        case .held(let name), .returning(_, let name): .held(by: name)
        case .leaving: .leaving
        }
    }

    // MARK: - Why nobody takes it

    /// For a waiting call, each operator of its queue and why they do not have it, one line for each, in the
    /// configured order; empty for a call that is not waiting.
    package func standing(of id: CallID, at instant: Instant) -> [String] {
        guard let call = calls[id], case .waiting(let telling) = call.state, let queue = queues[call.queue] else {
            return []
        }
        return queue.members.compactMap { member in
            guard let state = operators[member.operator] else { return nil }
            if member.operator == telling { return "\(member.operator): is being told of this call" }
            return "\(member.operator): \(obstacle(for: call, member, state, at: instant))"
        }
    }

    private func obstacle(for call: Call, _ member: Member, _ state: Operator, at instant: Instant) -> String {
        if member.priority == 0 { return "priority 0, takes no calls of this queue" }
        if let refusal = call.refusal(by: member.operator) {
            return
                "did not take this call (\(refusal.cause.words)), skipped for another \(seconds(refusal.until - instant))"
        }
        if let activity = activity(of: state, at: instant) { return activity }
        guard mayTake(call, member.operator) else {
            return call.stage == .own ? "the call waits for its own operator" : "not in the responsible group"
        }
        return "ready"
    }

    private func activity(of state: Operator, at instant: Instant) -> String? {
        switch state.state {
        case .ringing(let ring, _): return "rings for call \(ring.call)"
        case .stopping: return "the phone is being stopped"
        case .talking(let conversation):
            return "talks in call \(conversation.call) for \(seconds(instant - conversation.since))"
        case .free, .wrapUp: break
        }
        if !state.isReachable { return "offline, the phone is not registered" }
        switch state.wish {
        case .off: return "offline for \(seconds(instant - state.since))"
        case .paused(let reason): return "paused (\(reason)) for \(seconds(instant - state.since))"
        case .ready: break
        }
        if case .wrapUp(let until) = state.state { return "wrap-up for another \(seconds(until - instant))" }
        return nil
    }

    private func seconds(_ duration: Duration) -> String { "\(max(0, duration.components.seconds)) s" }
}
