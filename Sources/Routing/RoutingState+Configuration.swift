// A new configuration: on start, and again after each reload. Running calls keep what they have; who works where, and
// every number for later calls, is new at once.

extension RoutingState {
    mutating func configure(_ policy: RoutingPolicy) {
        for name in operatorOrder { unlist(name) }
        // Calls find their operators first.
        areTasksSuspended = true
        house = HouseRules(policy)
        configureQueues(policy)
        configureOperators(policy)
        assign(policy)
        let affected = configureDialers(policy)
        for name in operatorOrder { settle(name) }
        for call in calls.unordered.filter({ $0.state.isWaiting }).map(\.id).sorted() { seek(call) }
        areTasksSuspended = false
        resumeTasks(affected)
        for name in operatorOrder { forgetIfGone(name) }
    }

    /// A queue that is gone stays as long as somebody waits in it, and those who worked there go on serving it.
    private mutating func configureQueues(_ policy: RoutingPolicy) {
        for id in queueOrder { queues[id]?.isOpen = false }
        var order: [QueueID] = []
        for queue in policy.queues where !order.contains(queue.id) {
            order.append(queue.id)
            if queues[queue.id] == nil { queues[queue.id] = CallQueue(policy: queue) }
            queues[queue.id]?.policy = queue
            queues[queue.id]?.isOpen = true
        }
        let gone = queueOrder.filter { queues[$0]?.isOpen == false }
        queueOrder = order + gone
        for id in gone { forgetQueueIfDone(id) }
    }

    private mutating func configureOperators(_ policy: RoutingPolicy) {
        for name in operatorOrder { operators[name]?.isConfigured = false }
        var order: [OperatorID] = []
        for person in policy.operators where !order.contains(person.id) {
            order.append(person.id)
            if operators[person.id] == nil { operators[person.id] = Operator(policy: person, at: now) }
            operators[person.id]?.policy = person
            operators[person.id]?.isConfigured = true
        }
        operatorOrder = order + operatorOrder.filter { operators[$0]?.isConfigured == false }
    }

    private mutating func assign(_ policy: RoutingPolicy) {
        for name in operatorOrder {
            operators[name]?.assignments = []
            operators[name]?.serves = []
            operators[name]?.memberships = [:]
        }
        for id in queueOrder {
            if queues[id]?.isOpen == true { queues[id]?.members = [] }
            queues[id]?.lastRank = -1
        }
        for assignment in policy.assignments { addMember(assignment) }
        for id in queueOrder {
            let members = queues[id]?.members ?? []
            for member in members { join(id, member) }
            queues[id]?.share.keep(members)
        }
    }

    private mutating func addMember(_ assignment: Assignment) {
        guard let queue = queues[assignment.queue], queue.isOpen, operators[assignment.operator]?.isConfigured == true,
            !queue.members.contains(where: { $0.operator == assignment.operator })
        else { return }
        let priority = min(max(assignment.priority, 0), 10)
        let member = Member(operator: assignment.operator, priority: priority, rank: queue.members.count)
        queues[assignment.queue]?.members.append(member)
    }

    mutating func join(_ id: QueueID, _ member: Member) {
        let name = member.operator
        guard operators[name]?.isConfigured == true else { return }
        operators[name]?.assignments.append(Assignment(name, id, priority: member.priority))
        guard member.priority > 0 else { return }
        operators[name]?.serves.append((id, member))
        operators[name]?.memberships[id] = member
    }

    // MARK: - What is gone

    /// Also those who talk or are held may wait here again one day.
    mutating func forgetQueueIfDone(_ id: QueueID) {
        guard queues[id]?.isDone == true, !calls.unordered.contains(where: { $0.queue == id }) else { return }
        queues[id] = nil
        queueOrder.removeAll { $0 == id }
        for name in operatorOrder where operators[name]?.memberships[id] != nil {
            operators[name]?.serves.removeAll { $0.queue == id }
            operators[name]?.memberships[id] = nil
            operators[name]?.assignments.removeAll { $0.queue == id }
        }
    }

    /// An operator whom the configuration no longer has is gone when they have finished what they were doing.
    mutating func forgetIfGone(_ name: OperatorID) {
        guard let state = operators[name], !state.isConfigured else { return }
        switch state.state {
        case .free, .wrapUp:
            operators[name] = nil
            operatorOrder.removeAll { $0 == name }
        case .ringing, .stopping, .talking, .reserved, .dialling, .reminded:
            break
        }
    }
}
