// What operators' time goes to (product.md section 8): each change is a fact, and nothing else is.

extension Operator {
    /// Follows from state and wish: what they do comes before what they want, as a supervisor sees it. A phone that has
    /// been told to stop ringing takes none of their time.
    var activity: OperatorActivity {
        switch state {
        case .ringing(let ring, _): return ring.isForCall ? .ringing : .preparing
        case .talking: return .talking
        case .reserved, .dialling, .reminded: return .preparing
        case .free, .stopping, .wrapUp: break
        }
        if !ownCalls.isEmpty { return .ownCall }
        if isOffline { return .away }
        if case .paused(let reason) = wish { return .paused(reason: reason) }
        if case .wrapUp = state { return .wrapUp }
        return .idle
    }
}

extension RoutingState {
    /// The event in hand has been decided: whoever does something else than before it is written down, once. Whoever is
    /// no longer configured is away from here on.
    mutating func recordActivities() {
        for index in changedOperators.indices {
            let name = changedOperators[index]
            let present = operators[name]?.activity
            guard present != activities[name] else { continue }
            if present != nil || activities[name] != .away {
                decide(.record(.operatorEntered(name, present ?? .away)), because: .activityChanged)
            }
            activities[name] = present
        }
        changedOperators.removeAll(keepingCapacity: true)
    }
}
