import ArgumentParser
import Foundation
import Journal
import Reports
import Routing
import Storage

/// `burdock export …`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "The records in the formats of Asterisk, for report tools that read those.",
        subcommands: [CDR.self, QueueLogExport.self])

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
            let store = try Records.open(database)
            let writer = CDRWriter(zone: .current)
            let from = try Records.period(since: since, until: nil).from
            var cursor: PageCursor?
            repeat {
                // A call that ends now may be written with an earlier end than one that is written already: what is
                // younger than that is left for the next turn.
                let until = Records.now.adding(milliseconds: follow ? -Self.settled : 0)
                let period = Period(from: from, until: until)
                let page = try await Records.reading { [cursor] () async throws(StorageError) in
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

extension ExportCommand {
    struct QueueLogExport: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "queue-log", abstract: "Lines of Asterisk's queue_log, from the journal.",
            discussion: """
                burdock export queue-log --since 1d > queue_log
                burdock export queue-log --follow >> queue_log
                """)

        @Option(help: ArgumentHelp("The journal's folder.", valueName: "path"))
        var directory = "state/journal"

        @Option(help: ArgumentHelp("From then on: a time, or a span such as 1d. Default today.", valueName: "when"))
        var since: String?

        @Flag(help: "Go on with what comes, until it is interrupted.")
        var follow = false

        func run() async throws {
            try Records.check(journal: directory)
            let from = try Records.period(since: since, until: nil).from
            do {
                try await write(JournalScan(JournalDirectory(directory), since: from))
            } catch let error as JournalError {
                Terminal.printError("\(directory): \(error)")
                throw ExitCode.failure
            }
        }

        private func write(_ scan: JournalScan) async throws {
            var log = QueueLog()
            var origin: WallTime?
            repeat {
                while let line = try scan.next() {
                    // Each process has its own; calls of the one before have no more to say.
                    if let origin, origin != line.origin { log.restarted() }
                    origin = line.origin
                    switch try scan.decode(line) {
                    case .step(let step):
                        for line in log.lines(of: step, origin: line.origin) { Terminal.print("\(line)") }
                    case .lost: log.restarted()
                    case .head, .snapshot, nil: break
                    }
                }
                if follow { try await Task.sleep(for: .milliseconds(500)) }
            } while follow
        }
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
