import ArgumentParser
import ControlAPI

/// `burdock explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells in plain words why a call went where it went, or why an operator gets no calls.",
        discussion: """
            burdock explain 1B2XK7                        (burdock call list shows the ids)
            burdock explain --operator anna --since 10m
            """)

    @Argument(help: "The call's id.")
    var call: String?

    @Option(help: ArgumentHelp("An operator instead of a call.", valueName: "name"))
    var `operator`: String?

    @Option(help: ArgumentHelp("With --operator: how far back to tell. Default 10m.", valueName: "when"))
    var since: String?

    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard (call == nil) != (`operator` == nil) else {
            throw ValidationError("Name either a call's id or --operator NAME")
        }
        guard since == nil || `operator` != nil else {
            throw ValidationError("--since goes with --operator: a call is told from its beginning")
        }
    }

    func run() async throws {
        if let name = `operator` {
            let query = [("since", since)]
            try await options.ask(
                .get("operators", name, "explain", query: query), OperatorExplanationDTO.self
            ) {
                Self.render($0, color: Terminal.colorsOutput)
            }
        }
        guard let call else { return }
        try await options.ask(.get("calls", call, "explain"), ExplanationDTO.self) {
            Self.render($0, color: Terminal.colorsOutput)
        }
    }

    static func render(_ explanation: ExplanationDTO, color: Bool) -> String {
        var lines = header(explanation, color: color)
        guard let first = explanation.story.first, let last = explanation.story.last else {
            return (lines + ["  Nothing was written down about it."]).joined(separator: "\n")
        }
        lines += told(explanation.story, from: first.at, color: color)
        if explanation.live != nil {
            lines.append(
                Style.green.apply(to: "the call is up; last news at \(LocalTime(last.at).clock)", color: color))
        }
        if let candidates = explanation.candidates, !candidates.isEmpty {
            lines.append("who could take it:")
            lines += candidates.map { "  \($0.operator.printable): \($0.obstacle?.printable ?? "ready for it")" }
        }
        return lines.joined(separator: "\n")
    }

    static func render(_ explanation: OperatorExplanationDTO, color: Bool) -> String {
        var lines = explanation.standing.enumerated().flatMap { index, line in
            let indent = index == 0 ? "" : "  "
            return Texts.wrapped(line.printable, columns: Terminal.columns - indent.count).map { indent + $0 }
        }
        let since = LocalTime(explanation.since)
        guard let first = explanation.story.first else {
            return (lines + ["Nothing happened since \(since.day) \(since.clock)."]).joined(separator: "\n")
        }
        lines += told(explanation.story, from: first.at, color: color)
        return lines.joined(separator: "\n")
    }

    private static func told(_ story: [ExplanationDTO.Line], from first: Timestamp, color: Bool) -> [String] {
        let start = LocalTime(first)
        var lines = [Style.dim.apply(to: "times are \(start.zone), \(start.day)", color: color)]
        let indent = start.preciseClock.count + 2
        for line in story {
            let isDecision = line.kind == "decision"
            let text = Texts.wrapped((isDecision ? "→ " : "") + line.text, columns: Terminal.columns - indent)
            for (index, part) in text.enumerated() {
                let before =
                    index == 0
                    ? LocalTime(line.at).preciseClock.padding(to: indent) : String(repeating: " ", count: indent)
                lines.append(before + (isDecision ? Style.bold : .plain).apply(to: part, color: color))
            }
        }
        return lines
    }

    private static func header(_ explanation: ExplanationDTO, color: Bool) -> [String] {
        let title = "call " + Style.bold.apply(to: explanation.call.printable, color: color)
        if let record = explanation.record {
            return [title + whom(record.number, record.name, vip: record.vip)] + summary(record).map { "  " + $0 }
        }
        if let live = explanation.live {
            return [title + whom(live.number, live.name, vip: live.vip), "  queue \(live.queue.printable)"]
        }
        return [title]
    }

    private static func whom(_ number: String?, _ name: String?, vip: Bool) -> String {
        let name = name.map { " (\($0.printable.fitted(into: 24)))" } ?? ""
        return "   " + Texts.shortened(number) + name + (vip ? "   VIP" : "")
    }

    private static func summary(_ record: CallDTO) -> [String] {
        let arrived = LocalTime(record.arrivedAt)
        var parts = [
            "line \(record.line)", "queue \(record.queue)", "arrived \(arrived.day) \(arrived.clock)",
            "waited \(Texts.duration(record.waitSeconds))",
        ]
        if record.talkSeconds > 0 {
            let whom = record.operator.map { " with \($0.printable)" } ?? ""
            parts.append("talked \(Texts.duration(record.talkSeconds))\(whom)")
        }
        if record.heldSeconds > 0 { parts.append("on hold \(Texts.duration(record.heldSeconds))") }
        if record.outcome != "answered" {
            parts.append(record.outcome.replacing("_", with: " ").printable)
        }
        if record.interrupted { parts.append("interrupted a conversation") }
        if record.wasInterrupted { parts.append("was interrupted by a VIP call") }
        if let side = record.endedBy { parts.append("ended by the \(side.printable)") }
        return Texts.wrapped(parts.joined(separator: ", "), columns: Terminal.columns - 2)
    }
}
