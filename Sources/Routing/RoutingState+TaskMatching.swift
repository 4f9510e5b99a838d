// Who gets which task: a task that is due looks among the ready operators, an operator whom no call wants looks among
// the due tasks. Never more than one per free operator, never while the customer talks or is dialled already, and never
// while a waiting call could have the operator (product.md section 6).

extension RoutingState {
    // MARK: - An operator for a task

    mutating func seekOperator(for id: TaskID) {
        guard !isDraining, !areTasksSuspended, let task = tasks[id], task.isListed, task.mayBeDialled(at: now),
            isRunning(task.dialer), let (name, reason) = chooseOperator(for: task)
        else { return }
        startAttempt(id, by: name, because: reason)
    }

    /// The responsible is preferred in every stage.
    func chooseOperator(for task: CallTask) -> (OperatorID, RoutingReason)? {
        guard case .waiting(let waiting) = task.state, let ready = dialers[task.dialer]?.ready else {
            return nil
        }
        func isEligible(_ name: OperatorID) -> Bool { isAvailable(name, for: task) }
        if let own = task.responsible, isEligible(own) {
            return (own, waiting.isLead ? .nextLead : .taskResponsible(own))
        }
        switch waiting.stage {
        case .own: return nil
        case .group:
            guard let group = task.group else { return nil }
            let chosen = ready.weighted(at: now) { isEligible($0) && isIn(group, $0) }
            return chosen.map { ($0, .responsibleGroup(group)) }
        case .anyone:
            return ready.weighted(at: now, where: isEligible).map {
                ($0, waiting.isLead ? .nextLead : .taskReleased)
            }
        }
    }

    private func isAvailable(_ name: OperatorID, for task: CallTask) -> Bool {
        guard operators[name]?.isListed == true else { return false }
        return operators[name]?.desks[task.dialer] != nil && !task.isRefused(by: name)
    }

    // MARK: - A task for an operator

    /// Tasks with a time come before leads without. Among them the operator's own first, then waiting time × priority.
    func chooseTask(for name: OperatorID) -> (TaskID, RoutingReason)? {
        guard listedTasks > 0, !isDraining, !areTasksSuspended, let state = operators[name], !state.dials.isEmpty else {
            return nil
        }
        func isEligible(_ id: TaskID) -> Bool {
            guard let task = tasks[id] else { return false }
            return state.desks[task.dialer] != nil && !task.isRefused(by: name) && task.mayBeDialled(at: now)
        }
        if let owed = firstOwed(by: name, in: state.dials.lazy.map(\.dialer), where: isEligible) {
            return (owed.id, .taskResponsible(name))
        }
        var best: (key: (hasTime: Int, score: Int64), entry: TaskLine.Entry, reason: RoutingReason)?
        for (id, member) in state.dials {
            guard let (entry, reason) = firstTask(of: id, for: state, where: isEligible) else { continue }
            let score = microseconds(from: entry.place.entered, to: now) &* Int64(member.priority)
            let key = (hasTime: reason == .nextLead ? 0 : 1, score: score)
            if let best, best.key > key || (best.key == key && best.entry.place < entry.place) { continue }
            best = (key, entry, reason)
        }
        return best.map { ($0.entry.id, $0.reason) }
    }

    /// Of the tasks with a time that they are responsible for, the one that has been due for longest.
    func firstOwed(
        by name: OperatorID, in all: some Sequence<DialerID>, where isEligible: (TaskID) -> Bool
    ) -> TaskLine.Entry? {
        var first: TaskLine.Entry?
        for id in all where isRunning(id) && dialers[id]?.policy.mode == .callback {
            guard let entry = dialers[id]?.owned[name]?.first(where: isEligible) else { continue }
            if let found = first, found.place < entry.place { continue }
            first = entry
        }
        return first
    }

    /// How many of these there are, those included that must not be called at this hour.
    func owedCount(of name: OperatorID) -> Int {
        dialerOrder.reduce(0) { sum, id in
            guard isRunning(id), dialers[id]?.policy.mode == .callback else { return sum }
            return sum + (dialers[id]?.owned[name]?.count ?? 0)
        }
    }

    /// The first task of one dialer that the operator may take: open to anyone, to a group of theirs, or their own
    /// lead.
    private func firstTask(
        of id: DialerID, for state: Operator, where isEligible: (TaskID) -> Bool
    ) -> (TaskLine.Entry, RoutingReason)? {
        guard isRunning(id), let dialer = dialers[id] else { return nil }
        if dialer.policy.mode == .personal {
            let own = dialer.owned[state.policy.id]?.first(where: isEligible)
            return (own ?? dialer.open.first(where: isEligible)).map { ($0, .nextLead) }
        }
        var first = dialer.open.first(where: isEligible).map { ($0, RoutingReason.taskReleased) }
        guard !dialer.grouped.isEmpty else { return first }
        for group in state.policy.groups {
            guard let entry = dialer.grouped[group]?.first(where: isEligible) else { continue }
            if let found = first, found.0.place < entry.place { continue }
            first = (entry, .responsibleGroup(group))
        }
        return first
    }

    // MARK: - Calls come first

    /// A waiting call for which nobody is ready has an operator who is reserved for a task: the customer of the task
    /// knows nothing yet. A phone that rings already has to stop first, and the call goes on looking meanwhile.
    ///
    /// - Returns: the call has an operator.
    mutating func takeFromTask(for call: Call) -> Bool {
        guard !call.isBound, limitReached(of: call.queue) == nil, !yields.values.contains(call.id) else { return false }
        let reserved = preparing.filter { operators[$0]?.memberships[call.queue] != nil && mayTake(call, $0) }
        guard let first = reserved.first else { return false }
        let own = call.stickiness.map(\.own)
        let name = reserved.first { $0 == own } ?? reserved.first { !isRinging($0) } ?? first
        guard let task = taskPrepared(by: name) else { return false }
        if case .ringing(let ring, _) = operators[name]?.state { yields[ring.id] = call.id }
        let reason: RoutingReason = name == own ? reasonForOwn(name, of: call) : .longestWaiting
        withdraw(task, because: .callComesFirst(call.id), settles: false)
        guard operators[name]?.isReady == true else { return false }
        startRinging(call.id, [name], because: reason)
        return true
    }

    /// The phone has stopped, and the operator has what they should have. If that is another call, this one looks on.
    mutating func ringYielded(_ ring: RingID) {
        guard let call = yields.removeValue(forKey: ring) else { return }
        seek(call)
    }

    private func isRinging(_ name: OperatorID) -> Bool {
        guard case .ringing = operators[name]?.state else { return false }
        return true
    }

    func taskPrepared(by name: OperatorID) -> TaskID? {
        switch operators[name]?.state {
        case .reserved(let task, _): task
        case .ringing(let ring, _): attemptTasks[ring.call]
        case .free, .stopping, .talking, .wrapUp, .dialling, .reminded, nil: nil
        }
    }

    // MARK: - Numbers in use

    /// The customer calls in themselves. Nobody dials them meanwhile, and whoever was about to does not.
    mutating func customerCalled(_ number: CustomerNumber, in call: CallID) {
        use(number)
        for id in tasksOf[number] {
            guard case .attempt(let attempt) = tasks[id]?.state, attempt.step != .talking else { continue }
            withdraw(id, because: .customerCalls(call))
        }
    }

    /// The call is over: whatever is due for this customer may go on.
    mutating func customerIsFree(after call: Call) {
        switch call.arrival.direction {
        case .inbound: if let number = call.arrival.number { free(number) }
        case .outbound: attemptCallEnded(call)
        }
    }

    mutating func use(_ number: CustomerNumber) {
        for id in tasksOf[number] { delist(id) }
        numbersInUse[number, default: 0] += 1
    }

    mutating func free(_ number: CustomerNumber) {
        let left = (numbersInUse[number] ?? 1) - 1
        numbersInUse[number] = left > 0 ? left : nil
        guard left <= 0 else { return }
        for id in tasksOf[number] { look(id) }
    }

    // MARK: - Lines

    /// Puts a waiting task where those who may take it will find it, unless its number is in use.
    mutating func enlist(_ id: TaskID) {
        guard let task = tasks[id], !task.isListed, case .waiting(let waiting) = task.state,
            numbersInUse[task.number] == nil
        else { return }
        tasks[id]?.isListed = true
        listedTasks += 1
        setLines(of: task, waiting, isIn: true)
        guard let own = task.responsible else { return }
        if waiting.isLead { noteAbsence(of: own) } else { requestWaits(for: own) }
    }

    /// Called before anything changes that says which lines they are.
    mutating func delist(_ id: TaskID) {
        guard let task = tasks[id], task.isListed, case .waiting(let waiting) = task.state else { return }
        tasks[id]?.isListed = false
        listedTasks -= 1
        setLines(of: task, waiting, isIn: false)
    }

    mutating func setLines(of task: CallTask, _ waiting: TaskWait, isIn: Bool) {
        let (id, place, dialer) = (task.id, task.place, task.dialer)
        if let own = task.responsible {
            dialers[dialer]?.owned[own, default: TaskLine()].set(id, at: place, isIn: isIn)
            if dialers[dialer]?.owned[own]?.isEmpty == true { dialers[dialer]?.owned[own] = nil }
            if waiting.isLead { return }
        }
        switch waiting.stage {
        case .own: break
        case .group:
            guard let group = task.group else { return }
            dialers[dialer]?.grouped[group, default: TaskLine()].set(id, at: place, isIn: isIn)
            if dialers[dialer]?.grouped[group]?.isEmpty == true { dialers[dialer]?.grouped[group] = nil }
        case .anyone:
            dialers[dialer]?.open.set(id, at: place, isIn: isIn)
        }
    }
}
