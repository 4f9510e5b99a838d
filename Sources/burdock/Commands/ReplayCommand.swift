import ArgumentParser
import Foundation
import Journal
import Routing

/// `burdock replay`: is the same decided once more?
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Feeds a journal's file to the router and reports the first decision that differs.",
        discussion: """
            A file of the journal, or a recording, holds each event as it reached the router and what was decided. The \
            same events at the same instants give the same decisions; if they do not, the program has changed.

            burdock replay state/journal/000000001.jsonl
            burdock simulate etc/day.yaml --record day.jsonl
            burdock replay day.jsonl
            """)

    @Argument(help: "The journal's file, or the recording.")
    var file: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        do {
            let outcome = try replay()
            Terminal.print(try json ? outcome.json() : outcome.text(of: file))
            guard outcome.difference == nil else { throw ExitCode.failure }
        } catch let error as JournalError {
            Terminal.printError("\(file): \(error)")
            throw ExitCode.failure
        }
    }

    private func replay() throws -> ReplayOutcome {
        let reader = try JournalReader(path: file)
        let size = reader.lines.size
        var replayer = Replayer(reader.head)
        let progress = ProgressBar(title: file)
        defer { progress.clear() }
        while let line = try reader.next() {
            if replayer.steps % 5_000 == 0 { progress.show(Double(reader.lines.offset) / Double(max(size, 1))) }
            if let difference = try replayer.replay(line, number: reader.lines.number) {
                return ReplayOutcome(replayer, difference)
            }
        }
        return ReplayOutcome(replayer, nil)
    }
}

/// What came of a replay.
struct ReplayOutcome {
    let events: Int
    let decisions: Int
    /// Events that could not be decided once more, because steps before them are missing.
    let skipped: Int
    let difference: Replayer.Difference?

    init(_ replayer: Replayer, _ difference: Replayer.Difference?) {
        events = replayer.steps
        decisions = replayer.decisions
        skipped = replayer.skipped
        self.difference = difference
    }

    func text(of file: String) -> String {
        guard let difference else {
            let missing = skipped == 0 ? "" : "; \(skipped) events are missing, or follow missing ones"
            return "\(file): \(events) events, \(decisions) decisions, all of them the same\(missing)"
        }
        let lines =
            ["\(file), line \(difference.line): other decisions, at \(difference.step.at)", "recorded:"]
            + Self.words(difference.step.decisions) + ["now:"] + Self.words(difference.decisions)
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        struct Document: Encodable {
            var events: Int
            var decisions: Int
            var skipped: Int
            var same: Bool
            var line: Int?
            var recorded: [Decision]?
            var now: [Decision]?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            events: events, decisions: decisions, skipped: skipped, same: difference == nil, line: difference?.line,
            recorded: difference?.step.decisions, now: difference?.decisions)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private static func words(_ decisions: [Decision]) -> [String] {
        guard !decisions.isEmpty else { return ["  nothing"] }
        return decisions.map { "  \($0.action), because \($0.reason)".replacing("Routing.", with: "") }
    }
}
