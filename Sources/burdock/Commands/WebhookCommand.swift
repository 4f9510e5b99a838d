import ArgumentParser
import ControlAPI
import NIOCore

/// `burdock webhook …`
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Shows programs that are told of events, and sends again what they missed.",
        discussion: """
            burdock webhook test crm
            burdock webhook dead crm
            burdock webhook resend crm --all
            """,
        subcommands: [List.self, Dead.self, Resend.self, Test.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists all webhooks.")

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.ask(.get("webhooks"), WebhookListDTO.self) {
                WebhookRendering.list($0, now: .now, color: Terminal.colorsOutput)
            }
        }
    }

    struct Dead: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dead", abstract: "Lists events that could not be delivered, the last to be given up first.",
            discussion: "They are kept for 30 days. burdock webhook dead crm")

        @Argument(help: "The webhook.")
        var name: String

        @Option(help: "So many events at most, 1 to 10000.")
        var limit = 25

        @Option(help: ArgumentHelp("The next page, as the list before this one says.", valueName: "cursor"))
        var cursor: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let request = ControlRequest.get(
                "webhooks", name, "dead", query: [("limit", String(limit)), ("cursor", cursor)])
            try await options.ask(request, DeadLetterListDTO.self) {
                WebhookRendering.dead($0, of: name, now: .now, color: Terminal.colorsOutput)
            }
        }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resend", abstract: "Sends events again that could not be delivered: one, or all.",
            discussion: """
                burdock webhook resend crm 01ARYZ6S41TSV4RRFFQ69G5FAV
                burdock webhook resend crm --all
                """)

        @Argument(help: "The webhook.")
        var name: String

        @Argument(help: "The event's id, see: burdock webhook dead.")
        var event: String?

        @Flag(help: "All of them.")
        var all = false

        @OptionGroup var options: ClientOptions

        func validate() throws {
            guard all != (event != nil) else {
                throw ValidationError("Name one event, or say --all.")
            }
        }

        func run() async throws {
            let request = try ControlRequest.post("webhooks", name, "resend", body: ResendRequestDTO(event: event))
            try await options.ask(request, ResendDTO.self) { answer in
                answer.resent == 0
                    ? "\(answer.webhook.printable) has no dead letters."
                    : "\(Texts.count(answer.resent, "event")) will be sent again to \(answer.webhook.printable)."
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Sends an event that tells nothing, and says what came of it.",
            discussion: "Its type is burdock.test.v1. burdock webhook test crm")

        @Argument(help: "The webhook.")
        var name: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let request = try ControlRequest.post("webhooks", name, "test", body: WebhookTestRequestDTO())
            // The longest timeout of a webhook is 30 s.
            let answer = try await options.ask(request, WebhookTestDTO.self, timeout: .seconds(35)) {
                WebhookRendering.tested($0, color: Terminal.colorsOutput)
            }
            if !answer.taken { throw ExitCode.failure }
        }
    }
}

enum WebhookRendering {
    static func list(_ list: WebhookListDTO, now: Timestamp, color: Bool) -> String {
        guard !list.webhooks.isEmpty else {
            return "There are no webhooks. Add one under \"webhooks:\" in the configuration; burdock check helps."
        }
        let today = LocalTime(now)
        var table = Table([
            .flexible("webhook"), .fixed("state"), .number("waiting"), .number("dead"), .number("delivered"),
            .fixed("last"), .flexible("problem", least: 9),
        ])
        for one in list.webhooks {
            table.add(
                Cell(one.name, .bold), state(one.state),
                Cell(Texts.count(one.waiting), one.state == .failing ? .yellow : .plain),
                Cell(Texts.count(one.dead), one.dead > 0 ? .red : .plain), Cell(Texts.count(one.delivered)),
                Cell(one.lastDeliveredAt.map { LocalTime($0).relative(to: today) } ?? "-"),
                Cell(one.state == .failing || one.state == .off ? one.lastProblem ?? "" : ""))
        }
        return table.render(width: Terminal.columns, color: color)
    }

    private static func state(_ state: WebhookDTO.State) -> Cell {
        switch state {
        case .working: Cell("working", .green)
        case .failing: Cell("failing", .yellow)
        case .off: Cell("off", .red)
        case .disabled: Cell("disabled", .dim)
        }
    }

    static func dead(_ list: DeadLetterListDTO, of name: String, now: Timestamp, color: Bool) -> String {
        guard !list.letters.isEmpty else { return "\(name.printable) has no dead letters." }
        let today = LocalTime(now)
        var table = Table([
            .fixed("event"), .fixed("type"), .flexible("about"), .fixed("happened"), .number("tries"),
            .flexible("problem", least: 9),
        ])
        for letter in list.letters {
            table.add(
                Cell(letter.event, .bold), Cell(letter.type), Cell(letter.subject),
                Cell(LocalTime(letter.time).relative(to: today)), Cell(Texts.count(letter.attempts)),
                Cell(letter.problem))
        }
        let text = table.render(width: Terminal.columns, color: color)
        guard let next = list.next else { return text }
        return text + "\nThere are more: --cursor \(next.printable)"
    }

    static func tested(_ test: WebhookTestDTO, color: Bool) -> String {
        let time = "after \(Int((test.seconds * 1_000).rounded())) ms"
        guard test.taken else {
            return Style.red.apply(to: "not taken", color: color)
                + " \(time): \((test.problem ?? "no reason").printable)"
        }
        return Style.green.apply(to: "taken", color: color) + " \(time)"
            + (test.status.map { ", HTTP status \($0)" } ?? "")
    }
}
