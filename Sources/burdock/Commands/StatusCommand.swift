import ArgumentParser
import ControlAPI

/// `burdock status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows the server in a few figures.")

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.ask(.get("status"), StatusDTO.self) { Self.render($0, color: Terminal.colorsOutput) }
    }

    static func render(_ status: StatusDTO, color: Bool) -> String {
        let started = LocalTime(status.startedAt)
        var lines = [
            Style.bold.apply(to: "Burdock \(status.version.printable)", color: color)
                + "  up \(Texts.duration(status.uptimeSeconds)), since \(started.day) \(started.clock) \(started.zone)"
        ]
        if status.draining {
            lines.append(Style.yellow.apply(to: "draining: running calls go on, new ones are refused", color: color))
        }
        let people = status.operators
        func line(_ title: String, _ text: String) {
            lines.append("  " + title.padding(to: 11) + text.fitted(into: Terminal.columns - 13))
        }
        let listeners = status.listeners.isEmpty ? "nowhere" : status.listeners.joined(separator: ", ").printable
        for (index, text) in Texts.wrapped(listeners, columns: Terminal.columns - 13).enumerated() {
            line(index == 0 ? "listening" : "", text)
        }
        line(
            "calls",
            "\(status.calls.waiting) waiting   \(status.calls.talking) talking   \(status.calls.held) on hold")
        line(
            "operators",
            "\(people.ready) ready   \(people.busy) busy   \(people.wrapUp) wrap-up   \(people.paused) paused   "
                + "\(people.offline) offline")
        line("phones", "\(people.registered) of \(people.total) registered")
        line("RTP ports", "\(Texts.count(status.rtpPorts.inUse)) of \(Texts.count(status.rtpPorts.total)) in use")
        line("database", status.database.printable)
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// With spaces behind, so many columns wide.
    func padding(to columns: Int) -> String {
        self + String(repeating: " ", count: max(columns - displayWidth, 0))
    }
}
