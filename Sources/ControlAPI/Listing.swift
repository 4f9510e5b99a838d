import Storage

// Lists that are in memory as a whole, page by page: the cursor is the name of the last row.

extension Query {
    /// Parameters of every list.
    static let paging = ["limit", "cursor"]

    func limit(default standard: Int = 100) throws -> Int {
        try integer("limit", in: 1...CallFilter.largestLimit) ?? standard
    }

    /// Where a page ended that the store made.
    func cursor() throws -> PageCursor? {
        try text("cursor").map { text in
            guard let cursor = PageCursor(text) else {
                throw Problem(
                    .badParameter, "\"\(text)\" is no cursor",
                    next: "Give back what \"next\" was in the answer before, or leave cursor out")
            }
            return cursor
        }
    }

    /// So many rows behind the one at which the page before ended.
    ///
    /// Whose row is gone meanwhile goes on behind its name.
    ///
    func page<Row>(of rows: [Row], by name: (Row) -> String) throws -> (rows: [Row], next: String?) {
        let limit = try limit(default: CallFilter.largestLimit)
        let rest = text("cursor").map { Self.rows(of: rows, behind: $0, by: name) } ?? rows
        let page = Array(rest.prefix(limit))
        return (page, rest.count > limit ? page.last.map(name) : nil)
    }

    private static func rows<Row>(of rows: [Row], behind cursor: String, by name: (Row) -> String) -> [Row] {
        guard let index = rows.firstIndex(where: { name($0) == cursor }) else {
            return rows.filter { name($0) > cursor }
        }
        return Array(rows[(index + 1)...])
    }
}
