import Foundation
import Testing

@testable import Storage

@Suite struct SchemaTests {
    @Test func everyTableIsStrictAndCarriesThePool() throws {
        let temporary = try TemporaryStore()
        let tables = try temporary.store.inspect(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")
        let ours = Set(tables).subtracting(["grdb_migrations", "call_outcomes", "segment_kinds", "visit_outcomes"])
        #expect(
            ours == [
                "calls", "segments", "rings", "stages", "ties", "operator_wishes", "vip_usage",
                "missed_vip", "callback_wishes", "reroutes", "visits", "tasks", "attempts", "responsible_waits",
                "operator_activities", "reminders", "registrations", "dialer_wishes", "api_tokens", "api_answers",
                "task_cards", "imports", "imported_rows", "outbox",
            ])
        for table in ours {
            let columns = try temporary.store.inspect("SELECT name FROM pragma_table_info('\(table)')")
            #expect(columns.contains("pool"), "\(table)")
            let strict = try temporary.store.inspect("SELECT strict FROM pragma_table_list WHERE name = '\(table)'")
            #expect(strict == ["1"], "\(table)")
        }
    }

    @Test func everyAcknowledgedCommitIsOnTheDisk() throws {
        let store = try TemporaryStore().store
        #expect(try store.inspect("PRAGMA journal_mode") == ["wal"])
        #expect(try store.inspect("PRAGMA synchronous") == ["2"])
        #expect(try store.inspect("PRAGMA foreign_keys") == ["1"])
    }

    @Test func migrationsAreAppliedOnce() throws {
        let temporary = try TemporaryStore()
        let again = try temporary.reopenedAfterKill()
        #expect(
            try again.inspect("SELECT identifier FROM grdb_migrations ORDER BY rowid")
                == Schema.migrations.map(\.name))
    }

    /// A released migration is never edited: files in the field already have it. A change is a new migration.
    @Test func releasedMigrationsAreUnchanged() {
        let digests = Schema.migrations.map { migration in
            migration.sql.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        #expect(digests == SchemaTests.released)
    }

    private static let released: [UInt64] = [
        9_337_729_977_978_923_898, 9_365_556_543_279_070_873, 1_733_671_137_070_831_248,
        7_239_384_082_427_361_756, 6_488_525_793_401_963_011, 4_917_857_240_280_382_649, 15_639_841_333_014_377_547,
        5_238_588_775_547_136_228, 3_759_849_941_749_824_155,
    ]

    @Test func aFileOfANewerVersionIsRefused() throws {
        let temporary = try TemporaryStore()
        try temporary.store.inspect("INSERT INTO grdb_migrations VALUES ('999 from the future')")
        #expect {
            _ = try temporary.reopenedAfterKill()
        } throws: { error in
            guard case StorageError.cannotOpen(_, let problem) = error else { return false }
            return problem.contains("newer version of Burdock")
        }
    }

    /// The log holds numbers of customers.
    @Test func strangersCannotReadTheFiles() throws {
        let temporary = try TemporaryStore()
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: temporary.path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o640, "\(suffix)")
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        let directory = Directories.make()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/burdock.sqlite"
        try Data(repeating: 0x41, count: 10_000).write(to: URL(fileURLWithPath: path))
        #expect {
            _ = try SQLiteCallStore(path: path, logger: .silent)
        } throws: { error in
            guard case StorageError.cannotOpen(path, _) = error else { return false }
            return String(describing: error).contains("not a database")
        }
    }

    @Test func aDirectoryThatCannotBeMadeIsReported() {
        #expect(throws: StorageError.self) {
            _ = try SQLiteCallStore(path: "/dev/null/state/burdock.sqlite", logger: .silent)
        }
    }

    @Test(
        arguments: [
            "INSERT INTO calls (id, pool, line, queue, vip, arrived_at) VALUES (1, '', 'l', 'q', 0, 0)",
            "INSERT INTO calls (id, pool, line, queue, vip, arrived_at) VALUES (1, 'p', 'l', 'q', 2, 0)",
            "INSERT INTO calls (id, pool, line, queue, vip, arrived_at) VALUES (1, 'p', 'l', 'q', 0, 'noon')",
            "INSERT INTO calls (id, pool, line, queue, vip, arrived_at, ended_at) VALUES (1, 'p', 'l', 'q', 0, 0, 1)",
            """
            INSERT INTO calls (id, pool, line, queue, vip, arrived_at, ended_at, outcome)
            VALUES (1, 'p', 'l', 'q', 0, 0, 1, 'vanished')
            """,
            """
            INSERT INTO calls (id, pool, line, queue, vip, arrived_at, ended_at, outcome, status)
            VALUES (1, 'p', 'l', 'q', 0, 0, 1, 'refused', 700)
            """,
            "INSERT INTO rings (call, position, pool, operator, begun_at, ended_at, outcome) "
                + "VALUES (7, 0, 'p', 'anna', 0, 1, 'busy')",
            "INSERT INTO segments (call, position, pool, kind, begun_at, ended_at) VALUES (7, 0, 'p', 'talking', 0, 1)",
            "INSERT INTO ties (pool, number, operator, call, tied_at) VALUES ('p', '', 'anna', 1, 0)",
            "INSERT INTO operator_wishes (pool, operator, wish, wished_at) VALUES ('p', 'anna', 'paused', 0)",
            "INSERT INTO operator_activities (pool, operator, at, activity) VALUES ('p', 'anna', 0, 'paused')",
            "INSERT INTO operator_activities (pool, operator, at, activity) VALUES ('p', 'anna', 0, 'asleep')",
            "INSERT INTO registrations (pool, user, payload, expires_at) VALUES ('p', '', 'x', 0)",
            """
            INSERT INTO attempts (task, attempt, pool, dialer, number, operator, outcome, status, began_at, ended_at)
            VALUES (1, 1, 'p', 'd', '+1', 'anna', 'BUSY', 99, 0, 1)
            """,
            """
            INSERT INTO tasks (
                id, pool, dialer, number, due_at, source, opened_at, updated_at, stage, attempts, tries, closed_at
            ) VALUES (1, 'p', 'd', '+1', 0, 'program', 0, 0, 'own', 0, '{}', 5)
            """,
            """
            INSERT INTO tasks (id, pool, dialer, number, due_at, source, opened_at, updated_at, stage, attempts, tries)
            VALUES (1, 'p', 'd', '+1', 0, 'program', 0, 0, 'own', 0, 'none')
            """,
        ]) func theDatabaseItselfRefuses(_ sql: String) throws
    {
        let store = try TemporaryStore().store
        #expect(throws: StorageError.self) { try store.inspect(sql) }
    }
}
