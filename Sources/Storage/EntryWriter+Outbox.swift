import GRDB
import Routing

// What the outside is told of what is written down, in the same transaction.

extension EntryWriter {
    /// Writes the letters about an entry that has changed something.
    func announce(_ entry: StoredEntry, in db: Database) throws {
        guard let announcer, let kind = entry.newsKind, announcer.wants(kind) else { return }
        do {
            guard let news = try news(of: entry, in: db) else { return }
            try write(announcer.letters(of: news), in: db)
        } catch is DamagedRow {
            // What is written is worth more than telling it.
        }
    }

    func announce(_ cut: [CutCall], in db: Database) throws {
        guard let announcer, announcer.wants(.callCut) else { return }
        for call in cut { try write(announcer.letters(of: .callCut(call)), in: db) }
    }

    func write(_ fate: LetterFate, of sequence: Int64, in db: Database) throws {
        switch fate {
        case .delivered:
            try db.run("DELETE FROM outbox WHERE sequence = ?", [sequence])
        case .failed(let nextAt, let problem, let status):
            try db.run(
                """
                UPDATE outbox SET attempts = attempts + 1, next_at = ?, problem = ?, status = ?
                WHERE sequence = ? AND dead_at IS NULL
                """,
                [nextAt.milliseconds, problem, status, sequence])
        case .dead(let at, let problem, let status):
            try db.run(
                """
                UPDATE outbox SET attempts = attempts + 1, dead_at = ?, problem = ?, status = ?
                WHERE sequence = ? AND dead_at IS NULL
                """,
                [at.milliseconds, problem, status, sequence])
        }
    }

    private func write(_ letters: [NewLetter], in db: Database) throws {
        for letter in letters {
            try db.run(
                """
                INSERT INTO outbox (pool, endpoint, event, type, subject, at, body, since, next_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                [
                    pool, letter.endpoint, letter.event, letter.type, letter.subject, letter.at.milliseconds,
                    letter.body, letter.at.milliseconds, letter.at.milliseconds,
                ])
        }
    }

    // MARK: - What is known

    private func news(of entry: StoredEntry, in db: Database) throws -> News? {
        switch entry {
        case .callBegan(let arrival, let at): .callArrived(arrival, at: at)
        case .callConnected(let call, let name, let at):
            try knownCall(call, in: db).map { .callAnswered($0, by: name, at: at) }
        case .fact(let fact, let at, let origin): try news(of: fact, at: at, origin: origin, in: db)
        case .registered, .unregistered, .taskCarded, .importBegan, .rowsImported, .letterSettled: nil
        }
    }

    private func news(of fact: Fact, at: WallTime, origin: WallTime, in db: Database) throws -> News? {
        switch fact {
        case .callEnded(let record): .callEnded(record, origin: origin)
        case .vipUsed(let call, let name): try knownCall(call, in: db).map { .vipUsed($0, by: name, at: at) }
        case .vipMissed(let call, let name): try knownCall(call, in: db).map { .vipMissed($0, by: name, at: at) }
        case .taskOpened(let task): .taskOpened(task, origin: origin)
        case .attemptEnded(let attempt): .attemptEnded(attempt, origin: origin)
        case .responsibleWaitExpired(let task, let name, let from, let until):
            try knownTask(task, in: db).map {
                .responsibleWaitExpired(
                    $0, of: name, from: WallTime(from, origin: origin), until: WallTime(until, origin: origin))
            }
        case .taskClosed(let task, let result):
            try knownTask(task, in: db).map {
                .taskClosed($0, result, by: try result.call.flatMap { try answeredBy($0, in: db) }, at: at)
            }
        case .tied, .untied, .callbackWanted, .operatorWished, .operatorEntered, .dialerWished, .taskUpdated, .reminded:
            nil
        }
    }

    private func knownCall(_ call: CallID, in db: Database) throws -> KnownCall? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT direction, task, line, queue, number, name, vip, arrived_at FROM calls WHERE id = ?"),
            arguments: [call.stored])
        return try row.map { row in
            KnownCall(
                call: call, direction: try CallDirection(stored: row.at(0), task: row.optional(at: 1)),
                line: try row.at(2), queue: QueueID(try row.at(3)),
                number: try row.optional(at: 4).map { CustomerNumber($0) }, name: try row.optional(at: 5),
                vip: try row.at(6), arrivedAt: WallTime(milliseconds: try row.at(7)))
        }
    }

    private func knownTask(_ task: TaskID, in db: Database) throws -> StoredTask? {
        let row = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT \(TaskRow.columns) FROM tasks WHERE id = ?"), arguments: [task.stored])
        return try row.map { try TaskRow($0).task() }
    }

    private func answeredBy(_ call: CallID, in db: Database) throws -> OperatorID? {
        try String.fetchOne(
            try db.cachedStatement(sql: "SELECT answered_by FROM calls WHERE id = ?"), arguments: [call.stored]
        ).map { OperatorID($0) }
    }
}

extension StoredEntry {
    fileprivate var newsKind: News.Kind? {
        switch self {
        case .callBegan(let arrival, _): arrival.direction == .inbound ? .callArrived : nil
        case .callConnected: .callAnswered
        case .fact(let fact, _, _): fact.newsKind
        case .registered, .unregistered, .taskCarded, .importBegan, .rowsImported, .letterSettled: nil
        }
    }
}

extension Fact {
    fileprivate var newsKind: News.Kind? {
        switch self {
        case .callEnded: .callEnded
        case .vipUsed: .vipUsed
        case .vipMissed: .vipMissed
        case .taskOpened: .taskOpened
        case .taskClosed: .taskClosed
        case .attemptEnded: .attemptEnded
        case .responsibleWaitExpired: .responsibleWaitExpired
        case .tied, .untied, .callbackWanted, .operatorWished, .operatorEntered, .dialerWished, .taskUpdated, .reminded:
            nil
        }
    }
}
