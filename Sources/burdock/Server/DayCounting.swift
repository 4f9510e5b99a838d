import Foundation
import Reports
import Routing
import ServiceLifecycle
import Storage
import Switching

/// Keeps the counters of queues and operators to what the records say of the present day, midnight to midnight by the
/// machine's time zone.
struct DayCounting: Service {
    /// Clocks are set, and days begin when nobody expects it: looked at so often.
    private static let interval = Duration.seconds(1)

    let switchboard: Switchboard
    let clocks: Clocks

    /// What the records say of the day up to now.
    static func counters(_ store: SQLiteCallStore, now: WallTime) async throws -> DayCounters {
        let today = Period(from: WallTime(milliseconds: midnight(before: now)), until: now)
        let reporter = Reporter(store)
        let queues = try await reporter.queues(in: today, threshold: .zero)
        let operators = try await reporter.operators(in: today, success: .zero, now: now)
        return DayCounters(
            queues: queues.rows.compactMap { row in
                row.queue.map {
                    DayCounters.Queue(
                        queue: $0, entered: row.figures.entered, answered: row.figures.answered,
                        lost: row.figures.lost)
                }
            },
            operators: operators.rows.map {
                DayCounters.Operator(operator: $0.operator, conversations: $0.figures.calls)
            })
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var day = Self.midnight(before: clocks.wall())
            while true {
                try await Task.sleep(for: Self.interval)
                let present = Self.midnight(before: clocks.wall())
                guard present != day else { continue }
                // A clock that is set back does not bring yesterday's counters back.
                if present > day { await switchboard.submit(.countersSet(DayCounters())) }
                day = present
            }
        }
    }

    private static func midnight(before now: WallTime) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000)
        return Int64(Calendar.current.startOfDay(for: date).timeIntervalSince1970 * 1_000)
    }
}
