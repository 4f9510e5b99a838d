// For people to look at: what is true now. Nothing here changes anything.

extension RoutingState {
    /// - Parameter withTasks: also each open task, which takes long if there are many.
    package func snapshot(at instant: Instant, withTasks: Bool = true) -> RoutingSnapshot {
        RoutingSnapshot(
            at: instant,
            operators: operatorOrder.compactMap { operators[$0] }.map(snapshot),
            queues: queueOrder.compactMap { queues[$0] }.map(snapshot),
            calls: calls.unordered.sorted { $0.id < $1.id }.map(snapshot),
            dialers: dialerSnapshots(),
            openTasks: tasks.count,
            tasks: withTasks ? tasks.unordered.sorted { $0.id < $1.id }.map(snapshot) : [])
    }

    private func snapshot(_ state: Operator) -> RoutingSnapshot.Operator {
        RoutingSnapshot.Operator(
            id: state.policy.id, name: state.policy.name, wish: state.wish, reachable: state.isReachable,
            state: status(of: state), since: state.since, calls: state.conversations,
            missedInARow: state.missedInARow, assignments: state.assignments)
    }

    /// What they do comes before what they want.
    private func status(of state: Operator) -> RoutingSnapshot.Operator.State {
        switch state.state {
        case .reserved(let task, _):
            return .previewing(task)
        case .dialling(let call, _):
            return .dialling(call)
        case .reminded:
            return .reminded
        case .ringing(let ring, _):
            return .ringing(ring.call)
        case .talking(let conversation):
            guard case .holding = conversation.interruption?.step, let held = conversation.interruption?.customer else {
                return .talking(conversation.call)
            }
            return .interrupted(conversation.call, held: held)
        case .free, .stopping, .wrapUp:
            if let own = state.ownCalls.first { return .ownCall(own.call) }
            if state.isOffline { return .offline }
            if case .paused(let reason) = state.wish { return .paused(reason: reason) }
            if case .wrapUp = state.state { return .wrapUp }
            return .ready
        }
    }

    /// What is known of one open task; `nil`: it is closed, or never was.
    package func openTask(_ id: TaskID) -> RoutingSnapshot.OpenTask? {
        tasks[id].map(snapshot)
    }

    private func dialerSnapshots() -> [RoutingSnapshot.Dialer] {
        var busy: [DialerID: [OperatorID]] = [:]
        for name in operatorOrder {
            guard let task = operators[name].flatMap({ taskInHand(of: $0.state) }), let record = tasks[task]?.record
            else { continue }
            busy[record.dialer, default: []].append(name)
        }
        return dialerOrder.compactMap { id in
            dialers[id].flatMap { dialer in
                guard dialer.isOpen else { return nil }
                return RoutingSnapshot.Dialer(
                    id: id, mode: dialer.policy.mode, queue: dialer.policy.queue,
                    members: dialer.members.map { DialerAssignment($0.operator, id, priority: $0.priority) },
                    busy: busy[id] ?? [], wish: wish(of: id))
            }
        }
    }

    private func taskInHand(of state: OperatorState) -> TaskID? {
        switch state {
        case .reserved(let task, _): task
        case .ringing(let ring, _): attemptTasks[ring.call]
        case .dialling(let call, _): attemptTasks[call]
        case .talking(let conversation): attemptTasks[conversation.call]
        case .free, .stopping, .wrapUp, .reminded: nil
        }
    }

    private func snapshot(_ queue: CallQueue) -> RoutingSnapshot.Queue {
        RoutingSnapshot.Queue(
            id: queue.policy.id, vip: queue.policy.vip, strategy: queue.policy.strategy,
            maxLength: queue.policy.maxLength, entered: queue.entered, answered: queue.answered, lost: queue.lost)
    }

    private func snapshot(_ call: Call) -> RoutingSnapshot.Call {
        RoutingSnapshot.Call(
            call: call.id, queue: call.queue, number: call.arrival.number, name: call.arrival.name, vip: call.isVIP,
            state: status(of: call), arrivedAt: call.history.record.arrivedAt, since: call.history.since,
            own: call.stickiness?.own ?? call.arrival.tie?.operator)
    }

    private func status(of call: Call) -> RoutingSnapshot.Call.State {
        switch call.state {
        case .waiting(let telling?): .interrupting(telling)
        case .waiting(nil): .waiting(call.stage)
        case .ringing(let rings): .ringing(rings.compactMap { ringOwners[$0] })
        case .talking(let name): .talking(name)
        case .held(let name), .returning(_, let name): .held(by: name)
        case .leaving: .leaving
        case .dialling(let name, _): .dialling(name)
        case .undialling(let name, _): .dialling(name)
        case .inScenario: .inScenario
        }
    }
}
