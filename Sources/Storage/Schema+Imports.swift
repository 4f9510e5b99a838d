extension Schema {
    /// Imports, and which rows of each are done: a bit for each of 4,096 rows, the lowest of each byte first.
    static let imports = """
        CREATE TABLE imports (
            id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
            pool TEXT NOT NULL CHECK (pool <> ''),
            dialer TEXT NOT NULL CHECK (dialer <> ''),
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL CHECK (sha256 <> ''),
            begun_at INTEGER NOT NULL,
            imported INTEGER NOT NULL DEFAULT 0 CHECK (imported >= 0),
            updated INTEGER NOT NULL DEFAULT 0 CHECK (updated >= 0)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE imported_rows (
            import TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
            chunk INTEGER NOT NULL CHECK (chunk >= 0),
            pool TEXT NOT NULL CHECK (pool <> ''),
            rows BLOB NOT NULL CHECK (length(rows) = 512),
            PRIMARY KEY (import, chunk)
        ) STRICT, WITHOUT ROWID;
        """
}
