import GRDB

/// The tables, as migrations in SQL text. A migration that has been released is never edited: changes are new ones.
///
/// Every row carries its pool, so that pools can be parted over several machines later. Times are milliseconds since
/// 1970-01-01 00:00 UTC; call ids are the bits of their unsigned value.
enum Schema {
    struct Migration {
        let name: String
        let sql: String
    }

    static let migrations = [
        Migration(name: "1 calls, ties, stories and wishes", sql: first),
        Migration(name: "2 more ways to end, more kinds of segments", sql: second),
        Migration(name: "3 tasks, activities, registrations, visits of queues", sql: third),
        Migration(name: "4 activities that are checked quickly", sql: fourth),
        Migration(name: "5 any source of tasks, wishes for dialers", sql: fifth),
        Migration(name: "6 tokens and answers of the HTTP API, ties by operator", sql: api),
        Migration(name: "7 cards of tasks", sql: cards),
        Migration(name: "8 imports", sql: imports),
        Migration(name: "9 letters to programs outside", sql: outbox),
    ]

    /// - Parameter count: how many migrations; fewer make a file as an earlier version did.
    static func migrator(first count: Int = migrations.count) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in migrations.prefix(count) {
            migrator.registerMigration(migration.name) { try $0.execute(sql: migration.sql) }
        }
        return migrator
    }

    /// `call_outcomes` stands in for a CHECK: a later migration can add an outcome without rebuilding `calls`.
    private static let first = """
        CREATE TABLE call_outcomes (
            name TEXT NOT NULL PRIMARY KEY CHECK (name <> '')
        ) STRICT, WITHOUT ROWID;
        INSERT INTO call_outcomes (name) VALUES
            ('answered'), ('abandoned'), ('lost_on_hold'), ('timed_out'), ('refused'), ('lost_by_restart');

        CREATE TABLE calls (
            id INTEGER NOT NULL PRIMARY KEY,
            pool TEXT NOT NULL CHECK (pool <> ''),
            line TEXT NOT NULL,
            queue TEXT NOT NULL,
            number TEXT CHECK (number <> ''),
            name TEXT,
            vip INTEGER NOT NULL CHECK (vip IN (0, 1)),
            interrupted INTEGER NOT NULL DEFAULT 0 CHECK (interrupted IN (0, 1)),
            announced INTEGER NOT NULL DEFAULT 0 CHECK (announced IN (0, 1)),
            was_interrupted INTEGER NOT NULL DEFAULT 0 CHECK (was_interrupted IN (0, 1)),
            arrived_at INTEGER NOT NULL,
            ended_at INTEGER,
            outcome TEXT REFERENCES call_outcomes (name),
            ended_by TEXT CHECK (ended_by IN ('customer', 'operator')),
            status INTEGER CHECK (status BETWEEN 100 AND 699),
            stage TEXT CHECK (stage IN ('own', 'group', 'anyone')),
            CHECK ((ended_at IS NULL) = (outcome IS NULL))
        ) STRICT;
        CREATE INDEX calls_by_arrival ON calls (arrived_at);
        CREATE INDEX calls_by_queue ON calls (queue, arrived_at);
        CREATE INDEX calls_by_number ON calls (number, arrived_at) WHERE number IS NOT NULL;
        CREATE INDEX calls_vip ON calls (arrived_at) WHERE vip = 1;
        CREATE INDEX calls_interrupting ON calls (arrived_at) WHERE interrupted = 1;
        CREATE INDEX calls_open ON calls (id) WHERE ended_at IS NULL;

        CREATE TABLE segments (
            call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            kind TEXT NOT NULL CHECK (kind IN ('waiting', 'talking', 'held')),
            begun_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            operator TEXT CHECK (operator <> ''),
            PRIMARY KEY (call, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX segments_by_operator ON segments (operator, call) WHERE operator IS NOT NULL;

        CREATE TABLE rings (
            call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            begun_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome <> ''),
            status INTEGER CHECK (status BETWEEN 100 AND 699),
            PRIMARY KEY (call, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rings_by_operator ON rings (operator, call);

        CREATE TABLE stages (
            call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            stage TEXT NOT NULL CHECK (stage IN ('own', 'group', 'anyone')),
            begun_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (call, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE story_lines (
            id INTEGER NOT NULL PRIMARY KEY,
            call INTEGER NOT NULL,
            pool TEXT NOT NULL CHECK (pool <> ''),
            at INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('event', 'decision')),
            text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX story_lines_by_call ON story_lines (call);

        CREATE TABLE ties (
            pool TEXT NOT NULL CHECK (pool <> ''),
            number TEXT NOT NULL CHECK (number <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            group_name TEXT CHECK (group_name <> ''),
            call INTEGER NOT NULL,
            tied_at INTEGER NOT NULL,
            PRIMARY KEY (pool, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE operator_wishes (
            pool TEXT NOT NULL CHECK (pool <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            wish TEXT NOT NULL CHECK (wish IN ('ready', 'paused', 'off')),
            reason TEXT,
            wished_at INTEGER NOT NULL,
            PRIMARY KEY (pool, operator),
            CHECK ((wish = 'paused') = (reason IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE vip_usage (
            call INTEGER NOT NULL PRIMARY KEY,
            pool TEXT NOT NULL CHECK (pool <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX vip_usage_by_time ON vip_usage (pool, at);

        CREATE TABLE missed_vip (
            call INTEGER NOT NULL,
            operator TEXT NOT NULL CHECK (operator <> ''),
            at INTEGER NOT NULL,
            pool TEXT NOT NULL CHECK (pool <> ''),
            PRIMARY KEY (call, operator, at)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX missed_vip_by_operator ON missed_vip (operator, at);

        CREATE TABLE callback_wishes (
            call INTEGER NOT NULL PRIMARY KEY,
            pool TEXT NOT NULL CHECK (pool <> ''),
            number TEXT NOT NULL CHECK (number <> ''),
            queue TEXT NOT NULL,
            responsible TEXT CHECK (responsible <> ''),
            group_name TEXT CHECK (group_name <> ''),
            wanted_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX callback_wishes_by_number ON callback_wishes (number);
        """

    /// `segment_kinds` stands in for a CHECK, as `call_outcomes` does.
    private static let second = """
        INSERT INTO call_outcomes (name) VALUES ('left_empty'), ('left_by_key'), ('scenario'), ('unanswered');

        CREATE TABLE segment_kinds (
            name TEXT NOT NULL PRIMARY KEY CHECK (name <> '')
        ) STRICT, WITHOUT ROWID;
        INSERT INTO segment_kinds (name) VALUES ('waiting'), ('talking'), ('held'), ('scenario'), ('dialling');

        CREATE TABLE segments_of_more_kinds (
            call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            kind TEXT NOT NULL REFERENCES segment_kinds (name),
            begun_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            operator TEXT CHECK (operator <> ''),
            PRIMARY KEY (call, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO segments_of_more_kinds SELECT call, position, pool, kind, begun_at, ended_at, operator FROM segments;
        DROP TABLE segments;
        ALTER TABLE segments_of_more_kinds RENAME TO segments;
        CREATE INDEX segments_by_operator ON segments (operator, call) WHERE operator IS NOT NULL;
        """
}
