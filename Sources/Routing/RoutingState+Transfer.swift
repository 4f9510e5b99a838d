// A call goes elsewhere: from one queue to another, or from an operator who talks with the customer to a queue or a
// colleague (product.md sections 2 and 5). The customer keeps their ticket throughout.

extension RoutingState {
    /// Sent to another queue or operator: by a transfer without consultation, a scenario, a supervisor.
    mutating func rerouted(_ id: CallID, to destination: Destination) {
        guard let call = calls[id], let target = queue(for: destination, from: call), mayEnter(target, from: call)
        else { return }
        let reason = RoutingReason.rerouted(destination)
        switch call.state {
        case .waiting(let telling):
            leaveLine(id)
            if let telling { withdraw(from: telling, because: reason, isMissed: false) }
            changeQueue(id, to: target, destination, because: reason)
            if let telling { offerConversation(of: telling) }
        case .ringing(let rings):
            for ring in rings { stop(ring, because: reason) }
            changeQueue(id, to: target, destination, because: reason)
        case .talking(let name):
            transfer(id, by: name, to: target, destination, because: reason)
        case .inScenario, .held, .returning, .leaving, .dialling, .undialling:
            return
        }
        seek(id)
    }

    /// The queue in which a call is looked after on its way: for an operator the present one if they take its calls,
    /// else the first of theirs.
    func queue(for destination: Destination, from call: Call) -> QueueID? {
        switch destination {
        case .queue(let id): return queues[id]?.isOpen == true ? id : nil
        case .operator(let name):
            guard let state = operators[name], call.state != .talking(name) else { return nil }
            return state.memberships[call.queue] != nil ? call.queue : state.serves.first?.queue
        }
    }

    private func mayEnter(_ id: QueueID, from call: Call) -> Bool {
        guard let policy = queues[id]?.policy else { return false }
        return id == call.queue || policy.joinEmpty || !isEmpty(id)
    }

    // MARK: - Queue to queue

    /// Out of the lines of the old queue, into those of the new one, with the old ticket.
    private mutating func changeQueue(
        _ id: CallID, to target: QueueID, _ destination: Destination, because reason: RoutingReason
    ) {
        guard let call = calls[id], let policy = queues[target]?.sharedPolicy else { return }
        if call.state.isQueued { leaveQueue(id, because: reason) }
        move(id, to: .waiting(telling: nil))
        let left = call.queue
        calls[id]?.enter(policy, at: now)
        calls[id]?.history.reroute(to: target, at: now)
        if target != left { queues[target]?.entered += 1 }
        queues[target]?.length += 1
        forgetQueueIfDone(left)
        pin(id, to: destination)
        decide(.loop(policy.value.holdAudio, to: .caller(id)), because: reason)
        enterLine(id)
    }

    /// Somebody chose this operator: they are waited for as long as a phone may ring, at least.
    mutating func pin(_ id: CallID, to destination: Destination, isTransfer: Bool = true) {
        guard var call = calls[id] else { return }
        switch destination {
        case .queue:
            // An operator who gives a call to a queue does not want it back because it was theirs.
            if !call.isTransferred { startStickiness(of: &call) }
        case .operator(let name):
            let group = call.policy.groupSticky ? operators[name]?.policy.groups.first : nil
            let wait = max(call.policy.responsibleWait, call.policy.ringTimeout)
            call.stickiness = Stickiness(own: name, group: group, wait: wait, at: now, isTransfer: isTransfer)
        }
        calls[id] = call
    }

    // MARK: - Operator to queue or operator

    /// The operator's leg ends, the customer's does not.
    private mutating func transfer(
        _ id: CallID, by name: OperatorID, to target: QueueID, _ destination: Destination,
        because reason: RoutingReason
    ) {
        guard let conversation = operators[name]?.conversation else { return }
        decide(.hangUp(.operator(name)), because: reason)
        giveAway(id, by: name, at: now)
        changeQueue(id, to: target, destination, because: reason)
        skip(id, by: name, .gaveAway)
        afterConversation(name, conversation.interruption)
    }

    /// The operator has consulted a colleague and connects the two: the colleague's leg is up already.
    mutating func handedOver(_ id: CallID, to colleague: OperatorID) {
        guard let call = calls[id], case .talking(let name) = call.state, name != colleague,
            let conversation = operators[name]?.conversation
        else { return }
        switch operators[colleague]?.state {
        case .free, .wrapUp: break
        case .ringing, .stopping, .talking, .reserved, .dialling, .reminded, nil: return
        }
        let reason = RoutingReason.rerouted(.operator(colleague))
        let leg = makeRing()
        unlist(colleague)
        decide(.adoptLeg(leg, colleague, for: id), because: reason)
        decide(.hangUp(.operator(name)), because: reason)
        giveAway(id, by: name, at: now)
        calls[id]?.history.reroute(to: call.queue, at: now)
        operators[colleague]?.conversations += 1
        _ = chargeTurn(of: colleague, for: id)
        resume(id, colleague, leg: leg, because: reason)
        afterConversation(name, conversation.interruption)
    }

    /// The conversation with this operator is over, and counts as theirs.
    private mutating func giveAway(_ id: CallID, by name: OperatorID, at now: Instant) {
        calls[id]?.history.giveAway(at: now)
        tie(id, to: name)
        calls[id]?.isTransferred = true
    }

    // MARK: - Somebody new

    /// "A new operator, please": the tie is forgotten, and whoever they had is skipped for a while like one who declined.
    /// In a conversation it means that this one makes no tie.
    mutating func newOperatorWanted(_ id: CallID) {
        guard let call = calls[id], call.avoided == nil else { return }
        let own = call.state.operator ?? call.stickiness?.own ?? call.arrival.tie?.operator
        guard let own else { return }
        switch call.state {
        case .waiting(let telling):
            leaveLine(id)
            avoid(own, for: id)
            enterLine(id)
            if telling == own { withdraw(from: own, because: .newOperatorWanted, isMissed: false) }
            seek(id)
            if telling == own { offerConversation(of: own) }
        case .ringing(let rings):
            avoid(own, for: id)
            for ring in rings where ringOwners[ring] == own { withdrawRing(ring, because: .newOperatorWanted) }
        case .talking, .held, .returning:
            avoid(own, for: id)
        case .inScenario, .leaving, .dialling, .undialling:
            break
        }
    }

    /// The customer does not want this operator. The call is out of line.
    mutating func avoid(_ own: OperatorID, for id: CallID) {
        guard let call = calls[id] else { return }
        calls[id]?.avoided = own
        if let number = call.arrival.number {
            decide(.record(.untied(number, by: id)), because: .newOperatorWanted)
        }
        guard call.state.isQueued else { return }
        skip(id, by: own, .notWanted)
        guard let stickiness = call.stickiness else { return }
        calls[id]?.history.endStage(stickiness, because: .newOperatorWanted, at: now)
        calls[id]?.stickiness = nil
        noteStage(of: id, stickiness.stage, because: .newOperatorWanted)
    }
}
