import ArgumentParser
import ControlAPI

/// `burdock dialer …`
struct DialerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialer", abstract: "Shows dialers, what they have to do and who works them.",
        subcommands: [List.self, Show.self, Pause.self, Resume.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists all dialers.")

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.ask(.get("dialers"), DialerListDTO.self) {
                DialerRendering.list($0, now: .now, color: Terminal.colorsOutput)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows one dialer with its operators.",
            discussion: "burdock dialer show back")

        @Argument(help: "The dialer.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.ask(.get("dialers", name), DialerDetailDTO.self) {
                DialerRendering.detail($0, now: .now, color: Terminal.colorsOutput)
            }
        }
    }
}

extension DialerCommand {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Nothing new of the dialer begins until it is resumed.",
            discussion: """
                Attempts that have begun are brought to their end; nobody's responsible wait runs out meanwhile.

                burdock dialer pause back --reason holiday
                """)

        @Argument(help: "The dialer.")
        var name: String

        @Option(help: "Why, in a word or two; shown to supervisors.")
        var reason: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.wish(DialerWishDTO(wish: .paused, reason: reason), of: name)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "The dialer goes on.", discussion: "burdock dialer resume back")

        @Argument(help: "The dialer.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.wish(DialerWishDTO(wish: .running), of: name)
        }
    }
}

extension ClientOptions {
    fileprivate func wish(_ wish: DialerWishDTO, of name: String) async throws {
        try await ask(.post("dialers", name, "wish", body: wish), DialerDetailDTO.self) {
            DialerRendering.detail($0, now: .now, color: Terminal.colorsOutput)
        }
    }
}

enum DialerRendering {
    static func list(_ list: DialerListDTO, now: Timestamp, color: Bool) -> String {
        guard !list.dialers.isEmpty else {
            return "There are no dialers. Add one under \"dialers:\" in the configuration; burdock check helps."
        }
        let today = LocalTime(now)
        var table = Table([
            .flexible("dialer"), .fixed("mode"), .number("open"), .number("due"), .number("busy"), .number("ready"),
            .fixed("first due"),
        ])
        for dialer in list.dialers {
            table.add(
                Cell(dialer.name, .bold), dialer.paused ? Cell("paused", .yellow) : Cell(dialer.mode.rawValue),
                Cell(Texts.count(dialer.open)),
                Cell(Texts.count(dialer.due), dialer.due > 0 ? .yellow : .plain),
                Cell(Texts.count(dialer.inProgress), dialer.inProgress > 0 ? .green : .plain),
                Cell("\(dialer.operators.ready) of \(dialer.operators.total)"),
                Cell(dialer.firstDue.map { LocalTime($0).relative(to: today) } ?? "-"))
        }
        return table.render(width: Terminal.columns, color: color)
    }

    static func detail(_ detail: DialerDetailDTO, now: Timestamp, color: Bool) -> String {
        let dialer = detail.dialer
        let first = dialer.firstDue.map { ", the first at \(LocalTime($0).relative(to: LocalTime(now)))" } ?? ""
        let tasks = "\(Texts.count(dialer.open, "task")), \(Texts.count(dialer.due)) due\(first)"
        let lines = [
            Style.bold.apply(to: dialer.name.printable, color: color) + "   \(dialer.mode.rawValue)"
                + (dialer.paused ? ", paused" + (dialer.reason.map { " (\($0.printable))" } ?? "") : ""),
            "  \(tasks); \(Texts.count(dialer.inProgress)) in progress",
            "  wrap-up and hold audio of queue " + dialer.rulesOf.printable,
        ]
        guard !detail.members.isEmpty else {
            return (lines + ["  Nobody works it. Add some to its \"operators\" in the configuration."])
                .joined(separator: "\n")
        }
        var table = Table([
            .flexible("operators", least: 10), .flexible("state", least: 9), .number("since"), .number("prio"),
            .number("calls"), .fixed("now"), .fixed(""),
        ])
        for member in detail.members {
            let one = member.operator
            table.add(
                Cell(one.name), one.stateCell, Cell(Texts.duration(one.stateSeconds)), Cell("\(member.priority)"),
                Cell(Texts.count(one.calls)), Cell(one.occupationInShort), Cell(member.isBusyHere ? "task" : "", .green)
            )
        }
        return (lines + [table.render(width: Terminal.columns, color: color, indent: 2)]).joined(separator: "\n")
    }
}
