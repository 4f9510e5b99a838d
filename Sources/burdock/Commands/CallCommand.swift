import ArgumentParser
import ControlAPI

/// `burdock call …`
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Lists calls: those that are over, or those that are up.",
        subcommands: [List.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the newest calls of the log, or the calls that are up.",
            discussion: """
                burdock call list --live                      what goes on now
                burdock call list --interrupted --since 1d    VIP calls that interrupted somebody today
                """)

        @Flag(help: "Calls that are up, longest first.")
        var live = false

        @Flag(help: "Only VIP calls.")
        var vip = false

        @Flag(help: "Only VIP calls that interrupted a conversation.")
        var interrupted = false

        @Option(help: ArgumentHelp("Only calls of this queue.", valueName: "name"))
        var queue: String?

        @Option(help: ArgumentHelp("Only calls that reached or rang this operator.", valueName: "name"))
        var `operator`: String?

        @Option(
            help: ArgumentHelp("Only calls that arrived since: 10m, 2h, 7d or 2026-11-21T09:00:00Z.", valueName: "time")
        )
        var since: String?

        @Option(help: "So many calls at most, 1 to 10000.")
        var limit = 25

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let color = Terminal.colorsOutput
            let request = ControlRequest.get(
                "calls",
                query: [
                    ("live", live ? "true" : nil), ("vip", vip ? "true" : nil),
                    ("interrupted", interrupted ? "true" : nil), ("queue", queue), ("operator", `operator`),
                    ("since", since), ("limit", String(limit)),
                ])
            if live {
                try await options.ask(request, LiveCallListDTO.self) { LiveCallRendering.list($0, color: color) }
            } else {
                let isFiltered = vip || interrupted || queue != nil || `operator` != nil || since != nil
                try await options.ask(request, CallListDTO.self) {
                    CallLogRendering.list($0, filtered: isFiltered, now: .now, color: color)
                }
            }
        }
    }
}

enum CallLogRendering {
    static func list(_ list: CallListDTO, filtered: Bool, now: Timestamp, color: Bool) -> String {
        guard !list.calls.isEmpty else {
            return filtered
                ? "No call matches. Look further back (--since 30d), or leave out a condition."
                : "The log is empty: no call has ended yet. \"burdock call list --live\" shows those that are up."
        }
        let today = LocalTime(now)
        var table = Table([
            .fixed("arrived"), .fixed("call"), .fixed("customer"), .flexible("queue", least: 5), .fixed(""),
            .number("wait"),
            .number("talk"), .flexible("result", least: 9),
        ])
        for call in list.calls {
            table.add(
                Cell(LocalTime(call.arrivedAt).relative(to: today)), Cell(call.call, .bold),
                Cell(Texts.shortened(call.number)), Cell(call.queue), mark(call),
                Cell(Texts.duration(call.waitSeconds)),
                Cell(call.talkSeconds > 0 ? Texts.duration(call.talkSeconds) : "-"), result(call))
        }
        let text = table.render(width: Terminal.columns, color: color)
        return list.calls.contains(where: \.interrupted) ? text + "\nVIP*: interrupted a conversation" : text
    }

    private static func mark(_ call: CallDTO) -> Cell {
        if call.interrupted { return Cell("VIP*", .magenta) }
        return call.vip ? Cell("VIP", .magenta) : ""
    }

    /// Who talked to the customer, or why nobody did.
    private static func result(_ call: CallDTO) -> Cell {
        switch call.outcome {
        case "answered": Cell(call.operator ?? "answered")
        case "abandoned": Cell("abandoned", .yellow)
        case "lost_on_hold": Cell("lost on hold", .red)
        case "timed_out": Cell("timed out", .yellow)
        case "refused": Cell("refused" + (call.status.map { " \($0)" } ?? ""), .dim)
        case "lost_by_restart": Cell("cut by restart", .red)
        default: Cell(call.outcome)
        }
    }
}

enum LiveCallRendering {
    static func list(_ list: LiveCallListDTO, color: Bool) -> String {
        guard !list.calls.isEmpty else {
            return "No call is up. \"burdock call list\" shows those that are over."
        }
        return table(list.calls, showQueue: true, title: "customer").render(width: Terminal.columns, color: color)
    }

    /// - Parameter title: of the first column.
    static func table(_ calls: [LiveCallDTO], showQueue: Bool, title: String) -> Table {
        var table = Table([
            .fixed(title), .fixed("call"), .flexible(showQueue ? "queue" : ""), .fixed("class"), .number("total"),
            .number("now"), .flexible("state", least: 12),
        ])
        for call in calls {
            table.add(
                Cell(Texts.shortened(call.number)), Cell(call.call, .bold), Cell(showQueue ? call.queue : ""),
                call.vip ? Cell("VIP", .magenta) : "normal", Cell(Texts.duration(call.seconds)),
                Cell(Texts.duration(call.stateSeconds)), state(call))
        }
        return table
    }

    private static func state(_ call: LiveCallDTO) -> Cell {
        let names = call.operators.joined(separator: ", ")
        return switch call.state {
        case .waiting: Cell(waiting(call), .yellow)
        case .ringing: Cell("rings \(names)", .yellow)
        case .interrupting: Cell("interrupts \(names)", .magenta)
        case .talking: Cell("talks to \(names)", .green)
        case .held: Cell("held by \(names)", .yellow)
        case .leaving: Cell("leaving", .dim)
        case .inScenario: Cell("in the menu", .yellow)
        case .dialling: Cell("dialled by \(names)", .yellow)
        }
    }

    /// Whom the call waits for (product.md section 3).
    private static func waiting(_ call: LiveCallDTO) -> String {
        switch (call.stage, call.ownOperator) {
        case ("own", let own?): "waits for \(own)"
        case ("group", let own?): "waits for \(own)'s group"
        case (_, let own?): "waits, \(own) first if free"
        case (_, nil): "waits"
        }
    }
}
