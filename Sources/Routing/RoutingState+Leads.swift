// Personal mode: each operator works their own leads; those of somebody who stays away go to others (product.md section
// 6). And what a new configuration means for dialers and tasks.

extension RoutingState {
    // MARK: - Away

    /// Asked whenever somebody comes or goes, or a lead of somebody who is away becomes due.
    mutating func noteAbsence(of name: OperatorID) {
        guard let state = operators[name] else { return }
        guard state.isOffline else {
            if state.absence != nil { operators[name]?.absence = nil }
            return
        }
        var absence = state.absence ?? Absence(since: now)
        let waits = dialerOrder.compactMap { id in
            isRunning(id) ? dialers[id].flatMap { $0.hasLeads(of: name) ? $0.policy.reassignAfter : nil } : nil
        }
        absence.reassignAt = waits.min().map { absence.since + max(.zero, $0) }
        if absence != state.absence { operators[name]?.absence = absence }
    }

    /// Away for longer than the dialer allows: their leads go to the bucket that is named for that.
    mutating func reassignLeads(of name: OperatorID) {
        guard let since = operators[name]?.absence?.since else { return }
        for id in dialerOrder {
            guard isRunning(id), let dialer = dialers[id], dialer.hasLeads(of: name),
                let after = dialer.policy.reassignAfter, since + max(.zero, after) <= now
            else { continue }
            for lead in dialer.owned[name]?.ids ?? [] {
                move(lead, to: fallback(of: id), because: .awayTooLong(name, after))
            }
        }
        noteAbsence(of: name)
    }

    /// A lead of somebody who does not work there, or not any more: they are away for good.
    func isOrphan(_ record: TaskRecord) -> Bool {
        guard openDialer(record.dialer)?.mode == .personal, let own = record.responsible else { return false }
        return dialers[record.dialer]?.assigned.contains(own) == false
    }

    func fallback(of id: DialerID) -> DialerID {
        dialers[id]?.policy.fallback.flatMap { openDialer($0)?.id } ?? id
    }

    // MARK: - Configuration

    /// A dialer whose kind is as it was keeps its lines as they are, however many tasks stand in them.
    ///
    /// - Returns: the tasks of all others, out of line.
    mutating func configureDialers(_ policy: RoutingPolicy) -> [TaskID] {
        for name in operatorOrder {
            operators[name]?.dials = []
            operators[name]?.desks = [:]
        }
        let (before, orderBefore) = (dialers, dialerOrder)
        dialers = Table(remembersChanges: false)
        dialerOrder = []
        for dialer in policy.dialers where dialers[dialer.id] == nil {
            dialers[dialer.id] = Dialer(policy: dialer)
            dialers[dialer.id]?.isOpen = queues[dialer.queue]?.isOpen == true
            dialerOrder.append(dialer.id)
        }
        for assignment in policy.dialerAssignments where operators[assignment.operator]?.isConfigured == true {
            guard let rank = dialers[assignment.dialer]?.members.count else { continue }
            let priority = min(max(assignment.priority, 0), 10)
            addDesk(Member(operator: assignment.operator, priority: priority, rank: rank), to: assignment.dialer)
        }
        var changed: Set<DialerID> = []
        for id in Set(orderBefore + dialerOrder) {
            if let old = before[id] { dialers[id]?.inherit(from: old) }
            if before[id]?.kind != dialers[id]?.kind { changed.insert(id) }
        }
        return takeOutOfLine(changed)
    }

    private mutating func takeOutOfLine(_ changed: Set<DialerID>) -> [TaskID] {
        guard !changed.isEmpty else { return [] }
        let affected = tasks.unordered.filter { changed.contains($0.dialer) }.map(\.id).sorted()
        for id in affected where tasks[id]?.isListed == true {
            tasks[id]?.isListed = false
            listedTasks -= 1
        }
        return affected
    }

    /// Whoever has a desk there already keeps it.
    mutating func addDesk(_ member: Member, to id: DialerID) {
        let name = member.operator
        guard dialers[id]?.assigned.insert(name).inserted == true else { return }
        dialers[id]?.members.append(member)
        guard member.priority > 0 else { return }
        operators[name]?.dials.append((id, member))
        operators[name]?.desks[id] = member
    }

    /// All calls have found their operators: whoever is left may have a task.
    mutating func resumeTasks(_ affected: [TaskID]) {
        for name in operatorOrder { noteAbsence(of: name) }
        for name in preparing {
            guard let (id, attempt) = attemptPrepared(by: name), let dialer = tasks[id]?.dialer else { continue }
            let isWanted = openDialer(dialer) != nil && operators[attempt.operator]?.isConfigured == true
            if !isWanted { withdraw(id, because: .notConfigured) }
        }
        for id in affected { resumeTask(id) }
        for id in dialerOrder { offerTasks(of: id) }
        for name in operatorOrder { requestWaits(for: name) }
    }

    /// Its dialer is another one now, or was none before.
    private mutating func resumeTask(_ id: TaskID) {
        guard let task = tasks[id] else { return }
        let policy = openDialer(task.dialer)
        switch task.state {
        case .waiting(let waiting):
            let hasNewHours = policy?.hasHours == true && task.window == nil
            let isAsBefore = waiting.isLead == (policy?.mode == .personal) && !isOrphan(task.record) && !hasNewHours
            if policy != nil, isAsBefore { look(id) } else { schedule(id) }
        case .parked: schedule(id)
        case .scheduled, .findingWindow: if policy == nil { schedule(id) }
        case .attempt, .withdrawn: break
        }
    }

    /// Whoever is ready for tasks of this dialer may have one, the longest idle first.
    mutating func offerTasks(of id: DialerID) {
        for name in dialers[id]?.ready.longestIdleFirst(where: { _ in true }) ?? [] {
            guard operators[name]?.isListed == true, let (task, reason) = chooseTask(for: name) else { continue }
            startAttempt(task, by: name, because: reason)
        }
    }

    /// No new attempts: a customer who is dialled now would be cut off soon.
    mutating func beginDrain() {
        isDraining = true
        for (id, attempt) in preparing.compactMap({ name in attemptPrepared(by: name) }) where attempt.isBeforeDial {
            withdraw(id, because: .draining)
        }
    }

    private func attemptPrepared(by name: OperatorID) -> (TaskID, Attempt)? {
        guard let id = taskPrepared(by: name), let attempt = tasks[id]?.attempt else { return nil }
        return (id, attempt)
    }
}
