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

    /// Takes all tasks out of line: who works where is about to change.
    mutating func suspendTasks() {
        for task in tasks.unordered.map(\.id).sorted() { delist(task) }
    }

    mutating func configureDialers(_ policy: RoutingPolicy) {
        for name in operatorOrder {
            operators[name]?.dials = []
            operators[name]?.desks = [:]
        }
        let before = dialers
        dialers = Table(remembersChanges: false)
        dialerOrder = []
        for dialer in policy.dialers where dialers[dialer.id] == nil {
            dialers[dialer.id] = Dialer(policy: dialer)
            dialers[dialer.id]?.resumedAt = before[dialer.id]?.resumedAt
            dialers[dialer.id]?.stopped = before[dialer.id]?.stopped ?? []
            dialers[dialer.id]?.isOpen = queues[dialer.queue]?.isOpen == true
            dialerOrder.append(dialer.id)
        }
        for assignment in policy.dialerAssignments where operators[assignment.operator]?.isConfigured == true {
            guard let rank = dialers[assignment.dialer]?.members.count else { continue }
            let priority = min(max(assignment.priority, 0), 10)
            addDesk(Member(operator: assignment.operator, priority: priority, rank: rank), to: assignment.dialer)
        }
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
    mutating func resumeTasks() {
        for name in operatorOrder { noteAbsence(of: name) }
        for id in tasks.unordered.map(\.id).sorted() {
            guard let task = tasks[id] else { continue }
            let policy = openDialer(task.record.dialer)
            let isOpen = policy != nil
            switch task.state {
            case .waiting(let waiting):
                let hasNewHours = policy?.hasHours == true && task.record.window == nil
                let isAsBefore =
                    waiting.isLead == (policy?.mode == .personal) && !isOrphan(task.record) && !hasNewHours
                if isOpen, isAsBefore { look(id) } else { schedule(id) }
            case .parked: schedule(id)
            case .scheduled, .findingWindow: if !isOpen { schedule(id) }
            case .attempt(let attempt):
                let isWanted = isOpen && operators[attempt.operator]?.isConfigured == true
                if attempt.isBeforeDial, !isWanted { withdraw(id, because: .notConfigured) }
            case .withdrawn: break
            }
        }
        for name in operatorOrder { requestWaits(for: name) }
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
