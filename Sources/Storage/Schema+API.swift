extension Schema {
    /// What the HTTP API keeps: tokens, and the answers to requests that may come again. `AUTOINCREMENT` because the
    /// number of answers is bounded by their ids.
    static let api = """
        CREATE TABLE api_tokens (
            pool TEXT NOT NULL CHECK (pool <> ''),
            name TEXT NOT NULL CHECK (name <> ''),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            scopes TEXT NOT NULL CHECK (scopes <> ''),
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            last_used_day INTEGER,
            PRIMARY KEY (pool, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE api_answers (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            pool TEXT NOT NULL CHECK (pool <> ''),
            token TEXT NOT NULL,
            key TEXT NOT NULL CHECK (key <> ''),
            request BLOB NOT NULL CHECK (length(request) = 32),
            status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
            content_type TEXT NOT NULL,
            body BLOB NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (pool, token, key)
        ) STRICT;
        CREATE INDEX api_answers_by_time ON api_answers (at);

        CREATE INDEX ties_by_operator ON ties (pool, operator, number);
        """
}
