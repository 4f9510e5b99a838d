import Foundation
import GRDBSQLite
import Routing
import Synchronization
import Testing

@testable import Storage

/// The disk fails at every place where it can, one place after the other, until a run comes to its end without a fault.
/// Each time: what was acknowledged is there after a kill, everything is there in the end, and nothing is there twice.
@Suite(.serialized) struct DiskFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let operation: FaultyDisk.Operation
        let code: Int32
        var times = 1
        var tornPercent = 0

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "a write fails", operation: .write, code: SQLITE_IOERR | (3 << 8)),
        Case(name: "the disk is full for a while", operation: .write, code: SQLITE_FULL, times: 5),
        // As on a disk that has become read-only, which SQLite's Unix layer reports like this (os_unix.c, unixWrite).
        Case(name: "writes fail for a while", operation: .write, code: SQLITE_IOERR | (3 << 8), times: 3),
        Case(name: "a write is torn", operation: .write, code: SQLITE_IOERR | (3 << 8), tornPercent: 60),
        Case(name: "a sync fails", operation: .sync, code: SQLITE_IOERR | (4 << 8)),
    ]

    /// Each place is tried with the environment variable; without it every eleventh, which takes seconds and not minutes.
    static let isThorough = ProcessInfo.processInfo.environment["BURDOCK_EVERY_FAULT"] != nil

    @Test(arguments: cases) func whateverFailsNothingIsLostOrDoubled(_ fault: Case) async throws {
        let template = try await Template()
        let step = Self.isThorough || fault.operation == .sync ? 1 : 11
        var number = 1
        while try await template.run(fault, at: number) { number += step }
        // Fewer would mean that the faults do not reach the store.
        #expect(number > (fault.operation == .write ? 40 : 3))
    }

    @Test func aClaimThatFailsIsNeverThere() async throws {
        let template = try await Template()
        for operation in [FaultyDisk.Operation.write, .sync] {
            for number in 1... {
                let (store, disk) = try template.open()
                store.note(.taskOpened(task(1)))
                try await store.flush()
                disk.arm(.init(operation: operation, number: number, code: SQLITE_IOERR))
                let claim = TaskClaim(task: TaskID(rawValue: 1), attempt: 1, operator: OperatorID("anna"), at: origin)
                let isClaimed: Bool
                do {
                    try await store.claim(claim)
                    isClaimed = true
                } catch {
                    isClaimed = false
                }
                let failures = disk.failures
                disk.repair()
                store.note(.reminded(OperatorID("anna"), count: 1))
                try await store.flush()
                #expect(try store.inspect("SELECT count(claimed_by) FROM tasks") == [isClaimed ? "1" : "0"])
                if failures == 0 { break }
            }
        }
    }

    @Test func aFileThatCouldNotBeMadeCanBeMadeLater() throws {
        let step = Self.isThorough ? 1 : 7
        for operation in [FaultyDisk.Operation.write, .sync] {
            var number = 1
            while true {
                let directory = Directories.make()
                let disk = FaultyDisk(below: directory)
                disk.arm(.init(operation: operation, number: number, times: 2, code: SQLITE_FULL))
                let path = directory + "/burdock.sqlite"
                // A failure after the last commit, while the log is moved into the file, is none.
                _ = try? SQLiteCallStore(path: path, tuning: .quiet, logger: .silent)
                let failures = disk.failures
                disk.repair()
                let store = try SQLiteCallStore(path: path, tuning: .quiet, logger: .silent)
                #expect(try store.inspect("SELECT count(*) FROM grdb_migrations") == ["\(Schema.migrations.count)"])
                #expect(try store.inspect("PRAGMA integrity_check") == ["ok"])
                if failures == 0 { break }
                number += operation == .sync ? 1 : step
            }
            #expect(number > 4)
        }
    }

    /// A backup, or a person with the sqlite3 shell.
    @Test func whileAnotherProgramHoldsTheFileReadersGoOn() async throws {
        let store = try TemporaryStore().store
        store.end(record(1))
        store.tie("+380671234567", to: "anna", at: 1)
        try await store.flush()
        var other: OpaquePointer?
        #expect(sqlite3_open(store.path, &other) == SQLITE_OK)
        defer { sqlite3_close(other) }
        #expect(sqlite3_exec(other, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        store.end(record(2))
        await #expect(throws: StorageError.self) { try await store.flush() }
        #expect(try await store.calls(matching: CallFilter()).count == 1)
        let profile = try await store.profile(of: CustomerNumber("+380671234567"), queue: "sales", now: .seconds(1))
        #expect(profile.tie?.operator == OperatorID("anna"))
        #expect(sqlite3_exec(other, "COMMIT", nil, nil, nil) == SQLITE_OK)
        try await store.flush()
        #expect(try await store.calls(matching: CallFilter()).count == 2)
    }
}

/// A day in three groups of entries, and what the database holds after each.
private struct Template {
    private static let groups = 3
    private let directory: String
    /// After none, one, two, … groups.
    private let states: [[String]]

    init() async throws {
        let temporary = try TemporaryStore()
        try temporary.store.inspect("PRAGMA wal_checkpoint(TRUNCATE)")
        directory = temporary.directory + "/template"
        try FileManager.default.copyItem(atPath: temporary.directory + "/state", toPath: directory)
        var states = [try temporary.store.dump()]
        for group in 0..<Self.groups {
            Self.write(group, to: temporary.store)
            try await temporary.store.flush()
            states.append(try temporary.store.dump())
        }
        self.states = states
    }

    func open() throws -> (SQLiteCallStore, FaultyDisk) {
        let copy = Directories.make()
        try FileManager.default.copyItem(atPath: directory, toPath: copy)
        let disk = FaultyDisk(below: copy)
        let store = try SQLiteCallStore(path: copy + "/burdock.sqlite", tuning: .quiet, logger: .silent)
        // Often enough that faults also meet the move of the log into the file.
        try store.inspect("PRAGMA wal_autocheckpoint = 8")
        return (store, disk)
    }

    /// - Returns: whether there was a fault.
    func run(_ fault: DiskFaultTests.Case, at number: Int) async throws -> Bool {
        let (store, disk) = try open()
        disk.arm(
            .init(
                operation: fault.operation, number: number, times: fault.times, code: fault.code,
                tornPercent: fault.tornPercent))
        for group in 0..<Self.groups {
            await store.rest()
            Self.write(group, to: store)
            var acknowledged = group
            while acknowledged == group {
                let failuresBefore = disk.failures
                do {
                    try await store.flush()
                    acknowledged += 1
                } catch {
                    #expect(disk.failures > failuresBefore, "it failed by itself: \(error)")
                }
                if disk.failures > failuresBefore { try check(killed: store, after: acknowledged, number) }
            }
        }
        let failures = disk.failures
        #expect(try store.dump() == states[Self.groups], "fault \(number)")
        #expect(try store.inspect("PRAGMA integrity_check") == ["ok"])
        try check(killed: store, after: Self.groups, number)
        return failures > 0
    }

    /// A group is there as a whole or not at all, and those that were acknowledged are.
    private func check(killed store: SQLiteCallStore, after acknowledged: Int, _ number: Int) throws {
        let copy = Directories.make()
        // A thousand of them would fill the disk until the tests are over; one that stays behind harms nobody.
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try FileManager.default.copyItem(
            atPath: URL(fileURLWithPath: store.path).deletingLastPathComponent().path, toPath: copy)
        let again = try SQLiteCallStore(path: copy + "/burdock.sqlite", tuning: .quiet, logger: .silent)
        let found = try again.dump()
        #expect(states.lastIndex(of: found).map { $0 >= acknowledged } == true, "fault \(number)")
    }

    private static func write(_ group: Int, to store: SQLiteCallStore) {
        let (id, at) = (UInt64(group) * 10 + 1, Double(group) * 1_000)
        store.write(.callBegan(arrival(id), at: .seconds(at)))
        store.write(.callConnected(.number(id), OperatorID("anna"), at: .seconds(at + 10)))
        store.end(record(id, at: at))
        store.tie("+\(group % 2)", to: "anna\(group)", by: id, at: at)
        store.note(.operatorEntered(OperatorID("anna"), group % 2 == 0 ? .talking : .idle), at: at)
        store.note(.taskOpened(task(id)))
        store.note(.attemptEnded(attempt(id, 1)))
        store.note(.taskClosed(TaskID(rawValue: id), .givenUp(.busy)), at: at)
        store.write(
            .registered(StoredRegistration(user: "u\(group % 3)", payload: "\(group)", expiresAt: .seconds(at))))
    }
}

extension SQLiteCallStore {
    /// Every row of every table, in order.
    func dump() throws -> [String] {
        try inspect(DumpQuery.sql(of: self))
    }
}

private enum DumpQuery {
    private static let made = Mutex<String?>(nil)

    /// The same for all stores, because they have the same tables.
    static func sql(of store: SQLiteCallStore) throws -> String {
        if let sql = made.withLock({ $0 }) { return sql }
        let tables = try store.inspect(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                + "AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'")
        let rows = try tables.map { table in
            let columns = try store.inspect("SELECT name FROM pragma_table_info('\(table)')")
            let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
            return "SELECT '\(table): ' || \(row) FROM \(table)"
        }
        let sql = rows.joined(separator: " UNION ALL ") + " ORDER BY 1"
        made.withLock { $0 = sql }
        return sql
    }
}
