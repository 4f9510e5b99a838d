import Hummingbird
import Logging
import Routing
import Storage

/// `/v1/dialers` and below
struct DialerRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("dialers") { request, _ in try await list(request) }
        group.get("dialers/{name}") { request, context in try await show(request, context) }
        group.post("dialers/{name}/wish") { request, context in try await wish(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Query.paging)
        let counts = try await recorded { () throws(StorageError) in try await plane.openTaskCounts() }
        let page = try query.page(of: await plane.view().dialers(counts), by: \.name)
        return try .json(DialerListDTO(dialers: page.rows, next: page.next))
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        return try await answer(with: try context.pathName("name"))
    }

    private func wish(_ request: Request, _ context: ControlContext) async throws -> Response {
        let name = try context.pathName("name")
        let body = try await context.body(
            DialerWishDTO.self, of: request, example: #"{"wish": "paused", "reason": "holiday"}"#)
        let reason = try OperatorRoutes.checked(body.reason, isPause: body.wish == .paused)
        let wish: DialerWish = body.wish == .paused ? .paused(reason: reason ?? "") : .running
        guard await plane.setWish(wish, of: DialerID(name)) else {
            throw Problem.noSuchDialer(name, view: await plane.view())
        }
        context.logger.info(
            "The wish of a dialer was set over the API", metadata: ["dialer": "\(name)", "wish": "\(wish)"])
        return try await answer(with: name)
    }

    private func answer(with name: String) async throws -> Response {
        let counts = try await recorded { () throws(StorageError) in try await plane.openTaskCounts() }
        let view = await plane.view()
        guard let dialer = view.dialer(DialerID(name), counts) else { throw Problem.noSuchDialer(name, view: view) }
        return try .json(dialer)
    }
}
