import Foundation
import Replay
import Routing
import TestKit
import Testing

/// A run that was written down is decided in the same way once more, to the last byte.
struct ReplayTests {
    /// A world with everything in it, as a recording.
    private static func record(seed: UInt64) throws -> [String] {
        var world = World(seed: seed)
        _ = world.run(trouble: 120)
        var state = RoutingState(seed: seed)
        let writer = RecordingWriter()
        let lines = try world.events.map { step in
            try writer.line(
                of: RecordedStep(at: step.at, event: step.event, decisions: state.handle(step.event, at: step.at)))
        }
        return ([try writer.head(seed: seed)] + lines).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func replay(_ lines: [String]) throws -> (Replayer, Replayer.Difference?) {
        var rest = lines.map { Data($0.utf8) }
        var reader = try RecordingReader { rest.isEmpty ? Data() : rest.removeFirst() }
        var replayer = Replayer(reader.head)
        while let step = try reader.next() {
            if let difference = try replayer.replay(step, line: reader.line) { return (replayer, difference) }
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

    @Test func recordingThatBeginsInTheMiddleIsDecidedTheSameOnceMore() throws {
        var world = World(seed: 6)
        _ = world.run(trouble: 120)
        var state = RoutingState(seed: 6)
        let writer = RecordingWriter()
        let (before, after) = (world.events.prefix(100), world.events.dropFirst(100))
        for step in before { _ = state.handle(step.event, at: step.at) }
        var lines = [try writer.head(state)]
        for step in after {
            let decisions = state.handle(step.event, at: step.at)
            lines.append(try writer.line(of: RecordedStep(at: step.at, event: step.event, decisions: decisions)))
        }
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        let (replayer, difference) = try Self.replay(texts)
        #expect(difference == nil)
        #expect(replayer.steps == after.count)
        #expect(replayer.decisions > 50)
        let damaged = texts[0].replacing("\"operators\":[", with: "\"operators\":[1,")
        let error = #expect(throws: RecordingError.self) { _ = try Self.replay([damaged]) }
        guard case .badLine(1, _)? = error else {
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
        for seed in 100...140 as ClosedRange<UInt64> {
            let lines = try Self.record(seed: seed)
            let head = lines[0].replacing(":\(seed)}", with: ":7}")
            if try Self.replay([head] + lines.dropFirst()).1 != nil { return }
        }
        Issue.record("no world draws lots")
    }

    @Test(arguments: [
        ("", RecordingError.notARecording), ("{}\n", .notARecording), ("no\n", .notARecording),
        ("{\"format\":7,\"seed\":1}\n", .otherFormat(7)),
    ])
    func whatIsNoRecordingIsRefused(text: String, error: RecordingError) {
        #expect(throws: error) { _ = try Self.replay([text]) }
    }

    @Test func damagedLineIsNamedAndALastLineThatWasCutOffDoesNotCount() throws {
        let lines = try Self.record(seed: 5)
        let error = #expect(throws: RecordingError.self) {
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
        let endless = String(repeating: "x", count: 4 << 20)
        #expect(throws: RecordingError.lineTooLong(2)) {
            _ = try Self.replay(["{\"format\":1,\"seed\":1}\n"] + Array(repeating: endless, count: 18))
        }
    }
}
