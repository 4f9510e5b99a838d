import GRDB
import Logging
package import Routing

// What the server needs to know at its start, before the first call (product.md section 8).

extension SQLiteCallStore {
    /// Open tasks, the first due first, for `RoutingEvent.taskRestored`. One whose attempt was claimed and has no end
    /// keeps its `claimedBy`. A row that cannot be understood is left where it is, and reported in the log.
    ///
    /// - Parameter origin: the date of `Instant(nanoseconds: 0)` of this run, to which the instants are made relative.
    package func openTasks(origin: WallTime) async throws(StorageError) -> [TaskRecord] {
        let (tasks, damaged) = try await read("read the open tasks") { [poolName] db in
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT \(TaskRow.columns) FROM tasks WHERE closed_at IS NULL AND pool = ? ORDER BY due_at, id",
                arguments: [poolName])
            var tasks: [TaskRecord] = []
            var damaged: [Int64] = []
            while let row = try rows.next() {
                do {
                    tasks.append(try TaskRow(row).record(origin: origin))
                } catch is DamagedRow {
                    damaged.append(try row.at(0))
                }
            }
            return (tasks, damaged)
        }
        for id in damaged {
            logger.critical("A task cannot be read and is not carried out", metadata: ["task": "\(TaskID(stored: id))"])
        }
        return tasks
    }

    /// Registrations that have not run out.
    package func registrations(now: WallTime) async throws(StorageError) -> [StoredRegistration] {
        try await read("read where phones are registered") { [poolName] db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT user, payload, expires_at FROM registrations WHERE pool = ? AND expires_at > ?",
                arguments: [poolName, now.milliseconds])
            return try rows.map { row in
                StoredRegistration(
                    user: try row.value("user"), payload: try row.value("payload"),
                    expiresAt: WallTime(milliseconds: try row.value("expires_at")))
            }
        }
    }

    /// Customers who were promised a call for whom there has been no task since, oldest first: calls that a restart cut,
    /// and wishes from queues that name no dialer.
    ///
    /// - Parameter since: older promises are not answered; nobody waits for these any more.
    package func owedCallbacks(since: WallTime) async throws(StorageError) -> [CallbackWish] {
        try await read("read who is to be called back") { [poolName] db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT call, number, queue, responsible, group_name FROM callback_wishes
                    WHERE settled_at IS NULL AND wanted_at >= ? AND pool = ? ORDER BY wanted_at, call
                    """,
                arguments: [since.milliseconds, poolName])
            return try rows.map { row in
                CallbackWish(
                    call: CallID(stored: try row.value("call")), number: CustomerNumber(try row.value("number")),
                    queue: QueueID(try row.value("queue")),
                    responsible: try row.optional("responsible").map { OperatorID($0) },
                    group: try row.optional("group_name").map { GroupID($0) })
            }
        }
    }

    /// Closes, as lost by restart, the calls that were up when the process last died, and ends what operators were doing
    /// then; to be called once at the start, before the first `write`.
    ///
    /// Nobody knows when such a call ended. It is given the last moment at which the process is known to have lived,
    /// rather than the whole time that the machine was down. Each inbound call with a number leaves a wish to be called
    /// back, in the same transaction, so that a second crash forgets nobody: `owedCallbacks` has it until there is a task.
    /// - Parameters:
    ///   - now: the present; nothing ends later.
    ///   - alive: a moment at which the process lived that is known from elsewhere.
    /// - Returns: the calls that were closed, in the order of their arrival.
    @discardableResult
    package func closeOpenCalls(at now: WallTime, alive: WallTime? = nil) async throws(StorageError) -> [CutCall] {
        do {
            return try await pool.write { [poolName, writer] db in
                let closing = RestartClosing(pool: poolName, now: now)
                let cut = try closing.close(lastSignOfLife: alive, in: db)
                try writer.announce(cut, in: db)
                return cut
            }
        } catch {
            throw .failed(operation: "close calls that a restart cut", problem: String(describing: error))
        }
    }
}
