/// Something that happened, as the stream of events tells it: the `data` of an event, whose name is `type`. Keys that say
/// nothing about it are absent.
package struct EventDTO: Codable, Hashable, Sendable {
    /// Names are stable. Listeners leave out those that they do not know: there will be more.
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A call waits in `queue`: it has come, or no phone rings for it any more.
        case callWaiting = "call.waiting"
        /// Phones of `operators` ring for it.
        case callRinging = "call.ringing"
        /// The customer of `task` is dialled for `operator`.
        case callDialling = "call.dialling"
        /// The customer and `operator` hear each other.
        case callConnected = "call.connected"
        /// The customer is on hold: `operator` talks with a VIP.
        case callHeld = "call.held"
        /// It is over; `outcome` as in the call log.
        case callEnded = "call.ended"
        /// What `operator` does or wants, or whether their phone is registered.
        case operatorChanged = "operator.changed"
        case taskOpened = "task.opened"
        /// Asked for again, put off, released, moved, or to be tried again.
        case taskChanged = "task.changed"
        /// `result` as in the task list.
        case taskClosed = "task.closed"
        /// The responsible operator did not come in time.
        case taskWaitExpired = "task.wait_expired"
        /// `operator` is reserved for `task`; the attempt is on disk.
        case attemptStarted = "attempt.started"
        case attemptEnded = "attempt.ended"
        /// `operator` is to see the customer of `task`, for `forMs`, before their phone is called.
        case cardShown = "card.shown"
        /// `operator` is not to call them after all. After a call a card goes with `attempt.ended`.
        case cardHidden = "card.hidden"
    }

    package var type: Kind
    package var at: Timestamp
    package var call: String?
    /// `inbound` or `outbound`.
    package var direction: String?
    /// The customer's, E.164 with its plus sign; absent if withheld or not known.
    package var number: String?
    package var name: String?
    package var queue: String?
    package var vip: Bool?
    package var `operator`: String?
    package var operators: [String]?
    /// What the operator does; `preparing` is from a card until the customer has answered.
    package var state: String?
    package var reason: String?
    package var wish: WishDTO.Wish?
    package var registered: Bool?
    package var outcome: String?
    /// `customer` or `operator`; absent if the server ended it.
    package var endedBy: String?
    package var status: Int?
    package var interrupted: Bool?
    package var waitSeconds: Double?
    package var talkSeconds: Double?
    package var task: String?
    package var dialer: String?
    package var due: Timestamp?
    package var responsible: String?
    package var group: String?
    /// `own`, `group` or `anyone`.
    package var stage: String?
    /// Number of the attempt, from 1.
    package var attempt: Int?
    package var result: String?
    package var resultDetail: String?
    package var forMs: Int?
    /// With `card.shown`, if anything is known of the customer.
    package var card: TaskCardDTO?

    init(_ type: Kind, at: Timestamp) {
        self.type = type
        self.at = at
    }
}

/// The first event of a stream, `snapshot`: how things stand, from which the events after it go on.
package struct EventSnapshotDTO: Codable, Hashable, Sendable {
    /// A card that an operator is shown.
    package struct Card: Codable, Hashable, Sendable {
        package var `operator`: String
        package var task: String
        package var number: String?
        package var dialer: String?
    }

    package var at: Timestamp
    package var operators: [OperatorDTO]
    package var calls: [LiveCallDTO]
    package var cards: [Card]
}

/// The event `reset`: what came since the last event that the listener knows is not kept any more. A `snapshot` follows.
package struct EventResetDTO: Codable, Hashable, Sendable {
    package var reason: String
}
