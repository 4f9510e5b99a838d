// A phone rings: answered, or not, and why, and what that means for the operator (product.md section 2).

extension RoutingState {
    /// Rings for a waiting call: one operator, or several with `ring_all`, of whom the first to answer has it.
    mutating func startRinging(_ id: CallID, _ names: [OperatorID], because reason: RoutingReason) {
        guard case .waiting(let telling) = calls[id]?.state, let timeout = calls[id]?.policy.ringTimeout,
            let first = names.first
        else { return }
        if let telling { withdraw(from: telling, because: .vipElsewhere(first), isMissed: false) }
        leaveLine(id)
        let rings = names.map { ring($0, for: id, timeout: timeout, because: reason) }
        move(id, to: .ringing(rings))
        if let telling { offerConversation(of: telling) }
    }

    /// Reserves the operator and rings their phone.
    mutating func ring(
        _ name: OperatorID, for call: CallID, timeout: Duration, because reason: RoutingReason
    ) -> RingID {
        var idleSince = now
        if case .free(let since) = operators[name]?.state { idleSince = since }
        unlist(name)
        // A customer who comes back from hold was theirs before.
        let charged = calls[call]?.state.isQueued == true ? chargeTurn(of: name, for: call) : 0
        let ring = Ring(
            id: makeRing(), call: call, from: now, idleSince: idleSince, charged: charged,
            isForCall: calls[call] != nil)
        operators[name]?.enter(.ringing(ring, until: now + max(.zero, timeout)), at: now)
        ringOwners[ring.id] = name
        decide(.ring(ring.id, name, for: call), because: reason)
        return ring.id
    }

    // MARK: - What came of it

    mutating func ringAnswered(_ id: RingID) {
        guard let name = ringOwners[id], let state = operators[name]?.state else { return }
        switch state {
        case .ringing(let ring, _) where ring.id == id:
            answered(ring, by: name)
        case .stopping(id, let idleSince):
            // The answer crossed our stop. Nobody is there to talk with any more.
            ringOwners[id] = nil
            decide(.hangUp(.operator(name)), because: .answeredTooLate)
            release(name, idleSince: idleSince)
            ringYielded(id)
        case .free, .ringing, .stopping, .talking, .wrapUp, .reserved, .dialling, .reminded:
            return
        }
    }

    private mutating func answered(_ ring: Ring, by name: OperatorID) {
        ringOwners[ring.id] = nil
        operators[name]?.missedInARow = 0
        calls[ring.call]?.history.add(ring, of: name, end: nil, at: now)
        if answeredOtherwise(ring, by: name) { return }
        switch calls[ring.call]?.state {
        case .ringing(let rings):
            for other in rings where other != ring.id { stop(other, because: .answeredElsewhere(name)) }
            connect(ring.call, name, leg: ring.id, because: .answered)
        case .returning:
            resume(ring.call, name, leg: ring.id, because: .answered)
        case nil: return
        case .inScenario, .waiting, .talking, .held, .leaving, .dialling, .undialling:
            assertionFailure("a ring rings for a call that nobody rings for")
        }
    }

    mutating func ringEnded(_ id: RingID, _ end: RingEnd) {
        guard let name = ringOwners[id], let state = operators[name]?.state else { return }
        switch state {
        case .ringing(let ring, _) where ring.id == id:
            ringOwners[id] = nil
            operators[name]?.enter(.free(since: now), at: now)
            failed(ring, of: name, end)
            settle(name)
        case .stopping(id, let idleSince):
            ringOwners[id] = nil
            release(name, idleSince: idleSince)
            ringYielded(id)
        case .free, .ringing, .stopping, .talking, .wrapUp, .reserved, .dialling, .reminded:
            return
        }
    }

    /// `ring_timeout` is over: the phone is told to stop, and the call looks further without waiting for it.
    mutating func ringTimedOut(_ ring: Ring, of name: OperatorID) {
        let timeout = calls[ring.call]?.policy.ringTimeout ?? (now - ring.from)
        abandon(ring, of: name, .noAnswer, because: .ringTimeout(timeout))
    }

    /// The ring cannot succeed any more, as seen from here: it is stopped and counts as failed.
    mutating func abandon(_ ring: Ring, of name: OperatorID, _ cause: RingEnd.Cause, because reason: RoutingReason) {
        decide(.stopRinging(ring.id), because: reason)
        operators[name]?.enter(.stopping(ring.id, idleSince: now), at: now)
        failed(ring, of: name, RingEnd(cause))
    }

    /// The operator does not want calls any more. That is not held against them; the call looks further.
    mutating func takeBack(_ ring: Ring, of name: OperatorID) {
        withdrawRing(ring.id, because: .operatorNotReady(name))
    }

    /// This one operator shall not have the call; it looks further.
    mutating func withdrawRing(_ id: RingID, because reason: RoutingReason) {
        guard let name = ringOwners[id], case .ringing(let ring, _) = operators[name]?.state else { return }
        stop(id, because: reason)
        ringIsOver(ring)
    }

    /// Nobody wants the ring any longer. The operator stays reserved until its end is confirmed.
    mutating func stop(_ id: RingID, because reason: RoutingReason) {
        guard let name = ringOwners[id], case .ringing(let ring, _) = operators[name]?.state else { return }
        decide(.stopRinging(id), because: reason)
        calls[ring.call]?.history.add(ring, of: name, end: RingEnd(.withdrawn), at: now)
        operators[name]?.enter(.stopping(id, idleSince: ring.idleSince), at: now)
        if let queue = calls[ring.call]?.queue { queues[queue]?.share.giveBack(ring.charged, to: name) }
    }

    /// The operator did not take the call: they are skipped for it for `retry_after`, and it looks further.
    mutating func failed(_ ring: Ring, of name: OperatorID, _ end: RingEnd) {
        if failedOtherwise(ring, of: name, end) { return }
        guard let call = calls[ring.call] else { return }
        calls[ring.call]?.history.add(ring, of: name, end: end, at: now)
        refuse(ring.call, by: name, end.cause)
        if call.isVIP, end.cause != .withdrawn {
            decide(.record(.vipMissed(ring.call, name)), because: .responsibleDidNotTake(name, end.cause))
        }
        countMiss(of: name, end.cause)
        switch call.state {
        case .ringing:
            ringIsOver(ring)
        case .returning:
            requeue(ring.call, pinnedTo: name, because: .heldCustomerNotTaken(name))
        case .inScenario, .waiting, .talking, .held, .leaving, .dialling, .undialling:
            assertionFailure("a ring rings for a call that nobody rings for")
        }
    }

    /// With the last of its rings over, the call waits again, in its old place, and looks further.
    private mutating func ringIsOver(_ ring: Ring) {
        guard case .ringing(let rings) = calls[ring.call]?.state else { return }
        let others = rings.filter { $0 != ring.id }
        move(ring.call, to: .ringing(others))
        guard others.isEmpty else { return }
        move(ring.call, to: .waiting(telling: nil))
        forgetRefusals(of: ring.call)
        enterLine(ring.call)
        seek(ring.call)
    }

    /// Answered or not: an operator with so many unanswered rings in a row is away, and is paused. Whoever declines is
    /// there. Only the operator's own silence counts: not a phone that could not be reached, not a caller who left.
    mutating func countMiss(of name: OperatorID, _ cause: RingEnd.Cause) {
        switch cause {
        case .noAnswer:
            operators[name]?.missedInARow += 1
            let missed = operators[name]?.missedInARow ?? 0
            guard house.missesBeforePause > 0, missed >= house.missesBeforePause else { return }
            setWish(.noAnswer, of: name, because: .missedInARow(missed))
        case .declined, .busy:
            operators[name]?.missedInARow = 0
        case .unreachable, .withdrawn:
            break
        }
    }

    // MARK: - Memory of the call

    private static let leastRetryAfter = Duration.seconds(1)

    private mutating func refuse(_ id: CallID, by name: OperatorID, _ cause: RingEnd.Cause) {
        skip(id, by: name, .ring(cause))
    }

    /// The operator does not get this call for a while.
    mutating func skip(_ id: CallID, by name: OperatorID, _ ground: Refusal.Ground) {
        guard let policy = calls[id]?.policy else { return }
        // However short it is configured: an operator who cannot be rung must not be rung without end.
        let retryAfter = max(Self.leastRetryAfter, policy.retryAfter(ground))
        calls[id]?.refusals.removeAll { $0.operator == name }
        calls[id]?.refusals.append(Refusal(operator: name, ground: ground, until: now + retryAfter))
        operators[name]?.refused.insert(id)
    }

    /// Those whose `retry_after` is over may be rung again.
    mutating func forgetRefusals(of id: CallID) {
        guard let refusals = calls[id]?.refusals else { return }
        for refusal in refusals where refusal.until <= now { operators[refusal.operator]?.refused.remove(id) }
        calls[id]?.refusals = refusals.filter { $0.until > now }
    }
}
