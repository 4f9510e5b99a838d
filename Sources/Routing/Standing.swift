/// Why an operator of the queue does not have a waiting call: one candidate, and what stands in the way.
package struct Candidate: Hashable, Sendable, CustomStringConvertible {
    package var `operator`: OperatorID
    /// `nil`: nothing; they are ready for it.
    package var obstacle: Obstacle?

    package init(operator: OperatorID, obstacle: Obstacle?) {
        self.operator = `operator`
        self.obstacle = obstacle
    }

    package var description: String { "\(`operator`): \(obstacle?.description ?? "ready")" }
}

/// What keeps an operator and a call apart. Durations count from, or to, the instant at which somebody asked.
package enum Obstacle: Hashable, Sendable {
    // What the operator is doing
    case unregistered
    case off(for: Duration)
    case paused(reason: String, for: Duration)
    case ringing(CallID)
    case stopping
    case talking(CallID, for: Duration)
    case ownCall(for: Duration)
    case preparing(TaskID)
    case dialling(CallID)
    case reminded
    case wrapUp(left: Duration)
    // What the call or its queue says
    case priorityZero
    case notAssigned
    case beingTold
    case didNotTake(RingEnd.Cause, left: Duration)
    case gaveAway(left: Duration)
    case notWanted(left: Duration)
    case waitsForOwn(OperatorID, left: Duration?)
    case notInGroup(GroupID?, left: Duration?)
    case waitsForTold(OperatorID)
    case queueAtLimit(Int)
}

extension Obstacle: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unregistered: "offline, the phone is not registered"
        case .off(let duration): "offline for \(duration.inSeconds)"
        case .paused(let reason, let duration): "paused (\(reason)) for \(duration.inSeconds)"
        case .ringing(let call): "rings for call \(call)"
        case .stopping: "the phone is being stopped"
        case .talking(let call, let duration): "talks in call \(call) for \(duration.inSeconds)"
        case .ownCall(let duration): "in a call of their own for \(duration.inSeconds)"
        case .preparing(let task): "sees the card of task \(task)"
        case .dialling(let call): "calls the customer of call \(call)"
        case .reminded: "is told of requests that wait for them"
        case .wrapUp(let left): "wrap-up for another \(left.inSeconds)"
        case .priorityZero: "priority 0, takes no calls of this queue"
        case .notAssigned: "not assigned to this queue"
        case .beingTold: "is being told of this call"
        case .didNotTake(let cause, let left):
            "did not take this call (\(cause.words)), skipped for another \(left.inSeconds)"
        case .gaveAway(let left): "transferred this call, skipped for another \(left.inSeconds)"
        case .notWanted(let left): "the customer asked for somebody else, skipped for another \(left.inSeconds)"
        case .waitsForOwn: "the call waits for its own operator"
        case .notInGroup: "not in the responsible group"
        case .waitsForTold(let name): "the call is bound to \(name), who is being told of it"
        case .queueAtLimit(let count): "the queue has \(count) calls with operators, and may have no more"
        }
    }
}

/// Why an operator is not getting calls: the other way round.
package struct OperatorStanding: Hashable, Sendable {
    /// A call that waits where the operator works, and what stands between.
    package struct WaitingCall: Hashable, Sendable {
        package var call: CallID
        package var queue: QueueID
        package var obstacle: Obstacle?

        package init(call: CallID, queue: QueueID, obstacle: Obstacle?) {
            self.call = call
            self.queue = queue
            self.obstacle = obstacle
        }
    }

    package var `operator`: OperatorID
    /// What they are doing, or that they are out of reach; `nil`: they are ready.
    package var activity: Obstacle?
    /// Where they take calls.
    package var queues: [QueueID]
    /// Where they are assigned with priority 0.
    package var withoutCalls: [QueueID]
    /// Calls that wait in their queues, longest first, a few at most.
    package var waiting: [WaitingCall]
    /// How many wait in their queues in all.
    package var waitingCount: Int

    package init(
        operator: OperatorID, activity: Obstacle?, queues: [QueueID], withoutCalls: [QueueID], waiting: [WaitingCall],
        waitingCount: Int
    ) {
        self.operator = `operator`
        self.activity = activity
        self.queues = queues
        self.withoutCalls = withoutCalls
        self.waiting = waiting
        self.waitingCount = waitingCount
    }

    /// In plain words, most important first.
    package var lines: [String] {
        var lines = [activity.map { "\(`operator`) is not ready: \($0)" } ?? "\(`operator`) is ready"]
        if queues.isEmpty { lines.append("takes calls of no queue") }
        lines += withoutCalls.map { "priority 0 in \($0): no calls arrive from there" }
        if !queues.isEmpty, waiting.isEmpty {
            lines.append("no call waits in \(queues.map(\.name).joined(separator: ", "))")
        }
        lines += waiting.map { call in
            "call \(call.call) waits in \(call.queue): \(call.obstacle?.description ?? "the operator may have it")"
        }
        if waitingCount > waiting.count { lines.append("and \(waitingCount - waiting.count) more wait there") }
        return lines
    }
}
