import ArgumentParser

/// The one executable: the server, the check of its configuration, and the commands that ask a running server.
@main
struct Burdock: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "burdock",
        abstract: "A call-centre agent for SIP.",
        discussion: """
            burdock check etc/burdock.yaml        is the configuration right?
            burdock serve --config etc/burdock.yaml
            burdock reload                        a changed configuration, while calls run
            burdock queue show                    who waits, who works
            burdock task list                     who is to be called back
            burdock import leads.csv --dialer back
            burdock explain 1B2XK7                why a call went where it went
            burdock journal --follow              what is decided now
            burdock report queues --since 7d      service level, waits, losses
            burdock export cdr --since 1d         for programs made for Asterisk
            burdock simulate etc/day.yaml         what would come of a day
            burdock replay day.jsonl              is the same decided once more?
            """,
        version: version,
        subcommands: [
            ServeCommand.self, CheckCommand.self, SimulateCommand.self, ReplayCommand.self, JournalCommand.self,
            ReportCommand.self, ExportCommand.self,
        ]
            + clientCommands
    )
}
