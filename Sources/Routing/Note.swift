/// Something that was decided about a call and that nobody has to do: it belongs into the call's story and is only told.
package enum Note: Hashable, Codable, Sendable {
    /// The customer has the ticket that they had before.
    case placeKept
    /// A stage of stickiness is over, or never began.
    case stageEnded(StickyStage)
    /// Whom the strategy preferred, and to whom.
    indirect case chosen(Choice)
    /// Why the operator who became ready has this call and no other.
    case firstInLine(waited: Duration, priority: Int)
    /// The operator is being told of this VIP call.
    case told(OperatorID)
    /// The operator is told of it no more.
    case notTold(OperatorID)
    /// The customer answered a question of the scenario.
    case answered(Key)
    /// While on, the keys of the operator in this call are not passed to the customer.
    case keysCaptured(OperatorID, Bool)
}

/// The operator whom a strategy chose, and the one who would have been next, with what ordered them.
package struct Choice: Hashable, Codable, Sendable {
    package struct Contender: Hashable, Codable, Sendable {
        package var `operator`: OperatorID
        package var priority: Int
        package var idle: Duration
        /// Where they stand in the line of turns of `weighted`; less is earlier.
        package var turn: Int64
        /// Conversations since the start of the process.
        package var calls: Int

        package init(operator: OperatorID, priority: Int, idle: Duration, turn: Int64, calls: Int) {
            self.operator = `operator`
            self.priority = priority
            self.idle = idle
            self.turn = turn
            self.calls = calls
        }
    }

    package var strategy: Strategy
    package var winner: Contender
    /// `nil`: nobody else was ready for the call.
    package var next: Contender?

    package init(strategy: Strategy, winner: Contender, next: Contender?) {
        self.strategy = strategy
        self.winner = winner
        self.next = next
    }
}

extension Choice: CustomStringConvertible {
    package var description: String {
        guard let next else { return "\(winner.operator): nobody else was ready for it" }
        return "\(winner.operator): \(key(winner)), before \(next.operator): \(key(next))"
    }

    /// What the strategy looks at.
    private func key(_ contender: Contender) -> String {
        switch strategy {
        case .weighted where contender.turn != (contender == winner ? next?.turn : winner.turn):
            contender == winner
                ? "has had fewer calls for priority \(contender.priority)" : "priority \(contender.priority)"
        case .weighted: "idle \(contender.idle.inSeconds) × priority \(contender.priority)"
        case .fewestCalls: "\(contender.calls) calls"
        case .ringAll: "idle \(contender.idle.inSeconds)"
        case .linear, .roundRobin, .random: "priority \(contender.priority)"
        }
    }
}

extension Note: CustomStringConvertible {
    package var description: String {
        switch self {
        case .placeKept: "the customer keeps their place"
        case .stageEnded(.own): "the call does not wait for its own operator"
        case .stageEnded(.group): "the call does not wait for the responsible group"
        case .stageEnded(.anyone): "the call is not open to anyone any more"
        case .chosen(let choice): "chosen \(choice)"
        case .firstInLine(let waited, let priority): "waited \(waited.inSeconds) × priority \(priority)"
        case .told(let name): "\(name) is told of the call"
        case .notTold(let name): "\(name) is told of the call no more"
        case .answered(let key): "the customer chose \(key)"
        case .keysCaptured(let name, true): "\(name)'s keys are not passed to the customer"
        case .keysCaptured(let name, false): "\(name)'s keys are passed to the customer again"
        }
    }
}

extension Duration {
    /// Whole seconds, for people.
    var inSeconds: String { "\(max(0, components.seconds)) s" }

    /// To a tenth of a second, without digits that say nothing: `2.5 s`, `30 s`, `10 min`.
    var spoken: String {
        let whole = min(max(0, components.seconds), 1 << 40)
        let tenths = whole * 10 + (components.attoseconds + 50_000_000_000_000_000) / 100_000_000_000_000_000
        if tenths >= 1_200, tenths % 600 == 0 { return "\(tenths / 600) min" }
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
