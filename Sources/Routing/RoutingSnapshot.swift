/// What the router knows at one instant, for people to look at. Values only; it can cross any thread.
package struct RoutingSnapshot: Hashable, Sendable {
    package struct Operator: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case offline
            case ready
            case paused(reason: String)
            case ringing(CallID)
            case talking(CallID)
            /// Reserved for a task, whose card they see.
            case previewing(TaskID)
            /// Hears ring-back while the customer of a task is called.
            case dialling(CallID)
            /// Is told how many requests wait for them.
            case reminded
            /// Talking with a VIP while a customer is held.
            case interrupted(CallID, held: CallID)
            case wrapUp
            /// The phone is in a call of its own.
            case ownCall(CallID)
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
            /// Outbound: the customer's phone is called.
            case dialling(OperatorID?)
            /// Hears what its scenario says, before any queue.
            case inScenario
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

    package struct Dialer: Hashable, Sendable {
        package var id: DialerID
        package var mode: DialerPolicy.Mode
        /// Whose rules hold for its conversations.
        package var queue: QueueID
        /// All who work here, in the configured order, also those with priority 0.
        package var members: [DialerAssignment]
        /// Operators who are reserved for one of its tasks, ring, dial or talk for it.
        package var busy: [OperatorID]
        package var wish: DialerWish

        package init(
            id: DialerID, mode: DialerPolicy.Mode, queue: QueueID, members: [DialerAssignment], busy: [OperatorID],
            wish: DialerWish = .running
        ) {
            self.id = id
            self.mode = mode
            self.queue = queue
            self.members = members
            self.busy = busy
            self.wish = wish
        }
    }

    package struct OpenTask: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case scheduled(until: Instant)
            /// Due, for these, until then; `nil`: without end, or as long as the dialer is paused.
            case waiting(StickyStage, until: Instant?)
            /// Due, and somebody talks with or dials the customer just now.
            case numberInUse
            case previewing(OperatorID)
            case ringing(OperatorID)
            case dialling(OperatorID)
            case talking(OperatorID)
            /// An answer from the shell is due.
            case pending
            /// Its dialer is not configured.
            case parked
        }

        package var record: TaskRecord
        package var state: State

        package init(record: TaskRecord, state: State) {
            self.record = record
            self.state = state
        }
    }

    package var at: Instant
    package var operators: [Operator]
    package var queues: [Queue]
    package var calls: [Call]
    /// Those of the configuration, in its order.
    package var dialers: [Dialer]
    /// How many tasks are open.
    package var openTasks: Int
    /// The same in the order of their ids, where they were asked for: there may be a million.
    package var tasks: [OpenTask]

    package init(
        at: Instant, operators: [Operator], queues: [Queue], calls: [Call], dialers: [Dialer] = [],
        openTasks: Int? = nil, tasks: [OpenTask] = []
    ) {
        self.at = at
        self.operators = operators
        self.queues = queues
        self.calls = calls
        self.dialers = dialers
        self.openTasks = openTasks ?? tasks.count
        self.tasks = tasks
    }
}
