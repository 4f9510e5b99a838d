import Hummingbird
import Routing
import Storage

/// `/v1/attempts`
struct AttemptRoutes {
    private static let parameters = ["task", "operator", "dialer", "number", "since", "until"] + Query.paging

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("attempts") { request, _ in try await list(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Self.parameters)
        var filter = AttemptFilter(limit: try query.limit())
        filter.task = try query.text("task").map { text in
            guard let id = TaskID(text) else { throw Problem.noSuchTask(text) }
            return id
        }
        filter.operator = query.text("operator").map { OperatorID($0) }
        filter.dialer = query.text("dialer").map { DialerID($0) }
        filter.number = try await plane.number(query)
        filter.period = try query.period("since", "until", now: plane.clocks().wall)
        filter.after = try query.cursor()
        let wanted = filter
        let page = try await recorded { () throws(StorageError) in try await plane.attempts(matching: wanted) }
        return try .json(AttemptListDTO(attempts: page.rows.map { AttemptDTO($0) }, next: page.next?.description))
    }
}

extension AttemptDTO {
    fileprivate init(_ stored: StoredAttempt) {
        self.init(
            task: stored.task.description, dialer: stored.dialer?.name, customer: stored.number?.text,
            attempt: TaskDetailDTO.Attempt(stored))
    }
}

extension Query {
    /// What lies between two times, each of which may be missing; `nil`: both are.
    func period(_ from: String, _ until: String, now: WallTime) throws -> Period? {
        let (first, end) = (try time(from, now: now), try time(until, now: now))
        guard first != nil || end != nil else { return nil }
        return Period(from: first ?? WallTime(milliseconds: .min), until: end ?? WallTime(milliseconds: .max))
    }
}

extension ControlPlane {
    /// The parameter `number`, as people write it.
    func number(_ query: Query) async throws -> CustomerNumber? {
        guard let text = query.text("number") else { return nil }
        guard let number = await customerNumber(text) else {
            throw Problem(.badParameter, "\"\(text)\" is no telephone number", next: "Write it as +380671234567")
        }
        return number
    }
}
