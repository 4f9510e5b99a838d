import ArgumentParser
import ControlAPI

/// `burdock queue …`
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Shows queues, who waits in them and who works them.",
        subcommands: [Show.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows all queues, or one with its operators and callers.",
            discussion: "burdock queue show sales")

        @Argument(help: "The queue; without it all are listed.")
        var name: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let color = Terminal.colorsOutput
            if let name {
                try await options.ask(.get("queues", name), QueueDetailDTO.self) {
                    QueueRendering.detail($0, color: color)
                }
            } else {
                try await options.ask(.get("queues"), QueueListDTO.self) { QueueRendering.list($0, color: color) }
            }
        }
    }
}

enum QueueRendering {
    static func list(_ list: QueueListDTO, color: Bool) -> String {
        guard !list.queues.isEmpty else {
            return "There are no queues. Add one under \"queues:\" in the configuration; burdock check helps."
        }
        var table = Table([
            .flexible("queue"), .fixed(""), .number("waiting"), .number("longest"), .number("talking"),
            .number("held"), .number("ready"), .number("entered"), .number("answered"), .number("lost"),
        ])
        for queue in list.queues {
            table.add(
                Cell(queue.name, .bold), queue.vip ? Cell("VIP", .magenta) : "",
                Cell(Texts.count(queue.waiting), queue.waiting > 0 ? .yellow : .plain),
                Cell(queue.longestWaitSeconds.map(Texts.duration) ?? "-"), Cell(Texts.count(queue.talking)),
                Cell(Texts.count(queue.held)),
                Cell(
                    "\(queue.operators.ready) of \(queue.operators.total)",
                    queue.operators.ready > 0 ? .green : .plain),
                Cell(Texts.count(queue.entered)), Cell(Texts.count(queue.answered)), Cell(Texts.count(queue.lost)))
        }
        return table.render(width: Terminal.columns, color: color)
    }

    static func detail(_ detail: QueueDetailDTO, color: Bool) -> String {
        [header(detail.queue, color: color), members(detail, color: color), callers(detail, color: color)]
            .joined(separator: "\n")
    }

    private static func header(_ queue: QueueDTO, color: Bool) -> String {
        let longest = queue.longestWaitSeconds.map { "longest \(Texts.duration($0)), " } ?? ""
        let parts = [
            queue.vip ? Style.magenta.apply(to: "VIP", color: color) : nil,
            "\(Texts.count(queue.waiting)) waiting (\(longest)max \(Texts.count(queue.maxLength)))",
            queue.strategy.printable,
            "answered \(Texts.count(queue.answered))  lost \(Texts.count(queue.lost))",
        ]
        return Style.bold.apply(to: queue.name.printable, color: color) + "   "
            + parts.compactMap(\.self).joined(separator: "   ")
    }

    private static func members(_ detail: QueueDetailDTO, color: Bool) -> String {
        guard !detail.members.isEmpty else {
            return "  No operator is assigned to it. Add some under \"assignments:\" in the configuration."
        }
        var table = Table([
            .flexible("operators", least: 10), .flexible("state", least: 9), .number("since"), .number("prio"),
            .number("calls"), .fixed("now"),
        ])
        for member in detail.members {
            let one = member.operator
            table.add(
                Cell(one.name), one.stateCell, Cell(Texts.duration(one.stateSeconds)), Cell("\(member.priority)"),
                Cell(Texts.count(one.calls)), Cell(one.occupationInShort))
        }
        return table.render(width: Terminal.columns, color: color, indent: 2)
    }

    private static func callers(_ detail: QueueDetailDTO, color: Bool) -> String {
        guard !detail.callers.isEmpty else { return "  Nobody is in it." }
        return LiveCallRendering.table(detail.callers, showQueue: false, title: "callers")
            .render(width: Terminal.columns, color: color, indent: 2)
    }
}

typealias Cell = Table.Cell
