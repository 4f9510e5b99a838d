/// A program outside that is told of what happens, and how it stands.
package struct WebhookDTO: Codable, Hashable, Sendable {
    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// The last event was taken, or there was none yet.
        case working
        /// It does not take events just now; they are kept and tried again.
        case failing
        /// It has said that it wants nothing any more (HTTP status 410).
        case off
        /// By the configuration.
        case disabled
    }

    package var name: String
    package var url: String
    /// What it is told of.
    package var events: [String]
    package var state: State
    /// Events that wait to be delivered.
    package var waiting: Int
    /// When the oldest of them happened; absent if there is none.
    package var oldestWaiting: Timestamp?
    /// Dead letters: events that could not be delivered.
    package var dead: Int
    /// Events delivered since the start, or since its configuration changed.
    package var delivered: Int
    package var lastDeliveredAt: Timestamp?
    /// Why an event was not taken, the last time that one was not.
    package var lastProblem: String?
    package var lastProblemAt: Timestamp?
}

/// `GET /v1/webhooks`: all webhooks, in the order of the configuration.
package struct WebhookListDTO: Codable, Hashable, Sendable {
    package var webhooks: [WebhookDTO]
}

/// An event that could not be delivered. Kept for 30 days.
package struct DeadLetterDTO: Codable, Hashable, Sendable {
    /// The event's id.
    package var event: String
    package var type: String
    /// The call or task that it is about.
    package var subject: String
    /// When it happened.
    package var time: Timestamp
    package var attempts: Int
    /// When it was given up.
    package var diedAt: Timestamp
    package var problem: String
    /// The HTTP status of the last attempt, if there was an answer.
    package var status: Int?
}

/// `GET /v1/webhooks/{name}/dead`: dead letters, the last to be given up first.
package struct DeadLetterListDTO: Codable, Hashable, Sendable {
    package var letters: [DeadLetterDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// `POST /v1/webhooks/{name}/resend`: sends dead letters again.
package struct ResendRequestDTO: Codable, Hashable, Sendable {
    /// The event's id; absent: all.
    package var event: String?

    package init(event: String? = nil) {
        self.event = event
    }
}

package struct ResendDTO: Codable, Hashable, Sendable {
    package var webhook: String
    /// Letters that wait to be sent again now.
    package var resent: Int
}

/// `POST /v1/webhooks/{name}/test`: `{}`.
package struct WebhookTestRequestDTO: Codable, Hashable, Sendable {
    package init() {}
}

/// What came of sending it an event that tells nothing.
package struct WebhookTestDTO: Codable, Hashable, Sendable {
    package var webhook: String
    package var taken: Bool
    /// The HTTP status, if there was an answer.
    package var status: Int?
    package var problem: String?
    package var seconds: Double
}
