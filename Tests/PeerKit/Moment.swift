import Glibc

/// A point on the wall clock, in seconds since 1970: the clock that captured packets are stamped with.
package struct Moment: Hashable, Comparable, Sendable {
    package let seconds: Double

    package init(seconds: Double) {
        self.seconds = seconds
    }

    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    package static func + (left: Moment, right: Double) -> Moment { Moment(seconds: left.seconds + right) }
    package static func - (left: Moment, right: Double) -> Moment { Moment(seconds: left.seconds - right) }
    package static func - (left: Moment, right: Moment) -> Double { left.seconds - right.seconds }
    package static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }

    /// Looks again and again until `body` has a value, at most for `limit` seconds; `nil` if it never had one.
    package static func poll<Value>(
        within limit: Double, every pause: Double = 0.02, _ body: () throws -> Value?
    ) async throws -> Value? {
        let end = Moment.now + limit
        while true {
            if let value = try body() { return value }
            if Moment.now >= end { return nil }
            try await Task.sleep(for: .seconds(pause))
        }
    }
}
