/// What the router knows at one instant, for people to look at. Values only; it can cross any thread.
package struct RoutingSnapshot: Hashable, Sendable {
    package struct Operator: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case offline
            case ready
            case paused(reason: String)
            case ringing(CallID)
            case talking(CallID)
            /// Talking with a VIP while a customer is held.
            case interrupted(CallID, held: CallID)
            case wrapUp
        }

        package var id: OperatorID
        package var name: String
        package var wish: OperatorWish
        package var reachable: Bool
        package var state: State
        package var since: Instant
        /// Conversations since the start of the process.
        package var calls: Int
        package var missedInARow: Int
        package var assignments: [Assignment]

        package init(
            id: OperatorID, name: String, wish: OperatorWish, reachable: Bool, state: State, since: Instant, calls: Int,
            missedInARow: Int, assignments: [Assignment]
        ) {
            self.id = id
            self.name = name
            self.wish = wish
            self.reachable = reachable
            self.state = state
            self.since = since
            self.calls = calls
            self.missedInARow = missedInARow
            self.assignments = assignments
        }
    }

    package struct Call: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case waiting(StickyStage)
            case ringing([OperatorID])
            /// A VIP call whose operator is being told.
            case interrupting(OperatorID)
            case talking(OperatorID)
            case held(by: OperatorID)
            /// Hears a last announcement before its end.
            case leaving
        }

        package var call: CallID
        package var queue: QueueID
        package var number: CustomerNumber?
        package var name: String?
        package var vip: Bool
        package var state: State
        package var arrivedAt: Instant
        package var since: Instant
        /// The last successful operator, if the customer has one.
        package var own: OperatorID?

        package init(
            call: CallID, queue: QueueID, number: CustomerNumber?, name: String?, vip: Bool, state: State,
            arrivedAt: Instant, since: Instant, own: OperatorID?
        ) {
            self.call = call
            self.queue = queue
            self.number = number
            self.name = name
            self.vip = vip
            self.state = state
            self.arrivedAt = arrivedAt
            self.since = since
            self.own = own
        }
    }

    package struct Queue: Hashable, Sendable {
        package var id: QueueID
        package var vip: Bool
        package var strategy: Strategy
        package var maxLength: Int
        package var entered: Int
        package var answered: Int
        package var lost: Int

        package init(
            id: QueueID, vip: Bool, strategy: Strategy, maxLength: Int, entered: Int, answered: Int, lost: Int
        ) {
            self.id = id
            self.vip = vip
            self.strategy = strategy
            self.maxLength = maxLength
            self.entered = entered
            self.answered = answered
            self.lost = lost
        }
    }

    package var at: Instant
    package var operators: [Operator]
    package var queues: [Queue]
    package var calls: [Call]

    package init(at: Instant, operators: [Operator], queues: [Queue], calls: [Call]) {
        self.at = at
        self.operators = operators
        self.queues = queues
        self.calls = calls
    }
}
