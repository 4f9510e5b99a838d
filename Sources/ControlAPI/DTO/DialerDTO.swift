/// One dialer in figures.
package struct DialerDTO: Codable, Hashable, Sendable {
    package enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
        case callback, personal
    }

    package var name: String
    package var mode: Mode
    /// Nothing new begins; what is under way goes on.
    package var paused: Bool
    /// Why, if that was said.
    package var reason: String?
    /// The queue whose wrap-up and hold audio hold for its conversations.
    package var rulesOf: String
    /// Open tasks, also those that are attempted now.
    package var open: Int
    /// Those of them that are due, whatever they wait for.
    package var due: Int
    /// When the first of them is, or was, due; absent if there is none.
    package var firstDue: Timestamp?
    /// Operators who are busy with one of its tasks, from the card to the end of the conversation.
    package var inProgress: Int
    /// Those with a priority above 0, by what they do now.
    package var operators: StatusDTO.Operators
}

/// `GET /v1/dialers`: all dialers, in the order of the configuration.
package struct DialerListDTO: Codable, Hashable, Sendable {
    package var dialers: [DialerDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// `POST /v1/dialers/{name}/wish`
package struct DialerWishDTO: Codable, Hashable, Sendable {
    package enum Wish: String, Codable, Hashable, Sendable, CaseIterable {
        case running, paused
    }

    package var wish: Wish
    /// Only with `paused`.
    package var reason: String?

    package init(wish: Wish, reason: String? = nil) {
        self.wish = wish
        self.reason = reason
    }
}

/// `GET /v1/dialers/{name}`: a dialer with its people.
package struct DialerDetailDTO: Codable, Hashable, Sendable {
    package struct Member: Codable, Hashable, Sendable {
        package var `operator`: OperatorDTO
        /// 0…10. 10: most tasks, 1: fewest, 0: none come, they start them themselves.
        package var priority: Int
        /// They are busy with a task of this dialer.
        package var isBusyHere: Bool
    }

    package var dialer: DialerDTO
    /// By priority, highest first, then by id.
    package var members: [Member]
}
