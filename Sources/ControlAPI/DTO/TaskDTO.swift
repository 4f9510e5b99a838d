/// A task: one customer to be called (product.md section 6).
package struct TaskDTO: Codable, Hashable, Sendable {
    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case open, closed
    }

    package var task: String
    package var dialer: String
    /// E.164 with its plus sign.
    package var number: String
    package var state: State
    /// When the customer is, or was, to be called.
    package var due: Timestamp
    /// The operator whose task it is first.
    package var responsible: String?
    /// The skill group behind them.
    package var group: String?
    /// `lost_call`, `customer`, `hang_up`, `form`, `click`, `import` or `program`.
    package var source: String
    /// The call from which it comes.
    package var sourceCall: String?
    /// How far it has been released: `own`, `group` or `anyone`.
    package var stage: String
    /// Attempts that have begun.
    package var attempts: Int
    /// Who has an attempt of it under way.
    package var `operator`: String?
    package var openedAt: Timestamp
    /// When somebody last asked for it.
    package var updatedAt: Timestamp
    /// `resolved`, `cancelled`, `given_up`, `handed_to_crm` or `merged`; absent while it is open.
    package var result: String?
    /// The call that resolved it, the outcome with which it was given up, or the task that it became part of.
    package var resultDetail: String?
    package var closedAt: Timestamp?
}

/// `GET /v1/tasks`: tasks, the last due first.
package struct TaskListDTO: Codable, Hashable, Sendable {
    package var tasks: [TaskDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// `GET /v1/tasks/{id}`: a task with all that was done for it. Also the answer to whatever changes it.
package struct TaskDetailDTO: Codable, Hashable, Sendable {
    /// What goes on with an open task now.
    package struct Now: Codable, Hashable, Sendable {
        package enum State: String, Codable, Hashable, Sendable, CaseIterable {
            /// Not due yet, or outside of the calling hours.
            case scheduled
            /// Due, for whoever its stage allows.
            case waiting
            /// Due, and somebody talks with or dials the customer just now.
            case numberInUse = "number_in_use"
            case previewing, ringing, dialling, talking
            /// Something has to be looked up or written down first.
            case pending
            /// Its dialer is not configured.
            case parked
        }

        package var state: State
        /// Whose it is while it is attempted.
        package var `operator`: String?
        /// Who may have it while it waits: `own`, `group` or `anyone`.
        package var stage: String?
        /// When this ends if nothing happens; absent: it does not.
        package var until: Timestamp?
        /// The calling hours, as far as they are known: nobody dials before the one and from the other on.
        package var opens: Timestamp?
        package var closes: Timestamp?
    }

    /// A row of the attempts log.
    package struct Attempt: Codable, Hashable, Sendable {
        /// `attempt` or `responsible_wait_expired`.
        package var kind: String
        /// From 1; absent for a wait.
        package var number: Int?
        package var `operator`: String
        /// `ANSWER`, `NOANSWER`, `BUSY`, `CANCEL`, `DROP` or `FAILED`; absent for a wait.
        package var outcome: String?
        /// The SIP status with which the customer's network ended the dial, if it did.
        package var status: Int?
        package var call: String?
        package var began: Timestamp
        package var dialledAt: Timestamp?
        package var rangAt: Timestamp?
        package var answeredAt: Timestamp?
        package var endedAt: Timestamp
    }

    package var task: TaskDTO
    /// Absent once it is closed.
    package var now: Now?
    /// Newest first, at most 100.
    package var attempts: [Attempt]
    /// Absent if nothing was said about the customer.
    package var card: TaskCardDTO?
}

/// `POST /v1/tasks`: a customer to be called. If they have an open task in the dialer, that is updated.
package struct NewTaskDTO: Codable, Hashable, Sendable {
    package var dialer: String
    /// As people write it; the server brings it to E.164.
    package var number: String
    /// RFC 3339, or a span from now such as `2h`; absent: now.
    package var due: String?
    package var responsible: String?
    package var group: String?
    /// Absent: a card that the task has stays as it is.
    package var card: TaskCardDTO?

    package init(
        dialer: String, number: String, due: String? = nil, responsible: String? = nil, group: String? = nil,
        card: TaskCardDTO? = nil
    ) {
        self.dialer = dialer
        self.number = number
        self.due = due
        self.responsible = responsible
        self.group = group
        self.card = card
    }
}

/// `POST /v1/tasks/{id}/postpone`: puts the task off, or brings it forward.
package struct PostponementDTO: Codable, Hashable, Sendable {
    /// RFC 3339, or a span from now such as `2h`.
    package var due: String

    package init(due: String) {
        self.due = due
    }
}

/// `POST /v1/tasks/{id}/cancel`: `{}`.
package struct CancellationDTO: Codable, Hashable, Sendable {
    package init() {}
}

/// `POST /v1/tasks/{id}/start`, `…/preview/end` and `…/preview/skip`: who does it.
package struct TaskOperatorDTO: Codable, Hashable, Sendable {
    package var `operator`: String

    package init(operator: String) {
        self.operator = `operator`
    }
}

/// `GET /v1/attempts`: the attempts log, newest first.
package struct AttemptListDTO: Codable, Hashable, Sendable {
    package var attempts: [AttemptDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}

/// A row of the attempts log with the task it belongs to.
package struct AttemptDTO: Codable, Hashable, Sendable {
    package var task: String
    /// Absent for a wait of a task that is not kept any more.
    package var dialer: String?
    /// E.164 with its plus sign.
    package var customer: String?
    package var attempt: TaskDetailDTO.Attempt
}
