/// A row as it is sent to the server.
package struct Lead: Hashable, Sendable {
    /// The number of the row in the file.
    package var row: Int
    /// Digits, perhaps after a plus sign.
    package var number: String
    /// E-mail or short name.
    package var `operator`: String?
    /// In milliseconds since 1970-01-01 00:00 UTC; `nil`: now.
    package var due: Int64?
    package var name: String?
    package var group: String?
    /// Of the fields of the card, in the order of the mapping.
    package var values: [String]
}

/// Turns rows into leads.
package struct LeadReader: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Nothing in it, or headers.
        case nothing
        /// - Parameter wasDue: it says a time that is over, which means now.
        case lead(Lead, wasDue: Bool)
        case rejected(Rejection)
    }

    /// In milliseconds: who is to be called in ten years is a slip of the pen.
    private static let horizon: Int64 = 3_653 * 86_400_000

    private let mapping: ColumnMapping
    private let zone: LocalZone
    private let now: Int64

    /// - Parameter now: in milliseconds since 1970-01-01 00:00 UTC.
    package init(mapping: ColumnMapping, zone: LocalZone, now: Int64) {
        self.mapping = mapping
        self.zone = zone
        self.now = now
    }

    package func read(_ row: CSVRow) -> Outcome {
        if let fault = row.fault { return .rejected(fault) }
        guard !row.isBlank, row.number != mapping.headerRow else { return .nothing }
        do throws(Rejection) {
            return try lead(row)
        } catch {
            return .rejected(error)
        }
    }

    private func lead(_ row: CSVRow) throws(Rejection) -> Outcome {
        let number: String
        do throws(Rejection) {
            number = try NumberCell.read(mapping.fields[.number].map(row.cell) ?? "")
        } catch {
            throw located(error, .number)
        }
        var due: Int64?
        do throws(Rejection) {
            due = try mapping.fields[.due].map(row.cell).flatMap { (cell) throws(Rejection) in
                try DueCell.read(cell, in: zone)
            }
        } catch {
            throw located(error, .due)
        }
        if let time = due, time > now + Self.horizon {
            throw located(Rejection("due in more than ten years", "\"\(text(row, .due) ?? "")\""), .due)
        }
        let wasDue = due.map { $0 < now } ?? false
        if wasDue { due = nil }
        return .lead(
            Lead(
                row: row.number, number: number, operator: text(row, .operator), due: due, name: text(row, .name),
                group: text(row, .group), values: mapping.card.map { row.cell($0.column).trimmed }),
            wasDue: wasDue)
    }

    private func located(_ rejection: Rejection, _ field: LeadField) -> Rejection {
        let column = ColumnName.letters(mapping.fields[field] ?? 0)
        return Rejection(rejection.reason, "column \(column), " + rejection.detail)
    }

    private func text(_ row: CSVRow, _ field: LeadField) -> String? {
        guard let column = mapping.fields[field] else { return nil }
        let text = row.cell(column).trimmed
        return text.isEmpty ? nil : text
    }
}
