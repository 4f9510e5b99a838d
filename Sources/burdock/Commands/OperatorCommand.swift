import ArgumentParser
import ControlAPI

/// `burdock operator …`
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "Shows operators, and sets what they are ready for.",
        discussion: "burdock operator pause anna --reason lunch",
        subcommands: [Show.self, Ready.self, Pause.self, Off.self, Remind.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows all operators, or one in detail.")

        @Argument(help: "The operator; without it all are listed.")
        var name: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let color = Terminal.colorsOutput
            if let name {
                try await options.ask(.get("operators", name), OperatorDTO.self) {
                    OperatorRendering.detail($0, color: color)
                }
            } else {
                try await options.ask(.get("operators"), OperatorListDTO.self) {
                    OperatorRendering.list($0, color: color)
                }
            }
        }
    }

    struct Ready: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ready", abstract: "Calls may come to the operator from now on.")

        @Argument(help: "The operator.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.wish(WishDTO(wish: .ready), of: name)
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "No calls come to the operator until they are ready again.",
            discussion: "A running conversation goes on. burdock operator pause anna --reason lunch")

        @Argument(help: "The operator.")
        var name: String

        @Option(help: "Why, in a word or two; shown to supervisors and in reports.")
        var reason: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.wish(WishDTO(wish: .paused, reason: reason), of: name)
        }
    }

    struct Off: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "off", abstract: "The operator has gone: no calls, and none are kept for them.")

        @Argument(help: "The operator.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.wish(WishDTO(wish: .off), of: name)
        }
    }

    struct Remind: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remind", abstract: "Rings the operator to say how many requests wait for them.",
            discussion: "A key on their phone starts the first; see \"reminder\" in the configuration.")

        @Argument(help: "The operator.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.ask(.post("operators", name, "remind", body: [String: String]()), OperatorDTO.self) {
                "\($0.name.printable) is being rung"
            }
        }
    }
}

extension ClientOptions {
    fileprivate func wish(_ wish: WishDTO, of name: String) async throws {
        try await ask(.post("operators", name, "wish", body: wish), OperatorDTO.self) {
            OperatorRendering.wished($0, color: Terminal.colorsOutput)
        }
    }
}

enum OperatorRendering {
    static func list(_ list: OperatorListDTO, color: Bool) -> String {
        guard !list.operators.isEmpty else {
            return "There are no operators. Add some under \"operators:\" in the configuration; burdock check helps."
        }
        var table = Table([
            .flexible("operator"), .flexible("name", least: 8), .flexible("state", least: 9), .number("since"),
            .number("calls"), .number("missed"), .fixed("now"),
        ])
        for one in list.operators {
            table.add(
                Cell(one.id), Cell(one.name), one.stateCell, Cell(Texts.duration(one.stateSeconds)),
                Cell(Texts.count(one.calls)), one.missedInARow > 0 ? Cell("\(one.missedInARow)", .yellow) : "-",
                Cell(one.occupationInShort))
        }
        return table.render(width: Terminal.columns, color: color)
    }

    static func detail(_ one: OperatorDTO, color: Bool) -> String {
        let state = one.stateCell
        var lines = [
            Style.bold.apply(to: one.name.printable, color: color) + " (\(one.id.printable))   "
                + state.style.apply(to: state.text, color: color) + " for \(Texts.duration(one.stateSeconds))"
        ]
        func line(_ title: String, _ text: String) { lines.append("  " + title.padding(to: 9) + text) }
        if !one.occupation.isEmpty { line("now", one.occupation) }
        line("wants", one.wish.rawValue + (one.wish == .paused ? one.reason.map { " (\($0.printable))" } ?? "" : ""))
        line("phone", one.registered ? "registered" : "not registered: it cannot ring")
        line("calls", Texts.count(one.calls) + (one.missedInARow > 0 ? ", the last \(one.missedInARow) missed" : ""))
        guard !one.assignments.isEmpty else {
            return (lines + ["  No queue reaches them. Add them to the \"operators\" of one in the configuration."])
                .joined(separator: "\n")
        }
        var table = Table([.flexible("queue"), .number("priority")])
        for assignment in one.assignments { table.add(Cell(assignment.queue), Cell("\(assignment.priority)")) }
        lines.append(table.render(width: Terminal.columns, color: color, indent: 2))
        return lines.joined(separator: "\n")
    }

    /// What came of a wish: it may have to wait for the end of a conversation, or for a phone.
    static func wished(_ one: OperatorDTO, color: Bool) -> String {
        let state = one.stateCell
        var text = "\(one.name.printable): " + state.style.apply(to: state.text, color: color)
        switch (one.wish, one.state) {
        case (.paused, .ringing), (.paused, .talking), (.paused, .interrupted), (.paused, .wrapUp):
            text += "; paused as soon as that is over"
        case (.off, .ringing), (.off, .talking), (.off, .interrupted), (.off, .wrapUp):
            text += "; off as soon as that is over"
        case (.paused, .offline):
            text += "; still paused when their phone registers"
        case (.ready, .offline):
            text += "; ready as soon as their phone registers"
        default: break
        }
        return text
    }
}

extension OperatorDTO {
    var stateCell: Cell {
        switch state {
        case .offline: Cell("offline", .dim)
        case .ready: Cell("ready", .green)
        case .paused: Cell(reason.map { "pause: \($0)" } ?? "paused", .dim)
        case .ringing: Cell("ringing", .yellow)
        case .talking: Cell("talking")
        case .interrupted: Cell("with a VIP", .magenta)
        case .wrapUp: Cell("wrap-up", .yellow)
        case .previewing: Cell("preview", .yellow)
        case .dialling: Cell("dialling", .yellow)
        case .reminded: Cell("reminder", .yellow)
        case .ownCall: Cell("own call")
        }
    }

    /// Whom the operator is busy with.
    var occupation: String {
        let other = call == nil ? "" : Texts.shortened(number)
        return heldCall == nil ? other : other + ", holds " + Texts.shortened(heldNumber)
    }

    /// The same for a table.
    var occupationInShort: String {
        let other = call == nil ? "" : Texts.shortened(number)
        return heldCall == nil ? other : other + ", +1 held"
    }
}
