// An attempt up to the moment when the customer is dialled: claim, preview, the operator's phone (product.md section
// 6). Until then it can be given up, and the task waits again as if nothing had been. The customer's side is in
// `+Dialling`.

extension RoutingState {
    /// Reserves the operator and has the attempt written down, before anything is done for it.
    mutating func startAttempt(_ id: TaskID, by name: OperatorID, because reason: RoutingReason) {
        guard let task = tasks[id], case .waiting(let waiting) = task.state,
            let policy = dialers[task.dialer]?.policy
        else { return }
        var idleSince = now
        if case .free(let since) = operators[name]?.state { idleSince = since }
        unlist(name)
        operators[name]?.enter(.reserved(id, idleSince: idleSince), at: now)
        preparing.append(name)
        use(task.number)
        // Restored from a file, it may be any number.
        let number = task.attempts &+ 1
        tasks[id]?.record.attempts = number
        tasks[id]?.state = .attempt(Attempt(number: number, operator: name, policy: policy, waited: waiting, at: now))
        decide(.claim(id, attempt: number, by: name), because: reason)
    }

    // MARK: - Claim

    mutating func claimed(_ id: TaskID, attempt number: Int, as call: CallID) {
        guard let attempt = tasks[id]?.attempt, attempt.number == number, attempt.call == nil else { return }
        if case .withdrawn = tasks[id]?.state {
            endAttempt(id, .cancel, because: .taskCancelled)
            return
        }
        guard attempt.step == .claiming, calls[call] == nil, attemptTasks[call] == nil else { return }
        tasks[id]?.attempt?.call = call
        attemptTasks[call] = id
        let preview = attempt.policy.preview
        guard preview > .zero else {
            ringOperator(for: id, because: .nextLead)
            return
        }
        tasks[id]?.attempt?.step = .previewing(until: now + preview)
        decide(.showCard(id, to: attempt.operator, for: preview), because: .nextLead)
    }

    /// What could not be written must not be done. The attempt never was; the task comes again a little later.
    mutating func claimRefused(_ id: TaskID, attempt number: Int) {
        guard let task = tasks[id], let attempt = task.attempt, attempt.number == number, attempt.call == nil else {
            return
        }
        if case .attempt = task.state { freeReserved(attempt.operator) }
        let retryAfter = max(Self.leastInterval, attempt.policy.retryAfter)
        tasks[id]?.state = .scheduled(until: now + retryAfter)
        conclude(id, attempt) { router in
            router.tasks[id]?.state = .scheduled(until: router.now + retryAfter)
        }
        free(task.number)
        settle(attempt.operator)
    }

    // MARK: - Preview

    mutating func previewEnded(_ id: TaskID, by name: OperatorID) {
        guard let attempt = tasks[id]?.attempt, attempt.operator == name, case .previewing = attempt.step else {
            return
        }
        ringOperator(for: id, because: .previewEnded)
    }

    /// Left to others, or for later: this operator does not see it again before the interval after a CANCEL is over.
    mutating func previewSkipped(_ id: TaskID, by name: OperatorID) {
        guard let attempt = tasks[id]?.attempt, attempt.operator == name, attempt.policy.skipAllowed,
            case .previewing = attempt.step
        else { return }
        skip(id, by: name, .declined, for: attempt.policy.rule(for: .cancel).interval)
        withdraw(id, because: .previewSkipped(name))
    }

    // MARK: - The operator's phone

    mutating func ringOperator(for id: TaskID, because reason: RoutingReason) {
        guard let task = tasks[id], let attempt = task.attempt, let call = attempt.call,
            case .reserved(id, let idleSince) = operators[attempt.operator]?.state
        else { return }
        guard task.mayBeDialled(at: now) else {
            withdraw(id, because: .hoursOver)
            return
        }
        let name = attempt.operator
        let ring = Ring(id: makeRing(), call: call, from: now, idleSince: idleSince, charged: 0, isForCall: false)
        tasks[id]?.attempt?.step = .ringing(ring.id)
        operators[name]?.enter(.ringing(ring, until: now + max(.zero, attempt.policy.ringTimeout)), at: now)
        ringOwners[ring.id] = name
        decide(.ringForTask(ring.id, name, for: call, id, task.number), because: reason)
    }

    /// The ring was not for a waiting call, but for a task or a reminder.
    mutating func answeredOtherwise(_ ring: Ring, by name: OperatorID) -> Bool {
        if let task = task(of: ring) {
            stopPreparing(name)
            dial(task, leg: ring.id)
            return true
        }
        guard reminders.removeValue(forKey: ring.call) != nil else { return false }
        remind(name, leg: ring.id)
        return true
    }

    /// The operator did not answer: they are skipped for this task for a while, and it goes to somebody else.
    mutating func failedOtherwise(_ ring: Ring, of name: OperatorID, _ end: RingEnd) -> Bool {
        guard let id = task(of: ring) else {
            guard reminders.removeValue(forKey: ring.call) != nil else { return false }
            countMiss(of: name, end.cause)
            return true
        }
        stopPreparing(name)
        if let retryAfter = tasks[id]?.attempt?.policy.retryAfter { skip(id, by: name, end.cause, for: retryAfter) }
        endAttempt(id, .cancel, because: .responsibleDidNotTake(name, end.cause))
        countMiss(of: name, end.cause)
        return true
    }

    /// The task whose customer is dialled if this ring is answered. A phone that rings with a held customer of an
    /// outbound call rings for that customer only.
    private func task(of ring: Ring) -> TaskID? {
        guard let id = attemptTasks[ring.call], tasks[id]?.attempt?.step == .ringing(ring.id) else { return nil }
        return id
    }

    private mutating func skip(_ id: TaskID, by name: OperatorID, _ cause: RingEnd.Cause, for duration: Duration) {
        tasks[id]?.refusals.removeAll { $0.operator == name }
        let until = now + max(Self.leastInterval, duration)
        tasks[id]?.refusals.append(Refusal(operator: name, ground: .ring(cause), until: until))
    }

    // MARK: - Given up

    /// Gives the attempt up before the customer has answered, in whatever step it is, and lets the operator go.
    ///
    /// - Parameter settles: the operator looks for something else to do; otherwise the caller has something for them.
    mutating func withdraw(_ id: TaskID, because reason: RoutingReason, settles: Bool = true) {
        guard case .attempt(let attempt) = tasks[id]?.state else { return }
        let name = attempt.operator
        switch attempt.step {
        case .claiming where attempt.call == nil:
            tasks[id]?.state = .withdrawn(attempt)
            freeReserved(name)
        case .claiming:
            // The claim has been answered just now, and there is no preview.
            freeReserved(name)
            endAttempt(id, .cancel, because: reason)
        case .previewing:
            decide(.hideCard(id, from: name), because: reason)
            freeReserved(name)
            endAttempt(id, .cancel, because: reason)
        case .ringing(let ring):
            stopPreparing(name)
            stop(ring, because: reason)
            endAttempt(id, .cancel, because: reason)
            return
        case .dialling:
            stopDialling(id, attempt, because: reason)
            return
        case .talking:
            return
        }
        if settles {
            settle(name)
            forgetIfGone(name)
        }
    }

    /// Takes the operator back from the task; they are as idle as before. Known as ready only when they have settled.
    private mutating func freeReserved(_ name: OperatorID) {
        stopPreparing(name)
        guard case .reserved(_, let idleSince) = operators[name]?.state else { return }
        operators[name]?.enter(.free(since: idleSince), at: now)
    }

    private mutating func stopPreparing(_ name: OperatorID) {
        preparing.removeAll { $0 == name }
    }

    mutating func setAfterwards(of id: TaskID, _ afterwards: Attempt.Afterwards) {
        switch tasks[id]?.state {
        case .attempt(var attempt):
            attempt.afterwards = afterwards
            tasks[id]?.state = .attempt(attempt)
        case .withdrawn(var attempt):
            attempt.afterwards = afterwards
            tasks[id]?.state = .withdrawn(attempt)
        case .scheduled, .findingWindow, .waiting, .parked, nil:
            break
        }
    }

    // MARK: - The end

    /// The attempt is over: its row is written, and the task goes on as its outcome says.
    mutating func endAttempt(
        _ id: TaskID, _ outcome: AttemptOutcome, status: Int? = nil, because reason: RoutingReason
    ) {
        guard let task = tasks[id], let attempt = task.attempt else { return }
        if let call = attempt.call { attemptTasks[call] = nil }
        let row = AttemptRecord(
            task: id, dialer: task.dialer, number: task.number, attempt: attempt.number,
            operator: attempt.operator, call: attempt.call, outcome: outcome, status: status, began: attempt.began,
            dialledAt: attempt.dialledAt, rangAt: attempt.rangAt, answeredAt: attempt.answeredAt, endedAt: now)
        decide(.record(.attemptEnded(row)), because: reason)
        tasks[id]?.state = .parked
        conclude(id, attempt) { router in
            if attempt.dialledAt != nil {
                router.retry(id, outcome, by: attempt.policy.rule(for: outcome))
            } else {
                router.waitOn(id, as: attempt.waited)
            }
        }
        free(task.number)
    }

    /// A successful conversation resolves the task, unless somebody has asked anew meanwhile; then it is as they say.
    private mutating func conclude(
        _ id: TaskID, _ attempt: Attempt, byOutcome: (inout RoutingState) -> Void
    ) {
        if let call = attempt.resolvedBy, attempt.afterwards != .reschedule {
            close(id, .resolved(by: call), because: .conversation(call))
            return
        }
        switch attempt.afterwards {
        case .close(.resolved(let call)): close(id, .resolved(by: call), because: .conversation(call))
        case .close(let result): close(id, result, because: .taskCancelled)
        case .reschedule: schedule(id)
        case .byOutcome: byOutcome(&self)
        }
    }

    /// The customer was never dialled: the task waits as it did, and its stage ends when it would have.
    private mutating func waitOn(_ id: TaskID, as waited: TaskWait) {
        guard let record = tasks[id]?.record, let policy = openDialer(record.dialer),
            waited.isLead == (policy.mode == .personal), !isOrphan(record)
        else {
            schedule(id)
            return
        }
        tasks[id]?.state = .waiting(waited)
        look(id)
    }

    /// Due again after the interval for this outcome, or given up if that was the last try.
    mutating func retry(_ id: TaskID, _ outcome: AttemptOutcome, by rule: RetryRule) {
        guard let before = tasks[id]?.record else { return }
        let made = max(0, before.tries[outcome]) &+ 1
        guard (1..<max(1, rule.tries)).contains(made) else {
            close(id, .givenUp(outcome), because: .triesUsedUp(outcome, made))
            return
        }
        let interval = max(Self.leastInterval, rule.interval)
        tasks[id]?.record.tries[outcome] = made
        tasks[id]?.record.due = now + interval
        recordUpdate(of: id, because: .tryAgain(outcome, after: interval))
        schedule(id)
    }
}
