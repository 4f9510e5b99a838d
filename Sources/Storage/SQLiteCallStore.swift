import Dispatch
import Foundation
import GRDB
package import Logging
import Routing
import Synchronization

/// The embedded store: one SQLite file in WAL mode, every commit synced to the disk, one writer with group commit.
///
/// Entries gather in memory for `Tuning.groupDelay`, then one transaction takes all of them. If the disk fails they are
/// kept and tried again until it works; nothing is written twice, because a failed transaction leaves nothing behind.
package final class SQLiteCallStore: CallStore {
    /// Numbers that only tests have a reason to change.
    package struct Tuning: Sendable {
        /// With so many entries in memory the disk does not keep up, and an alarm says so. None is given up.
        package var alarmingBacklog = 100_000
        /// Entries of one transaction at most: a reader of the log, or a claim, never waits for longer than a second. Of a
        /// file's customers each is due at another time: the more are in one transaction, the fewer pages of the indexes
        /// are written again for each.
        package var batch = 20_000
        /// How long the first entry of a group waits for others, unless a whole batch has gathered. `flush` does not wait
        /// for it.
        package var groupDelay: Duration = .milliseconds(100)
        /// After a failed write; doubled up to `longestRetryDelay`.
        package var retryDelay: Duration = .milliseconds(250)
        package var longestRetryDelay: Duration = .seconds(10)

        package init() {}
    }

    package let path: String
    let pool: DatabasePool
    /// The pool of rows whose entry does not name one.
    let poolName: String
    let writer: EntryWriter
    private let tuning: Tuning
    let logger: Logger
    /// Everything is written from here, so that no thread of the cooperative pool ever waits for the disk.
    let dispatch = DispatchQueue(label: "burdock.storage.writer")
    /// Customers are looked up from here, one after the other: they wait for the same disk.
    let lookups = DispatchQueue(label: "burdock.storage.lookups")
    private let state: Mutex<State>
    /// One group at a time.
    private let grouping = Mutex<Void>(())

    /// Opens the file, makes it and its directory if need be, and brings its schema up to date. Blocks meanwhile.
    ///
    /// - Parameters:
    ///   - path: of the database file; its directory also gets SQLite's `-wal` and `-shm` files.
    ///   - poolName: names the pool of rows whose entry does not (product.md section 1).
    ///   - announcer: who is told what is written; `nil`: nobody.
    package init(
        path: String, poolName: String = "main", tuning: Tuning = Tuning(), announcer: (any Announcing)? = nil,
        logger: Logger
    ) throws(StorageError) {
        self.path = path
        self.poolName = poolName
        self.tuning = tuning
        self.logger = logger
        writer = EntryWriter(pool: poolName, announcer: announcer)
        state = Mutex(State())
        pool = try Self.open(path)
    }

    /// A claim waits for nothing but the entries before it. One that fails is not tried again: whoever wanted it has
    /// been told that it is not there, and does not dial.
    package func claim(_ claim: TaskClaim) async throws(StorageError) {
        try await flush()
        let isThere: Bool
        do {
            isThere = try await pool.write { [writer] in try writer.claim(claim, in: $0) }
        } catch {
            throw .failed(operation: "claim a task", problem: String(describing: error))
        }
        guard isThere else { throw .failed(operation: "claim a task", problem: "task \(claim.task) is not open") }
    }

    /// Opens the file of a server, running or not, for reading alone. Whatever is written to it is refused.
    package init(reading path: String, poolName: String = "main", logger: Logger) throws(StorageError) {
        self.path = path
        self.poolName = poolName
        tuning = Tuning()
        self.logger = logger
        writer = EntryWriter(pool: poolName)
        state = Mutex(State())
        pool = try Self.openForReading(path)
    }

    package func write(_ entry: StoredEntry) {
        let (schedule, backlog) = state.withLock { state in
            state.buffer.append(entry)
            state.ties.note(entry, sequence: state.buffer.lastSequence)
            state.calls.note(entry, sequence: state.buffer.lastSequence)
            defer { state.phase = state.phase == .idle ? .gathering : state.phase }
            return (state.phase == .idle, state.buffer.count)
        }
        if backlog == tuning.alarmingBacklog {
            logger.critical(
                "The database does not keep up: what is to be written waits in memory and is lost if the process dies",
                metadata: ["entries": "\(backlog)", "path": "\(path)"])
        }
        if backlog == tuning.batch {
            dispatch.async { self.drain() }
        } else if schedule {
            dispatch.asyncAfter(deadline: .now() + tuning.groupDelay.dispatchInterval) { self.drain() }
        }
    }

    /// Entries that are not on disk yet.
    package var backlog: Int { state.withLock { $0.buffer.count } }

    /// Writes at once what has gathered. Throws if the disk refuses; the entries are kept then and tried again.
    package func flush() async throws(StorageError) {
        let result: Result<Void, StorageError> = await withCheckedContinuation { continuation in
            let settled = state.withLock { state in
                let sequence = state.buffer.lastSequence
                guard !state.buffer.isSettled(upTo: sequence) else { return true }
                state.waiters.append(Waiter(sequence: sequence, continuation: continuation))
                return false
            }
            if settled {
                continuation.resume(returning: .success(()))
            } else {
                dispatch.async { self.drain() }
            }
        }
        try result.get()
    }

    /// Whatever is written while `body` runs, from whichever thread, gets onto the disk in one transaction: all of it or,
    /// after a crash, nothing. Short, for nothing gets there meanwhile, and never within itself.
    ///
    /// - Parameter body: is given a way to ask what has been written since it began.
    package func together(_ body: (_ written: () -> [StoredEntry]) -> Void) {
        grouping.withLock { _ in
            state.withLock { $0.buffer.beginGroup() }
            body { state.withLock { $0.buffer.groupSoFar } }
            endGroup()
        }
    }

    private func endGroup() {
        let (schedule, isAwaited) = state.withLock { state in
            state.buffer.endGroup()
            let isAwaited = !state.waiters.isEmpty
            // A drain may have run meanwhile, found nothing that it might take, and gone to rest.
            guard state.phase == .idle, state.buffer.count > 0 else { return (false, isAwaited) }
            state.phase = .gathering
            return (true, isAwaited)
        }
        if isAwaited {
            dispatch.async { self.drain() }
        } else if schedule {
            dispatch.asyncAfter(deadline: .now() + tuning.groupDelay.dispatchInterval) { self.drain() }
        }
    }

    /// Flushes, moves everything from the write-ahead log into the file and closes it. Afterwards the store answers nothing but errors.
    package func close() async throws(StorageError) {
        try await flush()
        do {
            _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw .failed(operation: "close the database", problem: String(describing: error))
        }
    }

    /// The newest tie of the number that is not on disk yet.
    func pendingTie(of number: CustomerNumber) -> PendingTies.Entry? {
        state.withLock { $0.ties[number] }
    }

    /// What is not on disk yet of the customer's tie and of their newest call.
    func pending(of number: CustomerNumber) -> (PendingTies.Entry?, LastCall?) {
        state.withLock { ($0.ties[number], $0.calls[number]) }
    }
}

// MARK: - The writer

extension SQLiteCallStore {
    private struct Waiter {
        let sequence: UInt64
        let continuation: CheckedContinuation<Result<Void, StorageError>, Never>
    }

    private enum Phase {
        /// Nothing waits. The next entry starts `gathering`.
        case idle
        /// Entries wait for company, or are being written. `idle` when all are on disk, `retrying` when one write fails.
        case gathering
        /// The last write failed and an alarm is set for the next. `idle` after one that works.
        case retrying
    }

    private struct State {
        var buffer = WriteBuffer()
        var phase = Phase.idle
        var ties = PendingTies()
        var calls = PendingCalls()
        var waiters: [Waiter] = []
        /// Failed writes in a row; also tells the alarm of the newest failure from those before it.
        var failures = 0

        /// Takes out the waiters that have nothing left to wait for.
        mutating func takeSettledWaiters() -> [Waiter] {
            guard !waiters.isEmpty else { return [] }
            let settled = waiters.filter { buffer.isSettled(upTo: $0.sequence) }
            waiters.removeAll { buffer.isSettled(upTo: $0.sequence) }
            return settled
        }
    }

    /// Writes groups until nothing waits or one fails. Runs on `dispatch` only.
    private func drain() {
        while true {
            let batch = state.withLock { state in
                let batch = state.buffer.takeBatch(limit: tuning.batch)
                if batch.isEmpty { state.phase = .idle }
                return batch
            }
            guard !batch.isEmpty else { return }
            do {
                try commit(batch)
            } catch {
                return failed(error)
            }
            succeeded(batch)
        }
    }

    private func succeeded(_ batch: [WriteBuffer.Item]) {
        let (waiters, failures) = state.withLock { state in
            state.buffer.committed()
            state.ties.forget(batch)
            state.calls.forget(batch)
            defer { state.failures = 0 }
            return (state.takeSettledWaiters(), state.failures)
        }
        if failures > 0 {
            logger.notice("The database can be written again", metadata: ["path": "\(path)"])
        }
        for waiter in waiters { waiter.continuation.resume(returning: .success(())) }
        writer.announcer?.lettersWritten()
    }

    private func failed(_ error: any Error) {
        let problem = StorageError.failed(
            operation: "write to the database \(path)", problem: String(describing: error))
        let (waiters, kept, failures) = state.withLock { state in
            state.buffer.failed()
            state.phase = .retrying
            state.failures += 1
            let waiters = state.waiters
            state.waiters = []
            return (waiters, state.buffer.count, state.failures)
        }
        let delay = tuning.delay(afterFailures: failures)
        logger.critical(
            "The database cannot be written: entries are kept in memory and tried again; free or repair the disk",
            metadata: [
                "path": "\(path)", "problem": "\(error)", "entries": "\(kept)", "failures": "\(failures)",
                "retry.in": "\(delay)",
            ])
        for waiter in waiters { waiter.continuation.resume(returning: .failure(problem)) }
        dispatch.asyncAfter(deadline: .now() + delay.dispatchInterval) {
            // A flush may have tried in between: then a newer alarm is set, or none is needed.
            if self.state.withLock({ $0.failures == failures }) { self.drain() }
        }
    }

    /// One transaction for the whole batch. If an entry breaks a constraint it is our own mistake, and must not keep
    /// the others from the disk: the batch is written again with each entry by itself.
    private func commit(_ batch: [WriteBuffer.Item]) throws {
        do {
            try pool.write { db in
                for item in batch { try writer.write(item.entry, in: db) }
            }
        } catch let error as DatabaseError where error.isFaultOfEntry {
            try commitOneByOne(batch)
        }
    }

    private func commitOneByOne(_ batch: [WriteBuffer.Item]) throws {
        var refused: [(StoredEntry, DatabaseError)] = []
        try pool.write { db in
            for item in batch {
                do {
                    try db.inSavepoint {
                        try writer.write(item.entry, in: db)
                        return .commit
                    }
                } catch let error as DatabaseError where error.isFaultOfEntry {
                    refused.append((item.entry, error))
                }
            }
        }
        for (entry, error) in refused {
            logger.critical(
                "The database refuses an entry, which is lost; please report this as a mistake of Burdock",
                metadata: ["entry": "\(entry.kind)", "problem": "\(error.message ?? "") (\(error.extendedResultCode))"])
        }
    }
}

extension SQLiteCallStore.Tuning {
    /// Doubles with each failure in a row.
    func delay(afterFailures failures: Int) -> Duration {
        let doublings = min(max(failures - 1, 0), 16)
        return min(retryDelay * (1 << doublings), longestRetryDelay)
    }
}

/// Ties that are not on disk yet: a customer who calls again within a moment, or while the disk fails, still reaches
/// their operator.
struct PendingTies {
    struct Entry {
        let sequence: UInt64
        /// `nil`: the tie was given up.
        let `operator`: OperatorID?
        let group: GroupID?
        let at: WallTime

        func tie(at now: WallTime) -> Tie? {
            // A clock that was set back makes the tie new, not unborn.
            `operator`.map { Tie(operator: $0, group: group, age: max(now.since(at), .zero)) }
        }
    }

    private var entries: [CustomerNumber: Entry] = [:]

    subscript(number: CustomerNumber) -> Entry? { entries[number] }

    mutating func note(_ entry: StoredEntry, sequence: UInt64) {
        switch entry {
        case .fact(.tied(let number, let name, let group, _), let at, _):
            entries[number] = Entry(sequence: sequence, operator: name, group: group, at: at)
        case .fact(.untied(let number, _), let at, _):
            entries[number] = Entry(sequence: sequence, operator: nil, group: nil, at: at)
        case .fact, .callBegan, .callConnected, .registered, .unregistered, .taskCarded, .importBegan, .rowsImported,
            .letterSettled:
            break
        }
    }

    mutating func forget(_ batch: [WriteBuffer.Item]) {
        for item in batch {
            switch item.entry {
            case .fact(.tied(let number, _, _, _), _, _), .fact(.untied(let number, _), _, _):
                if entries[number]?.sequence == item.sequence { entries[number] = nil }
            case .fact, .callBegan, .callConnected, .registered, .unregistered, .taskCarded, .importBegan,
                .rowsImported,
                .letterSettled:
                break
            }
        }
    }
}

extension DatabaseError {
    /// The statement is wrong for the schema, whatever the state of the disk.
    fileprivate var isFaultOfEntry: Bool {
        switch resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG: true
        default: false
        }
    }
}

extension StoredEntry {
    /// Names an entry in the log, without numbers of customers.
    fileprivate var kind: String {
        switch self {
        case .callBegan(let arrival, _): "begin of call \(arrival.call)"
        case .fact(.callEnded(let record), _, _): "end of call \(record.arrival.call)"
        case .fact(.tied(_, _, _, let call), _, _): "tie by call \(call)"
        case .fact(.untied(_, let call), _, _): "end of a tie by call \(call)"
        case .fact(.taskOpened(let task), _, _), .fact(.taskUpdated(let task), _, _): "task \(task.id)"
        case .fact(.taskClosed(let task, _), _, _): "end of task \(task)"
        case .fact(.attemptEnded(let attempt), _, _): "attempt of task \(attempt.task)"
        case .fact(.responsibleWaitExpired(let task, _, _, _), _, _): "expired wait of task \(task)"
        case .fact(.reminded(let name, _), _, _): "reminder of operator \(name)"
        case .fact(.vipUsed(let call, _), _, _): "VIP usage by call \(call)"
        case .fact(.vipMissed(let call, _), _, _): "missed VIP call \(call)"
        case .fact(.callbackWanted(let wish), _, _): "callback wish of call \(wish.call)"
        case .fact(.operatorWished(let name, _), _, _): "wish of operator \(name)"
        case .fact(.dialerWished(let dialer, _), _, _): "wish for dialer \(dialer)"
        case .fact(.operatorEntered(let name, _), _, _): "activity of operator \(name)"
        case .callConnected(let call, _, _): "connection of call \(call)"
        case .registered(let registration): "registration of \(registration.user)"
        case .unregistered(let user): "end of the registration of \(user)"
        case .taskCarded(_, _, let dialer): "card of a task in dialer \(dialer)"
        case .importBegan(let one): "begin of the import \(one.id)"
        case .rowsImported(let rows): "\(rows.rows.count) rows of the import \(rows.import)"
        case .letterSettled(let letter, _): "fate of letter \(letter)"
        }
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        .nanoseconds(Int(clamping: wholeNanoseconds))
    }
}
