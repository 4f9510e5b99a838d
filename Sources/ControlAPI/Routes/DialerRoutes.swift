import Hummingbird
import Routing
import Storage

/// `/v1/dialers` and below
struct DialerRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("dialers") { request, _ in try await list(request) }
        group.get("dialers/{name}") { request, context in try await show(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, known: Query.paging)
        let counts = try await recorded { () throws(StorageError) in try await plane.openTaskCounts() }
        let page = try query.page(of: await plane.view().dialers(counts), by: \.name)
        return try .json(DialerListDTO(dialers: page.rows, next: page.next))
    }

    private func show(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let name = try context.pathName("name")
        let counts = try await recorded { () throws(StorageError) in try await plane.openTaskCounts() }
        let view = await plane.view()
        guard let dialer = view.dialer(DialerID(name), counts) else { throw Problem.noSuchDialer(name, view: view) }
        return try .json(dialer)
    }
}
