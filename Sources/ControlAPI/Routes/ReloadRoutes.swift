import Hummingbird
import Logging

/// `/v1/reload`
struct ReloadRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.post("reload") { request, context in try await reload(request, context) }
    }

    private func reload(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let body = try await context.body(ReloadRequestDTO.self, of: request, example: #"{"dry_run": false}"#)
        return try .json(await plane.reload(dryRun: body.dryRun))
    }
}
