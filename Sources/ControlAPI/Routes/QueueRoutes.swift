import Hummingbird
import Routing

/// `/v1/queues` and below
struct QueueRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("queues") { request, _ in try await list(request) }
        group.get("queues/{name}") { request, context in try await show(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Query.paging)
        let page = try query.page(of: await plane.view().queues, by: \.name)
        return try .json(QueueListDTO(queues: page.rows, next: page.next))
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let name = try context.pathName("name")
        let view = await plane.view()
        guard let queue = view.queue(QueueID(name)) else { throw Problem.noSuchQueue(name, view: view) }
        return try .json(queue)
    }
}

extension Problem {
    static func noSuchQueue(_ name: String, view: SnapshotView) -> Problem {
        Problem(
            .noSuchQueue, "No queue is called \"\(name)\"",
            next: next(after: name, among: view.queueNames, list: "burdock queue show"))
    }

    static func noSuchOperator(_ name: String, view: SnapshotView) -> Problem {
        Problem(
            .noSuchOperator, "No operator is called \"\(name)\"",
            next: next(after: name, among: view.operatorIDs, list: "burdock operator show"))
    }

    private static func next(after name: String, among names: [String], list: String) -> String {
        let suggestion = Spelling.closest(to: name, among: names).map { "Did you mean \"\($0)\"? " } ?? ""
        return suggestion + "\"\(list)\" lists all"
    }
}
