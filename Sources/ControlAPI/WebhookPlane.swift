package import Routing
package import Storage

/// What the outside may ask of the webhooks of a running server. The program implements it over the sender.
package protocol WebhookPlane: Sendable {
    /// In the order of the configuration.
    func webhooks() async throws(StorageError) -> [WebhookStatus]
    /// The last to die first; `nil`: there is no such webhook.
    func deadLetters(
        to name: String, after: PageCursor?, limit: Int
    ) async throws(StorageError) -> Page<DeadLetter>?
    /// Sends dead letters again, all or the one with this event.
    ///
    /// - Returns: how many; `nil`: there is no such webhook.
    func resend(to name: String, event: String?) async throws(StorageError) -> Int?
    /// Sends an event that tells nothing; `nil`: there is no such webhook.
    func test(_ name: String) async -> WebhookTrial?
}

/// A webhook, and how it stands.
package struct WebhookStatus: Hashable, Sendable {
    package var name: String
    package var url: String
    /// Names of what it is told of, in alphabetical order.
    package var events: [String]
    package var isEnabled: Bool
    /// It has said that it wants nothing any more.
    package var isOff: Bool
    package var letters: LetterCounts
    /// In a row; 0: all is well.
    package var failures: Int
    /// Since the start, or since it was changed.
    package var delivered: Int
    package var lastDeliveredAt: WallTime?
    package var lastProblem: String?
    package var lastProblemAt: WallTime?

    package init(
        name: String, url: String, events: [String], isEnabled: Bool, isOff: Bool, letters: LetterCounts,
        failures: Int, delivered: Int, lastDeliveredAt: WallTime?, lastProblem: String?, lastProblemAt: WallTime?
    ) {
        self.name = name
        self.url = url
        self.events = events
        self.isEnabled = isEnabled
        self.isOff = isOff
        self.letters = letters
        self.failures = failures
        self.delivered = delivered
        self.lastDeliveredAt = lastDeliveredAt
        self.lastProblem = lastProblem
        self.lastProblemAt = lastProblemAt
    }
}

/// What came of trying a webhook.
package struct WebhookTrial: Hashable, Sendable {
    package var wasTaken: Bool
    /// The HTTP status, if there was an answer.
    package var status: Int?
    package var problem: String?
    package var took: Duration

    package init(wasTaken: Bool, status: Int?, problem: String?, took: Duration) {
        self.wasTaken = wasTaken
        self.status = status
        self.problem = problem
        self.took = took
    }
}
