// What is written down (product.md section 8): every call that arrived ends in exactly one row of the call log.

extension RoutingState {
    /// The call is over. Nobody may name it after this.
    ///
    /// - Parameter outcome: as seen by the rule that ended it; whoever left while on hold, or while waiting for an
    ///   operator again after a hold, is lost on hold.
    mutating func finish(
        _ id: CallID, _ outcome: CallRecord.Outcome, _ cause: HangupCause, by side: CallRecord.Side?,
        because reason: RoutingReason = .callerLeft
    ) {
        let stickiness = calls[id]?.stickiness
        if calls[id]?.state.isQueued == true { leaveQueue(id, because: reason) }
        guard var call = calls[id] else { return }
        count(call.queue, from: call.state.isAtWork, to: false)
        for refusal in call.refusals { operators[refusal.operator]?.refused.remove(id) }
        calls[id] = nil
        let isOnHold = call.history.isOnHold
        let outcome = isOnHold && outcome == .abandoned ? .lostOnHold : outcome
        let record = call.history.end(outcome, cause, by: side, at: now)
        if let name = call.state.operator { tie(&call, to: name) }
        decide(.record(.callEnded(record)), because: .callEnded)
        let isLost = !call.history.wasAnswered && !outcome.isNoLoss && call.isInbound
        if isLost { queues[call.queue]?.lost += 1 }
        if isOnHold {
            wantCallback(of: call, .lostCall(id), responsible: call.state.operator ?? stickiness?.own)
        } else if outcome == .leftByKey || isLost && call.policy.callback {
            let source: TaskSource = outcome == .leftByKey ? .customer(id) : .lostCall(id)
            wantCallback(of: call, source, responsible: call.policy.sticky ? validTie(of: call)?.operator : nil)
        }
        customerIsFree(after: call)
        forgetQueueIfDone(call.queue)
    }

    /// The conversation with this operator is over while the call goes on.
    mutating func tie(_ id: CallID, to name: OperatorID) {
        guard var call = calls[id] else { return }
        tie(&call, to: name)
        calls[id] = call
    }

    /// After a transfer the tie is the new operator's, unless `tie_follows_transfer` is off and the call has made one
    /// before; whom the customer asked to be rid of is tied to nobody.
    private mutating func tie(_ call: inout Call, to name: OperatorID) {
        let talked = call.history.takeTalked()
        let belongsToOther =
            call.isTransferred && !house.tieFollowsTransfer && call.tiedTo != nil && call.tiedTo != name
        let ties = !belongsToOther && call.avoided != name
        let began = call.history.answeredAt ?? now
        if conversationEnded(with: call.arrival.number, name, talked, by: call.id, since: began, ties: ties) {
            call.tiedTo = name
        }
    }

    /// A successful conversation makes the tie and resolves what was to be called back for; a withheld number is nobody's.
    ///
    /// - Returns: whether it tied.
    @discardableResult
    mutating func conversationEnded(
        with number: CustomerNumber?, _ name: OperatorID, _ talked: Duration, by call: CallID, since began: Instant,
        ties: Bool = true
    ) -> Bool {
        guard talked >= house.successTalk, talked > .zero, let number else { return false }
        let group = operators[name]?.policy.groups.first
        if ties { decide(.record(.tied(number, name, group, by: call)), because: .callEnded) }
        resolveTasks(of: number, by: call, since: began)
        return ties
    }

    private func validTie(of call: Call) -> Tie? {
        call.avoided == nil ? validTie(of: call.arrival, call.policy) : nil
    }

    private func validTie(of arrival: Arrival, _ policy: QueuePolicy) -> Tie? {
        guard let tie = arrival.tie else { return nil }
        if let expires = policy.stickyExpires, tie.age > expires { return nil }
        return tie
    }

    // MARK: - Whom to call back

    /// The call was refused unanswered, and its customer is called back for that.
    mutating func callBack(_ arrival: Arrival, _ policy: QueuePolicy) {
        let isTied = policy.sticky && !arrival.wantsNewOperator
        let responsible = isTied ? validTie(of: arrival, policy)?.operator : nil
        let dialer = policy.callbackDialer.flatMap { openDialer($0)?.id }
        wantCallback(
            of: arrival, in: policy.id, .hangUp(arrival.call), responsible: responsible, by: dialer,
            because: .hangUpLine)
    }

    private mutating func wantCallback(of call: Call, _ source: TaskSource, responsible: OperatorID?) {
        wantCallback(
            of: call.arrival, in: call.queue, source, responsible: responsible, by: callbackDialer(of: call),
            due: call.callbackAt, because: .callEnded)
    }

    /// - Parameter dialer: `nil`: the wish is recorded for others to carry out.
    private mutating func wantCallback(
        of arrival: Arrival, in queue: QueueID, _ source: TaskSource, responsible: OperatorID?, by dialer: DialerID?,
        due: Instant? = nil, because reason: RoutingReason
    ) {
        guard let number = arrival.number else { return }
        let named = arrival.tie?.operator == responsible ? arrival.tie?.group : nil
        let group = named ?? responsible.flatMap { operators[$0]?.policy.groups.first }
        let wish = CallbackWish(
            call: arrival.call, number: number, queue: queue, responsible: responsible, group: group)
        if let dialer {
            promise(wish, in: dialer, source, due: due, because: reason)
        } else {
            decide(.record(.callbackWanted(wish)), because: reason)
        }
    }

    /// The wish becomes a task, due at once unless the customer said when, that bears the number of the call that it comes from.
    private mutating func promise(
        _ wish: CallbackWish, in dialer: DialerID, _ source: TaskSource, due: Instant? = nil,
        because reason: RoutingReason
    ) {
        let request = TaskRequest(
            id: TaskID(rawValue: wish.call.rawValue), dialer: dialer, number: wish.number, due: due ?? now,
            responsible: wish.responsible, group: wish.group, source: source)
        taskRequested(request, because: reason)
    }

    /// As the records have it. Where nobody calls the customers of the queue back it is there already, and stays.
    mutating func callbackOwed(_ wish: CallbackWish) {
        guard let dialer = queues[wish.queue]?.policy.callbackDialer.flatMap({ openDialer($0)?.id }) else { return }
        promise(wish, in: dialer, .lostCall(wish.call), because: .callbackOwed)
    }
}

extension CallState {
    /// The customer counts as waiting in the queue.
    var isQueued: Bool {
        switch self {
        case .waiting, .ringing, .leaving: true
        case .inScenario, .talking, .held, .returning, .dialling, .undialling: false
        }
    }

    /// With whom the customer talks, or who left them on hold.
    var `operator`: OperatorID? {
        switch self {
        case .talking(let name), .held(let name), .returning(_, let name): name
        case .inScenario, .waiting, .ringing, .leaving, .dialling, .undialling: nil
        }
    }
}

extension CallRecord.Outcome {
    /// Nobody was lost by it, though nobody talked: the call never waited, or the customer will be called back by their
    /// own wish.
    fileprivate var isNoLoss: Bool {
        switch self {
        case .refused, .leftByKey, .scenario, .unanswered: true
        case .answered, .abandoned, .lostOnHold, .timedOut, .leftEmpty, .lostByRestart: false
        }
    }
}
