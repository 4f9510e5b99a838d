import ArgumentParser
import ControlAPI

/// `burdock task …`
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Shows customers who are to be called back, and asks for one or calls it off.",
        discussion: """
            burdock task list --dialer back
            burdock task add --dialer back +380671234567 --due 2h
            burdock task postpone 1B2XK7 --due 2026-11-22T09:00:00+02:00
            """,
        subcommands: [List.self, Show.self, Add.self, Cancel.self, Postpone.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists tasks, the last due first.",
            discussion: """
                burdock task list                                open tasks
                burdock task list --due-until +1h                those that are due within the hour
                burdock task list --state closed --due-since 7d  what became of the others
                """)

        @Option(help: ArgumentHelp("open, closed or all.", valueName: "state"))
        var state = "open"

        @Option(help: ArgumentHelp("Only tasks of this operator.", valueName: "name"))
        var responsible: String?

        @Option(help: ArgumentHelp("Only tasks of this dialer.", valueName: "name"))
        var dialer: String?

        @Option(help: ArgumentHelp("Only tasks of this customer.", valueName: "number"))
        var number: String?

        @Option(help: ArgumentHelp("Due since: 2h ago, +1h from now, or a date and time.", valueName: "time"))
        var dueSince: String?

        @Option(help: ArgumentHelp("Due before: 2h ago, +1h from now, or a date and time.", valueName: "time"))
        var dueUntil: String?

        @Option(help: "So many tasks at most, 1 to 10000.")
        var limit = 25

        @Option(help: ArgumentHelp("The next page, as the list before this one says.", valueName: "cursor"))
        var cursor: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let request = ControlRequest.get(
                "tasks",
                query: [
                    ("state", state == "all" ? nil : state), ("responsible", responsible), ("dialer", dialer),
                    ("number", number), ("due_since", dueSince), ("due_until", dueUntil), ("limit", String(limit)),
                    ("cursor", cursor),
                ])
            let isFiltered =
                responsible != nil || dialer != nil || number != nil || dueSince != nil || dueUntil != nil
                || state != "all"
            try await options.ask(request, TaskListDTO.self) {
                TaskRendering.list($0, filtered: isFiltered, now: .now, color: Terminal.colorsOutput)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows a task with everything that was done for it.")

        @Argument(help: "The task's id.")
        var task: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.askForTask(.get("tasks", task))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Asks for a customer to be called.",
            discussion: """
                If the customer has an open task in the dialer, that is updated.

                burdock task add --dialer back 0671234567 --due 2h --responsible anna
                """)

        @Argument(help: "The customer's number, as people write it.")
        var number: String

        @Option(help: ArgumentHelp("The dialer that is to call.", valueName: "name"))
        var dialer: String

        @Option(help: ArgumentHelp("When: 30m, 2h, 1d from now, or a date and time. Default now.", valueName: "time"))
        var due: String?

        @Option(help: ArgumentHelp("The operator whose task it is first.", valueName: "name"))
        var responsible: String?

        @Option(help: ArgumentHelp("The skill group behind them. Default: their first one.", valueName: "name"))
        var group: String?

        @OptionGroup var options: ClientOptions

        func run() async throws {
            let body = NewTaskDTO(
                dialer: dialer, number: number, due: due, responsible: responsible, group: group)
            try await options.askForTask(.post("tasks", body: body))
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "The customer is not to be called any more.",
            discussion: "A conversation that has begun goes on.")

        @Argument(help: "The task's id.")
        var task: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.askForTask(.post("tasks", task, "cancel", body: CancellationDTO()))
        }
    }

    struct Postpone: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "postpone", abstract: "Puts a task off, or brings it forward.",
            discussion: "burdock task postpone 1B2XK7 --due 1d")

        @Argument(help: "The task's id.")
        var task: String

        @Option(help: ArgumentHelp("When: 30m, 2h, 1d from now, or a date and time.", valueName: "time"))
        var due: String

        @OptionGroup var options: ClientOptions

        func run() async throws {
            try await options.askForTask(.post("tasks", task, "postpone", body: PostponementDTO(due: due)))
        }
    }
}

extension ClientOptions {
    fileprivate func askForTask(_ request: ControlRequest) async throws {
        try await ask(request, TaskDetailDTO.self) {
            TaskRendering.detail($0, now: .now, color: Terminal.colorsOutput)
        }
    }
}
