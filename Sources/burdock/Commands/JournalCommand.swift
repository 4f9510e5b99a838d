import ArgumentParser
import ControlAPI
import Foundation
import Journal
import Routing

/// `burdock journal`
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Shows what reached the router and what it decided, in order.",
        discussion: """
            Reads the files themselves: the server need not run.

            burdock journal --follow
            burdock journal --since 10m --call 1B2XK7
            burdock journal --since 2h --json | jq .event
            """)

    @Option(help: ArgumentHelp("The journal's folder.", valueName: "path"))
    var directory = "state/journal"

    @Option(help: ArgumentHelp("Begin there: a span such as 10m or 2h, or a time.", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("Only what is about this call.", valueName: "id"))
    var call: String?

    @Flag(help: "Go on with what comes, until it is interrupted.")
    var follow = false

    @Flag(help: "Print the lines as they are stored: JSON.")
    var json = false

    func run() async throws {
        try Records.check(journal: directory)
        do {
            try await show(JournalScan(JournalDirectory(directory), since: try moment()))
        } catch let error as JournalError {
            Terminal.printError("\(directory): \(error)")
            throw ExitCode.failure
        }
    }

    private func show(_ scan: JournalScan) async throws {
        var printer = JournalPrinter(call: try callID(), json: json, color: Terminal.colorsOutput)
        repeat {
            while let line = try scan.next() {
                for text in try printer.lines(for: line, of: scan) { Terminal.print(text) }
            }
            if follow { try await Task.sleep(for: .milliseconds(200)) }
        } while follow
    }

    private func callID() throws -> CallID? {
        guard let call else { return nil }
        guard let id = CallID(call) else {
            throw ValidationError("\"\(call.printable)\" is no call's id; \"burdock call list\" shows them")
        }
        return id
    }

    /// While following, what was before is not asked for.
    private func moment() throws -> WallTime? {
        if let since { return try Records.moment(since) }
        return follow ? Records.now : nil
    }
}

/// Puts lines of a journal into the form that is asked for.
private struct JournalPrinter {
    let call: CallID?
    let json: Bool
    let color: Bool
    private let needle: [UInt8]?
    private var teller = Storyteller()

    init(call: CallID?, json: Bool, color: Bool) {
        self.call = call
        self.json = json
        self.color = color
        needle = call.map { Array("\"\($0)\"".utf8) }
    }

    mutating func lines(for line: JournalScan.Line, of scan: JournalScan) throws -> [String] {
        if let needle, !line.bytes.contains(needle) { return [] }
        if json { return [String(decoding: line.bytes, as: UTF8.self)] }
        switch try scan.decode(line) {
        case .step(let step): return teller.tell(step, origin: line.origin).filter(isWanted).map(text)
        case .lost(let count):
            return [Style.yellow.apply(to: "\(count) steps are missing: the disk did not keep up", color: color)]
        case .head, .snapshot, nil: return []
        }
    }

    private func isWanted(_ line: StoryLine) -> Bool { call == nil || line.call == call }

    private func text(_ line: StoryLine) -> String {
        let time = LocalTime(Timestamp(line.at))
        let subject = (line.call?.description ?? line.operator?.name ?? "-").padding(to: 11)
        let style = line.kind == .decision ? Style.bold : .plain
        return "\(time.day) \(time.preciseClock)  \(subject)  " + style.apply(to: line.text.printable, color: color)
    }
}
