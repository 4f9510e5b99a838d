import GRDB
import Routing

/// Turns entries into rows. Runs inside a transaction of the one writer. What is written for calls, tasks and operators
/// is in the files of these names.
///
/// An entry that comes again changes nothing: a group whose commit was reported as failed may be on the disk after all.
struct EntryWriter {
    /// For rows whose entry does not name a pool.
    let pool: String
    /// Who is told what is written; `nil`: nobody.
    var announcer: (any Announcing)?

    func write(_ entry: StoredEntry, in db: Database) throws {
        guard announcer != nil else { return try record(entry, in: db) }
        let before = db.totalChangesCount
        try record(entry, in: db)
        // What is on the disk already, from a commit that only seemed to fail, has its letters there too.
        if db.totalChangesCount > before { try announce(entry, in: db) }
    }

    private func record(_ entry: StoredEntry, in db: Database) throws {
        switch entry {
        case .callBegan(let arrival, let at): try begin(arrival, at: at, in: db)
        case .callConnected(let call, let name, let at): try connect(call, name, at: at, in: db)
        case .fact(let fact, let at, let origin): try write(fact, at: at, origin: origin, in: db)
        case .registered(let registration): try write(registration, in: db)
        case .unregistered(let user): try unregister(user, in: db)
        case .taskCarded(let card, let number, let dialer): try write(card, of: number, in: dialer, db)
        case .importBegan(let one): try begin(one, in: db)
        case .rowsImported(let rows): try write(rows, in: db)
        case .letterSettled(let letter, let fate): try write(fate, of: letter, in: db)
        }
    }

    private func write(_ fact: Fact, at: WallTime, origin: WallTime, in db: Database) throws {
        switch fact {
        case .callEnded(let record): try end(record, origin: origin, in: db)
        case .tied(let number, let name, let group, let call):
            try tie(number, to: name, group, by: call, at: at, in: db)
        case .untied(let number, _): try untie(number, in: db)
        case .vipUsed(let call, let name): try use(vip: call, name, at: at, in: db)
        case .vipMissed(let call, let name): try miss(vip: call, name, at: at, in: db)
        case .callbackWanted(let wish): try want(wish, at: at, in: db)
        case .operatorWished(let name, let wish): try note(name, wished: wish, at: at, in: db)
        case .dialerWished(let dialer, let wish): try note(dialer, wished: wish, at: at, in: db)
        case .operatorEntered(let name, let activity): try note(name, entered: activity, at: at, in: db)
        case .reminded(let name, let count): try note(name, remindedOf: count, at: at, in: db)
        case .taskOpened(let task), .taskUpdated(let task): try write(task, at: at, origin: origin, in: db)
        case .attemptEnded(let attempt): try write(attempt, origin: origin, in: db)
        case .responsibleWaitExpired(let task, let name, let from, let until):
            try expire(task, name, from: from, until: until, origin: origin, in: db)
        case .taskClosed(let task, let result): try close(task, result, at: at, in: db)
        }
    }
}

extension Database {
    /// Executes one statement that is prepared once for each connection.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
