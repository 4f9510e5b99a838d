/// Where events go, as it is configured.
package struct WebhookEndpoint: Hashable, Sendable {
    /// Unique.
    package var name: String
    /// `http` or `https`.
    package var url: String
    package var key: SigningKey
    package var events: Set<EventKind>
    /// For the whole request. 1 to 30 s.
    package var timeout: Duration
    /// Off: nothing is written down for it and nothing is sent.
    package var isEnabled: Bool

    package init(
        name: String, url: String, key: SigningKey, events: Set<EventKind>, timeout: Duration = .seconds(10),
        isEnabled: Bool = true
    ) {
        self.name = name
        self.url = url
        self.key = key
        self.events = events
        self.timeout = timeout
        self.isEnabled = isEnabled
    }
}
