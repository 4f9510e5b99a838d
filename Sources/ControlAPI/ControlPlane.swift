package import Journal
package import Routing
package import Storage

/// What the outside may ask of the running server. The program implements it over router and store.
package protocol ControlPlane: ImportPlane {
    func snapshot() async -> RoutingSnapshot
    /// `false` if there is no such operator.
    func setWish(_ wish: OperatorWish, of operator: OperatorID) async -> Bool
    func setInterruptionForbidden(_ forbidden: Bool, of operator: OperatorID) async -> Bool
    func calls(matching filter: CallFilter) async throws(StorageError) -> [StoredCall]
    /// What happened in the call and was decided about it, in order; empty if nothing is known.
    func story(of call: CallID) async throws(JournalError) -> [StoryLine]
    /// What happened to the operator and was decided about them, in order.
    func story(of operator: OperatorID, since: WallTime) async throws(JournalError) -> [StoryLine]
    /// For a waiting call, each operator of its queue and why they do not have it.
    func candidates(for call: CallID) async -> [Candidate]
    /// Why the operator is, or is not, getting calls; `nil`: there is no such operator.
    func standing(of operator: OperatorID) async -> OperatorStanding?
    /// The number in the form in which customers are known; `nil`: it is none.
    func customerNumber(_ text: String) async -> CustomerNumber?
    /// Tasks, the last due first.
    func tasks(matching filter: TaskFilter) async throws(StorageError) -> Page<StoredTask>
    /// The attempts log, newest first.
    func attempts(matching filter: AttemptFilter) async throws(StorageError) -> Page<StoredAttempt>
    /// Open tasks of each dialer that has any.
    func openTaskCounts() async throws(StorageError) -> [DialerID: TaskCounts]
    /// What the operator is shown of a task's customer; `nil`: nothing was said about them.
    func taskCard(_ id: TaskID) async throws(StorageError) -> TaskCard?
    /// What goes on with an open task; `nil`: it is not open.
    func openTask(_ id: TaskID) async -> RoutingSnapshot.OpenTask?
    /// Asks for a customer to be called, and waits until that is on disk.
    ///
    /// - Returns: their open task in the dialer, new or updated; `nil`: they have none, for the dialer does not take it.
    func addTask(_ draft: TaskDraft) async throws(StorageError) -> TaskID?
    /// `false` if it is not open. If the customer is being talked with, it is closed after that.
    func cancelTask(_ id: TaskID) async throws(StorageError) -> Bool
    /// `false` if it is not open.
    func postponeTask(_ id: TaskID, to due: WallTime) async throws(StorageError) -> Bool
    func status() async -> ServerStatus
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
