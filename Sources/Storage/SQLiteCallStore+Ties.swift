import GRDB
package import Routing

/// A tie as it is written down (product.md section 1).
package struct StoredTie: Hashable, Sendable {
    package var number: CustomerNumber
    package var `operator`: OperatorID
    /// `nil` means the operator's first group.
    package var group: GroupID?
    /// Whose conversation made it.
    package var call: CallID
    package var tiedAt: WallTime

    package init(number: CustomerNumber, operator: OperatorID, group: GroupID?, call: CallID, tiedAt: WallTime) {
        self.number = number
        self.operator = `operator`
        self.group = group
        self.call = call
        self.tiedAt = tiedAt
    }
}

/// Which ties are wanted; `nil` leaves a column free.
package struct TieFilter: Hashable, Sendable {
    package var number: CustomerNumber?
    package var `operator`: OperatorID?
    /// Behind this number.
    package var after: CustomerNumber?
    /// 1…10,000.
    package var limit: Int

    package init(limit: Int = 100) {
        self.limit = limit
    }
}

extension SQLiteCallStore {
    /// Ties in the order of their numbers, as they are on disk.
    package func ties(matching filter: TieFilter) async throws(StorageError) -> [StoredTie] {
        try await read("list ties") { [poolName] db in
            var conditions = Conditions()
            conditions.require("pool = ?", poolName)
            if let number = filter.number { conditions.require("number = ?", number.text) }
            if let name = filter.operator?.name { conditions.require("operator = ?", name) }
            if let after = filter.after { conditions.require("number > ?", after.text) }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT number, operator, group_name, call, tied_at FROM ties WHERE \(conditions.sql)
                    ORDER BY number LIMIT ?
                    """,
                arguments: conditions.arguments + [min(max(filter.limit, 1), CallFilter.largestLimit)]
            ).map { try StoredTie($0) }
        }
    }

    /// The customer is nobody's from now on. It is written behind everything that was before it, as if they had asked for
    /// somebody else in the call that made the tie.
    ///
    /// - Parameter origin: the date of `Instant(nanoseconds: 0)`.
    /// - Returns: `false` if there is no tie.
    package func resetTie(of number: CustomerNumber, at: WallTime, origin: WallTime) async throws(StorageError) -> Bool
    {
        try await flush()
        var filter = TieFilter(limit: 1)
        filter.number = number
        guard let tie = try await ties(matching: filter).first else { return false }
        write(.fact(.untied(number, by: tie.call), at: at, origin: origin))
        try await flush()
        return true
    }
}

extension StoredTie {
    fileprivate init(_ row: Row) throws {
        self.init(
            number: CustomerNumber(try row.value("number")), operator: OperatorID(try row.value("operator")),
            group: try row.optional("group_name").map { GroupID($0) }, call: CallID(stored: try row.value("call")),
            tiedAt: WallTime(milliseconds: try row.value("tied_at")))
    }
}
