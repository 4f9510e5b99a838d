import Routing
import Synchronization

@testable import Webhooks

/// Time that passes only where somebody sleeps: at once, or in manual mode when the test says so.
final class VirtualTime: Sendable {
    /// Whoever sleeps longer than this waits for an end, not for a moment, and is left alone.
    static let longest = Duration.seconds(60)
    static let start = WallTime(milliseconds: 1_795_287_902_114)

    private struct State {
        var passed = Duration.zero
        var sleeper: AsyncStream<Void>.Continuation?
    }

    private let isManual: Bool
    private let state = Mutex(State())
    private let sleeps: AsyncStream<Duration>
    private let inbox: AsyncStream<Duration>.Continuation

    init(manual: Bool = false) {
        isManual = manual
        (sleeps, inbox) = AsyncStream.makeStream()
    }

    var passed: Duration { state.withLock { $0.passed } }
    var wall: WallTime { Self.start.adding(milliseconds: passed.wholeNanoseconds / 1_000_000) }

    func advance(by duration: Duration) {
        state.withLock { $0.passed += duration }
    }

    /// Waits until somebody sleeps, and says for how long.
    func nextSleep() async -> Duration? {
        for await duration in sleeps { return duration }
        return nil
    }

    /// Lets that one wake.
    func goOn() {
        let sleeper = state.withLock { state in
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.finish()
    }

    var senderTime: SenderTime {
        SenderTime(
            now: { Instant(nanoseconds: self.passed.wholeNanoseconds) }, wall: { self.wall }, chance: { 0 },
            sleep: { try await self.sleep($0) })
    }

    private func sleep(_ duration: Duration) async throws {
        guard duration <= Self.longest else { return try await Task.sleep(for: .seconds(86_400)) }
        if isManual {
            let (gate, end) = AsyncStream<Void>.makeStream()
            state.withLock { $0.sleeper = end }
            inbox.yield(duration)
            for await _ in gate {}
        }
        try Task.checkCancellation()
        advance(by: duration)
    }
}
