import ControlAPI
import Dispatch
import Journal
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
    let journal: JournalWriter
    let search: JournalSearch
    let systemClocks: Clocks
    let startedAt: WallTime
    let listeners: [String]
    let rtpPorts: Int
    let callMetrics: CallMetrics
    let reloader: Reloader
    let imports: ImportDesk
    let webhooks: WebhookService

    func snapshot() async -> RoutingSnapshot { await router.snapshot(withTasks: false) }

    func setWish(_ wish: OperatorWish, of name: OperatorID) async -> Bool {
        guard await exists(name) else { return false }
        await switchboard.submit(.operatorWished(name, wish))
        // Whoever is told that it is so finds it so after a power cut too. If the disk refuses, it is so until then, and
        // the log says what is wrong.
        try? await store.flush()
        return true
    }

    func setInterruptionForbidden(_ forbidden: Bool, of name: OperatorID) async -> Bool {
        guard await exists(name) else { return false }
        await switchboard.submit(.interruptionForbidden(name, forbidden))
        return true
    }

    func calls(matching filter: CallFilter) async throws(StorageError) -> Page<StoredCall> {
        // Whoever asks after a call has ended expects to see it.
        try await store.flush()
        return try await store.callPage(matching: filter)
    }

    func story(of call: CallID) async throws(JournalError) -> [StoryLine] {
        var filter = CallFilter(limit: 1)
        filter.call = call
        // Without its row the whole journal is read, which is slow and finds it all the same.
        let row = try? await calls(matching: filter).rows.first
        let live = await router.snapshot(withTasks: false).calls.first { $0.call == call }
        let arrived = row?.arrivedAt ?? live.map { WallTime($0.arrivedAt, origin: systemClocks.origin()) }
        // The row has its end from when the decision was made; what the legs do after that belongs to it.
        let since = arrived?.adding(milliseconds: -Self.slack)
        let until = row?.endedAt.adding(milliseconds: Self.slack)
        return try await read { search throws(JournalError) in try search.story(of: call, since: since, until: until) }
    }

    func story(of name: OperatorID, since: WallTime) async throws(JournalError) -> [StoryLine] {
        try await read { search throws(JournalError) in try search.story(of: name, since: since) }
    }

    func candidates(for call: CallID) async -> [Candidate] { await router.candidates(for: call) }

    func standing(of name: OperatorID) async -> OperatorStanding? { await router.standing(ofOperator: name) }

    /// In milliseconds, on both sides of a call: phones may take their time to say goodbye.
    private static let slack: Int64 = 60_000

    /// Reads the journal where reading may block.
    private func read(
        _ body: @escaping @Sendable (JournalSearch) throws(JournalError) -> [StoryLine]
    ) async throws(JournalError) -> [StoryLine] {
        try await journal.flush()
        let result: Result<[StoryLine], JournalError> = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(returning: Result { () throws(JournalError) in try body(search) })
            }
        }
        return try result.get()
    }

    func status() async -> ServerStatus {
        let snapshot = await router.snapshot(withTasks: false)
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

    func processMetrics() async -> [Metric] {
        let sip = await signaling.counters
        let rtp = await switchboard.rtpTotals
        let resources = Memory.resources()
        return [
            Metric("burdock_registrations", .gauge, "Users with a phone that can be reached", sip.registeredUsers),
            Metric("burdock_sip_legs", .gauge, "SIP dialogs of calls", sip.legs),
            Metric("burdock_sip_connections", .gauge, "TCP connections of peers", sip.connections),
            Metric("burdock_sip_received_total", .counter, "SIP messages that came", sip.received),
            Metric("burdock_sip_dropped_total", .counter, "SIP messages dropped without an answer", sip.dropped),
            Metric("burdock_sip_refused_total", .counter, "SIP requests refused without state", sip.refused),
            Metric("burdock_rtp_ports_in_use", .gauge, "RTP ports in use", media.portsInUse),
            Metric("burdock_rtp_ports", .gauge, "RTP ports there are", rtpPorts),
            Metric(
                "burdock_rtp_received_packets_total", .counter, "RTP packets of calls that are over, received",
                rtp.packetsReceived),
            Metric(
                "burdock_rtp_lost_packets_total", .counter, "RTP packets of calls that are over, lost on the way to us",
                rtp.packetsLost),
            Metric(
                "burdock_rtp_strange_packets_total", .counter, "RTP packets that came from elsewhere than their party",
                rtp.packetsFromStrangers),
            Metric("burdock_store_backlog", .gauge, "Entries that wait for the database", store.backlog),
            Metric("burdock_journal_backlog", .gauge, "Steps that wait for the journal's disk", journal.backlog),
            Metric("burdock_journal_lost_total", .counter, "Steps that the journal had to give up", journal.lost),
            Metric(
                "burdock_uptime_seconds", .gauge, "Since the start",
                systemClocks.wall().since(startedAt).components.seconds),
            Metric("process_resident_memory_bytes", .gauge, "Resident memory", resources.residentBytes),
            Metric(
                "process_cpu_seconds_total", .counter, "CPU time of user and system",
                [.init(resources.cpuSeconds)]),
            Metric("process_open_fds", .gauge, "Open file descriptors", resources.descriptors),
        ] + (await webhooks.metrics())
    }

    func clocks() -> (now: Instant, wall: WallTime) { (systemClocks.now(), systemClocks.wall()) }

    func reload(dryRun: Bool) async -> ReloadDTO { await reloader.reload(dryRun: dryRun) }

    private func exists(_ name: OperatorID) async -> Bool {
        await router.snapshot(withTasks: false).operators.contains { $0.id == name }
    }
}
