package import Routing

/// Which tasks are wanted; `nil` leaves a column free (product.md section 8).
package struct TaskFilter: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case open, closed
    }

    package var task: TaskID?
    package var state: State?
    package var responsible: OperatorID?
    package var dialer: DialerID?
    package var number: CustomerNumber?
    /// Tasks that are, or were, due in it.
    package var due: Period?
    /// Behind the page that ended here.
    package var after: PageCursor?
    /// 1…10,000.
    package var limit: Int

    package init(limit: Int = 100) {
        self.limit = limit
    }
}

/// Open tasks of a dialer in figures.
package struct TaskCounts: Hashable, Sendable {
    package var open: Int
    /// Those of them that are due, whatever they wait for.
    package var due: Int
    /// When the first of them is, or was, due.
    package var firstDue: WallTime

    package init(open: Int, due: Int, firstDue: WallTime) {
        self.open = open
        self.due = due
        self.firstDue = firstDue
    }
}

/// A task as it is written down.
package struct StoredTask: Hashable, Sendable {
    package var id: TaskID
    package var dialer: DialerID
    package var number: CustomerNumber
    package var due: WallTime
    package var responsible: OperatorID?
    package var group: GroupID?
    package var source: TaskSource
    package var openedAt: WallTime
    package var updatedAt: WallTime
    package var stage: StickyStage
    package var attempts: Int
    /// Who has an attempt of it under way.
    package var claimedBy: OperatorID?
    /// `nil`: it is open.
    package var result: TaskResult?
    package var closedAt: WallTime?

    package init(
        id: TaskID, dialer: DialerID, number: CustomerNumber, due: WallTime, responsible: OperatorID? = nil,
        group: GroupID? = nil, source: TaskSource, openedAt: WallTime, updatedAt: WallTime, stage: StickyStage = .own,
        attempts: Int = 0, claimedBy: OperatorID? = nil, result: TaskResult? = nil, closedAt: WallTime? = nil
    ) {
        self.id = id
        self.dialer = dialer
        self.number = number
        self.due = due
        self.responsible = responsible
        self.group = group
        self.source = source
        self.openedAt = openedAt
        self.updatedAt = updatedAt
        self.stage = stage
        self.attempts = attempts
        self.claimedBy = claimedBy
        self.result = result
        self.closedAt = closedAt
    }
}

/// Which rows of the attempts log are wanted; `nil` leaves a column free.
package struct AttemptFilter: Hashable, Sendable {
    package var task: TaskID?
    package var `operator`: OperatorID?
    package var dialer: DialerID?
    package var number: CustomerNumber?
    /// Attempts that began, and waits that expired, in it.
    package var period: Period?
    package var after: PageCursor?
    /// 1…10,000.
    package var limit: Int

    package init(limit: Int = 100) {
        self.limit = limit
    }
}

/// A row of the attempts log: an attempt, or a responsible wait that expired (product.md section 6).
package struct StoredAttempt: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case attempt(Int, AttemptOutcome)
        case responsibleWaitExpired
    }

    package var kind: Kind
    package var task: TaskID
    /// `nil` for a wait of a task that is not written down.
    package var dialer: DialerID?
    package var number: CustomerNumber?
    package var `operator`: OperatorID
    package var call: CallID?
    /// The SIP status with which the customer's network ended the dial.
    package var status: Int?
    package var began: WallTime
    package var dialledAt: WallTime?
    package var rangAt: WallTime?
    package var answeredAt: WallTime?
    package var endedAt: WallTime

    package init(
        kind: Kind, task: TaskID, dialer: DialerID? = nil, number: CustomerNumber? = nil, operator: OperatorID,
        call: CallID? = nil, status: Int? = nil, began: WallTime, dialledAt: WallTime? = nil, rangAt: WallTime? = nil,
        answeredAt: WallTime? = nil, endedAt: WallTime
    ) {
        self.kind = kind
        self.task = task
        self.dialer = dialer
        self.number = number
        self.operator = `operator`
        self.call = call
        self.status = status
        self.began = began
        self.dialledAt = dialledAt
        self.rangAt = rangAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
    }
}
