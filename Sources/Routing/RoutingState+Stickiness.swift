// Who may take a call: first the customer's own operator, then that operator's group, then anyone (product.md
// section 3). Stickiness chooses who, never when: the place in the queue is the same in every stage.

extension RoutingState {
    /// Pins an arriving call to the operator whom the scenario names, else to the last successful one if the queue wants
    /// that; in both cases they must work here.
    func startStickiness(of call: inout Call) {
        if let named = call.named, let state = operators[named], state.memberships[call.queue] != nil {
            let group = call.policy.groupSticky ? state.policy.groups.first : nil
            call.stickiness = Stickiness(own: named, group: group, wait: call.policy.responsibleWait, at: now)
            return
        }
        guard call.policy.sticky, call.avoided == nil, let tie = call.arrival.tie else { return }
        if call.arrival.wantsNewOperator {
            call.history.skipStage(.own, because: .newOperatorWanted, at: now)
            return
        }
        if let expires = call.policy.stickyExpires, tie.age > expires {
            call.history.skipStage(.own, because: .tieExpired, at: now)
            return
        }
        guard let own = operators[tie.operator], own.memberships[call.queue] != nil else {
            call.history.skipStage(.own, because: .responsibleNotAssigned(tie.operator), at: now)
            return
        }
        let group = call.policy.groupSticky ? tie.group ?? own.policy.groups.first : nil
        call.stickiness = Stickiness(own: tie.operator, group: group, wait: call.policy.responsibleWait, at: now)
    }

    /// Why the present stage is over, if it is. Asked only when nobody who may take the call is ready.
    func endOfStage(of call: Call) -> RoutingReason? {
        guard let stickiness = call.stickiness else { return nil }
        let waited: RoutingReason = .responsibleWaitOver(call.policy.responsibleWait)
        switch stickiness.stage {
        case .own:
            let own = stickiness.own
            guard let state = operators[own], state.memberships[call.queue] != nil else {
                return .responsibleNotAssigned(own)
            }
            if state.isOffline { return .responsibleOffline(own) }
            if let refusal = call.refusal(by: own) { return refusal.reason }
            guard let until = stickiness.until, until <= now else { return nil }
            if let full = limitReached(of: call.queue) { return full }
            return until == stickiness.since ? .responsibleBusy(own) : waited
        case .group:
            guard let until = stickiness.until, until <= now else { return nil }
            return waited
        case .anyone:
            return nil
        }
    }

    /// Ends the stage of a waiting call and puts it where those of the next stage will find it.
    mutating func endStage(of id: CallID, because reason: RoutingReason) {
        guard let call = calls[id], let stickiness = call.stickiness else { return }
        leaveLine(id)
        calls[id]?.history.endStage(stickiness, because: reason, at: now)
        calls[id]?.stickiness?.advance(wait: call.policy.responsibleWait, at: now)
        noteStage(of: id, stickiness.stage, because: reason)
        enterLine(id)
    }

    /// For the story of the call: who may take it has changed, and why.
    mutating func noteStage(of id: CallID, _ stage: StickyStage, because reason: RoutingReason) {
        decide(.note(id, .stageEnded(stage)), because: reason)
    }

    /// The queue has as many calls with operators as it may.
    func limitReached(of id: QueueID) -> RoutingReason? {
        guard queues[id]?.hasRoom == false else { return nil }
        return .queueAtLimit(queues[id]?.atWork ?? 0)
    }

    /// The stage allows it, and the operator does not skip this call.
    func mayTake(_ call: Call, _ name: OperatorID) -> Bool {
        guard operators[name]?.refused.contains(call.id) == false else { return false }
        switch call.stage {
        case .own: return name == call.stickiness?.own
        case .group: return name == call.stickiness?.own || isIn(call.stickiness?.group, name)
        case .anyone: return true
        }
    }

    /// Why the call is for this operator before all others.
    func reasonForOwn(_ name: OperatorID, of call: Call) -> RoutingReason {
        if call.stickiness?.isTransfer == true, call.stickiness?.own == name { return .transferredTo(name) }
        return call.named == name ? .namedByScenario(name) : .lastSuccessful(name)
    }

    func isIn(_ group: GroupID?, _ name: OperatorID) -> Bool {
        guard let group else { return false }
        return operators[name]?.policy.groups.contains(group) == true
    }

    /// The calls that wait for this operator alone look further: they went offline or no longer work there.
    mutating func releasePinned(to name: OperatorID) {
        guard let pinned = operators[name]?.pinned else { return }
        for call in pinned.vip.calls + pinned.ordinary.calls { seek(call) }
    }
}
