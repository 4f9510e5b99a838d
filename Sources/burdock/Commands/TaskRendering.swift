import ControlAPI
import Routing

/// Tasks as people read them.
enum TaskRendering {
    static func list(_ list: TaskListDTO, filtered: Bool, now: Timestamp, color: Bool) -> String {
        guard !list.tasks.isEmpty else {
            return filtered
                ? "No task matches. \"burdock task list --state all\" shows all of them."
                : "There are no tasks. \"burdock task add\" asks for a customer to be called."
        }
        let today = LocalTime(now)
        var table = Table([
            .fixed("due"), .fixed("task"), .fixed("customer"), .flexible("dialer"), .flexible("for", least: 6),
            .number("tries"), .flexible("state", least: 9),
        ])
        for task in list.tasks {
            table.add(
                Cell(LocalTime(task.due).relative(to: today)), Cell(task.task, .bold),
                Cell(Texts.shortened(task.number)), Cell(task.dialer), Cell(owner(task)), Cell("\(task.attempts)"),
                state(task, now: now))
        }
        let text = table.render(width: Terminal.columns, color: color)
        guard let next = list.next else { return text }
        return text + "\nThere are more: --cursor \(next.printable)"
    }

    private static func owner(_ task: TaskDTO) -> String { task.responsible ?? task.group ?? "anyone" }

    private static func state(_ task: TaskDTO, now: Timestamp) -> Cell {
        if let result = task.result { return Cell(words(result, task), result == "resolved" ? .green : .dim) }
        if let name = task.operator { return Cell("with \(name)", .green) }
        guard task.due > now else {
            let released = task.stage == "own" ? "" : task.stage == "group" ? ", for the group" : ", for anyone"
            return Cell("due" + released, .yellow)
        }
        return Cell("later")
    }

    private static func words(_ result: String, _ task: TaskDTO) -> String {
        switch result {
        case "given_up": "given up" + (task.resultDetail.map { ": \($0)" } ?? "")
        case "handed_to_crm": "with the CRM"
        case "merged": "merged into " + (task.resultDetail ?? "another")
        default: result
        }
    }

    // MARK: - One task

    static func detail(_ detail: TaskDetailDTO, now: Timestamp, color: Bool) -> String {
        let task = detail.task
        let today = LocalTime(now)
        func moment(_ timestamp: Timestamp) -> String { LocalTime(timestamp).relative(to: today) }
        let state = Self.state(task, now: now)
        var lines = [
            Style.bold.apply(to: task.task.printable, color: color) + "   \(Texts.shortened(task.number))   "
                + state.style.apply(to: state.text, color: color)
        ]
        func line(_ title: String, _ text: String) {
            for (index, part) in Texts.wrapped(text, columns: Terminal.columns - 11).enumerated() {
                lines.append("  " + (index == 0 ? title : "").padding(to: 9) + part)
            }
        }
        line("dialer", task.dialer)
        line("due", moment(task.due))
        line("for", owner(task) + (task.responsible == nil ? "" : task.group.map { ", then group \($0)" } ?? ""))
        for (index, text) in (detail.card?.lines ?? []).enumerated() { line(index == 0 ? "card" : "", text) }
        line("from", source(task) + ", asked for " + moment(task.updatedAt))
        if let going = detail.now { line("now", words(going, moment)) }
        if let closed = task.closedAt {
            line("closed", moment(closed) + (task.result == "resolved" ? resolved(task) : ""))
        }
        guard !detail.attempts.isEmpty else {
            return (lines + ["  Nobody has tried to call yet."]).joined(separator: "\n")
        }
        return (lines + [attempts(detail.attempts, moment, color: color)]).joined(separator: "\n")
    }

    private static func resolved(_ task: TaskDTO) -> String { task.resultDetail.map { " by call \($0)" } ?? "" }

    private static func source(_ task: TaskDTO) -> String {
        let call = task.sourceCall.map { " \($0)" } ?? ""
        return switch task.source {
        case "lost_call": "the lost call" + call
        case "customer": "the customer, in call" + call
        case "form": "a form"
        case "click": "the desk"
        case "import": "an import"
        case "program": "a program"
        default: task.source
        }
    }

    private static func words(_ now: TaskDetailDTO.Now, _ moment: (Timestamp) -> String) -> String {
        let name = now.operator ?? "an operator"
        let until = now.until.map { " until " + moment($0) } ?? ""
        return switch now.state {
        case .scheduled: "waits" + until
        case .waiting:
            switch now.stage {
            case "own": "waits for its responsible" + until
            case "group": "waits for their group" + until
            default: "waits for anyone" + until
            }
        case .numberInUse: "waits, because somebody talks with or dials the customer just now"
        case .previewing: "\(name) looks at it"
        case .ringing: "\(name)'s phone is called"
        case .dialling: "\(name) has the customer called"
        case .talking: "\(name) talks with the customer"
        case .pending: "is being looked up or written down"
        case .parked: "rests: its dialer is not configured"
        }
    }

    private static func attempts(
        _ attempts: [TaskDetailDTO.Attempt], _ moment: (Timestamp) -> String, color: Bool
    ) -> String {
        var table = Table([
            .number("try"), .fixed("began"), .flexible("operator"), .flexible("outcome", least: 8), .number("SIP"),
            .number("rang"), .number("talked"), .fixed("call"),
        ])
        for attempt in attempts {
            table.add(
                Cell(attempt.number.map(String.init) ?? ""), Cell(moment(attempt.began)), Cell(attempt.operator),
                outcome(attempt), Cell(attempt.status.map(String.init) ?? ""),
                Cell(span(attempt.rangAt, attempt.answeredAt ?? attempt.endedAt)),
                Cell(span(attempt.answeredAt, attempt.endedAt)), Cell(attempt.call ?? ""))
        }
        return table.render(width: Terminal.columns, color: color, indent: 2)
    }

    private static func outcome(_ attempt: TaskDetailDTO.Attempt) -> Cell {
        guard let outcome = attempt.outcome else { return Cell("did not come", .dim) }
        return Cell(outcome, outcome == "ANSWER" ? .green : .yellow)
    }

    private static func span(_ from: Timestamp?, _ until: Timestamp) -> String {
        guard let from else { return "" }
        let (seconds, attoseconds) = until.wall.since(from.wall).components
        return Texts.duration(Double(seconds) + Double(attoseconds) / 1e18)
    }
}

extension TaskCardDTO {
    /// The name, then a field each; a value's line breaks become spaces.
    fileprivate var lines: [String] {
        let values = fields ?? [:]
        return (name.map { [$0] } ?? [])
            + names.map { name in
                let value = (values[name] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
                return "\(name): \(value)"
            }
    }
}
