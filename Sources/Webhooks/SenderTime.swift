package import Routing

/// Clocks and chance of the sender, handed in so that tests can turn them.
package struct SenderTime: Sendable {
    /// Monotonic; what rests go by.
    package var now: @Sendable () -> Instant
    /// The date, which outlives the process.
    package var wall: @Sendable () -> WallTime
    /// 0 to 1.
    package var chance: @Sendable () -> Double
    /// Throws when its task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Instant, wall: @escaping @Sendable () -> WallTime,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.wall = wall
        self.chance = chance
        self.sleep = sleep
    }
}
