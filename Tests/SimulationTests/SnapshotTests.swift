import Foundation
import Routing
import TestKit
import Testing

/// A state that is written down and read again goes on exactly as if nothing had been: the same decisions to the end, in
/// worlds in which everything goes wrong that may.
struct SnapshotTests {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private static func read(_ bytes: Data) throws -> RoutingState {
        var reader = StateReader()
        var state: RoutingState?
        for part in try JSONDecoder().decode([StatePart].self, from: bytes) { state = try reader.add(part) }
        guard let state else {
            throw DecodingError.valueNotFound(
                RoutingState.self, .init(codingPath: [], debugDescription: "its end is missing"))
        }
        return state
    }

    /// In small parts, so that tasks and deadlines come in several.
    private static func write(_ state: RoutingState) throws -> Data {
        var parts: [StatePart] = []
        state.writeParts(of: 3) { parts.append($0) }
        return try encoder.encode(parts)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func stateThatWasReadGoesOnAsIfNothingHadBeen(seed: UInt64) throws {
        var world = World(seed: 3_000 + seed)
        _ = world.run(trouble: 150)
        var dice = SeededGenerator(seed: seed)
        var original = RoutingState(seed: world.seed)
        var copy = original
        for step in world.events {
            if dice.chance(0.02) {
                let bytes = try Self.write(copy)
                copy = try Self.read(bytes)
                #expect(copy.checkInvariants() == [])
                #expect(copy.fingerprint() == original.fingerprint())
                #expect(try Self.write(copy) == bytes)
            }
            let made = original.handle(step.event, at: step.at)
            let again = copy.handle(step.event, at: step.at)
            if dice.chance(0.05) { #expect(try Self.encoder.encode(again) == Self.encoder.encode(made)) }
            guard copy.nextDeadline == original.nextDeadline, made == again else {
                Issue.record("\(step.event) at \(step.at): \(again), and not \(made)")
                return
            }
        }
        #expect(try Self.write(copy) == Self.write(original))
    }

    /// As it may be after half a day, with everything in it.
    private static func makeBytes(seed: UInt64) throws -> Data {
        var world = World(seed: seed)
        _ = world.run(trouble: 150)
        var state = RoutingState(seed: seed)
        for step in world.events where step.at < Instant(seconds: 140) { _ = state.handle(step.event, at: step.at) }
        return try write(state)
    }

    @Test func bytesThatWereCutOffAreNoState() throws {
        let bytes = try Self.makeBytes(seed: 3_001)
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
            #expect(throws: DecodingError.self) { _ = try Self.read(bytes.prefix(length)) }
        }
    }

    /// Whatever is wrong with the bytes: an error, or a state that contradicts itself in nothing and goes on.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func damagedStateIsRefusedOrHarmless(seed: UInt64) throws {
        let bytes = [UInt8](try Self.makeBytes(seed: 3_100 + seed))
        var dice = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<60 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &dice) { Self.damage(&damaged, using: &dice) }
            guard var state = try? Self.read(Data(damaged)) else {
                refused += 1
                continue
            }
            #expect(state.checkInvariants() == [])
            for step in 0..<200 {
                let next = state.nextDeadline ?? Instant(seconds: 1_000)
                _ = state.handle(.deadlineReached, at: next)
                if step % 20 == 0 {
                    let call = CallID(rawValue: UInt64(1_000_000 + step))
                    _ = state.handle(
                        .callArrived(Arrival(call: call, line: "1", queue: "queue0", number: nil)), at: next)
                }
            }
        }
        #expect(refused > 20)
    }

    /// Another digit, a longer number, another word, or a piece that is missing.
    private static func damage(_ bytes: inout [UInt8], using dice: inout SeededGenerator) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let start = Int.random(in: 0..<bytes.count, using: &dice)
        guard let index = bytes[start...].firstIndex(where: digits.contains) else { return }
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: bytes[index] = UInt8.random(in: digits, using: &dice)
        case 1: bytes.insert(contentsOf: Array("999999999".utf8), at: index)
        case 2: bytes.insert(UInt8(ascii: "-"), at: index)
        default:
            let end = min(bytes.count, index + Int.random(in: 1...40, using: &dice))
            bytes.removeSubrange(index..<end)
        }
    }

    /// 500 operators and 1,000 waiting calls in 20 queues. Printed for whoever wants to know what a snapshot costs.
    @Test func fullHouseIsWrittenInTwoMegabytes() throws {
        let names = (0..<500).map { OperatorID("operator\($0)") }
        var policy = RoutingPolicy(operators: names.map { OperatorPolicy(id: $0, name: $0.name, groups: ["red"]) })
        policy.queues = (0..<20).map { QueuePolicy(id: QueueID("queue\($0)")) }
        policy.assignments = names.enumerated().flatMap { index, name in
            (0..<4).map { Assignment(name, QueueID("queue\((index + $0 * 5) % 20)"), priority: 1 + $0) }
        }
        var state = RoutingState(seed: 1)
        _ = state.handle(.configured(policy), at: 0)
        for name in names {
            _ = state.handle(.operatorReachable(name), at: 1)
            _ = state.handle(.operatorWished(name, .ready), at: 1)
        }
        for number in 0..<1_500 as Range<UInt64> {
            let queue = QueueID("queue\(number % 20)")
            var arrival = Arrival(
                call: CallID(rawValue: 1 << 32 + number), line: "100", queue: queue,
                number: CustomerNumber("+380441\(100_000 + number)"))
            arrival.tie = Tie(operator: names[Int(number) % 500])
            _ = state.handle(.callArrived(arrival), at: Instant(seconds: Double(2 + number)))
        }
        let waiting = state.snapshot(at: 2_000).calls.count { $0.state == .waiting(.anyone) }
        let clock = ContinuousClock()
        var bytes = Data()
        let written = try clock.measure { bytes = try Self.write(state) }
        var copy = RoutingState()
        let read = try clock.measure { copy = try Self.read(bytes) }
        print(
            "snapshot of 500 operators and \(waiting) waiting calls: \(bytes.count) bytes, \(written), read in \(read)")
        #expect(bytes.count < 3_000_000)
        #expect(copy.fingerprint() == state.fingerprint())
    }
}
