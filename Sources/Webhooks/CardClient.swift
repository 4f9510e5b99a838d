import Foundation
package import Logging
import Routing
import Synchronization

/// Asks the CRM for a customer's card, within a budget of time. Whatever goes wrong, there is no card and nothing waits:
/// the operator calls without it (product.md section 6).
package final class CardClient: Sendable {
    package struct Settings: Hashable, Sendable {
        /// `http` or `https`.
        package var url: String
        package var key: SigningKey
        /// For everything, connecting included. 50 ms to 2 s, default 300 ms.
        package var budget: Duration

        package init(url: String, key: SigningKey, budget: Duration = .milliseconds(300)) {
            self.url = url
            self.key = key
            self.budget = budget
        }
    }

    /// Since the start.
    package struct Counters: Hashable, Sendable {
        /// Answered from memory.
        package var remembered = 0
        package var found = 0
        /// The CRM does not know the customer.
        package var unknown = 0
        package var failed = 0
        /// Not asked, because the CRM had failed too often just before.
        package var spared = 0
    }

    fileprivate struct State {
        var settings: Settings?
        var cache = CardCache(limit: 10_000, lifetime: .seconds(60))
        var breaker = CircuitBreaker(mostFailures: 5, pause: .seconds(30))
        var counters = Counters()
        var toldAt: Instant?
        /// Failures since `toldAt`.
        var untold = 0
    }

    private static let tellingInterval = Duration.seconds(60)

    private let poster: Poster
    private let time: SenderTime
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter settings: `nil`: nobody is asked, and there are no cards.
    package init(_ settings: Settings?, poster: Poster, time: SenderTime, logger: Logger) {
        self.poster = poster
        self.time = time
        self.logger = logger
        state = Mutex(State(settings: settings))
    }

    package var counters: Counters { state.withLock { $0.counters } }

    package func reconfigure(_ settings: Settings?) {
        state.withLock { state in
            guard state.settings != settings else { return }
            state = State(settings: settings, counters: state.counters)
        }
    }

    /// The customer's card, after the budget at the latest. `nil`: there is none, or none could be had in time.
    package func card(for request: CardRequest) async -> CustomerCard? {
        let now = time.now()
        let settings: Settings
        switch state.withLock({ $0.step(for: request.number, at: now) }) {
        case .none: return nil
        case .remembered(let card): return card
        case .ask(let asked): settings = asked
        }
        do {
            let card = try await ask(settings, request)
            state.withLock { $0.succeeded(card, of: request.number, at: now) }
            return card
        } catch {
            let problem = Poster.words(error, settings.budget)
            if let count = state.withLock({ $0.failed(at: time.now(), every: Self.tellingInterval) }) {
                logger.warning(
                    "the CRM gives no cards; operators call without them",
                    metadata: [.problem: "\(problem)", .count: "\(count)"])
            }
            return nil
        }
    }

    private struct Body: Encodable {
        let number: String
        let dialer: String
        let task: String
    }

    private struct UnexpectedStatus: Error, CustomStringConvertible {
        let status: Int

        var description: String { "HTTP status \(status)" }
    }

    private func ask(_ settings: Settings, _ request: CardRequest) async throws -> CustomerCard? {
        let body = Body(
            number: request.number.text, dialer: request.dialer.name, task: request.task.description)
        let wall = time.wall()
        let id = EventID.make(at: wall, key: "card|\(request.task)|\(request.number)|\(wall.milliseconds)")
        let text = EventJSON.text(of: body) ?? "{}"
        let answer = try await poster.post(
            Poster.Request(
                url: settings.url, contentType: "application/json", body: text,
                headers: Signature.headers(id: id, at: wall, body: text, key: settings.key),
                timeout: settings.budget), wantsBody: true)
        switch answer.status {
        case 200: return try JSONDecoder().decode(CardReply.self, from: Data(answer.body)).card
        case 204, 404: return nil
        default: throw UnexpectedStatus(status: answer.status)
        }
    }
}

extension CardClient.State {
    fileprivate enum Step {
        case none
        case remembered(CustomerCard?)
        case ask(CardClient.Settings)
    }

    fileprivate mutating func step(for number: CustomerNumber, at now: Instant) -> Step {
        guard let settings else { return .none }
        if let known = cache.card(of: number, at: now) {
            counters.remembered += 1
            return .remembered(known)
        }
        guard breaker.mayTry(at: now) else {
            counters.spared += 1
            return .none
        }
        return .ask(settings)
    }

    fileprivate mutating func succeeded(_ card: CustomerCard?, of number: CustomerNumber, at now: Instant) {
        breaker.succeeded()
        cache.keep(card, of: number, at: now)
        if card == nil { counters.unknown += 1 } else { counters.found += 1 }
    }

    /// - Returns: failures to be told of, this one among them; `nil`: one was told of a moment ago.
    fileprivate mutating func failed(at now: Instant, every interval: Duration) -> Int? {
        breaker.failed(at: now)
        counters.failed += 1
        untold += 1
        if let toldAt, now - toldAt < interval { return nil }
        toldAt = now
        defer { untold = 0 }
        return untold
    }
}
