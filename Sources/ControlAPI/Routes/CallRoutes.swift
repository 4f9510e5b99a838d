import Hummingbird
import Journal
import Routing
import Storage

/// `/v1/calls` and below
struct CallRoutes {
    private static let parameters = ["live", "vip", "interrupted", "queue", "operator", "number", "since", "limit"]
    private static let defaultLimit = 100

    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("calls") { request, _ in try await list(request) }
        group.get("calls/{id}/explain") { request, context in try await explain(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Self.parameters)
        let filter = try filter(query)
        guard try query.flag("live") ?? false else {
            return try .json(CallListDTO(calls: try await stored(filter).map { CallDTO($0) }))
        }
        guard filter.interrupted == nil else {
            throw Problem(
                .badParameter, "Whether a call interrupted somebody is only in the log",
                next: "Leave out live or interrupted")
        }
        return try .json(LiveCallListDTO(calls: await plane.view().liveCalls(matching: filter)))
    }

    private func filter(_ query: Query) throws -> CallFilter {
        var filter = CallFilter(limit: try query.integer("limit", in: 1...CallFilter.largestLimit) ?? Self.defaultLimit)
        filter.vip = try query.flag("vip")
        filter.interrupted = try query.flag("interrupted")
        filter.queue = query.text("queue").map { QueueID($0) }
        filter.operator = query.text("operator").map { OperatorID($0) }
        filter.number = query.text("number").map { CustomerNumber($0) }
        filter.since = try query.time("since", now: plane.clocks().wall)
        return filter
    }

    private func explain(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let text = try context.pathName("id")
        let unknown = Problem(
            .noSuchCall, "No call has the id \"\(text)\", or its story is no longer kept",
            next: "\"burdock call list\" shows the newest calls with their ids")
        guard let call = CallID(text) else { throw unknown }
        var filter = CallFilter(limit: 1)
        filter.call = call
        let record = try await stored(filter).first.map { CallDTO($0) }
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

    private func stored(_ filter: CallFilter) async throws -> [StoredCall] {
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

    fileprivate static func callLog(_ error: StorageError) -> Problem {
        Problem(
            .callLogUnavailable, error.description,
            next: "Calls go on. Look into the server's log, and at the disk that holds the database")
    }
}
