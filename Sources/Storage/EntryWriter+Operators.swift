import GRDB
import Routing

// What operators want and do, and where their phones are.

extension EntryWriter {
    func note(_ name: OperatorID, wished wish: OperatorWish, at: WallTime, in db: Database) throws {
        try db.run(
            """
            INSERT INTO operator_wishes (pool, operator, wish, reason, wished_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (pool, operator) DO UPDATE SET
                wish = excluded.wish, reason = excluded.reason, wished_at = excluded.wished_at
            """,
            [pool, name.name, wish.stored, wish.storedReason, at.milliseconds])
    }

    /// Of several activities in one millisecond only the last one takes any time.
    func note(_ name: OperatorID, entered activity: OperatorActivity, at: WallTime, in db: Database) throws {
        try db.run(
            """
            INSERT INTO operator_activities (pool, operator, at, activity, reason) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (pool, operator, at) DO UPDATE SET activity = excluded.activity, reason = excluded.reason
            """,
            [pool, name.name, at.milliseconds, activity.stored, activity.storedReason])
    }

    func note(_ name: OperatorID, remindedOf count: Int, at: WallTime, in db: Database) throws {
        try db.run(
            "INSERT INTO reminders (pool, operator, at, count) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [pool, name.name, at.milliseconds, max(count, 0)])
    }

    func write(_ registration: StoredRegistration, in db: Database) throws {
        try db.run(
            """
            INSERT INTO registrations (pool, user, payload, expires_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (pool, user) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at
            """,
            [pool, registration.user, registration.payload, registration.expiresAt.milliseconds])
    }

    func unregister(_ user: String, in db: Database) throws {
        try db.run("DELETE FROM registrations WHERE pool = ? AND user = ?", [pool, user])
    }
}

extension OperatorWish {
    var stored: String {
        switch self {
        case .ready: "ready"
        case .paused: "paused"
        case .off: "off"
        }
    }

    var storedReason: String? {
        switch self {
        case .paused(let reason): reason
        case .ready, .off: nil
        }
    }

    init?(stored: String, reason: String?) {
        switch stored {
        case "ready": self = .ready
        case "paused": self = .paused(reason: reason ?? "")
        case "off": self = .off
        default: return nil
        }
    }
}

extension OperatorActivity {
    var stored: String {
        switch self {
        case .idle: "idle"
        case .ringing: "ringing"
        case .talking: "talking"
        case .wrapUp: "wrap_up"
        case .preparing: "preparing"
        case .ownCall: "own_call"
        case .paused: "paused"
        case .away: "away"
        }
    }

    var storedReason: String? {
        switch self {
        case .paused(let reason): reason
        case .idle, .ringing, .talking, .wrapUp, .preparing, .ownCall, .away: nil
        }
    }

    init?(stored: String, reason: String?) {
        switch stored {
        case "idle": self = .idle
        case "ringing": self = .ringing
        case "talking": self = .talking
        case "wrap_up": self = .wrapUp
        case "preparing": self = .preparing
        case "own_call": self = .ownCall
        case "paused": self = .paused(reason: reason ?? "")
        case "away": self = .away
        default: return nil
        }
    }
}
