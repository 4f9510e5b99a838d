extension Schema {
    /// Tasks with their attempts, what operators do, registrations, and what a report needs of a call without looking
    /// into its segments.
    ///
    /// `calls.direction` and its like have no CHECK against another table, because SQLite adds no such column to a table
    /// with rows. `visits_by_time` has all that sums over queues need, so that they never leave it. What older rows do not say is filled in from their segments, as far as it is known.
    ///
    /// The stories of calls are in the journal now, which is not a table.
    static let third = """
        DROP TABLE story_lines;

        INSERT INTO segment_kinds (name) VALUES ('ringing'), ('transferred');

        ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL DEFAULT 'inbound'
            CHECK (direction IN ('inbound', 'outbound'));
        ALTER TABLE calls ADD COLUMN task INTEGER;
        ALTER TABLE calls ADD COLUMN own_operator TEXT CHECK (own_operator <> '');
        ALTER TABLE calls ADD COLUMN waited_before INTEGER NOT NULL DEFAULT 0 CHECK (waited_before >= 0);
        ALTER TABLE calls ADD COLUMN entered_at INTEGER;
        ALTER TABLE calls ADD COLUMN answered_at INTEGER;
        ALTER TABLE calls ADD COLUMN answered_by TEXT CHECK (answered_by <> '');
        CREATE INDEX calls_by_end ON calls (ended_at) WHERE ended_at IS NOT NULL;

        CREATE TABLE reroutes (
            call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            queue TEXT NOT NULL CHECK (queue <> ''),
            at INTEGER NOT NULL,
            PRIMARY KEY (call, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE visit_outcomes (
            name TEXT NOT NULL PRIMARY KEY CHECK (name <> '')
        ) STRICT, WITHOUT ROWID;
        INSERT INTO visit_outcomes (name) SELECT name FROM call_outcomes UNION SELECT 'rerouted';

        CREATE TABLE visits (
            call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            queue TEXT NOT NULL CHECK (queue <> ''),
            entered_at INTEGER NOT NULL,
            answered_at INTEGER,
            left_at INTEGER NOT NULL,
            outcome TEXT NOT NULL REFERENCES visit_outcomes (name),
            operator TEXT CHECK (operator <> ''),
            own_operator TEXT CHECK (own_operator <> ''),
            PRIMARY KEY (call, position),
            CHECK ((outcome = 'answered') = (answered_at IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX visits_by_time ON visits (
            entered_at, queue, outcome, answered_at, left_at, operator, own_operator);

        UPDATE calls SET
            direction = CASE
                WHEN EXISTS (SELECT 1 FROM segments WHERE call = calls.id AND kind = 'dialling') THEN 'outbound'
                ELSE 'inbound' END,
            answered_at = (SELECT min(begun_at) FROM segments WHERE call = calls.id AND kind = 'talking'),
            answered_by = (
                SELECT operator FROM segments WHERE call = calls.id AND kind = 'talking' ORDER BY position LIMIT 1);
        UPDATE calls SET entered_at = coalesce(
            (SELECT min(begun_at) FROM segments WHERE call = calls.id AND kind <> 'scenario'), arrived_at)
        WHERE direction = 'inbound' AND queue <> '' AND coalesce(outcome, '') NOT IN ('refused', 'scenario');
        INSERT INTO visits (call, position, pool, queue, entered_at, answered_at, left_at, outcome, operator)
        SELECT id, 0, pool, queue, entered_at, answered_at, ended_at,
            CASE WHEN answered_at IS NOT NULL THEN 'answered' WHEN outcome = 'answered' THEN 'abandoned'
                ELSE outcome END,
            answered_by
        FROM calls WHERE entered_at IS NOT NULL AND ended_at IS NOT NULL;
        -- Not before: SQLite would look for the first talk of a call among those of all calls.
        CREATE INDEX segments_by_time ON segments (kind, begun_at, operator, ended_at);
        CREATE INDEX rings_by_time ON rings (begun_at, operator, outcome);

        CREATE TABLE tasks (
            id INTEGER NOT NULL PRIMARY KEY,
            pool TEXT NOT NULL CHECK (pool <> ''),
            dialer TEXT NOT NULL CHECK (dialer <> ''),
            number TEXT NOT NULL CHECK (number <> ''),
            due_at INTEGER NOT NULL,
            responsible TEXT CHECK (responsible <> ''),
            group_name TEXT CHECK (group_name <> ''),
            source TEXT NOT NULL CHECK (source IN ('lost_call', 'customer', 'form', 'click', 'import', 'program')),
            source_call INTEGER,
            source_operator TEXT CHECK (source_operator <> ''),
            window_opens INTEGER,
            window_closes INTEGER,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('own', 'group', 'anyone')),
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            tries TEXT NOT NULL CHECK (json_valid(tries)),
            claimed_by TEXT CHECK (claimed_by <> ''),
            result TEXT CHECK (result IN ('resolved', 'cancelled', 'given_up', 'handed_to_crm', 'merged')),
            result_call INTEGER,
            result_outcome TEXT,
            result_task INTEGER,
            closed_at INTEGER,
            CHECK ((closed_at IS NULL) = (result IS NULL)),
            CHECK ((window_opens IS NULL) = (window_closes IS NULL)),
            CHECK (closed_at IS NULL OR claimed_by IS NULL)
        ) STRICT;
        CREATE INDEX tasks_by_due ON tasks (due_at);
        CREATE INDEX tasks_by_responsible ON tasks (responsible, due_at) WHERE responsible IS NOT NULL;
        CREATE INDEX tasks_by_dialer ON tasks (dialer, due_at);
        CREATE INDEX tasks_by_number ON tasks (number, due_at);
        CREATE INDEX tasks_open ON tasks (due_at) WHERE closed_at IS NULL;

        CREATE TABLE attempts (
            task INTEGER NOT NULL,
            attempt INTEGER NOT NULL CHECK (attempt >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            dialer TEXT NOT NULL CHECK (dialer <> ''),
            number TEXT NOT NULL CHECK (number <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            call INTEGER,
            outcome TEXT NOT NULL CHECK (outcome <> ''),
            status INTEGER CHECK (status BETWEEN 100 AND 699),
            began_at INTEGER NOT NULL,
            dialled_at INTEGER,
            rang_at INTEGER,
            answered_at INTEGER,
            ended_at INTEGER NOT NULL,
            PRIMARY KEY (task, attempt)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attempts_by_time ON attempts (began_at);
        CREATE INDEX attempts_by_operator ON attempts (operator, began_at);
        CREATE INDEX attempts_by_dialer ON attempts (dialer, began_at);
        CREATE INDEX attempts_by_number ON attempts (number, began_at);

        CREATE TABLE responsible_waits (
            task INTEGER NOT NULL,
            operator TEXT NOT NULL CHECK (operator <> ''),
            begun_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            pool TEXT NOT NULL CHECK (pool <> ''),
            PRIMARY KEY (task, operator, begun_at)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX responsible_waits_by_time ON responsible_waits (ended_at);
        CREATE INDEX responsible_waits_by_operator ON responsible_waits (operator, ended_at);

        CREATE TABLE operator_activities (
            pool TEXT NOT NULL CHECK (pool <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            at INTEGER NOT NULL,
            activity TEXT NOT NULL CHECK (activity IN (
                'idle', 'ringing', 'talking', 'wrap_up', 'preparing', 'own_call', 'paused', 'away')),
            reason TEXT,
            PRIMARY KEY (pool, operator, at),
            CHECK ((activity = 'paused') = (reason IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE reminders (
            pool TEXT NOT NULL CHECK (pool <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            at INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (pool, operator, at)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE registrations (
            pool TEXT NOT NULL CHECK (pool <> ''),
            user TEXT NOT NULL CHECK (user <> ''),
            payload TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (pool, user)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE callback_wishes ADD COLUMN settled_at INTEGER;
        CREATE INDEX callback_wishes_owed ON callback_wishes (wanted_at) WHERE settled_at IS NULL;
        """

    /// For `IN` with more than two values SQLite fills a table at each row that it checks, and an operator's activity
    /// changes five times a call.
    static let fourth = """
        CREATE TABLE activities_checked_quickly (
            pool TEXT NOT NULL CHECK (pool <> ''),
            operator TEXT NOT NULL CHECK (operator <> ''),
            at INTEGER NOT NULL,
            activity TEXT NOT NULL CHECK (
                activity = 'idle' OR activity = 'ringing' OR activity = 'talking' OR activity = 'wrap_up'
                OR activity = 'preparing' OR activity = 'own_call' OR activity = 'paused' OR activity = 'away'),
            reason TEXT,
            PRIMARY KEY (pool, operator, at),
            CHECK ((activity = 'paused') = (reason IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO activities_checked_quickly (pool, operator, at, activity, reason)
            SELECT pool, operator, at, activity, reason FROM operator_activities;
        DROP TABLE operator_activities;
        ALTER TABLE activities_checked_quickly RENAME TO operator_activities;
        """

    /// A list of sources in a CHECK would have to be made anew for each source that is added.
    static let fifth = """
        CREATE TABLE tasks_of_any_source (
            id INTEGER NOT NULL PRIMARY KEY,
            pool TEXT NOT NULL CHECK (pool <> ''),
            dialer TEXT NOT NULL CHECK (dialer <> ''),
            number TEXT NOT NULL CHECK (number <> ''),
            due_at INTEGER NOT NULL,
            responsible TEXT CHECK (responsible <> ''),
            group_name TEXT CHECK (group_name <> ''),
            source TEXT NOT NULL CHECK (source <> ''),
            source_call INTEGER,
            source_operator TEXT CHECK (source_operator <> ''),
            window_opens INTEGER,
            window_closes INTEGER,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('own', 'group', 'anyone')),
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            tries TEXT NOT NULL CHECK (json_valid(tries)),
            claimed_by TEXT CHECK (claimed_by <> ''),
            result TEXT CHECK (result IN ('resolved', 'cancelled', 'given_up', 'handed_to_crm', 'merged')),
            result_call INTEGER,
            result_outcome TEXT,
            result_task INTEGER,
            closed_at INTEGER,
            CHECK ((closed_at IS NULL) = (result IS NULL)),
            CHECK ((window_opens IS NULL) = (window_closes IS NULL)),
            CHECK (closed_at IS NULL OR claimed_by IS NULL)
        ) STRICT;
        INSERT INTO tasks_of_any_source (
            id, pool, dialer, number, due_at, responsible, group_name, source, source_call, source_operator, window_opens,
            window_closes, opened_at, updated_at, stage, attempts, tries, claimed_by, result, result_call,
            result_outcome, result_task, closed_at
        ) SELECT
            id, pool, dialer, number, due_at, responsible, group_name, source, source_call, source_operator, window_opens,
            window_closes, opened_at, updated_at, stage, attempts, tries, claimed_by, result, result_call,
            result_outcome, result_task, closed_at
        FROM tasks;
        DROP TABLE tasks;
        ALTER TABLE tasks_of_any_source RENAME TO tasks;
        CREATE INDEX tasks_by_due ON tasks (due_at);
        CREATE INDEX tasks_by_responsible ON tasks (responsible, due_at) WHERE responsible IS NOT NULL;
        CREATE INDEX tasks_by_dialer ON tasks (dialer, due_at);
        CREATE INDEX tasks_by_number ON tasks (number, due_at);
        CREATE INDEX tasks_open ON tasks (due_at) WHERE closed_at IS NULL;

        CREATE TABLE dialer_wishes (
            pool TEXT NOT NULL CHECK (pool <> ''),
            dialer TEXT NOT NULL CHECK (dialer <> ''),
            wish TEXT NOT NULL CHECK (wish = 'running' OR wish = 'paused'),
            reason TEXT,
            wished_at INTEGER NOT NULL,
            PRIMARY KEY (pool, dialer),
            CHECK ((wish = 'paused') = (reason IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        """
}
