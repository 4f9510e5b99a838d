import ControlAPI
import Logging
import Routing
import ServiceLifecycle
import Settings
import Storage
import Switching
import Webhooks

/// What goes out to programs outside: events, and questions for customers' cards.
struct WebhookService: Service {
    /// Told of everything that the store writes down. Made before the store, which needs it.
    let subscriptions: Subscriptions
    let sender: WebhookSender
    /// Whoever shows an operator a task asks it for the customer's card: `await cards.card(for: …)`.
    let cards: CardClient
    private let posters: [Poster]

    init(_ configuration: Configuration, subscriptions: Subscriptions, store: SQLiteCallStore, logger: Logger) {
        // Each with connections of its own: a card never waits behind events.
        let (events, cards) = (Poster(), Poster())
        self.subscriptions = subscriptions
        sender = WebhookSender(
            subscriptions: subscriptions, outbox: store, poster: events, time: .system, logger: logger)
        self.cards = CardClient(
            configuration.card.map { CardClient.Settings($0) }, poster: cards, time: .system, logger: logger)
        posters = [events, cards]
    }

    /// Sends until the server stops; what is under way then has a moment to end.
    func run() async throws {
        await withGracefulShutdownHandler {
            await sender.run()
        } onGracefulShutdown: {
            sender.stop()
        }
    }

    func reconfigure(_ configuration: Configuration) {
        sender.reconfigure(configuration.webhooks.map { WebhookEndpoint($0) })
        cards.reconfigure(configuration.card.map { CardClient.Settings($0) })
    }

    func close() async {
        for poster in posters { await poster.close() }
    }

    /// Without samples, and so left out, where nothing is configured.
    func metrics() async -> [Metric] {
        // Figures that cannot be read are left out like those that there are none of.
        let standings = (try? await sender.standings()) ?? []
        func samples(_ value: (WebhookSender.Standing) -> Int) -> [Metric.Sample] {
            standings.map { Metric.Sample(Double(value($0)), [("webhook", $0.endpoint.name)]) }
        }
        let cards = cards.counters
        let outcomes = [
            ("remembered", cards.remembered), ("found", cards.found), ("unknown", cards.unknown),
            ("failed", cards.failed), ("spared", cards.spared),
        ].filter { $0.1 > 0 }
        return [
            Metric("burdock_webhook_waiting", .gauge, "Events that wait to be delivered", samples(\.letters.waiting)),
            Metric("burdock_webhook_dead", .gauge, "Events that could not be delivered", samples(\.letters.dead)),
            Metric(
                "burdock_webhook_delivered_total", .counter, "Events delivered since the start or the last change",
                samples(\.delivered)),
            Metric(
                "burdock_cards_total", .counter, "Customers' cards that were wanted, by what came of it",
                outcomes.map { Metric.Sample(Double($0.1), [("outcome", $0.0)]) }),
        ]
    }
}

extension SenderTime {
    static let system = SenderTime(now: Clocks.system.now, wall: Clocks.system.wall)
}

extension WebhookEndpoint {
    init(_ webhook: Configuration.Webhook) {
        self.init(
            name: webhook.name, url: webhook.url, key: SigningKey(webhook.secret),
            // Both enumerations have the names of the configuration.
            events: Set(webhook.events.compactMap { EventKind(rawValue: $0.rawValue) }), timeout: webhook.timeout,
            isEnabled: webhook.enabled)
    }
}

extension CardClient.Settings {
    init(_ card: Configuration.Card) {
        self.init(url: card.url, key: SigningKey(card.secret), budget: card.budget)
    }
}

extension WebhookService: WebhookPlane {
    func webhooks() async throws(StorageError) -> [WebhookStatus] {
        try await sender.standings().map { standing in
            let endpoint = standing.endpoint
            return WebhookStatus(
                name: endpoint.name, url: endpoint.url, events: endpoint.events.map(\.rawValue).sorted(),
                isEnabled: endpoint.isEnabled, isOff: standing.isOff, letters: standing.letters,
                failures: standing.failures, delivered: standing.delivered,
                lastDeliveredAt: standing.lastDeliveredAt, lastProblem: standing.lastProblem,
                lastProblemAt: standing.lastProblemAt)
        }
    }

    func deadLetters(
        to name: String, after cursor: PageCursor?, limit: Int
    ) async throws(StorageError) -> Page<DeadLetter>? {
        try await sender.deadLetters(to: name, after: cursor, limit: limit)
    }

    func resend(to name: String, event: String?) async throws(StorageError) -> Int? {
        try await sender.resend(to: name, event: event)
    }

    func test(_ name: String) async -> WebhookTrial? {
        await sender.test(name).map {
            WebhookTrial(wasTaken: $0.wasTaken, status: $0.status, problem: $0.problem, took: $0.took)
        }
    }
}
