package import Journal
package import Routing
package import Storage

/// What the outside may ask of the running server. The program implements it over router and store.
package protocol ControlPlane: ImportPlane, RecordsPlane {
    func snapshot() async -> RoutingSnapshot
    /// `false` if there is no such operator.
    func setWish(_ wish: OperatorWish, of operator: OperatorID) async -> Bool
    /// Rings the operator to tell them by voice how many requests wait for them (product.md section 6). `false`: none
    /// do, or they cannot be rung now.
    func remind(_ operator: OperatorID) async -> Bool
    func setInterruptionForbidden(_ forbidden: Bool, of operator: OperatorID) async -> Bool
    /// `false` if there is no such dialer.
    func setWish(_ wish: DialerWish, of dialer: DialerID) async -> Bool
    /// The call log, newest first.
    func calls(matching filter: CallFilter) async throws(StorageError) -> Page<StoredCall>
    /// Ends a call that is up, whatever it is doing. `false` if there is none of that id.
    func hangUp(_ call: CallID) async -> Bool
    /// What happened in the call and was decided about it, in order; empty if nothing is known.
    func story(of call: CallID) async throws(JournalError) -> [StoryLine]
    /// What happened to the operator and was decided about them, in order.
    func story(of operator: OperatorID, since: WallTime) async throws(JournalError) -> [StoryLine]
    /// For a waiting call, each operator of its queue and why they do not have it.
    func candidates(for call: CallID) async -> [Candidate]
    /// Why the operator is, or is not, getting calls; `nil`: there is no such operator.
    func standing(of operator: OperatorID) async -> OperatorStanding?
    func status() async -> ServerStatus
    /// Addresses that nothing is taken from for now, the longest first.
    func bans() async -> [BanDTO]
    /// - Parameter address: numeric. `false`: it is not banned.
    func liftBan(of address: String) async -> Bool
    /// Reads the configuration again, and takes it over unless `dryRun`.
    func reload(dryRun: Bool) async -> ReloadDTO
    /// What has been counted of calls that are over.
    var callMetrics: CallMetrics { get }
    /// Metrics of the process and its engines.
    func processMetrics() async -> [Metric]
    /// The present time on both clocks, with which instants of a snapshot turn into dates.
    func clocks() -> (now: Instant, wall: WallTime)
}

/// The server in a few figures.
package struct ServerStatus: Hashable, Sendable {
    package var version: String
    package var startedAt: WallTime
    package var draining: Bool
    package var listeners: [String]
    package var registeredOperators: Int
    package var rtpPortsInUse: Int
    package var rtpPorts: Int
    package var databasePath: String

    package init(
        version: String, startedAt: WallTime, draining: Bool, listeners: [String], registeredOperators: Int,
        rtpPortsInUse: Int, rtpPorts: Int, databasePath: String
    ) {
        self.version = version
        self.startedAt = startedAt
        self.draining = draining
        self.listeners = listeners
        self.registeredOperators = registeredOperators
        self.rtpPortsInUse = rtpPortsInUse
        self.rtpPorts = rtpPorts
        self.databasePath = databasePath
    }
}
