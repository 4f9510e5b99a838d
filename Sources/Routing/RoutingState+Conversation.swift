// Caller and operator talk, and one of them leaves (product.md section 2). What an interruption adds to that is in
// `+Interruption` and `+Held`; this file says where each party's leaving leads.

extension RoutingState {
    /// A conversation begins. The customer has left the queue for good, unless a VIP comes between.
    mutating func connect(_ id: CallID, _ name: OperatorID, leg: RingID, because reason: RoutingReason) {
        guard let queue = calls[id]?.queue else { return }
        operators[name]?.conversations += 1
        if calls[id]?.isAnswered == false { queues[queue]?.answered += 1 }
        calls[id]?.isAnswered = true
        leaveQueue(id, because: .answered)
        bridge(id, name, leg: leg, because: reason)
    }

    /// A held customer is back with their operator; this is no new conversation.
    mutating func resume(_ id: CallID, _ name: OperatorID, leg: RingID, because reason: RoutingReason) {
        bridge(id, name, leg: leg, because: reason)
    }

    mutating func bridge(_ id: CallID, _ name: OperatorID, leg: RingID, because reason: RoutingReason) {
        guard let wrapUp = calls[id]?.policy.wrapUp, let holdAudio = calls[id]?.policy.holdAudio else { return }
        // The leg is the same: whoever is at its other end now, the phone may still hold it.
        let isHeld = operators[name]?.conversation.map { $0.leg == leg && $0.isHeldByPhone } ?? false
        var conversation = Conversation(call: id, leg: leg, since: now, wrapUp: wrapUp)
        conversation.isHeldByPhone = isHeld
        move(id, to: .talking(name))
        operators[name]?.enter(.talking(conversation), at: now)
        decide(.connect(id, name), because: reason)
        if isHeld { decide(.loop(holdAudio, to: .caller(id)), because: .heldByPhone(name)) }
        offerConversation(of: name)
    }

    // MARK: - The caller leaves

    mutating func callerLeft(_ id: CallID, _ cause: HangupCause) {
        if let code = codeCalls.removeValue(forKey: id) {
            codeCallEnded(id, code)
            return
        }
        guard let call = calls[id] else { return }
        let side: CallRecord.Side? = cause.isOurs ? nil : .customer
        if side == .customer, call.state.isWaiting || call.state.isAtWork, call.state.isQueued { keepPlace(of: call) }
        callIsOver(call, cause, by: side, because: .callerLeft)
    }

    /// The caller's leg is over, or about to be: whoever was busy with the call is not any more.
    mutating func callIsOver(
        _ call: Call, _ cause: HangupCause, by side: CallRecord.Side?, because reason: RoutingReason
    ) {
        let id = call.id
        let unanswered: CallRecord.Outcome = cause.isRefusal ? .refused : .abandoned
        switch call.state {
        case .waiting(let telling):
            leaveLine(id)
            if let telling { withdraw(from: telling, because: .vipWithdrawn(id), isMissed: true) }
            finish(id, unanswered, cause, by: side, because: reason)
            if let telling { offerConversation(of: telling) }
        case .ringing(let rings):
            for ring in rings { stop(ring, because: reason) }
            finish(id, unanswered, cause, by: side, because: reason)
        case .talking(let name):
            finish(id, .answered, cause, by: side)
            customerLeft(name, because: reason)
        case .held(let name):
            heldCustomerLeft(id, name)
            finish(id, .lostOnHold, cause, by: side)
        case .returning(let ring, _):
            stop(ring, because: reason)
            finish(id, .lostOnHold, cause, by: side)
        case .inScenario:
            let withoutPromise = call.hasTicket ? unanswered : .scenario
            let outcome = call.callbackAt == nil ? withoutPromise : .leftByKey
            finish(id, outcome, cause, by: side, because: reason)
        case .leaving(_, let exit):
            finish(id, exit.outcome, cause, by: side, because: exit.reason)
        case .dialling, .undialling:
            break  // Not up yet: the end of a dial has an event of its own.
        }
    }

    /// The operator's leg is up and nobody is at the other end of it.
    private mutating func customerLeft(_ name: OperatorID, because reason: RoutingReason) {
        guard let conversation = operators[name]?.conversation else { return }
        guard let interruption = conversation.interruption else {
            decide(.hangUp(.operator(name)), because: reason)
            wrapUp(name)
            return
        }
        switch interruption.step {
        case .announcing, .pausing:
            // Nobody is left to be interrupted: the VIP need not wait for the rest of the pause.
            endTelling(name, because: .customerLeftBeforeHold)
            leaveLine(interruption.vip)
            _ = chargeTurn(of: name, for: interruption.vip)
            connect(interruption.vip, name, leg: conversation.leg, because: .customerLeftBeforeHold)
        case .holding, .freed:
            returnToHeld(interruption.customer, name, leg: conversation.leg)
        }
    }

    // MARK: - The operator leaves

    mutating func operatorLeft(_ name: OperatorID, _ leg: RingID, _ cause: HangupCause) {
        if case .dialling(let call, leg) = operators[name]?.state {
            operatorLeftDialling(name, call, cause)
            return
        }
        if case .reminded(let reminder) = operators[name]?.state, reminder.leg == leg {
            endReminder(name, reminder, legIsUp: false)
            return
        }
        guard let conversation = operators[name]?.conversation, conversation.leg == leg else { return }
        decide(.hangUp(.caller(conversation.call)), because: .operatorLeft)
        finish(conversation.call, .answered, cause, by: cause.isOurs ? nil : .operator)
        afterConversation(name, conversation.interruption)
    }

    /// The operator's leg is over, and the call is no longer theirs. Whoever else has a claim on them is next.
    mutating func afterConversation(_ name: OperatorID, _ interruption: Interruption?) {
        guard let interruption else {
            wrapUp(name)
            return
        }
        switch interruption.step {
        case .announcing, .pausing:
            operatorHungUpBeforeHold(name, interruption)
        case .holding, .freed:
            operatorHungUpOnVIP(name, interruption)
        }
    }

    // MARK: - Afterwards

    /// The conversation is over; the operator has time for what is left to do, the same for all queues.
    mutating func wrapUp(_ name: OperatorID) {
        guard let conversation = operators[name]?.conversation else { return }
        guard conversation.wrapUp > .zero else {
            release(name, idleSince: now)
            return
        }
        operators[name]?.enter(.wrapUp(until: now + conversation.wrapUp), at: now)
    }

    /// Makes the operator free: whatever they wished meanwhile takes effect now.
    mutating func release(_ name: OperatorID, idleSince: Instant) {
        operators[name]?.enter(.free(since: idleSince), at: now)
        settle(name)
        forgetIfGone(name)
    }
}
