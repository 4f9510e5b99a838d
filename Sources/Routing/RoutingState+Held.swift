// The customer on hold, and the operator's way back to them (product.md section 4).

extension RoutingState {
    /// The VIP has left. A short tone, and the operator is back with the customer; nothing rings.
    ///
    /// A customer who was freed after `max_hold` and still waits is taken back just the same.
    mutating func returnToHeld(_ customer: CallID, _ name: OperatorID, leg: RingID) {
        let reason = RoutingReason.returnToHeld(customer)
        switch calls[customer]?.state {
        case .held(by: name):
            resume(customer, name, leg: leg, because: reason)
        case .waiting(let telling):
            leaveLine(customer)
            if let telling { withdraw(from: telling, because: reason, isMissed: false) }
            leaveQueue(customer, because: reason)
            resume(customer, name, leg: leg, because: reason)
            if let telling { offerConversation(of: telling) }
        case .inScenario, .held, .ringing, .talking, .returning, .leaving, .dialling, .undialling, nil:
            decide(.hangUp(.operator(name)), because: .callerLeft)
            wrapUp(name)
            return
        }
        decide(.overlay(makePlayback(), .beep, to: .operator(name)), because: reason)
    }

    /// The operator hung up before the hold, and so ended the conversation themselves: the phone rings with the VIP,
    /// without wrap-up. Out of reach or not ready any more: missed.
    mutating func operatorHungUpBeforeHold(_ name: OperatorID, _ told: Interruption) {
        guard let interruption = endTelling(name, because: .operatorHungUpBeforeHold, legIsUp: false) else { return }
        let vip = told.vip
        leaveLine(vip)
        move(vip, to: .waiting(telling: nil))
        calls[vip]?.place.isAtHead = true
        if let state = operators[name], state.canRing, state.wish == .ready, let call = calls[vip] {
            let timeout = call.policy.ringTimeout
            let ring = ring(name, for: vip, timeout: timeout, because: .operatorHungUpBeforeHold)
            move(vip, to: .ringing([ring]))
            return
        }
        if interruption.wasHeard {
            decide(.record(.vipMissed(vip, name)), because: .operatorNotReady(name))
        }
        enterLine(vip)
        wrapUp(name)
        seek(vip)
    }

    /// The operator hung up on the VIP, whose call is over. The held customer is still theirs, whatever they have
    /// wished meanwhile: the phone rings again.
    mutating func operatorHungUpOnVIP(_ name: OperatorID, _ interruption: Interruption) {
        let customer = interruption.customer
        let isReachable = operators[name]?.canRing == true
        switch calls[customer]?.state {
        case .held(by: name) where isReachable:
            let timeout = calls[customer]?.policy.ringTimeout ?? .zero
            let ring = ring(name, for: customer, timeout: timeout, because: .operatorHungUpOnVIP)
            move(customer, to: .returning(ring, name))
        case .held(by: name):
            wrapUp(name)
            requeue(customer, pinnedTo: name, because: cannotRing(name))
        case .waiting where isReachable && operators[name]?.wish == .ready:
            startRinging(customer, [name], because: .returnToHeld(customer))
        case .inScenario, .waiting, .held, .ringing, .talking, .returning, .leaving, .dialling, .undialling, nil:
            wrapUp(name)
        }
    }

    private func cannotRing(_ name: OperatorID) -> RoutingReason {
        operators[name]?.isReachable == true ? .operatorNotReady(name) : .operatorUnreachable(name)
    }

    /// The VIP call is not disturbed; it is an ordinary VIP conversation from here on.
    mutating func heldCustomerLeft(_ customer: CallID, _ name: OperatorID) {
        guard operators[name]?.conversation?.interruption?.customer == customer else { return }
        operators[name]?.conversation?.interruption = nil
    }

    /// `max_hold` is over: the customer need not wait for the operator any longer, anybody may have them.
    mutating func freeHeld(_ name: OperatorID) {
        guard var interruption = operators[name]?.conversation?.interruption else { return }
        interruption.free()
        operators[name]?.conversation?.interruption = interruption
        let reason = RoutingReason.heldTooLong(interruption.policy.maxHold)
        requeue(interruption.customer, pinnedTo: name, toAnyone: true, because: reason)
    }

    /// Back in the queue, before all others, pinned to the operator who left them on hold. The hold audio goes on, and
    /// `max_wait` begins anew.
    mutating func requeue(
        _ id: CallID, pinnedTo name: OperatorID, toAnyone: Bool = false, because reason: RoutingReason
    ) {
        guard let call = calls[id] else { return }
        tie(id, to: name)
        let group = call.policy.groupSticky ? operators[name]?.policy.groups.first : nil
        var stickiness = Stickiness(own: name, group: group, wait: call.policy.responsibleWait, at: now)
        if toAnyone {
            calls[id]?.history.skipStage(.own, because: reason, at: now)
            noteStage(of: id, .own, because: reason)
            stickiness.release(at: now)
        }
        calls[id]?.stickiness = stickiness
        move(id, to: .waiting(telling: nil))
        calls[id]?.place.isAtHead = true
        calls[id]?.leaveAt = call.policy.maxWait.map { now + max(.zero, $0) }
        queues[call.queue]?.length += 1
        enterLine(id)
        seek(id)
    }
}
