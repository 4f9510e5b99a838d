import Hummingbird
import NIOCore
import Routing
import ServiceLifecycle
import Storage

/// `/v1/events`: what happens, as it happens, as server-sent events.
struct EventRoutes {
    private static let parameters = ["operator", "queue", "types", "last_event_id"]
    /// A stream on which nothing happened for so long gets a comment.
    private static let heartbeat: TimeAmount = .seconds(15)

    let plane: any ControlPlane
    let feed: EventFeed
    let book: TokenBook?

    func add(to group: RouterGroup<ControlContext>) {
        group.get("events") { request, context in try stream(request, context) }
    }

    private func stream(_ request: Request, _ context: ControlContext) throws -> Response {
        let query = try Query(request, known: Self.parameters)
        let filter = try EventFilter(query)
        let number = try Self.lastNumber(query, request)
        guard feed.listeners < feed.tuning.mostListeners else { throw Problem.tooManyListeners }
        let listener = EventListener(
            plane: plane, feed: feed, book: book, token: context.token, filter: filter, number: number,
            channel: context.channel, heartbeat: Self.heartbeat)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await listener.write(to: &writer)
                try await writer.finish(nil)
            })
    }

    /// Browsers send the header when they come back; the parameter is for who cannot set one.
    private static func lastNumber(_ query: Query, _ request: Request) throws -> UInt64? {
        guard let text = query.text("last_event_id") ?? request.headers[named: "Last-Event-ID"], !text.isEmpty else {
            return nil
        }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt64(text) else {
            throw Problem(
                .badParameter, "\"\(text)\" is no id of an event", next: "Give back the id of the last event, or none")
        }
        return number
    }
}

/// Which events somebody wants; `nil` leaves it open.
struct EventFilter: Hashable, Sendable {
    var `operator`: String?
    var queue: String?
    var kinds: Set<EventDTO.Kind>?

    init(operator: String? = nil, queue: String? = nil, kinds: Set<EventDTO.Kind>? = nil) {
        self.operator = `operator`
        self.queue = queue
        self.kinds = kinds
    }

    init(_ query: Query) throws {
        `operator` = query.text("operator")
        queue = query.text("queue")
        kinds = try query.text("types").map { text in
            try Set(text.split(separator: ",", omittingEmptySubsequences: false).map { try Self.kind(String($0)) })
        }
    }

    private static func kind(_ word: String) throws -> EventDTO.Kind {
        if let kind = EventDTO.Kind(rawValue: word) { return kind }
        let known = EventDTO.Kind.allCases.map(\.rawValue)
        let suggestion = Spelling.closest(to: word, among: known).map { "Did you mean \"\($0)\"? " } ?? ""
        throw Problem(
            .badParameter, "No event is called \"\(word)\"",
            next: suggestion + "Known are " + known.joined(separator: ", "))
    }

    func wants(_ event: EncodedEvent) -> Bool {
        (`operator`.map(event.operators.contains) ?? true) && (queue.map { event.queue == $0 } ?? true)
            && (kinds?.contains(event.kind) ?? true)
    }

    func wants(_ one: OperatorDTO) -> Bool { `operator`.map { one.id == $0 } ?? true }

    func wants(_ call: LiveCallDTO) -> Bool {
        (`operator`.map(call.operators.contains) ?? true) && (queue.map { call.queue == $0 } ?? true)
    }
}

/// One stream from its beginning to its end.
struct EventListener: Sendable {
    let plane: any ControlPlane
    let feed: EventFeed
    let book: TokenBook?
    let token: String?
    let filter: EventFilter
    /// Of the last event that the listener knows.
    let number: UInt64?
    let channel: any Channel
    let heartbeat: TimeAmount

    /// Until the listener goes, is cut off, or must not listen any more, or the server stops.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let channel = channel
        guard
            let subscription = await feed.listen(after: number, plane, cut: { channel.close(promise: nil) })
        else { return }
        defer { feed.leave(subscription, at: plane.clocks().now) }
        channel.closeFuture.whenComplete { _ in subscription.finish() }
        let pulse = channel.eventLoop.scheduleRepeatedTask(initialDelay: heartbeat, delay: heartbeat) { _ in
            subscription.nudge()
        }
        defer { pulse.cancel() }
        try await writer.write(EventStream.greeting)
        let seen = try await begin(subscription, &writer)
        for await _ in subscription.wakes.cancelOnGracefulShutdown() {
            guard isAllowed, let events = feed.read(subscription) else { return }
            let wanted = events.filter { $0.at > seen && filter.wants($0) }
            if wanted.isEmpty {
                if events.isEmpty { try await writer.write(EventStream.heartbeat) }
            } else {
                try await writer.write(contentsOf: wanted.map(\.bytes))
            }
        }
    }

    /// A token that was revoked meanwhile is good for nothing more.
    private var isAllowed: Bool {
        guard let token else { return true }
        return book?.isValid(token, now: plane.clocks().wall) ?? false
    }

    /// - Returns: up to when things are known to the listener.
    private func begin(
        _ subscription: EventSubscription, _ writer: inout any ResponseBodyWriter
    ) async throws -> Instant {
        guard !subscription.resumes else { return Instant(nanoseconds: .min) }
        if subscription.isReset {
            let reset = EventResetDTO(reason: "What came since the last event is not kept any more")
            try await writer.write(EventStream.bytes(reset, named: "reset", number: subscription.start))
        }
        let snapshot = await plane.snapshot()
        let dto = await described(snapshot)
        try await writer.write(EventStream.bytes(dto, named: "snapshot", number: subscription.start))
        return snapshot.at
    }

    private func described(_ snapshot: RoutingSnapshot) async -> EventSnapshotDTO {
        let clocks = plane.clocks()
        let view = SnapshotView(snapshot, clocks: clocks)
        var cards: [EventSnapshotDTO.Card] = []
        for one in snapshot.operators where filter.operator.map({ $0 == one.id.name }) ?? true {
            guard case .previewing(let task) = one.state else { continue }
            let record = await plane.openTask(task)?.record
            cards.append(
                .init(
                    operator: one.id.name, task: task.description, number: record?.number.text,
                    dialer: record?.dialer.name))
        }
        return EventSnapshotDTO(
            at: Timestamp(clocks.wall), operators: view.operators.filter(filter.wants),
            calls: view.liveCalls(matching: CallFilter(limit: CallFilter.largestLimit)).filter(filter.wants),
            cards: cards)
    }
}

extension Problem {
    fileprivate static var tooManyListeners: Problem {
        var problem = Problem(
            .tooManyRequests, "As many programs listen to events as can", next: "Close those that are not needed")
        problem.headers[.retryAfter] = "10"
        return problem
    }
}
