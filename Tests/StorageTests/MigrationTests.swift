import Foundation
import Testing

@testable import Storage

/// Files of each earlier version, with rows in every table, are opened by this one.
@Suite struct MigrationTests {
    private func opened(version: Int, _ sql: String) throws -> SQLiteCallStore {
        let directory = Directories.make()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/burdock.sqlite"
        try SQLiteCallStore.make(path, migrations: version, filledWith: sql)
        return try SQLiteCallStore(path: path, tuning: .quiet, logger: .silent)
    }

    @Test(arguments: [1, 2]) func everyRowSurvives(_ version: Int) throws {
        let store = try opened(version: version, Self.rows)
        let counts = [
            "calls": 5, "segments": 5, "rings": 2, "stages": 1, "ties": 1, "operator_wishes": 1,
            "vip_usage": 1, "missed_vip": 1, "callback_wishes": 1,
        ]
        for (table, count) in counts {
            #expect(try store.inspect("SELECT count(*) FROM \(table)") == ["\(count)"], "\(table)")
        }
        #expect(
            try store.inspect(
                "SELECT call || ' ' || position || ' ' || pool || ' ' || kind || ' ' || begun_at || ' ' || ended_at "
                    + "|| ' ' || coalesce(operator, '-') FROM segments ORDER BY call, position")
                == [
                    "1 0 main waiting 100 200 -", "1 1 main talking 200 300 anna", "1 2 main held 300 400 anna",
                    "2 0 main waiting 1000 1500 -", "5 0 main talking 5000 5100 ihor",
                ])
        #expect(
            try store.inspect("SELECT operator || ' ' || outcome || ' ' || status FROM rings ORDER BY position")
                == ["ihor declined 603", "anna answered 200"])
        #expect(try store.inspect("SELECT wish || ' ' || reason FROM operator_wishes") == ["paused lunch"])
        #expect(try store.inspect("PRAGMA foreign_key_check").isEmpty)
        #expect(try store.inspect("PRAGMA integrity_check") == ["ok"])
    }

    @Test(arguments: [1, 2]) func whatReportsNeedIsFilledInFromTheSegments(_ version: Int) throws {
        let store = try opened(version: version, Self.rows)
        #expect(
            try store.inspect(
                "SELECT id || ' ' || direction || ' ' || coalesce(entered_at, '-') || ' ' || coalesce(answered_at, '-')"
                    + " || ' ' || coalesce(answered_by, '-') FROM calls ORDER BY id")
                == [
                    "1 inbound 100 200 anna", "2 inbound 1000 - -", "3 inbound - - -", "4 inbound 4000 - -",
                    "5 inbound 5000 5000 ihor",
                ])
        #expect(
            try store.inspect(
                "SELECT call || ' ' || queue || ' ' || entered_at || ' ' || coalesce(answered_at, '-') || ' ' "
                    + "|| left_at || ' ' || outcome || ' ' || coalesce(operator, '-') FROM visits ORDER BY call")
                == [
                    "1 sales 100 200 400 answered anna", "2 sales 1000 - 1500 abandoned -",
                    "5 sales 5000 5000 5100 answered ihor",
                ])
    }

    @Test func activitiesOfTheThirdVersionSurvive() throws {
        let store = try opened(
            version: 3,
            """
            INSERT INTO operator_activities (pool, operator, at, activity, reason) VALUES
                ('main', 'anna', 100, 'idle', NULL), ('main', 'anna', 200, 'paused', 'lunch'),
                ('main', 'ihor', 100, 'wrap_up', NULL);
            """)
        #expect(
            try store.inspect(
                "SELECT operator || ' ' || at || ' ' || activity || ' ' || coalesce(reason, '-') "
                    + "FROM operator_activities ORDER BY operator, at")
                == ["anna 100 idle -", "anna 200 paused lunch", "ihor 100 wrap_up -"])
        for row in ["'dancing', NULL", "'paused', NULL", "'idle', 'why'"] {
            #expect(throws: (any Error).self, "\(row)") {
                try store.inspect("INSERT INTO operator_activities VALUES ('main', 'anna', 300, \(row))")
            }
        }
    }

    @Test func kindsOfTheSecondVersionAreUnderstood() throws {
        let store = try opened(
            version: 2,
            """
            INSERT INTO calls (id, pool, line, queue, vip, arrived_at, ended_at, outcome) VALUES
                (1, 'main', '0800', 'sales', 0, 100, 900, 'left_by_key'),
                (2, 'main', '0800', 'sales', 0, 100, 900, 'scenario'),
                (3, 'main', '0800', 'sales', 0, 100, 900, 'unanswered');
            INSERT INTO segments (call, position, pool, kind, begun_at, ended_at) VALUES
                (1, 0, 'main', 'scenario', 100, 300), (1, 1, 'main', 'waiting', 300, 900),
                (2, 0, 'main', 'scenario', 100, 900), (3, 0, 'main', 'dialling', 100, 900);
            """)
        #expect(
            try store.inspect("SELECT direction || ' ' || coalesce(entered_at, '-') FROM calls ORDER BY id")
                == ["inbound 300", "inbound -", "outbound -"])
        #expect(try store.inspect("SELECT call || ' ' || outcome FROM visits") == ["1 left_by_key"])
        #expect(try store.inspect("SELECT count(*) FROM segments") == ["4"])
    }

    /// An answered call, an abandoned one, a refused one, one that was up, and one whose first segment is the talk.
    private static let rows = """
        INSERT INTO calls (
            id, pool, line, queue, number, name, vip, interrupted, announced, was_interrupted, arrived_at, ended_at,
            outcome, ended_by, status, stage
        ) VALUES
            (1, 'main', '0800', 'sales', '+380671234567', 'Oksana', 0, 0, 0, 1, 100, 400, 'answered', 'customer', 200,
                'own'),
            (2, 'main', '0800', 'sales', NULL, NULL, 1, 1, 1, 0, 1000, 1500, 'abandoned', 'customer', NULL, 'anyone'),
            (3, 'main', '0800', 'sales', '+1', NULL, 0, 0, 0, 0, 3000, 3000, 'refused', NULL, 603, NULL),
            (4, 'main', '0800', 'sales', '+2', NULL, 0, 0, 0, 0, 4000, NULL, NULL, NULL, NULL, NULL),
            (5, 'main', '0800', 'sales', '+3', NULL, 0, 0, 0, 0, 5000, 5100, 'answered', 'operator', 200, NULL);
        INSERT INTO segments (call, position, pool, kind, begun_at, ended_at, operator) VALUES
            (1, 0, 'main', 'waiting', 100, 200, NULL), (1, 1, 'main', 'talking', 200, 300, 'anna'),
            (1, 2, 'main', 'held', 300, 400, 'anna'), (2, 0, 'main', 'waiting', 1000, 1500, NULL),
            (5, 0, 'main', 'talking', 5000, 5100, 'ihor');
        INSERT INTO rings (call, position, pool, operator, begun_at, ended_at, outcome, status) VALUES
            (1, 0, 'main', 'ihor', 100, 150, 'declined', 603), (1, 1, 'main', 'anna', 150, 200, 'answered', 200);
        INSERT INTO stages VALUES (1, 0, 'main', 'own', 100, 200, 'it was answered');
        INSERT INTO story_lines (call, pool, at, kind, text) VALUES (1, 'main', 100, 'event', 'it arrived');
        INSERT INTO ties VALUES ('main', '+380671234567', 'anna', 'english', 1, 400);
        INSERT INTO operator_wishes VALUES ('main', 'anna', 'paused', 'lunch', 500);
        INSERT INTO vip_usage VALUES (2, 'main', 'anna', 1200);
        INSERT INTO missed_vip VALUES (2, 'anna', 1300, 'main');
        INSERT INTO callback_wishes (call, pool, number, queue, responsible, group_name, wanted_at)
            VALUES (2, 'main', '+4', 'sales', 'anna', NULL, 1500);
        """
}
