import Hummingbird
import Routing
import Storage

/// `/v1/status`
struct StatusRoutes {
    let plane: any ControlPlane

    func add(to group: RouterGroup<ControlContext>) {
        group.get("status") { request, _ in try await status(request) }
    }

    private func status(_ request: Request) async throws -> Response {
        _ = try Query(request, known: [])
        let status = await plane.status()
        let view = await plane.view()
        return try .json(
            StatusDTO(
                version: status.version, startedAt: Timestamp(status.startedAt),
                uptimeSeconds: max(plane.clocks().wall.since(status.startedAt), .zero).inSeconds,
                draining: status.draining, listeners: status.listeners, operators: view.operatorCounts,
                calls: view.callCounts, rtpPorts: .init(inUse: status.rtpPortsInUse, total: status.rtpPorts),
                database: status.databasePath))
    }
}

extension ControlPlane {
    func view() async -> SnapshotView {
        SnapshotView(await snapshot(), clocks: clocks())
    }
}
