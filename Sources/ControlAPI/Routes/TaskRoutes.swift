import Hummingbird
import Logging
import Routing
import Storage

/// `/v1/tasks` and below
struct TaskRoutes {
    private static let parameters =
        ["state", "responsible", "dialer", "number", "due_since", "due_until"] + Query.paging
    private static let shownAttempts = 100
    private static let example = #"{"dialer": "back", "number": "+380671234567", "due": "2h"}"#

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("tasks") { request, _ in try await list(request) }
        group.post("tasks") { request, context in try await create(request, context) }
        group.get("tasks/{id}") { request, context in try await show(request, context) }
        group.post("tasks/{id}/cancel") { request, context in try await cancel(request, context) }
        group.post("tasks/{id}/postpone") { request, context in try await postpone(request, context) }
        group.post("tasks/{id}/start") { request, context in try await start(request, context) }
        group.post("tasks/{id}/preview/end") { request, context in try await endPreview(request, context) }
        group.post("tasks/{id}/preview/skip") { request, context in try await skipPreview(request, context) }
    }

    // MARK: - Looking

    private func list(_ request: Request) async throws -> Response {
        let filter = try await filter(try Query(request, known: Self.parameters))
        let page = try await recorded { () throws(StorageError) in try await plane.tasks(matching: filter) }
        return try .json(TaskListDTO(tasks: page.rows.map { TaskDTO($0) }, next: page.next?.description))
    }

    private func filter(_ query: Query) async throws -> TaskFilter {
        var filter = TaskFilter(limit: try query.limit())
        filter.state = try query.text("state").map { text in
            guard let state = TaskFilter.State(rawValue: text) else {
                throw Problem(.badParameter, "A task is open or closed, not \"\(text)\"", next: "Write state=open")
            }
            return state
        }
        filter.responsible = query.text("responsible").map { OperatorID($0) }
        filter.dialer = query.text("dialer").map { DialerID($0) }
        filter.number = try await plane.number(query)
        let now = plane.clocks().wall
        let (since, until) = (try query.due("due_since", now: now), try query.due("due_until", now: now))
        if since != nil || until != nil {
            filter.due = Period(
                from: since ?? WallTime(milliseconds: .min), until: until ?? WallTime(milliseconds: .max))
        }
        filter.after = try query.cursor()
        return filter
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        return try .json(try await detail(try id(context)))
    }

    /// The task as the answer to whatever was done with it.
    func shown(_ id: TaskID, status: Int) async throws -> Response {
        try .json(try await detail(id), status: status)
    }

    private func detail(_ id: TaskID) async throws -> TaskDetailDTO {
        var filter = TaskFilter(limit: 1)
        filter.task = id
        let wanted = filter
        let page = try await recorded { () throws(StorageError) in try await plane.tasks(matching: wanted) }
        guard let stored = page.rows.first else { throw Problem.noSuchTask(id.description) }
        var attempts = AttemptFilter(limit: Self.shownAttempts)
        attempts.task = id
        let done = attempts
        let rows = try await recorded { () throws(StorageError) in try await plane.attempts(matching: done) }
        let card = try await recorded { () throws(StorageError) in try await plane.taskCard(id) }
        let clocks = plane.clocks()
        let origin = clocks.wall.adding(milliseconds: -(clocks.now.nanoseconds / 1_000_000))
        let task = TaskDTO(stored)
        return TaskDetailDTO(
            task: task,
            now: task.state == .closed ? nil : await plane.openTask(id).map { .init($0, origin: origin) },
            attempts: rows.rows.map { .init($0) }, card: card.map { TaskCardDTO($0) })
    }

    // MARK: - Changing

    private func create(_ request: Request, _ context: ControlContext) async throws -> Response {
        let body = try await context.body(NewTaskDTO.self, of: request, example: Self.example)
        guard let number = await plane.customerNumber(body.number) else {
            throw Problem.body(
                "number", "\"\(body.number)\" is no telephone number", next: "Write it as +380671234567")
        }
        let view = await plane.view()
        guard view.dialerNames.contains(body.dialer) else { throw Problem.noSuchDialer(body.dialer, view: view) }
        if let name = body.responsible, !view.operatorIDs.contains(name) {
            throw Problem.noSuchOperator(name, view: view)
        }
        let draft = TaskDraft(
            dialer: DialerID(body.dialer), number: number, due: try due(body.due),
            responsible: body.responsible.map { OperatorID($0) }, group: body.group.map { GroupID($0) },
            card: try body.card?.card())
        guard let id = try await recorded({ () throws(StorageError) in try await plane.addTask(draft) }) else {
            throw Problem(
                .conflict, "The dialer \"\(body.dialer)\" took the task and closed it at once, or does not take any",
                next: "\"burdock task list --number \(number.text)\" shows what became of it")
        }
        context.logger.info(
            "A task was asked for over the API", metadata: ["task": "\(id)", "dialer": "\(body.dialer)"])
        return try .json(try await detail(id), status: 200)
    }

    private func cancel(_ request: Request, _ context: ControlContext) async throws -> Response {
        let id = try id(context)
        guard try await recorded({ () throws(StorageError) in try await plane.cancelTask(id) }) else {
            throw try await notOpen(id)
        }
        context.logger.info("A task was cancelled over the API", metadata: ["task": "\(id)"])
        return try .json(try await detail(id))
    }

    private func postpone(_ request: Request, _ context: ControlContext) async throws -> Response {
        let id = try id(context)
        let body = try await context.body(PostponementDTO.self, of: request, example: #"{"due": "2h"}"#)
        let due = try due(body.due)
        guard try await recorded({ () throws(StorageError) in try await plane.postponeTask(id, to: due) }) else {
            throw try await notOpen(id)
        }
        context.logger.info("A task was put off over the API", metadata: ["task": "\(id)"])
        return try .json(try await detail(id))
    }

    private func start(_ request: Request, _ context: ControlContext) async throws -> Response {
        let (id, name) = try await taskAndOperator(request, context)
        guard try await recorded({ () throws(StorageError) in try await plane.startTask(id, by: name) }) else {
            throw try await notOpen(id)
        }
        context.logger.info(
            "A task was started over the API", metadata: ["task": "\(id)", "operator": "\(name)"])
        return try .json(try await detail(id))
    }

    private func endPreview(_ request: Request, _ context: ControlContext) async throws -> Response {
        let (id, name) = try await taskAndOperator(request, context)
        guard await plane.endPreview(of: id, by: name) else { throw try await notPreviewed(id, by: name) }
        return try .json(try await detail(id))
    }

    private func skipPreview(_ request: Request, _ context: ControlContext) async throws -> Response {
        let (id, name) = try await taskAndOperator(request, context)
        guard try await recorded({ () throws(StorageError) in try await plane.skipPreview(of: id, by: name) }) else {
            throw try await notPreviewed(id, by: name)
        }
        return try .json(try await detail(id))
    }

    private func taskAndOperator(
        _ request: Request, _ context: ControlContext
    ) async throws -> (TaskID, OperatorID) {
        let id = try id(context)
        let body = try await context.body(TaskOperatorDTO.self, of: request, example: #"{"operator": "anna"}"#)
        let view = await plane.view()
        guard view.operatorIDs.contains(body.operator) else { throw Problem.noSuchOperator(body.operator, view: view) }
        return (id, OperatorID(body.operator))
    }

    private func notPreviewed(_ id: TaskID, by name: OperatorID) async throws -> Problem {
        _ = try await detail(id)
        return Problem(
            .conflict, "\(name) is not shown the card of the task \(id), or may not leave it to others",
            next: "GET /v1/tasks/\(id) says what goes on with it")
    }

    private func due(_ text: String?) throws -> WallTime {
        let now = plane.clocks().wall
        guard let text else { return now }
        if let timestamp = Timestamp(text) { return timestamp.wall }
        if let span = TimeSpan.parse(text) { return now.adding(milliseconds: span.wholeNanoseconds / 1_000_000) }
        throw Problem.body(
            "due", "\"\(text)\" is neither a time nor a span from now",
            next: "Write a span such as 30m, 2h or 1d, or a time such as 2026-11-21T09:00:00+02:00")
    }

    /// What there is to say of a task that cannot be changed.
    private func notOpen(_ id: TaskID) async throws -> Problem {
        let task = try await detail(id).task
        return Problem(
            .taskClosed, "The task \(id) is closed: \(task.result ?? "it is not open any more")",
            next: "Ask for a new one: burdock task add --dialer \(task.dialer) \(task.number)")
    }

    private func id(_ context: ControlContext) throws -> TaskID {
        let text = try context.pathName("id")
        guard let id = TaskID(text) else { throw Problem.noSuchTask(text) }
        return id
    }
}

extension Query {
    /// A date, how long ago, or with a plus sign how long from now.
    func due(_ name: String, now: WallTime) throws -> WallTime? {
        if let text = text(name), text.hasPrefix("+"), let span = TimeSpan.parse(text.dropFirst()) {
            return now.adding(milliseconds: span.wholeNanoseconds / 1_000_000)
        }
        return try time(name, now: now)
    }
}

/// What storage refuses, for people.
func recorded<Value>(_ body: () async throws(StorageError) -> Value) async throws -> Value {
    do {
        return try await body()
    } catch {
        throw Problem(
            .recordsUnavailable, error.description,
            next: "Calls go on. Look into the server's log, and at the disk that holds the database")
    }
}

extension Problem {
    static func noSuchTask(_ text: String) -> Problem {
        Problem(.noSuchTask, "No task has the id \"\(text)\"", next: "\"burdock task list\" shows those there are")
    }

    static func noSuchDialer(_ name: String, view: SnapshotView) -> Problem {
        let names = view.dialerNames
        guard !names.isEmpty else {
            return Problem(
                .noSuchDialer, "No dialer is called \"\(name)\": there are none",
                next: "Add one under \"dialers:\" in the configuration, then: burdock reload")
        }
        let suggestion = Spelling.closest(to: name, among: names).map { "Did you mean \"\($0)\"? " } ?? ""
        return Problem(
            .noSuchDialer, "No dialer is called \"\(name)\"", next: suggestion + "\"burdock dialer list\" lists all")
    }
}
