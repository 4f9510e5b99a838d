import ArgumentParser
import Foundation
import Reports
import Routing
import Storage

/// `burdock export …`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "The records in the formats of Asterisk, for report tools that read those.",
        subcommands: [CDR.self])

    struct CDR: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cdr", abstract: "Call detail records in the columns of Asterisk's cdr_csv.",
            discussion: """
                burdock export cdr --since 1d > cdr.csv
                burdock export cdr --follow >> Master.csv
                """)

        @Option(help: ArgumentHelp("The server's database.", valueName: "path"))
        var database = "state/burdock.db"

        @Option(help: ArgumentHelp("Calls that ended from then on. Default today.", valueName: "when"))
        var since: String?

        @Flag(help: "Go on with calls as they end, until it is interrupted.")
        var follow = false

        func run() async throws {
            var options = ReportOptions()
            options.database = database
            options.since = since
            let store = try options.open()
            let writer = CDRWriter(zone: .current)
            let from = try options.period(now: ReportOptions.now).from
            var cursor: PageCursor?
            repeat {
                // A call that ends now may be written with an earlier end than one that is written already: what is
                // younger than that is left for the next turn.
                let until = ReportOptions.now.adding(milliseconds: follow ? -Self.settled : 0)
                let period = Period(from: from, until: until)
                let page = try await options.reading { [cursor] () async throws(StorageError) in
                    try await store.callsByEnd(in: period, after: cursor)
                }
                Terminal.print(page.rows.map { writer.line($0) }.joined(), terminator: "")
                cursor = page.end ?? cursor
                if page.next == nil {
                    guard follow else { return }
                    try await Task.sleep(for: .seconds(1))
                }
            } while true
        }

        /// In milliseconds.
        private static let settled: Int64 = 2_000
    }
}

extension Period {
    /// The days that it touches, each from midnight to midnight of this machine's time zone.
    var days: [Period] {
        var days: [Period] = []
        var start = Calendar.current.startOfDay(for: Date(timeIntervalSince1970: Double(from.milliseconds) / 1_000))
        let end = Date(timeIntervalSince1970: Double(until.milliseconds) / 1_000)
        while start < end, days.count < 3_660,
            let next = Calendar.current.date(byAdding: .day, value: 1, to: start)
        {
            days.append(Period(from: WallTime(start), until: WallTime(next)))
            start = next
        }
        return days
    }
}

extension WallTime {
    fileprivate init(_ date: Date) {
        self.init(milliseconds: Int64(date.timeIntervalSince1970 * 1_000))
    }
}
