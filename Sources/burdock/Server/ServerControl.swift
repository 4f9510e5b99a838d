import ControlAPI
import Media
import Routing
import Signaling
import Storage
import Switching

/// What the outside may ask of the running server, answered by router and store.
struct ServerControl: ControlPlane {
    let router: CallRouter
    let switchboard: Switchboard
    let signaling: SIPUserAgent
    let media: RTPEngine
    let store: SQLiteCallStore
    let systemClocks: Clocks
    let startedAt: WallTime
    let listeners: [String]
    let rtpPorts: Int

    func snapshot() async -> RoutingSnapshot { await router.snapshot() }

    func setWish(_ wish: OperatorWish, of name: OperatorID) async -> Bool {
        guard await exists(name) else { return false }
        await switchboard.submit(.operatorWished(name, wish))
        return true
    }

    func setInterruptionForbidden(_ forbidden: Bool, of name: OperatorID) async -> Bool {
        guard await exists(name) else { return false }
        await switchboard.submit(.interruptionForbidden(name, forbidden))
        return true
    }

    func calls(matching filter: CallFilter) async throws(StorageError) -> [StoredCall] {
        // Whoever asks after a call has ended expects to see it.
        try await store.flush()
        return try await store.calls(matching: filter)
    }

    func story(of call: CallID) async throws(StorageError) -> [StoryLine] {
        try await store.flush()
        return try await store.story(of: call)
    }

    func status() async -> ServerStatus {
        let snapshot = await router.snapshot()
        return ServerStatus(
            version: Burdock.version,
            startedAt: startedAt,
            draining: await switchboard.isDraining,
            listeners: listeners,
            registeredOperators: snapshot.operators.filter(\.reachable).count,
            rtpPortsInUse: media.portsInUse,
            rtpPorts: rtpPorts,
            databasePath: store.path
        )
    }

    func clocks() -> (now: Instant, wall: WallTime) { (systemClocks.now(), systemClocks.wall()) }

    private func exists(_ name: OperatorID) async -> Bool {
        await router.snapshot().operators.contains { $0.id == name }
    }
}
