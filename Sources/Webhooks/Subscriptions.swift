import Routing
package import Storage
import Synchronization

/// Who is to be told of what. The store asks it about everything that is written down.
///
/// While nobody has subscribed it says so from one atomic flag, and costs nothing else.
package final class Subscriptions: Announcing {
    private struct State {
        var endpoints: [WebhookEndpoint]
        /// Endpoints that have said they want nothing any more, by name.
        var off: Set<String> = []
        var onWritten: (@Sendable () -> Void)?

        /// Those for which letters are written.
        var listeners: [WebhookEndpoint] { endpoints.filter { $0.isEnabled && !off.contains($0.name) } }
    }

    let maker: EventMaker
    private let state: Mutex<State>
    private let isListening: Atomic<Bool>
    /// Letters were made since the last commit that told of some.
    private let hasLetters = Atomic(false)

    /// - Parameter pool: named as the source of events.
    package init(_ endpoints: [WebhookEndpoint], pool: String = "main") {
        maker = EventMaker(pool: pool)
        let state = State(endpoints: endpoints)
        isListening = Atomic(!state.listeners.isEmpty)
        self.state = Mutex(state)
    }

    // MARK: - What the store asks

    package func wants(_ kind: News.Kind) -> Bool {
        guard isListening.load(ordering: .relaxed) else { return false }
        return state.withLock { $0.listeners }.contains { endpoint in
            endpoint.events.contains { $0.news.contains(kind) }
        }
    }

    package func letters(of news: News) -> [NewLetter] {
        let listeners = state.withLock { $0.listeners }
        let wanted = listeners.reduce(into: Set<EventKind>()) { $0.formUnion($1.events) }
        let letters = maker.events(of: news, wanted: wanted).flatMap { event in
            listeners.filter { $0.events.contains(event.kind) }.map { event.letter(to: $0.name) }
        }
        if !letters.isEmpty { hasLetters.store(true, ordering: .releasing) }
        return letters
    }

    package func lettersWritten() {
        guard hasLetters.exchange(false, ordering: .acquiringAndReleasing) else { return }
        state.withLock { $0.onWritten }?()
    }

    // MARK: - What the sender does

    var endpoints: [WebhookEndpoint] { state.withLock { $0.endpoints } }

    func onWritten(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.onWritten = body }
    }

    func replace(_ endpoints: [WebhookEndpoint]) {
        change { state in
            // One that is configured otherwise now is given another chance.
            let same = Set(endpoints).intersection(state.endpoints).map(\.name)
            state.off.formIntersection(same)
            state.endpoints = endpoints
        }
    }

    func isOff(_ name: String) -> Bool { state.withLock { $0.off.contains(name) } }

    func setOff(_ name: String, _ isOff: Bool) {
        change { state in
            if isOff { state.off.insert(name) } else { state.off.remove(name) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let listens = state.withLock { state in
            body(&state)
            return !state.listeners.isEmpty
        }
        isListening.store(listens, ordering: .relaxed)
    }
}
