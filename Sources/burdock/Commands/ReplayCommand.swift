import ArgumentParser
import Foundation
import Replay
import Routing

/// `burdock replay`: is the same decided once more?
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Feeds a recording to the router and reports the first decision that differs.",
        discussion: """
            A recording holds each event as it reached the router and what was decided. The same events at the same \
            instants give the same decisions; if they do not, the program has changed.

            burdock simulate etc/day.yaml --record day.jsonl
            burdock replay day.jsonl
            """)

    @Argument(help: "The recording.")
    var file: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() async throws {
        do {
            let outcome = try replay()
            Terminal.print(try json ? outcome.json() : outcome.text(of: file))
            guard outcome.difference == nil else { throw ExitCode.failure }
        } catch let error as RecordingError {
            Terminal.printError("\(file): \(error)")
            throw ExitCode.failure
        }
    }

    private func replay() throws -> ReplayOutcome {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            Terminal.printError("\(file): cannot be read; is there such a file?")
            throw ExitCode.failure
        }
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        var reader = try RecordingReader { try handle.read(upToCount: 1 << 20) ?? Data() }
        var replayer = Replayer(reader.head)
        let progress = ProgressBar(title: file)
        defer { progress.clear() }
        while let step = try reader.next() {
            if replayer.steps % 5_000 == 0 { progress.show(Double(try handle.offset()) / Double(max(size, 1))) }
            if let difference = try replayer.replay(step, line: reader.line) {
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
    let difference: Replayer.Difference?

    init(_ replayer: Replayer, _ difference: Replayer.Difference?) {
        events = replayer.steps
        decisions = replayer.decisions
        self.difference = difference
    }

    func text(of file: String) -> String {
        guard let difference else {
            return "\(file): \(events) events, \(decisions) decisions, all of them the same"
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
            var same: Bool
            var line: Int?
            var recorded: [Decision]?
            var now: [Decision]?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            events: events, decisions: decisions, same: difference == nil, line: difference?.line,
            recorded: difference?.step.decisions, now: difference?.decisions)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private static func words(_ decisions: [Decision]) -> [String] {
        guard !decisions.isEmpty else { return ["  nothing"] }
        return decisions.map { "  \($0.action), because \($0.reason)".replacing("Routing.", with: "") }
    }
}
