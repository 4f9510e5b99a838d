import Foundation
import Journal
import Routing
import TestKit
import Testing

/// A run that was written down is decided in the same way once more.
struct ReplayTests {
    /// A world with everything in it, as lines of a journal.
    private static func record(seed: UInt64) throws -> [String] {
        var world = World(seed: seed)
        _ = world.run(trouble: 120)
        var state = RoutingState(seed: seed)
        var lines: [JournalLine] = [.head(JournalHead(seed: seed))]
        for step in world.events {
            let decisions = state.handle(step.event, at: step.at)
            lines.append(.step(JournalStep(at: step.at, event: step.event, decisions: decisions)))
        }
        return try texts(lines)
    }

    private static func texts(_ lines: [JournalLine]) throws -> [String] {
        let encoder = LineEncoder()
        return try lines.map { line in
            var bytes: [UInt8] = []
            try encoder.append(line, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func replay(_ lines: [String]) throws -> (Replayer, Replayer.Difference?) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).jsonl").path
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let reader = try JournalReader(path: path)
        var replayer = Replayer(reader.head)
        while let line = try reader.next() {
            if let difference = try replayer.replay(line, number: reader.lines.number) { return (replayer, difference) }
        }
        return (replayer, nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func recordedWorldIsDecidedTheSameOnceMore(seed: UInt64) throws {
        let lines = try Self.record(seed: seed)
        let (replayer, difference) = try Self.replay(lines)
        #expect(difference == nil)
        #expect(replayer.steps == lines.count - 1)
        #expect(replayer.decisions > 50)
    }

    @Test func sameRunGivesTheSameBytes() throws {
        #expect(try Self.record(seed: 9) == Self.record(seed: 9))
    }

    @Test func afterMissingStepsNothingIsDecidedUntilASnapshot() throws {
        var lines = try Self.record(seed: 6)
        lines.replaceSubrange(10..<14, with: ["{\"lost\":4}\n"])
        let (replayer, difference) = try Self.replay(lines)
        #expect(difference == nil)
        #expect(replayer.steps == 9)
        #expect(replayer.skipped == lines.count - 11 + 4)
    }

    @Test func fileThatBeginsInTheMiddleIsDecidedTheSameOnceMore() throws {
        var world = World(seed: 6)
        _ = world.run(trouble: 120)
        var state = RoutingState(seed: 6)
        let (before, after) = (world.events.prefix(100), world.events.dropFirst(100))
        for step in before { _ = state.handle(step.event, at: step.at) }
        let parts = JournalLine.parts(of: state, at: before.last!.at)
        var lines: [JournalLine] = [.head(JournalHead(seed: 99))] + parts
        for step in after {
            let decisions = state.handle(step.event, at: step.at)
            lines.append(.step(JournalStep(at: step.at, event: step.event, decisions: decisions)))
        }
        let texts = try Self.texts(lines)
        let (replayer, difference) = try Self.replay(texts)
        #expect(difference == nil)
        #expect(replayer.steps == after.count)
        #expect(replayer.decisions > 50)
        let damaged = texts[1].replacing("\"operators\":[", with: "\"operators\":[1,")
        let error = #expect(throws: JournalError.self) { _ = try Self.replay([texts[0], damaged]) }
        guard case .badLine(2, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func firstOtherDecisionIsFoundWithItsLine() throws {
        var lines = try Self.record(seed: 4)
        let accepted = try #require(lines.firstIndex { $0.contains("\"accept\":{") })
        lines[accepted] = lines[accepted].replacing("\"accept\":{", with: "\"stopDialling\":{")
        let (_, difference) = try Self.replay(lines)
        #expect(difference?.line == accepted + 1)
        #expect(difference?.decisions.isEmpty == false)
    }

    @Test func otherDiceAreOtherDecisions() throws {
        for seed in 100...180 as ClosedRange<UInt64> {
            let lines = try Self.record(seed: seed)
            let head = lines[0].replacing(":\(seed)}", with: ":7}")
            if try Self.replay([head] + lines.dropFirst()).1 != nil { return }
        }
        Issue.record("no world draws lots")
    }

    @Test(arguments: [
        ("", JournalError.notAJournal), ("{}\n", .notAJournal), ("no\n", .notAJournal),
        ("{\"format\":7,\"seed\":1}\n", .otherFormat(7)),
    ])
    func whatIsNoJournalIsRefused(text: String, error: JournalError) {
        #expect(throws: error) { _ = try Self.replay([text]) }
    }

    @Test func damagedLineIsNamedAndALastLineThatWasCutOffDoesNotCount() throws {
        let lines = try Self.record(seed: 5)
        let error = #expect(throws: JournalError.self) {
            _ = try Self.replay(Array(lines.prefix(3)) + ["{\"at\":1}\n"])
        }
        guard case .badLine(4, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let (replayer, difference) = try Self.replay(Array(lines.prefix(3)) + ["{\"at\":1"])
        #expect(replayer.steps == 2)
        #expect(difference == nil)
    }

    @Test func lineWithoutEndIsRefused() {
        let endless = String(repeating: "x", count: 1 << 20)
        #expect(throws: JournalError.lineTooLong(2)) {
            _ = try Self.replay(
                ["{\"format\":\(JournalHead.currentFormat),\"seed\":1}\n"] + Array(repeating: endless, count: 66))
        }
    }
}

extension JournalLine {
    /// The state as a file begins with it, in small parts.
    static func parts(of state: RoutingState, at instant: Instant) -> [JournalLine] {
        var lines: [JournalLine] = []
        state.writeParts(of: 5) { lines.append(.snapshot(JournalSnapshot(at: instant, snapshot: $0))) }
        return lines
    }
}
