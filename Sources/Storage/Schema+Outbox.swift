extension Schema {
    /// `AUTOINCREMENT`, so that the number of a letter that is gone is never that of another one.
    static let outbox = """
        CREATE TABLE outbox (
            sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            pool TEXT NOT NULL CHECK (pool <> ''),
            endpoint TEXT NOT NULL CHECK (endpoint <> ''),
            event TEXT NOT NULL CHECK (event <> ''),
            type TEXT NOT NULL,
            subject TEXT NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            since INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            dead_at INTEGER,
            problem TEXT,
            status INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX outbox_by_event ON outbox (pool, endpoint, event);
        CREATE INDEX outbox_by_due ON outbox (pool, endpoint, next_at, sequence) WHERE dead_at IS NULL;
        CREATE INDEX outbox_by_death ON outbox (pool, endpoint, dead_at, sequence) WHERE dead_at IS NOT NULL;
        """
}
