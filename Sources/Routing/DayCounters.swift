/// What is counted for people and for `fewest_calls` since the day began. The records have it too, so that neither a
/// restart nor a new day makes it wrong: on start the shell hands in what the records say, at midnight zeroes.
package struct DayCounters: Hashable, Codable, Sendable {
    package struct Queue: Hashable, Codable, Sendable {
        package var queue: QueueID
        /// Calls that entered.
        package var entered: Int
        /// Of them, those that an operator answered, and those that ended without a conversation.
        package var answered: Int
        package var lost: Int

        package init(queue: QueueID, entered: Int, answered: Int, lost: Int) {
            self.queue = queue
            self.entered = entered
            self.answered = answered
            self.lost = lost
        }
    }

    package struct Operator: Hashable, Codable, Sendable {
        package var `operator`: OperatorID
        package var conversations: Int

        package init(operator: OperatorID, conversations: Int) {
            self.operator = `operator`
            self.conversations = conversations
        }
    }

    package var queues: [Queue]
    package var operators: [Operator]

    package init(queues: [Queue] = [], operators: [Operator] = []) {
        self.queues = queues
        self.operators = operators
    }
}

extension RoutingState {
    /// Whoever is not named has counted nothing.
    mutating func setCounters(_ counters: DayCounters) {
        for id in queueOrder { setCounters(DayCounters.Queue(queue: id, entered: 0, answered: 0, lost: 0)) }
        for name in operatorOrder { operators[name]?.conversations = 0 }
        for queue in counters.queues { setCounters(queue) }
        for one in counters.operators { operators[one.operator]?.conversations = max(one.conversations, 0) }
    }

    private mutating func setCounters(_ counters: DayCounters.Queue) {
        queues[counters.queue]?.entered = max(counters.entered, 0)
        queues[counters.queue]?.answered = max(counters.answered, 0)
        queues[counters.queue]?.lost = max(counters.lost, 0)
    }
}
