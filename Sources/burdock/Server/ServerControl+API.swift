import ControlAPI
import Reports
import Routing
import Settings
import Signaling
import Storage
import Switching

// What the CRM and the desk may ask for beside what commands do.

extension ServerControl {
    func hangUp(_ call: CallID) async -> Bool {
        guard await router.snapshot(withTasks: false).calls.contains(where: { $0.call == call }) else { return false }
        await switchboard.submit(.callEndWanted(call))
        return true
    }

    func remind(_ name: OperatorID) async -> Bool { await switchboard.remind(name) }

    func bans() async -> [BanDTO] {
        await signaling.bans.map {
            BanDTO(address: $0.address, seconds: Int(clamping: $0.remaining), times: $0.count)
        }
    }

    func liftBan(of address: String) async -> Bool { await signaling.liftBan(of: address) }

    func startTask(_ id: TaskID, by name: OperatorID) async throws(StorageError) -> Bool {
        guard await router.openTask(id) != nil else { return false }
        await switchboard.submit(.taskStarted(id, by: name))
        try await store.flush()
        return true
    }

    func endPreview(of id: TaskID, by name: OperatorID) async -> Bool {
        guard await router.openTask(id)?.state == .previewing(name) else { return false }
        await switchboard.submit(.previewEnded(id, by: name))
        return true
    }

    /// Whether the dialer allows it is for the router to say: it has gone on if it does.
    func skipPreview(of id: TaskID, by name: OperatorID) async throws(StorageError) -> Bool {
        guard await router.openTask(id)?.state == .previewing(name) else { return false }
        await switchboard.submit(.previewSkipped(id, by: name))
        try await store.flush()
        return await router.openTask(id)?.state != .previewing(name)
    }

    func ties(matching filter: TieFilter) async throws(StorageError) -> [StoredTie] {
        // Whoever asks after a conversation expects to see what came of it.
        try await store.flush()
        return try await store.ties(matching: filter)
    }

    func resetTie(of number: CustomerNumber) async throws(StorageError) -> Bool {
        try await store.resetTie(of: number, at: systemClocks.wall(), origin: systemClocks.origin())
    }

    func queueReport(in period: Period, threshold: Duration) async throws(StorageError) -> QueueReport {
        try await store.flush()
        return try await Reporter(store).queues(in: period, threshold: threshold)
    }

    func operatorReport(in period: Period) async throws(StorageError) -> OperatorReport {
        try await store.flush()
        return try await Reporter(store).operators(
            in: period, success: reloader.currentConfiguration.routing.successTalk, now: systemClocks.wall())
    }
}
