import Foundation
import Journal
import Routing
import Synchronization
import TestKit
import Testing

@testable import Simulation

// Goal: it makes no difference to a recorded day in how many files its journal is, nor where the period begins before
// anybody called. Method: one day, written down as a server does, read back and compared with what was seen directly.

struct JournalledDayTests {
    private static let origin = WallTime(milliseconds: 1_800_000_000_000)

    private struct Witness {
        var mirror = RoutingState(seed: 1)
        var recorder = DayRecorder(length: .seconds(7_200))
        var files: [[JournalLine]] = [[.head(JournalHead(seed: 1, origin: origin))]]

        init() { recorder.processBegan(at: 0) }

        /// A new file every so many steps, beginning with the router's state.
        mutating func take(_ event: RoutingEvent, _ instant: Instant, _ decisions: [Decision]) {
            _ = mirror.handle(event, at: instant)
            recorder.take(event, decisions, at: instant)
            files[files.count - 1].append(.step(JournalStep(at: instant, event: event, decisions: decisions)))
            guard files[files.count - 1].count > 200 else { return }
            let head = JournalLine.head(JournalHead(seed: 1, origin: origin))
            files.append([head] + JournalLine.parts(of: mirror, at: instant))
        }
    }

    @Test func filesOfAJournalAreOneDay() throws {
        var scenario = SimulationScenario()
        scenario.length = .seconds(7_200)
        scenario.demands = [
            Demand(
                "sales", callsPerHour: [90], talk: .exponential(mean: .seconds(200)),
                patience: .exponential(mean: .seconds(120)), returning: 0.3)
        ]
        scenario.crews = [Crew("op", count: 5, groups: ["red"], places: [.init("sales", priority: 5)])]
        scenario.crews[0].habits.misses = 0.1
        let policy = RoutingPolicy(queues: [QueuePolicy(id: "sales")])
        var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: 1)
        let witness = Mutex(Witness())
        _ = simulation.run(progress: nil) { event, instant, decisions in
            witness.withLock { $0.take(event, instant, decisions) }
        }
        let (seen, files) = witness.withLock { ($0.recorder.finish(), $0.files) }
        #expect(files.count > 3 && seen.calls.count > 100)

        let path = FileManager.default.temporaryDirectory.appendingPathComponent("day-\(UUID())")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: path) }
        for (index, lines) in files.enumerated() {
            var bytes: [UInt8] = []
            for line in lines { try LineEncoder().append(line, to: &bytes) }
            try Data(bytes).write(to: path.appendingPathComponent("00000000\(index + 1).jsonl"))
        }
        #expect(try Self.read(path.path, since: Self.origin) == seen)

        // An hour later there are fewer calls, and whoever was at work is at work.
        let later = try Self.read(path.path, since: Self.origin.adding(milliseconds: 3_600_000))
        let hour: Instant = 3_600
        let afterwards = seen.calls.map(\.at).filter { $0 >= hour }
        #expect(later.calls.map { $0.at - Instant(nanoseconds: 0) } == afterwards.map { $0 - hour })
        #expect(later.changes.prefix(10).allSatisfy { $0.at == 0 } && later.changes.count >= 10)
        #expect(later.policy == seen.policy)
    }

    private static func read(_ path: String, since: WallTime) throws -> RecordedDay {
        let period = JournalPeriod(JournalDirectory(path), since: since)
        var recorder = DayRecorder(length: .seconds(7_200))
        while let item = try period.next() {
            switch item {
            case .processBegan(let instant): recorder.processBegan(at: instant)
            case .state(let state, let instant): recorder.take(state, at: instant)
            case .step(let step): recorder.take(step.event, step.decisions, at: step.at)
            case .lost: Issue.record("nothing is lost here")
            }
        }
        return recorder.finish()
    }
}
