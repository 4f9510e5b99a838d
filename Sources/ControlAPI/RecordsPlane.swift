package import Reports
package import Routing
package import Storage

/// What the outside may ask of tasks and records. A part of `ControlPlane`.
package protocol RecordsPlane: Sendable {
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
    /// What an operator is shown of the customer: what the CRM says, if it says it in time, else what was said before.
    func shownCard(of task: TaskRecord) async -> TaskCard?
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
}
