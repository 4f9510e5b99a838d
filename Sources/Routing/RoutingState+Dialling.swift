// The customer is dialled for an operator whose leg is up (product.md section 6). Once answered it is a conversation
// like any other: what can happen to it is in `+Conversation` and `+Interruption`.

extension RoutingState {
    /// The operator's leg is up: they hear ring-back, and the customer is called.
    mutating func dial(_ id: TaskID, leg: RingID) {
        guard let task = tasks[id], let attempt = task.attempt, let call = attempt.call else { return }
        let (name, policy) = (attempt.operator, attempt.policy)
        let rules = queues[policy.queue]?.policy ?? QueuePolicy(id: policy.queue)
        let until = now + max(.zero, policy.answerTimeout)
        calls[call] = Call(
            to: task.number, as: call, for: id, state: .dialling(name, until: until), policy: rules, at: now)
        tasks[id]?.attempt?.step = .dialling
        tasks[id]?.attempt?.dialledAt = now
        operators[name]?.enter(.dialling(call, leg: leg), at: now)
        decide(.loop(.ringback, to: .operator(name)), because: .answered)
        decide(.dial(call, task.number, task.dialer, by: name), because: .answered)
    }

    /// Only for the log: whether the phone rang tells a customer who does not want to from one who cannot.
    mutating func dialRang(_ id: CallID) {
        guard let task = attemptTasks[id], let attempt = tasks[task]?.attempt, attempt.step == .dialling,
            attempt.rangAt == nil
        else { return }
        tasks[task]?.attempt?.rangAt = now
    }

    /// An answer that crosses our stop is welcome, as long as somebody is there to talk.
    mutating func dialAnswered(_ id: CallID) {
        guard let task = attemptTasks[id], let call = calls[id] else { return }
        switch call.state {
        case .dialling(let name, _), .undialling(let name?, _):
            guard case .dialling(id, let leg) = operators[name]?.state else { return }
            customerAnswered(task)
            operators[name]?.conversations += 1
            bridge(id, name, leg: leg, because: .customerAnswered)
        case .undialling(nil, _):
            tasks[task]?.attempt?.answeredAt = now
            decide(.hangUp(.caller(id)), because: .nobodyThere)
            dialOver(id, .drop, nil, HangupCause(.byDecision))
        case .inScenario, .waiting, .ringing, .talking, .held, .returning, .leaving:
            return
        }
    }

    /// Whoever asked anew before this is served by the conversation.
    private mutating func customerAnswered(_ id: TaskID) {
        tasks[id]?.attempt?.step = .talking
        tasks[id]?.attempt?.answeredAt = now
        if tasks[id]?.attempt?.afterwards == .reschedule { setAfterwards(of: id, .byOutcome) }
    }

    mutating func dialEnded(_ id: CallID, _ end: DialEnd) {
        guard let call = calls[id], attemptTasks[id] != nil else { return }
        let cause = HangupCause(end.cause == .stopped ? .byDecision : .failed, status: end.status)
        switch call.state {
        case .dialling(let name, _):
            dialOver(id, end.outcome, end.status, cause)
            letGo(name, after: id, because: .dialFailed(end.outcome))
        case .undialling(let name, let outcome):
            dialOver(id, outcome, end.status, cause)
            if let name { letGo(name, after: id, because: .dialFailed(outcome)) }
        case .inScenario, .waiting, .ringing, .talking, .held, .returning, .leaving:
            return
        }
    }

    // MARK: - Given up

    /// The customer does not answer. The operator stays until the dial has ended: an answer may be on its way.
    mutating func dialTimedOut(_ id: CallID, _ name: OperatorID) {
        guard let task = attemptTasks[id], let policy = tasks[task]?.attempt?.policy else { return }
        calls[id]?.state = .undialling(name, .noAnswer)
        decide(.stopDialling(id), because: .dialTimeout(policy.answerTimeout))
    }

    mutating func operatorLeftDialling(_ name: OperatorID, _ id: CallID, _ cause: HangupCause) {
        switch calls[id]?.state {
        case .dialling:
            calls[id]?.givenUpBy = cause.isOurs ? nil : .operator
            calls[id]?.state = .undialling(nil, .cancel)
            decide(.stopDialling(id), because: .operatorLeft)
        case .undialling(_, let outcome):
            calls[id]?.state = .undialling(nil, outcome)
        case .inScenario, .waiting, .ringing, .talking, .held, .returning, .leaving, nil:
            break
        }
        release(name, idleSince: now)
    }

    /// The attempt is withdrawn while the customer is dialled: the operator need not wait for the end of that.
    mutating func stopDialling(_ task: TaskID, _ attempt: Attempt, because reason: RoutingReason) {
        guard let id = attempt.call else { return }
        switch calls[id]?.state {
        case .dialling:
            calls[id]?.state = .undialling(nil, .cancel)
            decide(.stopDialling(id), because: reason)
        case .undialling(_?, let outcome):
            calls[id]?.state = .undialling(nil, outcome)
        case .inScenario, .waiting, .ringing, .talking, .held, .returning, .leaving, .undialling(nil, _), nil:
            return
        }
        letGo(attempt.operator, after: id, because: reason)
    }

    private mutating func letGo(_ name: OperatorID, after id: CallID, because reason: RoutingReason) {
        guard case .dialling(id, _) = operators[name]?.state else { return }
        decide(.hangUp(.operator(name)), because: reason)
        release(name, idleSince: now)
    }

    // MARK: - Over

    private mutating func dialOver(_ id: CallID, _ outcome: AttemptOutcome, _ status: Int?, _ cause: HangupCause) {
        guard let task = attemptTasks[id] else { return }
        tasks[task]?.attempt?.outcome = outcome
        tasks[task]?.attempt?.status = status
        finish(id, .unanswered, cause, by: calls[id]?.givenUpBy)
    }

    /// The outbound call is in the call log; with it the attempt is over.
    mutating func attemptCallEnded(_ call: Call) {
        guard let id = attemptTasks[call.id], let attempt = tasks[id]?.attempt else { return }
        let outcome = attempt.outcome ?? .answer
        let reason: RoutingReason = outcome == .answer ? .callEnded : .dialFailed(outcome)
        endAttempt(id, outcome, status: attempt.status, because: reason)
    }
}
