import Foundation
import Logging
import Routing
import Storage
import Synchronization

@testable import Webhooks

/// A store with a sender behind it, in a directory of its own.
struct House: Sendable {
    let store: SQLiteCallStore
    let subscriptions: Subscriptions
    let sender: WebhookSender
    let poster = Poster()
    let path: String

    /// - Parameter path: of the database of a house before; `nil`: a new one.
    init(
        _ endpoints: [WebhookEndpoint], time: VirtualTime, underWay: Int = 4, path: String? = nil
    ) throws {
        self.path = path ?? Directories.make() + "/burdock.sqlite"
        subscriptions = Subscriptions(endpoints)
        var tuning = SQLiteCallStore.Tuning()
        tuning.groupDelay = .milliseconds(5)
        store = try SQLiteCallStore(path: self.path, tuning: tuning, announcer: subscriptions, logger: .silent)
        var limits = WebhookSender.Limits()
        limits.underWay = underWay
        limits.tidyEvery = nil
        limits.grace = VirtualTime.longest * 10
        sender = WebhookSender(
            subscriptions: subscriptions, outbox: store, poster: poster, time: time.senderTime, limits: limits,
            logger: .silent)
    }

    /// Sends while `body` runs, then stops as at a graceful shutdown: what is under way comes to its end.
    func sending<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await run { sender in
            let value = try await body()
            sender.stop()
            return value
        }
    }

    /// Sends while `body` runs, then is cut as by a crash.
    func sendingUntilCut<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await sender.run() }
            let value = try await body()
            group.cancelAll()
            try await group.waitForAll()
            await poster.close()
            try await store.close()
            return value
        }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable (WebhookSender) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await sender.run() }
            let result: Result<Value, any Error>
            do { result = .success(try await body(sender)) } catch { result = .failure(error) }
            if case .failure = result { group.cancelAll() }
            try await group.waitForAll()
            await poster.close()
            return try result.get()
        }
    }

    /// A call arrives and is lost after ten seconds.
    func lose(_ calls: ClosedRange<UInt64>) {
        for call in calls {
            store.write(.callBegan(.of(call), at: VirtualTime.start.adding(milliseconds: Int64(call))))
            store.write(.ended(.lost(call)))
        }
    }
}

/// Directories that are removed when the tests are over: a store opens connections when it needs them.
private enum Directories {
    private static let made = Mutex<[String]>([])
    private static let removalAtExit: Void = {
        atexit {
            for directory in Directories.made.withLock({ $0 }) {
                // A directory that stays behind harms nobody.
                try? FileManager.default.removeItem(atPath: directory)
            }
        }
    }()

    /// A path that nobody else uses; nothing is there yet.
    static func make() -> String {
        removalAtExit
        let directory = NSTemporaryDirectory() + "burdock-" + UUID().uuidString
        made.withLock { $0.append(directory) }
        return directory
    }
}

let origin = VirtualTime.start

extension StoredEntry {
    static func ended(_ record: CallRecord) -> StoredEntry {
        .fact(.callEnded(record), at: WallTime(record.endedAt, origin: origin), origin: origin)
    }
}

extension Arrival {
    static func of(_ call: UInt64, number: String? = "+380671234567") -> Arrival {
        Arrival(
            call: CallID(rawValue: call), line: "0800", queue: QueueID("sales"),
            number: number.map { CustomerNumber($0) }, name: "Oksana")
    }
}

extension CallRecord {
    static func lost(_ call: UInt64) -> CallRecord {
        var record = CallRecord(arrival: .of(call), pool: "main", vip: false, arrivedAt: Instant(seconds: 0))
        record.endedAt = Instant(nanoseconds: 10_000_000_000 + Int64(call) * 1_000_000)
        record.endedBy = .customer
        return record
    }
}

extension WebhookEndpoint {
    static let secret = "sixteen-letters-or-more"

    static func to(
        _ url: String, name: String = "crm", events: Set<EventKind> = [.callEnded], timeout: Duration = .seconds(30)
    ) -> WebhookEndpoint {
        WebhookEndpoint(name: name, url: url, key: SigningKey(secret), events: events, timeout: timeout)
    }
}
