import Foundation
import GRDB
package import Routing

// Cards of tasks, written and read.

extension EntryWriter {
    /// The card of the customer's open task in the dialer, in place of the one it had. If they have none (the dialer
    /// has closed it at once), there is nothing to show a card for.
    func write(_ card: TaskCard, of number: CustomerNumber, in dialer: DialerID, _ db: Database) throws {
        try db.run(Self.upsertingCard, [card.name, card.storedFields, number.text, pool, dialer.name])
    }

    /// The index is named because nothing tells SQLite that a dialer has more tasks than a number.
    private static let upsertingCard = """
        INSERT INTO task_cards (task, pool, name, fields)
        SELECT id, pool, ?, ? FROM tasks INDEXED BY tasks_by_number
        WHERE number = ? AND pool = ? AND dialer = ? AND closed_at IS NULL LIMIT 1
        ON CONFLICT (task) DO UPDATE SET name = excluded.name, fields = excluded.fields
        """
}

extension SQLiteCallStore {
    /// `nil`: the task has no card.
    package func card(of task: TaskID) async throws(StorageError) -> TaskCard? {
        try await read("read the card of a task") { db in
            let sql = "SELECT name, fields FROM task_cards WHERE task = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [task.stored]) else { return nil }
            return try TaskCard(name: row.optional("name"), storedFields: row.value("fields"))
        }
    }
}

extension TaskCard {
    /// `[["City","Kyiv"],…]`
    fileprivate var storedFields: String {
        let pairs = fields.map { "[" + Self.quoted($0.name) + "," + Self.quoted($0.value) + "]" }
        return "[" + pairs.joined(separator: ",") + "]"
    }

    /// As JSON has it. A library takes longer for one card than all the rest of its row does, and there may be a million.
    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            return "\"\(text)\""
        }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    fileprivate init(name: String?, storedFields: String) throws {
        let pairs = try JSONDecoder().decode([[String]].self, from: Data(storedFields.utf8))
        self = try TaskCard(
            name: name,
            fields: pairs.map { pair in
                guard pair.count == 2 else { throw DamagedRow(column: "fields") }
                return Field(pair[0], pair[1])
            })
    }
}
