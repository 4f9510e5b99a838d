import Dispatch
import GRDB
package import Routing

extension SQLiteCallStore {
    /// One hop to the thread of the look-ups, two prepared statements, no transaction: each sees one state of the
    /// database, and they need not agree.
    package func findCustomer(
        _ number: CustomerNumber, in queue: QueueID, now: WallTime, resumeWithin: Duration,
        answer: @escaping ProfileAnswer
    ) {
        let (tie, call) = pending(of: number)
        lookups.async {
            let result = Result {
                try self.pool.unsafeRead { db in
                    let tie = try tie.map { $0.tie(at: now) } ?? self.readTie(of: number, now, db)
                    guard resumeWithin > .zero else { return CustomerProfile(tie: tie) }
                    let last = LastCall.newest(call, try Self.readLastCall(of: number, db))
                    return CustomerProfile(
                        tie: tie, resumed: last?.resumed(in: queue, now: now, within: resumeWithin))
                }
            }
            answer(result.mapError { .failed(operation: "look up a customer", problem: String(describing: $0)) })
        }
    }

    private static func readLastCall(of number: CustomerNumber, _ db: Database) throws -> LastCall? {
        guard let row = try Row.fetchOne(try db.cachedStatement(sql: lastCallQuery), arguments: [number.text]) else {
            return nil
        }
        let endedAt: Int64? = try row.optional("ended_at")
        let enteredAt: Int64? = try row.optional("entered_at")
        let arrivedAt: Int64 = try row.value("arrived_at")
        let until: Int64? = try row.optional("answered_at") ?? endedAt
        let own = enteredAt.flatMap { entered in
            until.map { WallTime(milliseconds: $0).since(WallTime(milliseconds: entered)) }
        }
        return LastCall(
            call: CallID(stored: try row.value("id")), arrivedAt: WallTime(milliseconds: arrivedAt),
            queue: try row.optional("queue").map { QueueID($0) }, outcome: try row.optionalChoice("outcome"),
            lastHeardOf: WallTime(milliseconds: try row.optional("noticed_at") ?? endedAt ?? arrivedAt),
            waited: .milliseconds(try row.value("waited_before") as Int64) + max(own ?? .zero, .zero))
    }

    /// The customer's newest call, whatever queue it was in, so that it is one step in an index.
    static let lastCallQuery = """
        SELECT c.id, c.arrived_at, c.outcome, c.ended_at, c.waited_before, c.entered_at, v.queue, v.answered_at,
            CASE WHEN c.outcome = 'lost_by_restart' THEN w.wanted_at END AS noticed_at
        FROM calls c
        LEFT JOIN visits v ON v.call = c.id AND v.position = (SELECT max(position) FROM visits WHERE call = c.id)
        LEFT JOIN callback_wishes w ON w.call = c.id
        WHERE c.number = ? AND c.direction = 'inbound'
        ORDER BY c.arrived_at DESC LIMIT 1
        """
}

extension LastCall {
    /// Of the same call what is not on disk yet says more.
    fileprivate static func newest(_ pending: LastCall?, _ stored: LastCall?) -> LastCall? {
        guard let pending, let stored else { return pending ?? stored }
        return stored.call != pending.call && stored.arrivedAt > pending.arrivedAt ? stored : pending
    }
}
