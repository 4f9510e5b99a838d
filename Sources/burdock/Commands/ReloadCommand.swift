import ArgumentParser
import ControlAPI
import Settings

/// `burdock reload`: the changed configuration is taken over, or it is said why not.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Takes a changed configuration over while calls run.",
        discussion: """
            All of it or, if there is any error in it, nothing. Lists of numbers and sounds are read again too. What
            cannot be changed while calls run (addresses and ports) is named, and waits for a restart. kill -HUP does
            the same, and the server's log says what has changed.
            """
    )

    @OptionGroup var options: ClientOptions

    @Flag(help: "Only say what would change.")
    var dryRun = false

    func run() async throws {
        let request = try ControlRequest.post("reload", body: ReloadRequestDTO(dryRun: dryRun))
        let report = try await options.ask(request, ReloadDTO.self) { Self.render($0, color: Terminal.colorsOutput) }
        if report.outcome == .refused { throw ExitCode.failure }
    }

    static func render(_ report: ReloadDTO, color: Bool) -> String {
        let findings = report.findings.map { finding in
            let place = finding.line > 0 ? "\(finding.file):\(finding.line):\(finding.column)" : finding.file
            let kind =
                finding.isError
                ? Style.red.apply(to: "error:", color: color) : Style.yellow.apply(to: "warning:", color: color)
            return "\(place.printable): \(kind) \(finding.message.printable)"
                + (finding.next.map { "\n  \($0.printable)" } ?? "")
        }
        let changes = report.changes.map { change in
            style(of: change).apply(to: "\(ConfigurationChange(change))".printable, color: color)
        }
        return (findings + changes + [summary(of: report)]).joined(separator: "\n")
    }

    private static func style(of change: ReloadDTO.Change) -> Style {
        if change.needsRestart { return .yellow }
        return change.old == nil ? .green : change.new == nil ? .red : .plain
    }

    private static func summary(of report: ReloadDTO) -> String {
        let file = report.configuration.printable
        let waiting = report.changes.count { $0.needsRestart }
        switch report.outcome {
        case .refused:
            return "nothing was changed; mend it, then see: burdock check \(file)"
        case .checked where report.changes.isEmpty, .applied where report.changes.isEmpty:
            return "\(file): no key has changed; lists and sounds are read anew all the same"
        case .checked:
            return "\(count(report.changes.count - waiting)) would be taken over" + restart(waiting)
        case .applied:
            let secrets =
                report.newSecrets.isEmpty
                ? "" : "; new secrets in secrets.yaml: \(report.newSecrets.joined(separator: ", ").printable)"
            return "\(count(report.changes.count - waiting)) taken over" + restart(waiting) + secrets
        }
    }

    private static func count(_ changes: Int) -> String { "\(changes) change\(changes == 1 ? "" : "s")" }

    private static func restart(_ waiting: Int) -> String {
        waiting == 0 ? "" : "; \(count(waiting)) need\(waiting == 1 ? "s" : "") a restart"
    }
}
