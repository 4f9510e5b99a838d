// Tasks: asked for, due, waiting for their responsible and then for others, closed (product.md section 6). Who gets
// which is in `+TaskMatching`; what happens then in `+Attempt` and `+Dialling`.

extension RoutingState {
    // MARK: - Asked for

    /// One customer has at most one open task in a dialer: a newer request updates it.
    mutating func taskRequested(_ request: TaskRequest, because reason: RoutingReason = .taskRequested) {
        if let open = openTask(of: request.number, in: request.dialer) {
            change(open, because: reason) { $0.update(with: request, at: $1) }
            return
        }
        guard tasks[request.id] == nil else { return }
        let record = TaskRecord(request, at: now)
        add(record)
        decide(.record(.taskOpened(record)), because: reason)
        schedule(request.id)
    }

    /// As it was remembered. An attempt that was claimed and has no end may have reached the customer: it counts, and
    /// the next comes when its rule says so.
    mutating func taskRestored(_ record: TaskRecord) {
        guard tasks[record.id] == nil, openTask(of: record.number, in: record.dialer) == nil else { return }
        add(record)
        guard let name = record.claimedBy else {
            schedule(record.id)
            return
        }
        let row = AttemptRecord(
            task: record.id, dialer: record.dialer, number: record.number, attempt: record.attempts, operator: name,
            call: nil, outcome: .cancel, status: nil, began: record.updatedAt, dialledAt: nil, rangAt: nil,
            answeredAt: nil, endedAt: now)
        decide(.record(.attemptEnded(row)), because: .restarted)
        retry(record.id, .cancel, by: dialers[record.dialer]?.policy.rule(for: .cancel) ?? RetryRule())
    }

    mutating func taskPostponed(_ id: TaskID, to instant: Instant) {
        change(id, because: .taskPostponed) { record, now in
            record.due = instant
            record.updatedAt = now
        }
    }

    /// Now, and by this operator, who need not be one to whom tasks come: it is theirs from here on.
    mutating func taskStarted(_ id: TaskID, by name: OperatorID) {
        guard let task = tasks[id], task.attempt == nil, operators[name]?.isConfigured == true else { return }
        tasks[id]?.refusals.removeAll { $0.operator == name }
        change(id, because: .taskStarted(name)) { record, now in
            record.due = now
            record.updatedAt = now
            record.responsible = name
            record.stage = .own
        }
        guard let task = tasks[id], task.isListed, task.mayBeDialled(at: now), !isDraining,
            isRunning(task.dialer), operators[name]?.isReady == true
        else { return }
        startAttempt(id, by: name, because: .taskStarted(name))
    }

    mutating func taskCancelled(_ id: TaskID) {
        guard let task = tasks[id] else { return }
        guard let attempt = task.attempt else {
            close(id, .cancelled, because: .taskCancelled)
            return
        }
        setAfterwards(of: id, .close(.cancelled))
        if attempt.step != .talking { withdraw(id, because: .taskCancelled) }
    }

    private mutating func add(_ record: TaskRecord) {
        let owner = owners.shared(record.owner)
        tasks[record.id] = CallTask(record: record, owner: owner, state: .parked, place: makePlace())
        tasksOf.add(record.id, of: record.number)
    }

    func openTask(of number: CustomerNumber, in dialer: DialerID) -> TaskID? {
        tasksOf[number].first { tasks[$0]?.dialer == dialer }
    }

    /// Changes what was asked for. What is not due any more is not attempted, unless the customer is dialled already:
    /// then it takes effect afterwards.
    mutating func change(
        _ id: TaskID, because reason: RoutingReason, _ change: (inout TaskRecord, Instant) -> Void
    ) {
        guard var record = tasks[id]?.record else { return }
        change(&record, now)
        delist(id)
        tasks[id]?.record = record
        tasks[id]?.share(&owners)
        decide(.record(.taskUpdated(record)), because: reason)
        guard let attempt = tasks[id]?.attempt else {
            schedule(id)
            return
        }
        setAfterwards(of: id, .reschedule)
        if attempt.isBeforeDial, record.due > now { withdraw(id, because: reason) }
    }

    // MARK: - Due

    /// Waits until it is due; at once if it is.
    mutating func schedule(_ id: TaskID) {
        guard let record = tasks[id]?.record else { return }
        delist(id)
        guard openDialer(record.dialer) != nil else {
            tasks[id]?.state = .parked
            return
        }
        if record.due > now {
            tasks[id]?.state = .scheduled(until: record.due)
        } else {
            becomeDue(id)
        }
    }

    /// Due, if the calling hours allow it: otherwise when they begin. The timer of the responsible wait starts now.
    ///
    /// - Parameter asked: whether the outside was just asked for the hours.
    private mutating func becomeDue(_ id: TaskID, asked: Bool = false) {
        guard let task = tasks[id], let policy = openDialer(task.dialer) else { return }
        if policy.hasHours, task.window == nil, !asked {
            findWindow(for: id)
            return
        }
        if let window = task.window, !task.mayBeDialled(at: now) {
            if now < window.opens {
                tasks[id]?.state = .scheduled(until: window.opens)
            } else {
                findWindow(for: id)
            }
            return
        }
        if isOrphan(task.record) {
            move(id, to: fallback(of: task.dialer), because: .notConfigured)
            return
        }
        let place = makePlace()
        tasks[id]?.place = place
        tasks[id]?.forgetRefusals(at: now)
        wait(id, from: firstStage(of: task.record, in: policy))
    }

    /// Its policy, unless it is gone. Never the dialer itself: a copy of its lines would be kept alive while they
    /// change.
    func openDialer(_ id: DialerID) -> DialerPolicy? {
        dialers[id]?.isOpen == true ? dialers[id]?.policy : nil
    }

    private func firstStage(of record: TaskRecord, in policy: DialerPolicy) -> StickyStage {
        if policy.mode == .personal { return record.responsible == nil ? .anyone : .own }
        switch record.stage {
        case .own where record.responsible != nil: return .own
        case .own, .group: return record.group == nil ? .anyone : .group
        case .anyone: return .anyone
        }
    }

    private mutating func wait(_ id: TaskID, from stage: StickyStage) {
        guard let record = tasks[id]?.record, let policy = dialers[record.dialer]?.policy else { return }
        let isLead = policy.mode == .personal
        let until = isLead || stage == .anyone ? nil : now + max(.zero, policy.responsibleWait)
        tasks[id]?.state = .waiting(TaskWait(since: now, until: until, stage: stage, isLead: isLead))
        look(id)
    }

    /// The task waits: whoever is ready for it gets it, others will find it.
    mutating func look(_ id: TaskID) {
        enlist(id)
        seekOperator(for: id)
    }

    private mutating func findWindow(for id: TaskID) {
        guard let record = tasks[id]?.record else { return }
        delist(id)
        tasks[id]?.state = .findingWindow
        decide(.findWindow(id, record.number, record.dialer), because: .hoursOver)
    }

    /// A window that is over already is no answer; it is asked for again, but not without end at one instant.
    mutating func windowFound(_ id: TaskID, _ window: CallWindow?) {
        guard let task = tasks[id], case .findingWindow = task.state else { return }
        tasks[id]?.record.window = window
        if let window, window.closes <= now {
            tasks[id]?.state = .scheduled(until: now + Self.leastInterval)
        } else {
            becomeDue(id, asked: true)
        }
    }

    // MARK: - Released

    mutating func taskDeadline(_ id: TaskID) {
        guard let task = tasks[id] else { return }
        switch task.state {
        case .scheduled(let until):
            if until <= now { becomeDue(id) }
        case .waiting(let waiting):
            tasks[id]?.forgetRefusals(at: now)
            if !task.mayBeDialled(at: now) {
                findWindow(for: id)
            } else if let until = waiting.until, until <= now {
                if !prolong(id, waiting, in: task.dialer) { stageOver(id, waiting) }
            } else {
                seekOperator(for: id)
            }
        case .attempt(let attempt):
            if case .previewing(let until) = attempt.step, until <= now {
                ringOperator(for: id, because: .previewOver(attempt.policy.preview))
            }
        case .findingWindow, .withdrawn, .parked: break
        }
    }

    /// Nobody came in time. Whether the responsible was there to come changes nothing: the timer decides.
    private mutating func stageOver(_ id: TaskID, _ waiting: TaskWait) {
        guard let record = tasks[id]?.record, let policy = dialers[record.dialer]?.policy else { return }
        let reason = RoutingReason.responsibleWaitOver(policy.responsibleWait)
        delist(id)
        guard waiting.stage == .own, let name = record.responsible else {
            release(id, to: .anyone, because: reason)
            return
        }
        decide(.record(.responsibleWaitExpired(id, name, from: waiting.since, until: now)), because: reason)
        switch policy.expiry {
        case .release:
            let group = record.group ?? operators[name]?.policy.groups.first
            tasks[id]?.record.group = group
            tasks[id]?.share(&owners)
            release(id, to: group == nil ? .anyone : .group, because: reason)
        case .postpone(let duration):
            tasks[id]?.record.due = now + max(Self.leastInterval, duration)
            recordUpdate(of: id, because: reason)
            schedule(id)
        case .moveTo(let dialer):
            move(id, to: dialer, because: reason)
        case .handToCRM:
            close(id, .handedToCRM, because: reason)
        }
    }

    private mutating func release(_ id: TaskID, to stage: StickyStage, because reason: RoutingReason) {
        tasks[id]?.record.stage = stage
        recordUpdate(of: id, because: reason)
        wait(id, from: stage)
    }

    /// To whoever works the bucket of that dialer. If the customer has a task there already, that is due as well now.
    mutating func move(_ id: TaskID, to dialer: DialerID, because reason: RoutingReason) {
        guard let record = tasks[id]?.record else { return }
        if let other = openTask(of: record.number, in: dialer), other != id {
            close(id, .merged(into: other), because: .customerHasTask(other))
            if let due = tasks[other]?.due, due > now {
                change(other, because: reason) { $0.due = $1 }
            }
            return
        }
        delist(id)
        tasks[id]?.record.dialer = dialer
        tasks[id]?.record.due = now
        tasks[id]?.record.responsible = nil
        tasks[id]?.record.group = nil
        // Each dialer has hours of its own.
        tasks[id]?.record.window = nil
        tasks[id]?.share(&owners)
        recordUpdate(of: id, because: reason)
        schedule(id)
    }

    /// However short it is configured: the same task must not come up again without end at one instant.
    static let leastInterval = Duration.seconds(1)

    mutating func recordUpdate(of id: TaskID, because reason: RoutingReason) {
        guard let record = tasks[id]?.record else { return }
        decide(.record(.taskUpdated(record)), because: reason)
    }

    // MARK: - Closed

    mutating func close(_ id: TaskID, _ result: TaskResult, because reason: RoutingReason) {
        guard let record = tasks[id]?.record else { return }
        delist(id)
        tasks[id] = nil
        tasksOf.remove(id, of: record.number)
        decide(.record(.taskClosed(id, result)), because: reason)
    }

    /// There was a successful conversation with the customer, inbound or outbound: nobody need call them back. What was
    /// asked for during the conversation ("call again on Monday") is not settled by it.
    mutating func resolveTasks(of number: CustomerNumber, by call: CallID, since began: Instant) {
        for id in tasksOf[number] {
            guard let task = tasks[id], task.record.updatedAt <= began else { continue }
            switch task.state {
            case .attempt: tasks[id]?.attempt?.resolvedBy = call
            case .withdrawn: setAfterwards(of: id, .close(.resolved(by: call)))
            case .scheduled, .findingWindow, .waiting, .parked:
                close(id, .resolved(by: call), because: .conversation(call))
            }
        }
    }

    /// The dialer that takes the customers who are lost here: the queue's, or the one for which we dialled.
    func callbackDialer(of call: Call) -> DialerID? {
        var named = call.policy.callbackDialer
        if case .outbound(let task) = call.arrival.direction { named = named ?? tasks[task]?.dialer }
        return named.flatMap { openDialer($0)?.id }
    }
}
