import Foundation
import Logging
import Reports
import Routing
import Synchronization

@testable import Storage

let origin = WallTime(milliseconds: 1_790_000_000_000)
let anna = OperatorID("anna")
let ihor = OperatorID("ihor")

extension WallTime {
    /// Seconds after `origin`.
    static func seconds(_ seconds: Double) -> WallTime {
        origin.adding(milliseconds: Int64((seconds * 1_000).rounded()))
    }
}

func period(_ from: Double, _ until: Double) -> Period {
    Period(from: .seconds(from), until: .seconds(until))
}

/// A store in a directory of its own, which is removed with the others when the tests are over.
func makeStore() throws -> SQLiteCallStore {
    let directory = NSTemporaryDirectory() + "burdock-" + UUID().uuidString
    Directories.remember(directory)
    var tuning = SQLiteCallStore.Tuning()
    tuning.groupDelay = .seconds(3_600)
    return try SQLiteCallStore(
        path: directory + "/burdock.sqlite", tuning: tuning,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
}

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

    static func remember(_ directory: String) {
        removalAtExit
        made.withLock { $0.append(directory) }
    }
}

/// What becomes of a call, in seconds after its arrival.
struct CallPlan {
    var queue = "sales"
    var own: String?
    var wait = 10.0
    /// Who talks, and how long; empty: nobody.
    var talks: [(name: String, length: Double)] = []
    var outcome = CallRecord.Outcome.abandoned
    var missed: [RingEnd.Cause] = []
}

extension SQLiteCallStore {
    func note(_ fact: Fact, at seconds: Double = 0) {
        write(.fact(fact, at: .seconds(seconds), origin: origin))
    }

    func add(
        _ id: UInt64, at seconds: Double, _ plan: CallPlan = CallPlan(), change: (inout CallRecord) -> Void = { _ in }
    ) {
        func instant(_ offset: Double) -> Instant { Instant(seconds: seconds + offset) }
        var arrival = Arrival(
            call: CallID(rawValue: id), line: "0800", queue: QueueID(plan.queue),
            number: CustomerNumber("+38067000\(1_000 + id)"), name: "Oksana")
        arrival.tie = plan.own.map { Tie(operator: OperatorID($0)) }
        var record = CallRecord(arrival: arrival, pool: "main", vip: false, arrivedAt: instant(0))
        record.segments = [.init(kind: .waiting, from: instant(0), until: instant(plan.wait))]
        var end = plan.wait
        for talk in plan.talks {
            record.segments.append(
                .init(
                    kind: .talking, from: instant(end), until: instant(end + talk.length),
                    operator: OperatorID(talk.name)))
            record.rings.append(
                .init(operator: OperatorID(talk.name), from: instant(0), until: instant(plan.wait), end: nil))
            end += talk.length
        }
        record.rings += plan.missed.map {
            .init(operator: ihor, from: instant(0), until: instant(1), end: RingEnd($0))
        }
        record.endedAt = instant(end)
        record.outcome = plan.talks.isEmpty ? plan.outcome : .answered
        change(&record)
        note(.callEnded(record), at: seconds + end)
    }
}
