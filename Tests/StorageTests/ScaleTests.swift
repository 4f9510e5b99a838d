import Foundation
import Routing
import Testing

@testable import Storage

/// How long a start and the sums of reports take with years of records. Only with the environment variable BURDOCK_SCALE,
/// because making the file alone takes a minute; prints its figures.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["BURDOCK_SCALE"] != nil))
struct ScaleTests {
    /// At once, and not when the buffer of the output is full.
    private func report(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }

    private func clock<Value>(_ what: String, _ body: () async throws -> Value) async rethrows -> Value {
        let begin = ContinuousClock.now
        let value = try await body()
        report("scale: \(what): \((ContinuousClock.now - begin).formatted)")
        return value
    }

    @Test func aStartWithAMillionCalls() async throws {
        let directory = Directories.make()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/burdock.sqlite"
        try await clock("make the file") {
            try SQLiteCallStore.make(
                path, migrations: Schema.migrations.count, filledWith: Self.fast + Self.rows + "COMMIT;")
        }
        let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        report("scale: file of \(bytes / 1_000_000) MB")
        let store = try await clock("open") { try SQLiteCallStore(path: path, tuning: .quiet, logger: .silent) }
        _ = try await clock("open again") { try SQLiteCallStore(path: path, tuning: .quiet, logger: .silent) }
        let now = WallTime(milliseconds: 1_000_000 * 30_000)
        let cut = try await clock("close what a restart cut") { try await store.closeOpenCalls(at: now) }
        #expect(cut.count == 100)
        let tasks = try await clock("read open tasks") { try await store.openTasks(origin: now) }
        #expect(tasks.count == 100_000)
        let registrations = try await clock("read registrations") { try await store.registrations(now: now) }
        #expect(registrations.count == 1_000)
        _ = try await clock("look a customer up") {
            try await store.profile(of: CustomerNumber("+380000001"), queue: "q1", now: now)
        }
        let all = Period(from: WallTime(milliseconds: 0), until: now)
        let queues = try await clock("sums of all queues, all time") {
            try await store.queueTallies(in: all, threshold: .seconds(20))
        }
        #expect(queues.visits.reduce(0) { $0 + $1.count } == 1_000_099)
        let operators = try await clock("sums of all operators, all time") {
            try await store.operatorTallies(in: all, success: .seconds(5))
        }
        #expect(operators.conversations.count == 90)
        let day = Period(
            from: WallTime(milliseconds: 500_000 * 30_000), until: WallTime(milliseconds: 502_880 * 30_000))
        _ = try await clock("sums of all queues, one day") {
            try await store.queueTallies(in: day, threshold: .seconds(20))
        }
        _ = try await clock("sums of all operators, one day") {
            try await store.operatorTallies(in: day, success: .seconds(5))
        }
        try await clock("read 100,000 calls for an export") {
            var cursor: PageCursor?
            for _ in 0..<100 {
                cursor = try await store.callsByEnd(in: all, after: cursor).next
            }
            #expect(cursor != nil)
        }
    }

    /// A migration of a file of the second version with a million calls, which happens once.
    @Test func aMillionCallsAreMigrated() async throws {
        let directory = Directories.make()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/burdock.sqlite"
        try SQLiteCallStore.make(path, migrations: 2, filledWith: Self.fast + Self.oldRows + "COMMIT;")
        let store = try await clock("migrate a million calls") {
            try SQLiteCallStore(path: path, tuning: .quiet, logger: .silent)
        }
        #expect(try store.inspect("SELECT count(*) FROM visits") == ["1000000"])
    }

    @Test func factsASecond() async throws {
        let store = try TemporaryStore().store
        let calls = 20_000
        try await clock("write \(calls * 3) facts of calls, and their parts") {
            for call in 1...UInt64(calls) {
                store.write(.callBegan(arrival(call), at: .seconds(Double(call))))
                store.end(record(call, at: Double(call)))
                store.note(.operatorEntered(OperatorID("anna"), .talking), at: Double(call))
                if call % 300 == 0 { try await store.flush() }
            }
            try await store.flush()
        }
        let claims = 500
        for id in 1...UInt64(claims) { store.note(.taskOpened(task(id, number: "+\(id)"))) }
        try await store.flush()
        var latencies: [Duration] = []
        for id in 1...UInt64(claims) {
            let begin = ContinuousClock.now
            try await store.claim(
                TaskClaim(task: TaskID(rawValue: id), attempt: 1, operator: OperatorID("anna"), at: origin))
            latencies.append(ContinuousClock.now - begin)
        }
        latencies.sort()
        report(
            "scale: claim: median \(latencies[claims / 2].formatted), p99 \(latencies[claims * 99 / 100].formatted)")
    }

    private static let numbers = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %)
        """

    private static func insert(_ count: Int, _ sql: String) -> String {
        let parts = sql.split(separator: "|", maxSplits: 1).map(String.init)
        return parts[0] + numbers.replacing("%", with: "\(count)") + parts[1] + ";"
    }

    /// Nothing of it has to survive anything.
    private static let fast = """
        PRAGMA cache_size = -1000000; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
        """

    private static let oldRows =
        insert(
            1_000_000,
            """
            INSERT INTO calls (id, pool, line, queue, number, vip, arrived_at, ended_at, outcome, status) |
            SELECT i, 'main', '0800', 'q' || (i % 20), '+380' || (i % 200000 + 1000000), 0, i * 30000,
                i * 30000 + 120000, iif(i % 10 = 0, 'abandoned', 'answered'), 200 FROM n
            """)
        + insert(
            1_000_000,
            """
            INSERT INTO segments (call, position, pool, kind, begun_at, ended_at) |
            SELECT i, 0, 'main', 'waiting', i * 30000, i * 30000 + 20000 FROM n
            """)
        + insert(
            1_000_000,
            """
            INSERT INTO segments (call, position, pool, kind, begun_at, ended_at, operator) |
            SELECT i, 1, 'main', 'talking', i * 30000 + 20000, i * 30000 + 120000, 'op' || (i % 100) FROM n
            WHERE i % 10 <> 0
            """)
        + insert(
            1_000_000,
            """
            INSERT INTO rings (call, position, pool, operator, begun_at, ended_at, outcome) |
            SELECT i, 0, 'main', 'op' || (i % 100), i * 30000 + 10000, i * 30000 + 20000,
                iif(i % 10 = 0, 'no answer', 'answered') FROM n
            """)

    private static let rows =
        oldRows
        + "UPDATE calls SET entered_at = arrived_at, answered_at = iif(outcome = 'answered', arrived_at + 20000, NULL);"
            + """
            INSERT INTO visits (call, position, pool, queue, entered_at, answered_at, left_at, outcome, operator, own_operator)
            SELECT id, 0, pool, queue, entered_at, answered_at, ended_at, outcome, 'op' || (id % 100), 'op1' FROM calls;
            """
        + insert(
            100,
            """
            INSERT INTO calls (id, pool, line, queue, number, vip, arrived_at, entered_at) |
            SELECT 2000000 + i, 'main', '0800', 'q1', '+381' || i, 0, 30000000000 - i * 1000,
                30000000000 - i * 1000 FROM n
            """)
        + insert(
            1_000_000,
            """
            INSERT INTO operator_activities (pool, operator, at, activity) |
            SELECT 'main', 'op' || (i % 100), i * 30000, iif(i % 2, 'talking', 'idle') FROM n
            """)
        + insert(
            100_000,
            """
            INSERT INTO tasks (
                id, pool, dialer, number, due_at, source, opened_at, updated_at, stage, attempts, tries) |
            SELECT i, 'main', 'd' || (i % 5), '+380' || i, i * 1000, 'program', 0, 0, 'own', 0,
                iif(i % 3, '{}', '{"BUSY":1}') FROM n
            """)
        + insert(
            1_000,
            """
            INSERT INTO registrations | SELECT 'main', 'user' || i, '[{"contact":"sip:' || i || '@192.0.2.1:5060"}]',
                40000000000 FROM n
            """)
}

extension Duration {
    fileprivate var formatted: String {
        let milliseconds = Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
        return milliseconds < 1_000 ? "\((milliseconds * 100).rounded() / 100) ms" : "\(milliseconds / 1_000) s"
    }
}
