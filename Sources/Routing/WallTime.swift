/// A point on the wall clock: milliseconds since 1970-01-01 00:00 UTC. For what people read; no rule goes by it.
package struct WallTime: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The date of an instant, given the date of `Instant(nanoseconds: 0)`. Saturates.
    package init(_ instant: Instant, origin: WallTime) {
        self = origin.adding(milliseconds: instant.nanoseconds / 1_000_000)
    }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

    /// Saturates.
    package func adding(milliseconds added: Int64) -> WallTime {
        let (sum, overflow) = milliseconds.addingReportingOverflow(added)
        return WallTime(milliseconds: overflow ? (added < 0 ? .min : .max) : sum)
    }

    /// How long after `earlier` this is; negative if it is before. Saturates.
    package func since(_ earlier: WallTime) -> Duration {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? (milliseconds < earlier.milliseconds ? .min : .max) : difference)
    }
}

extension Instant {
    /// The instant of a date, given the date of `Instant(nanoseconds: 0)`: negative for what was before. Saturates.
    package init(_ wall: WallTime, origin: WallTime) {
        let since = wall.since(origin).components
        let (nanoseconds, overflow) = since.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else {
            self.init(nanoseconds: since.seconds < 0 ? .min : .max)
            return
        }
        let (sum, carried) = nanoseconds.addingReportingOverflow(since.attoseconds / 1_000_000_000)
        self.init(nanoseconds: carried ? (since.seconds < 0 ? .min : .max) : sum)
    }
}

extension WallTime: PlainlyCoded {
    package var plain: Int64 { milliseconds }
    package init?(plain: Int64) { self.init(milliseconds: plain) }
}
