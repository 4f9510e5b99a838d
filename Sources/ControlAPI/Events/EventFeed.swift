import Foundation
import Hummingbird
package import Routing
import Synchronization

/// The stream of events: takes what the router was told and decided, and gives those who listen what is public of it.
///
/// On the router's thread it costs one look at a flag while nobody listens, and otherwise one entry in a list; all else
/// is done elsewhere. What was told is kept in a ring, so that whoever comes back goes on where they were, and so that the
/// slowest listener costs no memory: who is behind its end is cut off.
package final class EventFeed: Sendable {
    package struct Tuning: Sendable {
        /// Events that are kept for those who come back.
        package var kept = 4_096
        /// What the router did and was not told yet. More than that is given up, and everybody begins anew.
        package var mostUntold = 10_000
        /// Listeners at once.
        package var mostListeners = 64
        /// For so long after the last listener has gone it goes on, for they may come back.
        package var linger: Duration = .seconds(60)

        package init() {}
    }

    private struct Untold: Sendable {
        let event: RoutingEvent
        let at: Instant
        let decisions: [Decision]
    }

    private struct Inbox {
        var untold: [Untold] = []
        var hasOverflowed = false
    }

    private struct Listener {
        var position: UInt64
        let wake: AsyncStream<Void>.Continuation
        let cut: @Sendable () -> Void
    }

    private struct State {
        var translator: EventTranslator?
        var ring: EventRing
        var listeners: [UInt64: Listener] = [:]
        var lastListener: UInt64 = 0
        var idleSince: Instant?
    }

    let tuning: Tuning
    private let isListening = Atomic(false)
    private let inbox = Mutex(Inbox())
    private let state: Mutex<State>
    private let work: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    package init(tuning: Tuning = Tuning()) {
        self.tuning = tuning
        state = Mutex(State(ring: EventRing(capacity: tuning.kept, start: 0)))
        (work, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// The router's observer. Never waits, and costs next to nothing while nobody listens.
    package func note(_ event: RoutingEvent, at instant: Instant, _ decisions: [Decision]) {
        guard isListening.load(ordering: .relaxed) else { return }
        if decisions.isEmpty, !event.isToldAlone { return }
        let isFirst = inbox.withLock { inbox in
            guard inbox.untold.count < tuning.mostUntold else {
                inbox.hasOverflowed = true
                return false
            }
            inbox.untold.append(Untold(event: event, at: instant, decisions: decisions))
            return inbox.untold.count == 1
        }
        if isFirst { wake.yield() }
    }

    // MARK: - Telling

    /// Tells what there is to be told, until the task is cancelled.
    func run(_ plane: any ControlPlane) async {
        for await _ in work { await tell(plane) }
        state.withLock { state in
            for listener in state.listeners.values { listener.wake.finish() }
        }
    }

    /// What has come since the last time. Only one task at a time may call it.
    func tell(_ plane: any ControlPlane) async {
        // Until it is known how things stood, nothing can be told; it waits.
        guard state.withLock({ $0.translator != nil }) else { return }
        let taken = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return inbox
        }
        if taken.hasOverflowed { return startAnew() }
        let drafts = state.withLock { state in
            taken.untold.map { ($0.at, state.translator?.translate($0.event, at: $0.at, $0.decisions) ?? []) }
        }
        var told: [(Instant, EventDTO)] = []
        for (at, events) in drafts {
            for event in events { told.append((at, await completed(event, plane))) }
        }
        let now = plane.clocks().now
        state.withLock { state in
            for (at, event) in told { state.ring.append(EncodedEvent(event, number: state.ring.last + 1, at: at)) }
            for (id, listener) in state.listeners {
                if listener.position < state.ring.base {
                    state.listeners[id] = nil
                    listener.cut()
                    listener.wake.finish()
                } else if listener.position < state.ring.last {
                    listener.wake.yield()
                }
            }
            guard let idleSince = state.idleSince, now - idleSince > tuning.linger else { return }
            stop(&state)
        }
    }

    /// A card says whose it is. Only the router knows: the task may be older than any listener.
    private func completed(_ event: EventDTO, _ plane: any ControlPlane) async -> EventDTO {
        guard event.type == .cardShown, let id = event.task.flatMap({ TaskID($0) }),
            let record = await plane.openTask(id)?.record
        else { return event }
        var event = event
        event.number = record.number.text
        event.dialer = record.dialer.name
        event.card = await plane.shownCard(of: record).map { TaskCardDTO($0) }
        return event
    }

    /// What was missed cannot be told any more.
    private func startAnew() {
        state.withLock { state in
            for listener in state.listeners.values {
                listener.cut()
                listener.wake.finish()
            }
            state.listeners = [:]
            stop(&state)
        }
    }

    private func stop(_ state: inout State) {
        isListening.store(false, ordering: .relaxed)
        inbox.withLock { $0 = Inbox() }
        state.translator = nil
        state.idleSince = nil
        state.ring = EventRing(capacity: tuning.kept, start: state.ring.last)
    }

    // MARK: - Listening

    /// - Parameters:
    ///   - number: of the last event that the listener knows; `nil`: none.
    ///   - cut: called if the listener is too slow.
    /// - Returns: `nil` if there are too many.
    func listen(
        after number: UInt64?, _ plane: any ControlPlane, cut: @escaping @Sendable () -> Void
    ) async -> EventSubscription? {
        let (wakes, nudge) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isNew = state.withLock { state in
            isListening.store(true, ordering: .relaxed)
            state.idleSince = nil
            return state.translator == nil
        }
        // From here on everything is noted, so that nothing is missing between the snapshot and what follows.
        let snapshot = isNew ? await plane.snapshot() : nil
        let (now, wall) = plane.clocks()
        return state.withLock { state in
            if state.translator == nil, let snapshot {
                let origin = wall.adding(milliseconds: -(now.nanoseconds / 1_000_000))
                state.translator = EventTranslator(snapshot, origin: origin)
                // A number is never used twice, not even after a restart, unless there are a million events a second.
                let start = max(state.ring.last + 1, UInt64(clamping: wall.milliseconds) * 1_000)
                state.ring = EventRing(capacity: tuning.kept, start: start)
                wake.yield()
            }
            guard state.listeners.count < tuning.mostListeners else { return nil }
            let isKnown = number.map { $0 >= state.ring.base && $0 <= state.ring.last } ?? false
            let position = isKnown ? number ?? state.ring.last : state.ring.last
            state.lastListener += 1
            state.listeners[state.lastListener] = Listener(position: position, wake: nudge, cut: cut)
            if isKnown, position < state.ring.last { nudge.yield() }
            return EventSubscription(
                id: state.lastListener, start: position, resumes: isKnown, isReset: number != nil && !isKnown,
                wakes: wakes, wake: nudge)
        }
    }

    /// The next events, a hundred at once; `nil`: the listener was cut off.
    func read(_ subscription: EventSubscription) -> [EncodedEvent]? {
        state.withLock { state in
            guard let listener = state.listeners[subscription.id],
                let events = state.ring.events(after: listener.position, most: 100)
            else { return nil }
            state.listeners[subscription.id]?.position += UInt64(events.count)
            if events.count == 100 { listener.wake.yield() }
            return events
        }
    }

    func leave(_ subscription: EventSubscription, at now: Instant) {
        subscription.wake.finish()
        state.withLock { state in
            state.listeners[subscription.id] = nil
            if state.listeners.isEmpty { state.idleSince = now }
        }
    }

    var listeners: Int { state.withLock { $0.listeners.count } }
}

/// One listener's place in the feed.
struct EventSubscription: Sendable {
    fileprivate let id: UInt64
    /// The number behind which it begins.
    let start: UInt64
    /// It goes on where it was before.
    let resumes: Bool
    /// It wanted to, and cannot.
    let isReset: Bool
    /// There may be something to read.
    let wakes: AsyncStream<Void>
    fileprivate let wake: AsyncStream<Void>.Continuation

    /// Lets its reader have a look round.
    func nudge() { wake.yield() }

    func finish() { wake.finish() }
}

extension RoutingEvent {
    /// It is worth telling although nothing was decided.
    fileprivate var isToldAlone: Bool {
        switch self {
        case .operatorReachable, .operatorUnreachable, .claimed, .rerouted: true
        default: false
        }
    }
}

extension EncodedEvent {
    init(_ event: EventDTO, number: UInt64, at: Instant) {
        kind = event.type
        operators = (event.operators ?? []) + [event.operator].compactMap { $0 }
        queue = event.queue
        self.at = at
        bytes = EventStream.bytes(event, named: event.type.rawValue, number: number)
    }
}

/// The format of the stream (WHATWG HTML section 9.2, server-sent events).
enum EventStream {
    static func bytes(_ value: some Encodable, named name: String, number: UInt64) -> ByteBuffer {
        // Strings, numbers and flags always encode.
        let json = (try? ControlJSON.encoder().encode(value)) ?? Data("{}".utf8)
        return ByteBuffer(string: "id: \(number)\nevent: \(name)\ndata: \(String(decoding: json, as: UTF8.self))\n\n")
    }

    /// Nothing happened, and the connection is alive.
    static let heartbeat = ByteBuffer(string: ": \n\n")
    /// Milliseconds after which a listener whose stream ended comes back.
    static let greeting = ByteBuffer(string: "retry: 2000\n\n")
}
