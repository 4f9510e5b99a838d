package import Routing
package import Storage

/// Makes reports from the store. The present is an argument: nothing here reads a clock.
package struct Reporter: Sendable {
    private let store: SQLiteCallStore

    package init(_ store: SQLiteCallStore) {
        self.store = store
    }

    package func queues(in period: Period, threshold: Duration) async throws(StorageError) -> QueueReport {
        let tallies = try await store.queueTallies(in: period, threshold: threshold)
        return QueueReport(tallies, period: period, threshold: threshold)
    }

    /// - Parameters:
    ///   - success: a conversation of that length is successful (`success_talk`).
    ///   - now: what of the period is in the future is left out.
    package func operators(
        in period: Period, success: Duration, now: WallTime
    ) async throws(StorageError) -> OperatorReport {
        let passed = period.passed(by: now)
        return OperatorReport(try await store.operatorTallies(in: passed, success: success), period: passed)
    }

    /// One row for each of the periods, which are usually days.
    package func vipUsage(in periods: [Period]) async throws(StorageError) -> [VIPUsage] {
        zip(periods, try await store.vipUsage(in: periods)).map { VIPUsage(period: $0, calls: $1) }
    }
}

/// VIP calls that interrupted a conversation, or whose announcement an operator heard (product.md section 4).
package struct VIPUsage: Hashable, Sendable {
    package var period: Period
    package var calls: Int
}
