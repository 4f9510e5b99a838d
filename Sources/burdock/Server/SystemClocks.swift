import Glibc
import Routing
import Storage
import Switching

extension Clocks {
    /// The machine's own clocks. The monotonic one counts from the start of the machine.
    static let system = Clocks(
        now: { Instant(nanoseconds: read(CLOCK_MONOTONIC)) },
        wall: { WallTime(milliseconds: read(CLOCK_REALTIME) / 1_000_000) }
    )

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
