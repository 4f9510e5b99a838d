import Foundation
import Journal
import Logging
import Routing
import Synchronization
import TestKit

/// A journal in a folder of its own, of a router that calls arrive at.
final class TemporaryJournal: Sendable {
    static let origin = WallTime(milliseconds: 1_800_000_000_000)

    let writer: JournalWriter
    let directory: JournalDirectory
    private let owned: Bool
    private let router: Mutex<(state: RoutingState, steps: [JournalStep])>

    init(
        path: String? = nil, calls: FileCalls = .real, _ change: (inout JournalSettings) -> Void = { _ in }
    ) throws {
        owned = path == nil
        let path = path ?? FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID())").path
        directory = JournalDirectory(path)
        var settings = JournalSettings(directory: path)
        // Only `flush` writes, so that a test knows when.
        settings.groupDelay = .seconds(3_600)
        settings.retryDelay = .seconds(3_600)
        settings.longestRetryDelay = .seconds(3_600)
        // Ages are those of the files, and the clock here is none of the machine's.
        settings.keptAge = .seconds(100 * 365 * 86_400)
        change(&settings)
        writer = try JournalWriter(
            settings: settings, seed: 1, origin: Self.origin,
            wall: { Self.origin },
            calls: calls, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        router = Mutex((RoutingState(seed: 1), []))
        take(.configured(Scene("anna", "ihor").policy))
        for name in ["anna", "ihor"] as [OperatorID] {
            take(.operatorWished(name, .ready))
            take(.operatorReachable(name))
        }
    }

    deinit {
        if owned { try? FileManager.default.removeItem(atPath: directory.path) }
    }

    /// All that was appended.
    var steps: [JournalStep] { router.withLock { $0.steps } }

    /// So many calls arrive, ring and leave again: three steps each.
    func decide(_ count: Int) {
        for _ in 0..<count {
            let call = CallID(rawValue: 1_000 + UInt64(steps.count))
            take(
                .callArrived(
                    Arrival(call: call, line: "100", queue: "sales", number: CustomerNumber("+38067\(steps.count)"))))
            take(.callerLeft(call, HangupCause(.cancelled)))
            for decision in steps.last?.decisions ?? [] {
                if case .stopRinging(let ring) = decision.action { take(.ringEnded(ring, RingEnd(.withdrawn))) }
            }
        }
    }

    /// Something happens to the state that is not written as a step.
    func leap(_ body: (inout RoutingState, Instant) -> Void) {
        router.withLock { router in
            let at = Instant(seconds: Double(router.steps.count))
            body(&router.state, at)
            writer.begin(with: router.state, at: at)
        }
    }

    func take(_ event: RoutingEvent) {
        router.withLock { router in
            let at = Instant(seconds: Double(router.steps.count))
            let decisions = router.state.handle(event, at: at)
            router.steps.append(JournalStep(at: at, event: event, decisions: decisions))
            writer.append(event, at: at, decisions, router.state)
        }
    }

    /// What is in the files.
    func lines() throws -> (steps: [JournalStep], lost: Int) {
        let scan = JournalScan(directory)
        var steps: [JournalStep] = []
        var lost = 0
        while let line = try scan.next() {
            switch try scan.decode(line) {
            case .step(let step): steps.append(step)
            case .lost(let count): lost += count
            case .head, .snapshot, nil: break
            }
        }
        return (steps, lost)
    }

    /// How many steps of each file are decided the same once more; throws if one is not.
    func replay() throws -> [Int] {
        try directory.pieces().map { piece in
            let reader = try JournalReader(path: piece.path)
            var replayer = Replayer(reader.head)
            while let line = try reader.next() {
                if let difference = try replayer.replay(line, number: reader.lines.number) { throw Other(difference) }
            }
            return replayer.steps
        }
    }

    private struct Other: Error {
        let difference: Replayer.Difference

        init(_ difference: Replayer.Difference) {
            self.difference = difference
        }
    }
}
