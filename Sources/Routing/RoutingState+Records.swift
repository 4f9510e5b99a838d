// What is written down (product.md section 8): every call that arrived ends in exactly one row of the call log.

extension RoutingState {
    /// The call is over. Nobody may name it after this.
    ///
    /// - Parameter outcome: as seen by the rule that ended it; whoever left while on hold, or while waiting for an
    ///   operator again after a hold, is lost on hold.
    mutating func finish(
        _ id: CallID, _ outcome: CallRecord.Outcome, _ cause: HangupCause, by side: CallRecord.Side?
    ) {
        guard let before = calls[id] else { return }
        let maxWaitOver = RoutingReason.maxWaitOver(before.policy.maxWait ?? .zero)
        if before.state.isQueued { leaveQueue(id, because: outcome == .timedOut ? maxWaitOver : .callerLeft) }
        for refusal in before.refusals { operators[refusal.operator]?.refused.remove(id) }
        guard var call = calls[id] else { return }
        calls[id] = nil
        let isOnHold = call.history.isOnHold
        let outcome = isOnHold && outcome == .abandoned ? .lostOnHold : outcome
        let record = call.history.end(outcome, cause, by: side, at: now)
        if let name = before.state.operator { tie(call.arrival, to: name, after: call.history.takeTalked()) }
        decide(.record(.callEnded(record)), because: .callEnded)
        let isLost = !call.history.wasAnswered && outcome != .refused
        if isLost { queues[call.queue]?.lost += 1 }
        if isOnHold {
            wantCallback(before, responsible: before.state.operator ?? before.stickiness?.own)
        } else if isLost, call.policy.callback {
            wantCallback(before, responsible: call.policy.sticky ? validTie(of: call)?.operator : nil)
        }
        forgetQueueIfDone(call.queue)
    }

    /// The conversation with this operator is over while the call goes on.
    mutating func tie(_ id: CallID, to name: OperatorID) {
        guard let arrival = calls[id]?.arrival, let talked = calls[id]?.history.takeTalked() else { return }
        tie(arrival, to: name, after: talked)
    }

    /// A successful conversation makes the tie; a withheld number is nobody's.
    private mutating func tie(_ arrival: Arrival, to name: OperatorID, after talked: Duration) {
        guard talked >= house.successTalk, talked > .zero, let number = arrival.number else { return }
        let group = operators[name]?.policy.groups.first
        decide(.record(.tied(number, name, group, by: arrival.call)), because: .callEnded)
    }

    private func validTie(of call: Call) -> Tie? {
        guard let tie = call.arrival.tie else { return nil }
        if let expires = call.policy.stickyExpires, tie.age > expires { return nil }
        return tie
    }

    private mutating func wantCallback(_ call: Call, responsible: OperatorID?) {
        guard let number = call.arrival.number else { return }
        let tie = call.arrival.tie
        let named = tie?.operator == responsible ? tie?.group : nil
        let group = named ?? responsible.flatMap { operators[$0]?.policy.groups.first }
        let wish = CallbackWish(
            call: call.id, number: number, queue: call.queue, responsible: responsible, group: group)
        decide(.record(.callbackWanted(wish)), because: .callEnded)
    }
}

extension CallState {
    /// The customer counts as waiting in the queue.
    var isQueued: Bool {
        switch self {
        case .waiting, .ringing, .leaving: true
        case .talking, .held, .returning: false
        }
    }

    /// With whom the customer talks, or who left them on hold.
    var `operator`: OperatorID? {
        switch self {
        case .talking(let name), .held(let name), .returning(_, let name): name
        case .waiting, .ringing, .leaving: nil
        }
    }
}
