import ArgumentParser
import Reports
import Routing
import Storage

/// `burdock report …`
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Figures of queues and operators, and the logs, as tables, CSV or JSON lines.",
        discussion: """
            burdock report queues --since 7d
            burdock report operators --csv --semicolon --bom > operators.csv
            burdock report calls --since 1h --json
            """,
        subcommands: [
            Queues.self, Operators.self, VIP.self, Calls.self, Tasks.self, Attempts.self,
        ])

    struct Queues: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "queues", abstract: "Entered, answered, lost, service level and waits of each queue.")

        @Option(help: ArgumentHelp("Seconds within which a call should be answered.", valueName: "seconds"))
        var threshold = 20

        @OptionGroup var options: ReportOptions

        func validate() throws {
            guard (1...3_600).contains(threshold) else { throw ValidationError("--threshold is 1 to 3600") }
        }

        func run() async throws {
            let reporter = Reporter(try options.open())
            let period = try options.period()
            let report = try await Records.reading { () async throws(StorageError) in
                try await reporter.queues(in: period, threshold: .seconds(threshold))
            }
            options.show(
                ExportTable(report),
                [
                    ("queue", "queue"), ("entered", "entered"), ("answered", "answered"), ("lost", "lost"),
                    ("left_otherwise", "other"), ("still_up", "up"), ("service_level", "SL"), ("wait_average", "wait"),
                    ("wait_p90", "90 %"), ("own_share", "own"),
                ],
                empty: "No call entered a queue in this time.")
            try options.check(report.discrepancies)
        }
    }

    struct Operators: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "operators", abstract: "Calls of each operator, and where their time went.")

        @Option(help: ArgumentHelp("A conversation of so many seconds is successful.", valueName: "seconds"))
        var success = 10

        @OptionGroup var options: ReportOptions

        func run() async throws {
            let reporter = Reporter(try options.open())
            let now = Records.now
            let period = try options.period()
            let report = try await Records.reading { () async throws(StorageError) in
                try await reporter.operators(in: period, success: .seconds(max(success, 0)), now: now)
            }
            options.show(
                ExportTable(report),
                [
                    ("operator", "operator"), ("calls", "calls"), ("successful_share", "good"), ("talk", "talk"),
                    ("idle", "idle"), ("wrap_up", "wrap-up"), ("paused", "paused"),
                    ("rings_no_answer", "missed"), ("rings_declined", "refused"), ("missed_vip", "VIP"),
                ],
                empty: "No operator was at work in this time.")
            try options.check(report.discrepancies)
        }
    }

    struct VIP: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "vip",
            abstract: "VIP calls of each day that interrupted a conversation or whose announcement was heard.")

        @OptionGroup var options: ReportOptions

        func run() async throws {
            let reporter = Reporter(try options.open())
            let days = try options.period().days
            let usage = try await Records.reading { () async throws(StorageError) in
                try await reporter.vipUsage(in: days)
            }
            options.show(ExportTable(usage), [("from", "day"), ("vip_calls", "VIP calls")], empty: "No day.")
        }
    }

    struct Calls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "calls", abstract: "The call log, in the order in which calls ended.")

        @OptionGroup var options: ReportOptions

        func run() async throws {
            let store = try options.open()
            let period = try options.period()
            try await options.pages(
                [
                    ("call", "call"), ("ended_at", "ended"), ("queue", "queue"), ("number", "number"),
                    ("operator", "operator"), ("outcome", "outcome"), ("wait_seconds", "wait"),
                    ("talk_seconds", "talk"),
                ], empty: "No call ended in this time."
            ) { cursor in
                let page = try await Records.reading { () async throws(StorageError) in
                    try await store.callsByEnd(in: period, after: cursor)
                }
                return (ExportTable(calls: page.rows), page.next)
            }
        }
    }

    struct Tasks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tasks", abstract: "Tasks that are, or were, due in the time.")

        @OptionGroup var options: ReportOptions

        func run() async throws {
            let store = try options.open()
            let due = try options.period()
            try await options.pages(
                [
                    ("task", "task"), ("due_at", "due"), ("dialer", "dialer"), ("number", "number"),
                    ("responsible", "responsible"), ("attempts", "attempts"), ("result", "result"),
                ], empty: "No task was due in this time."
            ) { cursor in
                var filter = TaskFilter(limit: 1_000)
                filter.due = due
                filter.after = cursor
                let page = try await Records.reading { [filter] () async throws(StorageError) in
                    try await store.tasks(matching: filter)
                }
                return (ExportTable(tasks: page.rows), page.next)
            }
        }
    }

    struct Attempts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attempts", abstract: "Attempts to call customers back, and responsible waits that expired.")

        @OptionGroup var options: ReportOptions

        func run() async throws {
            let store = try options.open()
            let period = try options.period()
            try await options.pages(
                [
                    ("began_at", "began"), ("task", "task"), ("attempt", "attempt"), ("operator", "operator"),
                    ("number", "number"), ("outcome", "outcome"), ("status", "status"),
                ], empty: "Nobody was called back in this time."
            ) { cursor in
                var filter = AttemptFilter(limit: 1_000)
                filter.period = period
                filter.after = cursor
                let page = try await Records.reading { [filter] () async throws(StorageError) in
                    try await store.attempts(matching: filter)
                }
                return (ExportTable(attempts: page.rows), page.next)
            }
        }
    }
}

extension ReportOptions {
    /// Whatever does not add up is said, and is an error for whoever runs this from a program.
    fileprivate func check(_ discrepancies: [Discrepancy]) throws {
        for discrepancy in discrepancies { Terminal.printError("the figures do not add up: \(discrepancy)") }
        if !discrepancies.isEmpty { throw ExitCode.failure }
    }

    /// Page after page, so that a log of any length needs no memory.
    fileprivate func pages(
        _ columns: [(name: String, heading: String)], empty: String,
        _ page: (PageCursor?) async throws -> (ExportTable, PageCursor?)
    ) async throws {
        var (table, next) = try await page(nil)
        guard json || csv else {
            // People read the first thousand at most.
            show(table, columns, empty: empty)
            if next != nil { Terminal.printError("there are more: narrow --since and --until, or use --csv or --json") }
            return
        }
        if csv { Terminal.print(writer.header(table.columns), terminator: "") }
        while true {
            let lines = table.rows.map { row in
                csv ? writer.line(row) : JSONLinesWriter().line(row, columns: table.columns)
            }
            Terminal.print(lines.joined(), terminator: "")
            guard let cursor = next else { return }
            (table, next) = try await page(cursor)
        }
    }
}
