package import Routing
package import Storage

/// A customer whom somebody wants to be called.
package struct TaskDraft: Hashable, Sendable {
    package var dialer: DialerID
    package var number: CustomerNumber
    /// The past means now.
    package var due: WallTime
    package var responsible: OperatorID?
    /// `nil` means the responsible operator's first group.
    package var group: GroupID?
    package var source = TaskSource.program
    /// `nil`: a card that the task has stays as it is.
    package var card: TaskCard?

    package init(
        dialer: DialerID, number: CustomerNumber, due: WallTime, responsible: OperatorID? = nil, group: GroupID? = nil,
        card: TaskCard? = nil
    ) {
        self.dialer = dialer
        self.number = number
        self.due = due
        self.responsible = responsible
        self.group = group
        self.card = card
    }
}
