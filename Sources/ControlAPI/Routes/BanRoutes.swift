import Hummingbird
import Logging

/// `/v1/bans` and below
struct BanRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("bans") { request, _ in try await list(request) }
        group.delete("bans/{address}") { request, context in try await lift(request, context) }
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try Query(request, known: [])
        return try .json(BanListDTO(bans: await plane.bans()))
    }

    private func lift(_ request: Request, _ context: ControlContext) async throws -> Response {
        _ = try Query(request, known: [])
        let address = try context.pathName("address")
        guard await plane.liftBan(of: address) else {
            throw Problem(
                .noSuchBan, "\"\(address)\" is not banned", next: "\"burdock ban list\" shows the addresses that are")
        }
        context.logger.notice("A ban was lifted", metadata: ["peer": "\(address)"])
        return Response(status: .noContent)
    }
}
