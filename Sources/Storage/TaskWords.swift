package import Routing

// How a task's source and result are called outside the program.

extension TaskSource {
    /// As in the database, in exports and in the API.
    package var word: String {
        switch self {
        case .lostCall: "lost_call"
        case .customer: "customer"
        case .hangUp: "hang_up"
        case .form: "form"
        case .click: "click"
        case .importFile: "import"
        case .program: "program"
        }
    }

    /// The call in which the customer was lost, or asked for it.
    package var call: CallID? {
        switch self {
        case .lostCall(let call), .customer(let call), .hangUp(let call): call
        case .form, .click, .importFile, .program: nil
        }
    }

    var `operator`: OperatorID? {
        switch self {
        case .click(let name): name
        case .lostCall, .customer, .hangUp, .form, .importFile, .program: nil
        }
    }

    /// `nil`: the columns do not belong together.
    init?(word: String, call: CallID?, operator: OperatorID?) {
        switch (word, call, `operator`) {
        case ("lost_call", let call?, _): self = .lostCall(call)
        case ("customer", let call?, _): self = .customer(call)
        case ("hang_up", let call?, _): self = .hangUp(call)
        case ("form", _, _): self = .form
        case ("click", _, let name?): self = .click(name)
        case ("import", _, _): self = .importFile
        case ("program", _, _): self = .program
        default: return nil
        }
    }
}

extension TaskResult {
    /// As in the database, in exports and in the API.
    package var word: String {
        switch self {
        case .resolved: "resolved"
        case .cancelled: "cancelled"
        case .givenUp: "given_up"
        case .handedToCRM: "handed_to_crm"
        case .merged: "merged"
        }
    }

    /// The call that resolved it, the outcome with which it was given up, or the task that it became part of.
    package var detail: String? {
        switch self {
        case .resolved(let call): call.description
        case .givenUp(let outcome): outcome.rawValue
        case .merged(let task): task.description
        case .cancelled, .handedToCRM: nil
        }
    }

    var call: CallID? {
        guard case .resolved(let call) = self else { return nil }
        return call
    }

    var outcome: AttemptOutcome? {
        guard case .givenUp(let outcome) = self else { return nil }
        return outcome
    }

    var task: TaskID? {
        guard case .merged(let task) = self else { return nil }
        return task
    }

    /// `nil`: the columns do not belong together.
    init?(word: String, call: CallID?, outcome: AttemptOutcome?, task: TaskID?) {
        switch (word, call, outcome, task) {
        case ("resolved", let call?, _, _): self = .resolved(by: call)
        case ("cancelled", _, _, _): self = .cancelled
        case ("given_up", _, let outcome?, _): self = .givenUp(outcome)
        case ("handed_to_crm", _, _, _): self = .handedToCRM
        case ("merged", _, _, let task?): self = .merged(into: task)
        default: return nil
        }
    }
}
