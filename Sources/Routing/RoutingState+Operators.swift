// What operators want and whether their phones can be reached (product.md section 5). A wish takes effect at once where
// it can; a conversation, and the customer held for one, are always brought to their end first.

extension OperatorWish {
    /// What the router wishes on behalf of an operator who let too many rings go unanswered.
    package static let noAnswer = OperatorWish.paused(reason: "no-answer")
    /// Paused by phone code, which can give no reason.
    package static let pausedByPhone = OperatorWish.paused(reason: "phone")
}

extension RoutingState {
    // MARK: - Wishes

    mutating func operatorWished(_ name: OperatorID, _ wish: OperatorWish) {
        setWish(wish, of: name, because: .asWished)
    }

    /// Going ready also ends wrap-up early.
    mutating func setWish(_ wish: OperatorWish, of name: OperatorID, because reason: RoutingReason) {
        guard let before = operators[name] else { return }
        if wish == .ready, case .wrapUp = before.state {
            operators[name]?.enter(.free(since: now), at: now)
        }
        if wish != before.wish {
            unlist(name)
            operators[name]?.wish = wish
            if wish == .ready { operators[name]?.missedInARow = 0 }
            decide(.record(.operatorWished(name, wish)), because: reason)
            availabilityChanged(name)
        }
        settle(name)
    }

    // MARK: - Phones

    mutating func operatorReachable(_ name: OperatorID) {
        guard let state = operators[name], !state.isReachable else { return }
        operators[name]?.isReachable = true
        availabilityChanged(name)
        if house.readyOnRegister, state.wish == .off || state.wish == .noAnswer {
            setWish(.ready, of: name, because: .registered)
        } else {
            settle(name)
        }
    }

    /// The registration is gone. A leg that is up stays up: if the phone is dead as well, the leg will tell.
    mutating func operatorUnreachable(_ name: OperatorID) {
        guard let state = operators[name], state.isReachable else { return }
        unlist(name)
        operators[name]?.isReachable = false
        availabilityChanged(name)
        if case .ringing(let ring, _) = state.state {
            abandon(ring, of: name, .unreachable, because: .operatorUnreachable(name))
        }
    }

    /// Wish or registration changed. Somebody who was not ready before has been idle since now.
    private mutating func availabilityChanged(_ name: OperatorID) {
        guard let state = operators[name] else { return }
        operators[name]?.hasBeenAway = true
        switch state.state {
        case .free:
            operators[name]?.enter(.free(since: now), at: now)
        case .ringing(let ring, _):
            // A held customer is still theirs; any other call is not forced upon somebody who paused.
            if state.wish != .ready, case .ringing = calls[ring.call]?.state { takeBack(ring, of: name) }
            if state.wish != .ready, let task = attemptTasks[ring.call] {
                withdraw(task, because: .operatorNotReady(name))
            }
        case .reserved(let task, _):
            if !state.isReachable { withdraw(task, because: .operatorUnreachable(name)) }
            if state.wish != .ready { withdraw(task, because: .operatorNotReady(name)) }
        case .talking(let conversation):
            if state.wish != .ready, conversation.interruption?.isBeforeHold == true {
                decline(name, because: .operatorNotReady(name))
            } else if state.wish == .ready {
                offerConversation(of: name)
            }
        case .stopping, .wrapUp, .dialling, .reminded:
            break
        }
        noteAbsence(of: name)
        guard operators[name]?.isOffline == true else { return }
        releasePinned(to: name)
        lastOneOut(name)
    }

    // MARK: - Wrap-up and protection

    mutating func extendWrapUp(of name: OperatorID, by duration: Duration) {
        guard case .wrapUp(let until) = operators[name]?.state, duration > .zero else { return }
        operators[name]?.state = .wrapUp(until: until + duration)
    }

    /// Concerns the present conversation only. If the operator is being told of a VIP just now, the VIP goes elsewhere.
    mutating func forbidInterruption(of name: OperatorID, _ isForbidden: Bool) {
        guard let conversation = operators[name]?.conversation else { return }
        operators[name]?.conversation?.isProtected = isForbidden
        guard isForbidden else {
            offerConversation(of: name)
            return
        }
        guard let interruption = conversation.interruption, interruption.isBeforeHold else { return }
        withdraw(from: name, because: .interruptionForbidden(name), isMissed: false)
        seek(interruption.vip)
    }

    /// Nobody is left in silence: while the phone holds the other party, they hear hold audio. An operator who holds a
    /// customer is not interrupted.
    mutating func heldByPhone(_ name: OperatorID, _ isHeld: Bool) {
        guard let conversation = operators[name]?.conversation, conversation.isHeldByPhone != isHeld,
            let call = calls[conversation.call]
        else { return }
        operators[name]?.conversation?.isHeldByPhone = isHeld
        guard isHeld else {
            decide(.connect(call.id, name), because: .takenBackByPhone(name))
            offerConversation(of: name)
            return
        }
        decide(.loop(call.policy.holdAudio, to: .caller(call.id)), because: .heldByPhone(name))
        guard let interruption = conversation.interruption, interruption.isBeforeHold else { return }
        withdraw(from: name, because: .heldByPhone(name), isMissed: false)
        seek(interruption.vip)
    }

    // MARK: - Deadlines of an operator

    mutating func operatorDeadline(_ name: OperatorID) {
        if let reassignAt = operators[name]?.absence?.reassignAt, reassignAt <= now { reassignLeads(of: name) }
        if let remindAt = operators[name]?.remindAt, remindAt <= now { reminderDue(name) }
        guard let state = operators[name]?.state, let deadline = state.nextDeadline, deadline <= now else { return }
        switch state {
        case .ringing(let ring, _): ringTimedOut(ring, of: name)
        case .talking(let conversation): conversationDeadline(name, conversation)
        case .wrapUp: release(name, idleSince: now)
        case .reminded(let reminder): endReminder(name, reminder)
        case .free, .stopping, .reserved, .dialling: break
        }
    }

    private mutating func conversationDeadline(_ name: OperatorID, _ conversation: Conversation) {
        if let ripeAt = conversation.ripeAt, ripeAt <= now { operators[name]?.conversation?.ripeAt = nil }
        switch conversation.interruption?.step {
        case .pausing(let until) where until <= now: pauseEnded(name)
        case .holding(let until) where until <= now: freeHeld(name)
        case .announcing, .pausing, .holding, .freed, nil: offerConversation(of: name)
        }
    }

    // MARK: - Sounds and keys

    mutating func soundEnded(_ playback: PlaybackID, completed: Bool) {
        switch playbacks.removeValue(forKey: playback) {
        case .announcement(let name): announcementEnded(playback, for: name, completed: completed)
        case .farewell(let call): farewellEnded(call)
        case .confirmation(let call): confirmationEnded(call)
        case .reminder(let name): reminderTold(playback, to: name)
        case .scenario(let call): scenarioSoundEnded(playback, of: call)
        case nil: break
        }
    }

    mutating func keyPressed(_ key: Key, by party: Party) {
        switch party {
        case .operator(let name):
            operatorPressed(key, name)
            remindedPressed(key, name)
        case .caller(let call): customerPressed(key, call)
        }
    }
}
