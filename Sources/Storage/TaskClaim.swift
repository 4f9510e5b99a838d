package import Routing

/// An attempt that is to be on the disk before anything is done for it (product.md section 6).
package struct TaskClaim: Hashable, Sendable {
    package var task: TaskID
    /// From 1.
    package var attempt: Int
    package var `operator`: OperatorID
    package var at: WallTime

    package init(task: TaskID, attempt: Int, operator: OperatorID, at: WallTime) {
        self.task = task
        self.attempt = attempt
        self.operator = `operator`
        self.at = at
    }
}
