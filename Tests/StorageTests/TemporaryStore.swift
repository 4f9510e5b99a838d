import Foundation
import Logging
import Routing
import Synchronization

@testable import Storage

/// A store in a directory of its own. The directories are removed when the tests are over: a store opens connections
/// when it needs them, and must find its file as long as anybody uses it.
struct TemporaryStore: Sendable {
    let directory: String
    let store: SQLiteCallStore

    var path: String { store.path }

    init(tuning: SQLiteCallStore.Tuning = .quiet, logger: Logger = .silent) throws {
        directory = Directories.make()
        store = try SQLiteCallStore(path: directory + "/state/burdock.sqlite", tuning: tuning, logger: logger)
    }

    /// What a process leaves behind that is killed at this moment, opened by the next one.
    func reopenedAfterKill() throws -> SQLiteCallStore {
        let copy = directory + "/" + UUID().uuidString
        try FileManager.default.copyItem(atPath: directory + "/state", toPath: copy)
        return try SQLiteCallStore(path: copy + "/burdock.sqlite", tuning: .quiet, logger: .silent)
    }
}

enum Directories {
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

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension SQLiteCallStore.Tuning {
    /// Nothing is written before `flush`, so that a test decides when.
    static var quiet: Self {
        var tuning = Self()
        tuning.groupDelay = .seconds(3_600)
        tuning.retryDelay = .seconds(3_600)
        tuning.longestRetryDelay = .seconds(3_600)
        return tuning
    }
}

let origin = WallTime(milliseconds: 1_790_000_000_000)

extension WallTime {
    /// Seconds after `origin`.
    static func seconds(_ seconds: Double) -> WallTime {
        origin.adding(milliseconds: Int64((seconds * 1_000).rounded()))
    }
}

extension CallID {
    static func number(_ value: UInt64) -> CallID { CallID(rawValue: value) }
}

func arrival(_ call: UInt64, queue: String = "sales", number: String? = "+380671234567") -> Arrival {
    Arrival(
        call: .number(call), line: "0800", queue: QueueID(queue), number: number.map { CustomerNumber($0) },
        name: "Oksana")
}

/// A call of two minutes that waited, was declined by ihor, and talked to anna.
func record(_ call: UInt64, at seconds: Double = 0, change: (inout CallRecord) -> Void = { _ in }) -> CallRecord {
    func instant(_ offset: Double) -> Instant { Instant(seconds: seconds + offset) }
    var record = CallRecord(arrival: arrival(call), pool: "main", vip: false, arrivedAt: instant(0))
    record.endedAt = instant(120)
    record.outcome = .answered
    record.ended = HangupCause(.hungUp, status: 200)
    record.endedBy = .customer
    record.segments = [
        .init(kind: .waiting, from: instant(0), until: instant(10)),
        .init(kind: .talking, from: instant(10), until: instant(120), operator: OperatorID("anna")),
    ]
    record.rings = [
        .init(
            operator: OperatorID("ihor"), from: instant(1), until: instant(3), end: RingEnd(.declined, status: 603)),
        .init(operator: OperatorID("anna"), from: instant(3), until: instant(10), end: nil),
    ]
    record.stages = [
        .init(stage: .own, from: instant(0), until: instant(3), ended: .tieExpired),
        .init(stage: .anyone, from: instant(3), until: instant(10), ended: .answered),
    ]
    change(&record)
    return record
}

extension SQLiteCallStore {
    func end(_ record: CallRecord) {
        write(.fact(.callEnded(record), at: WallTime(record.endedAt, origin: origin), origin: origin))
    }

    func tie(_ number: String, to name: String, group: String? = nil, by call: UInt64 = 1, at seconds: Double) {
        write(
            .fact(
                .tied(CustomerNumber(number), OperatorID(name), group.map { GroupID($0) }, by: .number(call)),
                at: .seconds(seconds), origin: origin))
    }
}

extension SQLiteCallStore {
    /// The customer's tie, for tests that have nothing else to do meanwhile.
    func tie(of number: CustomerNumber, now: WallTime) async throws(StorageError) -> Tie? {
        let result = await withCheckedContinuation { continuation in
            findCustomer(number, in: QueueID("sales"), now: now, resumeWithin: .zero) {
                continuation.resume(returning: $0)
            }
        }
        return try result.get().tie
    }
}
