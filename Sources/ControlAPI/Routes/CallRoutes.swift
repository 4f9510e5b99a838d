import Hummingbird
import Journal
import Logging
import Routing
import Storage

/// `/v1/calls` and below
struct CallRoutes {
    private static let parameters =
        ["live", "vip", "interrupted", "queue", "operator", "number", "since", "until"] + Query.paging

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("calls") { request, _ in try await list(request) }
        group.post("calls") { request, context in try await originate(request, context) }
        group.get("calls/{id}") { request, context in try await show(request, context) }
        group.delete("calls/{id}") { request, context in try await hangUp(request, context) }
        group.get("calls/{id}/explain") { request, context in try await explain(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Self.parameters)
        let filter = try await filter(query)
        guard try query.flag("live") ?? false else {
            let page = try await stored(filter)
            return try .json(CallListDTO(calls: page.rows.map { CallDTO($0) }, next: page.next?.description))
        }
        guard filter.interrupted == nil, filter.until == nil, filter.after == nil else {
            throw Problem(
                .badParameter, "The parameters interrupted, until and cursor are for calls of the log",
                next: "Leave them out, or live")
        }
        return try .json(LiveCallListDTO(calls: await plane.view().liveCalls(matching: filter)))
    }

    private func filter(_ query: Query) async throws -> CallFilter {
        var filter = CallFilter(limit: try query.limit())
        filter.vip = try query.flag("vip")
        filter.interrupted = try query.flag("interrupted")
        filter.queue = query.text("queue").map { QueueID($0) }
        filter.operator = query.text("operator").map { OperatorID($0) }
        filter.number = try await plane.number(query)
        filter.since = try query.time("since", now: plane.clocks().wall)
        filter.until = try query.time("until", now: plane.clocks().wall)
        filter.after = try query.cursor()
        return filter
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let text = try context.pathName("id")
        guard let call = CallID(text) else { throw Problem.noSuchCall(text) }
        let answer = OneCallDTO(live: await plane.view().liveCall(call), record: try await record(of: call))
        guard answer.live != nil || answer.record != nil else { throw Problem.noSuchCall(text) }
        return try .json(answer)
    }

    private func record(of call: CallID) async throws -> CallDTO? {
        var filter = CallFilter(limit: 1)
        filter.call = call
        return try await stored(filter).rows.first.map { CallDTO($0) }
    }

    // MARK: - Changing

    /// A task that its operator starts at once. Whether they can is looked at before, so that nobody is called an hour
    /// later: who wants that asks for a task.
    private func originate(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let body = try await context.body(
            NewCallDTO.self, of: request,
            example: #"{"operator": "anna", "number": "+380671234567", "dialer": "back"}"#)
        guard let number = await plane.customerNumber(body.number) else {
            throw Problem.body(
                "number", "\"\(body.number)\" is no telephone number", next: "Write it as +380671234567")
        }
        let view = await plane.view()
        guard view.dialerNames.contains(body.dialer) else { throw Problem.noSuchDialer(body.dialer, view: view) }
        let name = OperatorID(body.operator)
        guard let one = view.operator(name) else { throw Problem.noSuchOperator(body.operator, view: view) }
        guard one.state == .ready else {
            throw Problem(
                .conflict, "\(body.operator) is not ready: \(one.state.rawValue)",
                next: "Try again when they are, or ask for a task: POST /v1/tasks")
        }
        var draft = TaskDraft(
            dialer: DialerID(body.dialer), number: number, due: plane.clocks().wall, responsible: name)
        draft.source = .click(name)
        let wanted = draft
        guard let id = try await recorded({ () throws(StorageError) in try await plane.addTask(wanted) }),
            try await recorded({ () throws(StorageError) in try await plane.startTask(id, by: name) })
        else {
            throw Problem(
                .conflict, "The dialer \"\(body.dialer)\" does not call \(number.text) now",
                next: "GET /v1/tasks?number=\(number.text.dropFirst()) shows what became of it")
        }
        context.logger.info("A call was asked for over the API", metadata: ["task": "\(id)", "operator": "\(name)"])
        var response = try await TaskRoutes(plane: plane).shown(id, status: 202)
        response.headers[.location] = "/v1/tasks/\(id)"
        return response
    }

    private func hangUp(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let text = try context.pathName("id")
        guard let call = CallID(text) else { throw Problem.noSuchCall(text) }
        guard await plane.hangUp(call) else {
            guard try await record(of: call) != nil else { throw Problem.noSuchCall(text) }
            throw Problem(.conflict, "The call \(call) is over", next: "GET /v1/calls/\(call) says how it ended")
        }
        context.logger.info("A call was ended over the API", metadata: ["call": "\(call)"])
        return Response(status: .noContent)
    }

    // MARK: - Why

    private func explain(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let text = try context.pathName("id")
        let unknown = Problem.noSuchCall(text)
        guard let call = CallID(text) else { throw unknown }
        let record = try await record(of: call)
        let live = await plane.view().liveCall(call)
        let story: [StoryLine]
        do {
            story = try await plane.story(of: call)
        } catch {
            throw Problem.journal(error)
        }
        guard record != nil || live != nil || !story.isEmpty else { throw unknown }
        return try .json(
            ExplanationDTO(
                call: call.description, candidates: live == nil ? nil : await candidates(for: call), live: live,
                record: record, story: story.map { .init($0) }))
    }

    private func candidates(for call: CallID) async -> [ExplanationDTO.Candidate] {
        await plane.candidates(for: call).map {
            .init(operator: $0.operator.name, obstacle: $0.obstacle?.description)
        }
    }

    private func stored(_ filter: CallFilter) async throws -> Page<StoredCall> {
        do {
            return try await plane.calls(matching: filter)
        } catch {
            throw Problem.callLog(error)
        }
    }
}

extension Problem {
    static func journal(_ error: JournalError) -> Problem {
        Problem(
            .callLogUnavailable, error.description,
            next: "Calls go on. Look into the server's log, and at the disk that holds the journal")
    }

    fileprivate static func noSuchCall(_ text: String) -> Problem {
        Problem(
            .noSuchCall, "No call has the id \"\(text)\", or it is no longer kept",
            next: "\"burdock call list\" shows the newest calls with their ids")
    }

    fileprivate static func callLog(_ error: StorageError) -> Problem {
        Problem(
            .callLogUnavailable, error.description,
            next: "Calls go on. Look into the server's log, and at the disk that holds the database")
    }
}
