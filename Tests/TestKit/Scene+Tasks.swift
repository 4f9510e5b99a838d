package import Routing

// Tasks in a scene: the dialer `callbacks`, its shell, and what its customers do.

extension Scene {
    /// A scene whose operators work for the dialer `callbacks` as well.
    package static func withDialer(
        _ operators: OperatorID..., change: (inout RoutingPolicy) -> Void = { _ in }
    ) -> Scene {
        let scene = Scene(operators: operators) { policy in
            policy.dialers = [DialerPolicy(id: "callbacks", queue: "sales")]
            policy.dialerAssignments = operators.map { DialerAssignment($0, "callbacks", priority: 5) }
            change(&policy)
        }
        return scene
    }

    // MARK: - Steps

    /// Somebody asks for a customer to be called.
    @discardableResult
    package func request(
        _ number: CustomerNumber = "+1", own: OperatorID? = nil, due: Instant? = nil, in dialer: DialerID = "callbacks",
        change: (inout TaskRequest) -> Void = { _ in }
    ) -> TaskID {
        lastCall += 1
        var request = TaskRequest(
            id: TaskID(rawValue: lastCall), dialer: dialer, number: number, due: due ?? now, responsible: own)
        change(&request)
        send(.taskRequested(request))
        return request.id
    }

    /// The operator's preview ends, their phone answers, and the customer is dialled: the call of that.
    @discardableResult
    package func dial(_ name: OperatorID) -> CallID? {
        if let task = cards[name] { send(.previewEnded(task, by: name)) }
        answer(name)
        return dialled.last { $0.by == name }?.call
    }

    package func customerAnswers() {
        guard !dialled.isEmpty else { return }
        send(.dialAnswered(dialled.removeFirst().call))
    }

    package func customerAnswers(_ call: CallID) {
        dialled.removeAll { $0.call == call }
        send(.dialAnswered(call))
    }

    package func dialFails(_ cause: DialEnd.Cause, status: Int? = nil) {
        guard !dialled.isEmpty else { return }
        send(.dialEnded(dialled.removeFirst().call, DialEnd(cause, status: status)))
    }

    /// The oldest claim is on disk, or could not be written.
    package func claimIsAnswered(_ isWritten: Bool = true) {
        guard !claims.isEmpty else { return }
        send(answer(to: claims.removeFirst(), isWritten))
    }

    // MARK: - What is true

    package func task(_ id: TaskID) -> RoutingSnapshot.OpenTask? {
        state.snapshot(at: now).tasks.first { $0.record.id == id }
    }

    /// The rows of the attempts log.
    package var attempts: [AttemptRecord] {
        facts.compactMap {
            guard case .attemptEnded(let record) = $0 else { return nil }
            return record
        }
    }

    package func result(of id: TaskID) -> TaskResult? {
        facts.lazy.compactMap {
            guard case .taskClosed(id, let result) = $0 else { return nil }
            return result
        }.last
    }

    /// Who was reserved for the task in the last step, and why.
    package func claim(of id: TaskID) -> (by: OperatorID, because: RoutingReason)? {
        latest.lazy.compactMap {
            guard case .claim(id, _, let name) = $0.action else { return nil }
            return (name, $0.reason)
        }.last
    }

    // MARK: - The shell's part

    func carryOutTask(_ action: Action) -> [RoutingEvent] {
        switch action {
        case .claim(let task, let attempt, let name):
            guard confirmsClaims else {
                claims.append((task, attempt, name))
                return []
            }
            return [answer(to: (task, attempt, name), true)]
        case .showCard(let task, let name, _): cards[name] = task
        case .hideCard(_, let name): cards[name] = nil
        case .dial(let call, let number, _, let name):
            cards[name] = nil
            dialled.append((call, number, name))
        case .stopDialling(let call):
            guard confirmsStops else { break }
            dialled.removeAll { $0.call == call }
            return [.dialEnded(call, DialEnd(.stopped))]
        default: break
        }
        return []
    }

    private func answer(to claim: (task: TaskID, attempt: Int, by: OperatorID), _ isWritten: Bool) -> RoutingEvent {
        guard isWritten else { return .claimRefused(claim.task, attempt: claim.attempt) }
        lastCall += 1
        return .claimed(claim.task, attempt: claim.attempt, as: CallID(rawValue: lastCall))
    }
}
