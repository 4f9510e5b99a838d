package import Routing

/// Both clocks of the process, handed in so that tests can turn them.
package struct Clocks: Sendable {
    /// Monotonic; what every rule and timer goes by.
    package var now: @Sendable () -> Instant
    /// The date, for what is written down.
    package var wall: @Sendable () -> WallTime

    package init(now: @escaping @Sendable () -> Instant, wall: @escaping @Sendable () -> WallTime) {
        self.now = now
        self.wall = wall
    }

    /// The wall-clock time of `Instant(nanoseconds: 0)`, as the clocks stand now.
    package func origin() -> WallTime {
        WallTime(milliseconds: wall().milliseconds &- now().nanoseconds / 1_000_000)
    }
}
