import Foundation
import Routing

// How the values of a task are written in columns.

extension TaskID {
    /// SQLite's integers are signed: the same bits.
    var stored: Int64 { Int64(bitPattern: rawValue) }

    init(stored: Int64) {
        self.init(rawValue: UInt64(bitPattern: stored))
    }
}

extension TaskSource {
    var stored: String {
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

    var call: CallID? {
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
    init?(stored: String, call: CallID?, operator: OperatorID?) {
        switch (stored, call, `operator`) {
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
    var stored: String {
        switch self {
        case .resolved: "resolved"
        case .cancelled: "cancelled"
        case .givenUp: "given_up"
        case .handedToCRM: "handed_to_crm"
        case .merged: "merged"
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
    init?(stored: String, call: CallID?, outcome: AttemptOutcome?, task: TaskID?) {
        switch (stored, call, outcome, task) {
        case ("resolved", let call?, _, _): self = .resolved(by: call)
        case ("cancelled", _, _, _): self = .cancelled
        case ("given_up", _, let outcome?, _): self = .givenUp(outcome)
        case ("handed_to_crm", _, _, _): self = .handedToCRM
        case ("merged", _, _, let task?): self = .merged(into: task)
        default: return nil
        }
    }
}

extension TaskTries {
    /// An object of counts by outcome, in JSON; the keys in a fixed order.
    var stored: String {
        let counts = AttemptOutcome.allCases.filter { self[$0] != 0 }.map { "\"\($0.rawValue)\":\(self[$0])" }
        return "{\(counts.joined(separator: ","))}"
    }

    /// `nil`: it is no such object. Outcomes that this version does not know are left out.
    init?(stored: String) {
        self.init()
        guard stored != "{}" else { return }
        guard let counts = try? JSONDecoder().decode([String: Int].self, from: Data(stored.utf8)) else { return nil }
        for (name, count) in counts {
            guard let outcome = AttemptOutcome(rawValue: name) else { continue }
            self[outcome] = max(count, 0)
        }
    }
}

extension Duration {
    /// Saturates; never negative.
    var wholeMilliseconds: Int64 { max(wholeNanoseconds, 0) / 1_000_000 }
}
