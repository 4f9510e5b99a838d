package import Journal
package import Reports
package import Routing
package import Storage

/// What the outside may ask of the running server. The program implements it over router and store.
package protocol ControlPlane: ImportPlane {
    func snapshot() async -> RoutingSnapshot
    /// `false` if there is no such operator.
    func setWish(_ wish: OperatorWish, of operator: OperatorID) async -> Bool
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
    /// The operator does it now, whoever it is for; what keeps them from it now makes it theirs as soon as nothing does.
    /// `false` if it is not open.
    func startTask(_ id: TaskID, by operator: OperatorID) async throws(StorageError) -> Bool
    /// The operator has seen enough of the card. `false` if they are not shown the card of this task.
    func endPreview(of id: TaskID, by operator: OperatorID) async -> Bool
    /// The operator leaves the task to others. `false` if they are not shown its card, or its dialer does not allow it.
    func skipPreview(of id: TaskID, by operator: OperatorID) async throws(StorageError) -> Bool
    /// Ties in the order of their numbers.
    func ties(matching filter: TieFilter) async throws(StorageError) -> [StoredTie]
    /// The customer is nobody's from now on. `false` if they were not anybody's.
    func resetTie(of number: CustomerNumber) async throws(StorageError) -> Bool
    /// - Parameter threshold: within which a call should be answered.
    func queueReport(in period: Period, threshold: Duration) async throws(StorageError) -> QueueReport
    func operatorReport(in period: Period) async throws(StorageError) -> OperatorReport
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
