// Somebody in the house ends a call: a supervisor, or a program. It is over at once, whatever state it is in; its row in
// the call log says that nobody on the phone ended it. What the customer is owed is owed all the same.

extension RoutingState {
    mutating func callEndWanted(_ id: CallID) {
        guard let call = calls[id] else {
            putOff(id)
            return
        }
        switch call.state {
        case .dialling, .undialling:
            if let task = attemptTasks[id] { withdraw(task, because: .endWanted) }
        case .inScenario, .waiting, .ringing, .talking, .held, .returning, .leaving:
            decide(.hangUp(.caller(id)), because: .endWanted)
            callIsOver(call, HangupCause(.byDecision), by: nil, because: .endWanted)
        }
    }

    /// The attempt has a number and its customer is not dialled yet. Without a pause the operator would have the same
    /// task again at once.
    private mutating func putOff(_ id: CallID) {
        guard let task = attemptTasks[id], let attempt = tasks[task]?.attempt, attempt.isBeforeDial else { return }
        let interval = max(Self.leastInterval, attempt.policy.rule(for: .cancel).interval)
        change(task, because: .endWanted) { record, now in record.due = now + interval }
    }
}
