import Foundation
import Routing

// How the values of a task are written in columns.

extension TaskID {
    /// SQLite's integers are signed: the same bits.
    var stored: Int64 { Int64(bitPattern: rawValue) }

    init(stored: Int64) {
        self.init(rawValue: UInt64(bitPattern: stored))
    }
}

extension DialerWish {
    var stored: String {
        switch self {
        case .running: "running"
        case .paused: "paused"
        }
    }

    var storedReason: String? {
        switch self {
        case .running: nil
        case .paused(let reason): reason
        }
    }

    /// `nil`: the columns do not belong together.
    init?(stored: String, reason: String?) {
        switch (stored, reason) {
        case ("running", nil): self = .running
        case ("paused", let reason?): self = .paused(reason: reason)
        default: return nil
        }
    }
}

extension TaskTries {
    /// An object of counts by outcome, in JSON; the keys in a fixed order.
    var stored: String {
        let counts = AttemptOutcome.allCases.filter { self[$0] != 0 }.map { "\"\($0.rawValue)\":\(self[$0])" }
        return "{\(counts.joined(separator: ","))}"
    }

    /// `nil`: it is no such object. Outcomes that this version does not know are left out.
    init?(stored: String) {
        self.init()
        guard stored != "{}" else { return }
        guard let counts = try? JSONDecoder().decode([String: Int].self, from: Data(stored.utf8)) else { return nil }
        for (name, count) in counts {
            guard let outcome = AttemptOutcome(rawValue: name) else { continue }
            self[outcome] = max(count, 0)
        }
    }
}

extension Duration {
    /// Saturates; never negative.
    var wholeMilliseconds: Int64 { max(wholeNanoseconds, 0) / 1_000_000 }
}
