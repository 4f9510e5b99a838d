import Routing

/// Follows the steps of a call's scenario by what was decided about them, to know where the call is sent in the end: no
/// decision names that queue.
struct ScriptWalk {
    private var rest: [ScenarioStep]
    /// The announcement, question or check that the call is in.
    private var current: ScenarioStep?

    init(_ steps: [ScenarioStep]) {
        rest = steps
    }

    /// A sound is played for the next announcement or question, or the outside is asked.
    mutating func stepBegan() {
        walk { step in
            switch step {
            case .play, .ask, .askTime, .check: true
            case .route, .callback, .reject, .rejectAndCallBack, .hangUp: false
            }
        }
    }

    mutating func answered(_ key: Key) {
        guard case .ask(let question)? = current,
            let answer = question.answers.first(where: { $0.key == key })
        else { return }
        current = nil
        rest = answer.steps + rest
    }

    /// An answer that comes when nobody waits for it any more changes nothing.
    mutating func consulted(_ steps: [ScenarioStep]) {
        guard case .check? = current else { return }
        current = nil
        rest = steps + rest
    }

    /// Where the call is sent now; `nil`: to the queue with which it arrived.
    mutating func destination() -> Destination? {
        walk { step in
            guard case .route = step else { return false }
            return true
        }
        guard case .route(let destination)? = current else { return nil }
        return destination
    }

    /// Goes on to the next step that is wanted; a question that was left behind had no answer.
    private mutating func walk(to isWanted: (ScenarioStep) -> Bool) {
        if case .ask(let question)? = current { rest = question.otherwise + rest }
        current = nil
        while current == nil, !rest.isEmpty {
            let step = rest.removeFirst()
            if isWanted(step) { current = step }
        }
    }
}
