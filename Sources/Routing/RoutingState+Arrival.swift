// A call comes to a queue, waits, and leaves it when `max_wait` is over (product.md section 2).

extension RoutingState {
    mutating func callArrived(_ arrival: Arrival) {
        guard calls[arrival.call] == nil, codeCalls[arrival.call] == nil else { return }
        if let (status, reason) = refusal(of: arrival) {
            refuse(arrival, status: status, because: reason)
            return
        }
        guard let policy = queues[arrival.queue]?.policy else { return }
        var call = Call(arrival: arrival, policy: policy, place: makePlace(), at: now)
        startStickiness(of: &call)
        calls[arrival.call] = call
        queues[arrival.queue]?.entered += 1
        queues[arrival.queue]?.length += 1
        decide(.accept(arrival.call), because: .arrived)
        decide(.loop(policy.holdAudio, to: .caller(arrival.call)), because: .waiting)
        enterLine(arrival.call)
        seek(arrival.call)
    }

    /// Status and reason, if the call is not wanted. The black list comes first: it says nothing about us.
    private func refusal(of arrival: Arrival) -> (Int, RoutingReason)? {
        if arrival.blackListed { return (603, .blackListed) }
        if isDraining { return (503, .draining) }
        guard let queue = queues[arrival.queue], queue.isOpen else { return (404, .unknownQueue(arrival.queue)) }
        if calls.count >= house.maxCalls { return (503, .tooManyCalls(house.maxCalls)) }
        if queue.length >= queue.policy.maxLength { return (486, .queueFull(queue.policy.maxLength)) }
        return nil
    }

    private mutating func refuse(_ arrival: Arrival, status: Int, because reason: RoutingReason) {
        let policy = queues[arrival.queue]?.policy
        let isVIP = arrival.listedVIP || policy?.vip == true
        let pool = policy?.pool ?? QueuePolicy(id: arrival.queue).pool
        var history = CallHistory(CallRecord(arrival: arrival, pool: pool, vip: isVIP, arrivedAt: now))
        decide(.refuse(arrival.call, status: status), because: reason)
        let record = history.end(.refused, HangupCause(.byDecision, status: status), by: nil, at: now)
        decide(.record(.callEnded(record)), because: reason)
    }

    // MARK: - Deadlines of a call

    mutating func callDeadline(_ id: CallID) {
        guard let call = calls[id] else { return }
        if let leaveAt = call.leaveAt, leaveAt <= now {
            giveUp(id)
            return
        }
        forgetRefusals(of: id)
        seek(id)
    }

    /// `max_wait` is over. The limit is exact: a phone that rings stops, an operator who is being told is told no more.
    private mutating func giveUp(_ id: CallID) {
        guard let call = calls[id] else { return }
        let reason = RoutingReason.maxWaitOver(call.policy.maxWait ?? .zero)
        var told: OperatorID?
        switch call.state {
        case .waiting(let telling):
            leaveLine(id)
            told = telling
            if let telling { withdraw(from: telling, because: reason, isMissed: true) }
        case .ringing(let rings):
            for ring in rings { stop(ring, because: reason) }
        case .talking, .held, .returning, .leaving:
            return
        }
        if let announcement = call.policy.timeoutAnnouncement {
            let playback = makePlayback(.farewell(id))
            calls[id]?.state = .leaving(playback)
            decide(.play(playback, announcement, to: .caller(id), then: .silence), because: reason)
        } else {
            decide(.hangUp(.caller(id)), because: reason)
            finish(id, .timedOut, HangupCause(.byDecision), by: nil)
        }
        if let told { offerConversation(of: told) }
    }

    /// The last announcement is over.
    mutating func farewellEnded(_ id: CallID) {
        guard let call = calls[id], case .leaving = call.state else { return }
        decide(.hangUp(.caller(id)), because: .maxWaitOver(call.policy.maxWait ?? .zero))
        finish(id, .timedOut, HangupCause(.byDecision), by: nil)
    }

    // MARK: - Lines

    /// Puts a waiting call where those who may take it in its stage will find it.
    mutating func enterLine(_ id: CallID) {
        guard let call = calls[id] else { return }
        let (vip, place) = (call.isVIP, call.place)
        if vip { vips.insert(id, at: place) }
        guard let stickiness = call.stickiness, stickiness.stage != .anyone else {
            queues[call.queue]?.open[isVIP: vip].insert(id, at: place)
            return
        }
        operators[stickiness.own]?.pinned[isVIP: vip].insert(id, at: place)
        if stickiness.stage == .group, let group = stickiness.group {
            queues[call.queue]?.grouped[group, default: LinePair()][isVIP: vip].insert(id, at: place)
        }
    }

    mutating func leaveLine(_ id: CallID) {
        guard let call = calls[id] else { return }
        let (vip, place) = (call.isVIP, call.place)
        if vip { vips.remove(at: place) }
        guard let stickiness = call.stickiness, stickiness.stage != .anyone else {
            queues[call.queue]?.open[isVIP: vip].remove(at: place)
            return
        }
        operators[stickiness.own]?.pinned[isVIP: vip].remove(at: place)
        if stickiness.stage == .group, let group = stickiness.group {
            queues[call.queue]?.grouped[group]?[isVIP: vip].remove(at: place)
            if queues[call.queue]?.grouped[group]?.isEmpty == true { queues[call.queue]?.grouped[group] = nil }
        }
    }

    /// The customer waits no more, not even for a phone that rings. Taken out of line before.
    mutating func leaveQueue(_ id: CallID, because reason: RoutingReason) {
        guard let call = calls[id] else { return }
        queues[call.queue]?.length -= 1
        if let stickiness = call.stickiness { calls[id]?.history.endStage(stickiness, because: reason, at: now) }
        calls[id]?.stickiness = nil
        calls[id]?.leaveAt = nil
    }
}
