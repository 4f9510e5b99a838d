// A call comes to a queue, waits, and leaves it when `max_wait` is over (product.md section 2).

extension RoutingState {
    mutating func callArrived(_ arrival: Arrival) {
        guard calls[arrival.call] == nil, codeCalls[arrival.call] == nil else { return }
        if let (status, reason) = refusal(of: arrival) {
            refuse(arrival, status: status, because: reason)
            return
        }
        guard let policy = queues[arrival.queue]?.sharedPolicy else { return }
        let place = Place(isAtHead: false, entered: now, sequence: 0)
        calls[arrival.call] = Call(arrival: arrival, policy: policy, place: place, at: now)
        decide(.accept(arrival.call), because: .arrived)
        if let number = arrival.number { customerCalled(number, in: arrival.call) }
        if arrival.script.isEmpty {
            joinQueue(arrival.call, .queue(arrival.queue))
        } else {
            beginScenario(arrival.call)
        }
    }

    /// The call takes its place in the queue whose rules it has, and looks for an operator.
    mutating func joinQueue(_ id: CallID, _ destination: Destination) {
        guard let call = calls[id] else { return }
        let (place, resumed) = call.hasTicket ? (call.place, nil) : ticket(for: call)
        calls[id]?.place = place
        move(id, to: .waiting(telling: nil))
        if case .operator(let name) = destination { calls[id]?.named = name }
        pin(id, to: destination, isTransfer: false)
        if !call.hasTicket { queues[call.queue]?.entered += 1 }
        queues[call.queue]?.length += 1
        decide(.loop(call.policy.holdAudio, to: .caller(id)), because: .waiting)
        if let resumed { decide(.note(id, .placeKept), because: resumed) }
        if call.arrival.wantsNewOperator, let own = call.arrival.tie?.operator, own != calls[id]?.named {
            avoid(own, for: id)
        }
        for stage in call.hasTicket ? [] : calls[id]?.history.record.stages ?? [] {
            decide(.note(id, .stageEnded(stage.stage)), because: stage.ended)
        }
        enterLine(id)
        seek(id)
    }

    /// Status and reason, if the call is not wanted. The black list comes first: it says nothing about us.
    private func refusal(of arrival: Arrival) -> (Int, RoutingReason)? {
        if arrival.blackListed { return (603, .blackListed) }
        if isDraining { return (503, .draining) }
        guard let queue = queues[arrival.queue], queue.isOpen else { return (404, .unknownQueue(arrival.queue)) }
        // Neither takes any room.
        switch arrival.script.first {
        case .reject(let status): return (Self.refusing(status), .scenarioSays)
        case .rejectAndCallBack(let status): return (Self.refusing(status), .hangUpLine)
        case .play, .ask, .check, .route, .callback, .askTime, .hangUp, nil: break
        }
        if calls.count >= house.maxCalls { return (503, .tooManyCalls(house.maxCalls)) }
        return arrival.script.isEmpty ? refusal(by: queue) : nil
    }

    private static func refusing(_ status: Int) -> Int { (400...699).contains(status) ? status : 603 }

    /// Status and reason, if the queue takes nobody now.
    func refusal(by queue: CallQueue) -> (Int, RoutingReason)? {
        if queue.length >= queue.policy.maxLength { return (486, .queueFull(queue.policy.maxLength)) }
        if !queue.policy.joinEmpty, isEmpty(queue.policy.id) { return (480, .queueEmpty(queue.policy.id)) }
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
        if reason == .hangUpLine, let policy { callBack(arrival, policy) }
    }

    // MARK: - Deadlines of a call

    mutating func callDeadline(_ id: CallID) {
        guard let call = calls[id] else { return }
        if case .dialling(let name, let until) = call.state {
            if until <= now { dialTimedOut(id, name) }
            return
        }
        if let leaveAt = call.leaveAt, leaveAt <= now, call.state.isQueued {
            leave(id, .maxWait(call.policy.maxWait ?? .zero))
            return
        }
        if case .inScenario = call.state {
            scenarioDeadline(id)
            return
        }
        forgetRefusals(of: id)
        seek(id)
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
        guard let queue = calls[id]?.queue else { return }
        queues[queue]?.length -= 1
        if let stickiness = calls[id]?.stickiness { calls[id]?.history.endStage(stickiness, because: reason, at: now) }
        calls[id]?.stickiness = nil
        calls[id]?.leaveAt = nil
    }
}
