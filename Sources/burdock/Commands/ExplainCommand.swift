import ArgumentParser
import ControlAPI

/// `burdock explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tells in plain words why a call went where it went.",
        discussion: "burdock explain 1B2XK7   (burdock call list shows the ids)")

    @Argument(help: "The call's id.")
    var call: String

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.ask(.get("calls", call, "explain"), ExplanationDTO.self) {
            Self.render($0, color: Terminal.colorsOutput)
        }
    }

    static func render(_ explanation: ExplanationDTO, color: Bool) -> String {
        var lines = header(explanation, color: color)
        guard let first = explanation.story.first, let last = explanation.story.last else {
            return (lines + ["  Nothing was written down about it."]).joined(separator: "\n")
        }
        let start = LocalTime(first.at)
        lines.append(Style.dim.apply(to: "times are \(start.zone), \(start.day)", color: color))
        let indent = start.preciseClock.count + 2
        for line in explanation.story {
            let isDecision = line.kind == "decision"
            let text = Texts.wrapped((isDecision ? "→ " : "") + line.text, columns: Terminal.columns - indent)
            for (index, part) in text.enumerated() {
                let before =
                    index == 0
                    ? LocalTime(line.at).preciseClock.padding(to: indent) : String(repeating: " ", count: indent)
                lines.append(before + (isDecision ? Style.bold : .plain).apply(to: part, color: color))
            }
        }
        if explanation.live != nil {
            lines.append(
                Style.green.apply(to: "the call is up; last news at \(LocalTime(last.at).clock)", color: color))
        }
        return lines.joined(separator: "\n")
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
