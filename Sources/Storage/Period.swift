package import Routing

/// A stretch of time on the wall clock, without its end. A period that ends before it begins is empty.
package struct Period: Hashable, Sendable {
    package let from: WallTime
    /// The first moment that is not in it.
    package let until: WallTime

    package init(from: WallTime, until: WallTime) {
        self.from = from
        self.until = max(from, until)
    }

    /// Saturates.
    package var length: Duration { until.since(from) }

    /// What of it has passed already.
    package func passed(by now: WallTime) -> Period {
        Period(from: from, until: min(until, now))
    }
}
