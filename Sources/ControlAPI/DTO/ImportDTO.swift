import Routing

/// `POST /v1/imports`: a file that is to be imported into a dialer. If that has begun before, it goes on.
package struct NewImportDTO: Codable, Hashable, Sendable {
    package var dialer: String
    /// Its name, for people; at most 255 characters.
    package var file: String
    /// Of the whole file, 64 digits in hexadecimal.
    package var sha256: String
    /// Nothing is written down; the answer is as if it were.
    package var dryRun: Bool?

    package init(dialer: String, file: String, sha256: String, dryRun: Bool? = nil) {
        self.dialer = dialer
        self.file = file
        self.sha256 = sha256
        self.dryRun = dryRun
    }
}

/// An import: what is known of it and how far it is.
package struct ImportDTO: Codable, Hashable, Sendable {
    package var `import`: String
    package var dialer: String
    package var file: String
    /// Time zone of the dialer's calling hours; absent if it has none.
    package var zone: String?
    /// Rows that became tasks.
    package var imported: Int
    /// Rows that changed a task which the customer had.
    package var updated: Int
    /// First and last row of each stretch that is done, at most 10,000 of them. What is not in here may be done too.
    package var done: [[Int]]
}

/// `POST /v1/imports/{id}/rows`: at most 10,000 rows and 4 MiB. `POST /v1/imports/check?dialer={name}` takes the same,
/// and says what would become of them. Rows are on disk when the answer to the next batch comes, or to
/// `GET /v1/imports/{id}`.
package struct ImportRowsDTO: Codable, Hashable, Sendable {
    /// Written as a list, for there may be a million: row, number, operator, due (milliseconds since 1970), name, group, and
    /// the values. What is absent is null, or left out at the end.
    package struct Row: Hashable, Sendable {
        /// Its number in the file, from 1.
        package var row: Int
        /// As people write it; the server brings it to E.164.
        package var number: String
        /// E-mail or short name.
        package var `operator`: String?
        /// Absent, or in the past: now.
        package var due: Timestamp?
        package var name: String?
        package var group: String?
        /// Of the card's fields, in the order of `columns`; those that are empty are left out of the card.
        package var values: [String]?

        package init(
            row: Int, number: String, operator: String? = nil, due: Timestamp? = nil, name: String? = nil,
            group: String? = nil, values: [String]? = nil
        ) {
            self.row = row
            self.number = number
            self.operator = `operator`
            self.due = due
            self.name = name
            self.group = group
            self.values = values
        }
    }

    /// Names of the card's fields.
    package var columns: [String]?
    package var rows: [Row]

    package init(columns: [String]? = nil, rows: [Row]) {
        self.columns = columns
        self.rows = rows
    }
}

extension ImportRowsDTO.Row: Codable {
    package init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        func next<Value: Decodable>(_ type: Value.Type) throws -> Value? {
            list.isAtEnd ? nil : try list.decodeIfPresent(type)
        }
        row = try list.decode(Int.self)
        number = try list.decode(String.self)
        `operator` = try next(String.self)
        due = try next(Int64.self).map { Timestamp(WallTime(milliseconds: $0)) }
        name = try next(String.self)
        group = try next(String.self)
        var values: [String] = []
        while !list.isAtEnd { values.append(try list.decode(String.self)) }
        self.values = values.isEmpty ? nil : values
    }

    package func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        var absent = 0
        func add<Value: Encodable>(_ value: Value?) throws {
            guard let value else {
                absent += 1
                return
            }
            while absent > 0 {
                try list.encodeNil()
                absent -= 1
            }
            try list.encode(value)
        }
        try add(row)
        try add(number)
        try add(`operator`)
        try add(due?.wall.milliseconds)
        try add(name)
        try add(group)
        for value in values ?? [] { try add(value) }
    }
}

/// What became of rows, or would.
package struct ImportAnswerDTO: Codable, Hashable, Sendable {
    package struct Rejection: Codable, Hashable, Sendable {
        package var row: Int
        /// The same for all rows with this kind of fault.
        package var reason: String
        /// For this row.
        package var detail: String
    }

    /// A row as it is understood.
    package struct Checked: Codable, Hashable, Sendable {
        package var row: Int
        package var number: String
        package var `operator`: String?
    }

    package var imported: Int
    package var updated: Int
    /// Done before.
    package var skipped: Int
    package var rejected: [Rejection]
    /// The first ten, only where rows are but checked; `imported` counts all that would do.
    package var checked: [Checked]?
}
