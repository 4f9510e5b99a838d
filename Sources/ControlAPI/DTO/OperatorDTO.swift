/// One operator as they are now.
package struct OperatorDTO: Codable, Hashable, Sendable {
    package struct Assignment: Codable, Hashable, Sendable {
        package var queue: String
        /// 0…10. 10: most calls, 1: fewest, 0: none arrive.
        package var priority: Int
    }

    /// What the operator does, apart from what they want.
    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case offline, ready, paused, ringing, talking, interrupted
        case wrapUp = "wrap_up"
        case previewing, dialling, reminded
        case ownCall = "own_call"
    }

    /// Short name from the configuration, which addresses and commands use.
    package var id: String
    /// As people call them.
    package var name: String
    /// What the operator wants: `ready`, `paused` or `off`.
    package var wish: WishDTO.Wish
    /// Their phone can be called.
    package var registered: Bool
    package var state: State
    /// Why they are paused, or want to be; absent otherwise, or if no reason was given.
    package var reason: String?
    /// The call that rings or that they talk to.
    package var call: String?
    /// The customer of `call`; absent if there is none or the number is withheld.
    package var number: String?
    /// The call that is on hold while they talk to a VIP.
    package var heldCall: String?
    package var heldNumber: String?
    package var since: Timestamp
    package var stateSeconds: Double
    /// Conversations since the start of the server.
    package var calls: Int
    package var missedInARow: Int
    package var assignments: [Assignment]
}

/// `GET /v1/operators`: all operators, by id.
package struct OperatorListDTO: Codable, Hashable, Sendable {
    package var operators: [OperatorDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// `POST /v1/operators/{name}/wish`: what the operator wants from now on. The answer is the operator.
package struct WishDTO: Codable, Hashable, Sendable {
    package enum Wish: String, Codable, Hashable, Sendable, CaseIterable {
        case ready, paused, off
    }

    package var wish: Wish
    /// For `paused` only; at most 100 characters without control characters.
    package var reason: String?

    package init(wish: Wish, reason: String? = nil) {
        self.wish = wish
        self.reason = reason
    }
}

/// `POST /v1/operators/{name}/interruption`: whether a VIP call may take the operator out of the present conversation.
package struct InterruptionDTO: Codable, Hashable, Sendable {
    package var forbidden: Bool

    package init(forbidden: Bool) {
        self.forbidden = forbidden
    }
}
