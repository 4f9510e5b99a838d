extension Schema {
    /// Cards of tasks. `fields` is a list of pairs, because an object of JSON has no order.
    static let cards = """
        CREATE TABLE task_cards (
            task INTEGER NOT NULL PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
            pool TEXT NOT NULL CHECK (pool <> ''),
            name TEXT CHECK (name <> ''),
            fields TEXT NOT NULL CHECK (json_valid(fields))
        ) STRICT;
        """
}
