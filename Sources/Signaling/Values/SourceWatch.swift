/// How much trying is put up with.
package struct AbuseLimits: Hashable, Sendable {
    /// Refused requests of one address, without one that was taken among them, before it is not listened to any more.
    /// `Int.max`: never.
    package var refusals = 100
    /// A wrong password counts as so many refusals.
    package var passwordWeight = 5
    /// Wrong passwords for one user from one address, known to us or not, after which none is tried any more.
    package var passwords = 10
    /// Seconds in which these are counted, and at most as many again.
    package var window: Int64 = 60
    /// Seconds of an address's first ban; each further one is twice as long, up to `longestBan`.
    package var firstBan: Int64 = 60
    package var longestBan: Int64 = 86_400

    package init() {}
}

/// An address that is not listened to for a while, because all it did was to try.
package struct BannedAddress: Hashable, Sendable {
    /// Numeric; of IPv6 the network, as in `2001:db8:0:1::/64`, which belongs to one customer as a rule.
    package var address: String
    /// Seconds until it is listened to again.
    package var remaining: Int64
    /// 1 for its first ban.
    package var count: Int
}

/// Whom an address belongs to: an IPv4 address, or the first half of an IPv6 one, which is what a single customer of a
/// provider has at the least.
struct SourceKey: Hashable, Sendable, CustomStringConvertible {
    private let family: NumericAddress.Family
    private let bits: UInt64

    /// `nil` for what is no address.
    init?(_ text: String) {
        guard let address = NumericAddress(text) else { return nil }
        family = address.family
        bits = UInt64(truncatingIfNeeded: address.family == .ipv4 ? address.bits : address.bits >> 64)
    }

    var description: String {
        guard family == .ipv6 else {
            return [24, 16, 8, 0].map { String((bits >> $0) & 0xFF) }.joined(separator: ".")
        }
        return [48, 32, 16, 0].map { String((bits >> $0) & 0xFFFF, radix: 16) }.joined(separator: ":") + "::/64"
    }
}

/// Counts who is refused again and again, and bans them for a time.
struct SourceWatch: Sendable {
    private struct Ban {
        var until: Int64
        var count: Int
    }

    /// A password that was tried.
    struct Guess: Hashable, Sendable {
        var source: SourceKey
        var user: String
    }

    /// Addresses, and guesses, that are counted at a time; and bans that are remembered.
    static let capacity = 8_192
    /// Seconds after its end for which a ban makes the next one longer.
    static let memory: Int64 = 86_400

    private let limits: AbuseLimits
    private var refusals: FailureWindow<SourceKey>
    private var guesses: FailureWindow<Guess>
    private var bans: [SourceKey: Ban] = [:]
    /// No ban lasts longer than this; in the past while there is none.
    private var lastUntil = Int64.min

    init(_ limits: AbuseLimits) {
        self.limits = limits
        refusals = FailureWindow(length: limits.window, capacity: Self.capacity)
        guesses = FailureWindow(length: limits.window, capacity: Self.capacity)
    }

    /// Cheap, for every message: somebody may be banned.
    func hasBans(now: Int64) -> Bool { now < lastUntil }

    func isBanned(_ source: SourceKey, now: Int64) -> Bool { bans[source].map { now < $0.until } ?? false }

    /// A request of this source was refused. `true` if it has gone too far: ban it, if nothing speaks against it.
    mutating func refused(_ source: SourceKey, now: Int64) -> Bool {
        refusals.note(source, now: now) > limits.refusals
    }

    /// The same for a wrong password.
    mutating func guessed(_ guess: Guess, now: Int64) -> Bool {
        guesses.note(guess, now: now)
        return refusals.note(guess.source, weight: limits.passwordWeight, now: now) > limits.refusals
    }

    /// Cheap, for every request with credentials: somebody has brought wrong ones.
    var hasGuesses: Bool { !guesses.isEmpty }

    /// So many wrong passwords that the next is not looked at.
    mutating func isGuessing(_ guess: Guess, now: Int64) -> Bool {
        guesses.expire(now: now)
        return guesses.count(guess) >= limits.passwords
    }

    /// It has shown to be somebody we know.
    mutating func accepted(_ source: SourceKey, user: String) {
        refusals.forget(source)
        guesses.forget(Guess(source: source, user: user))
    }

    /// Seconds of the new ban; `nil` if too many are remembered.
    mutating func ban(_ source: SourceKey, now: Int64) -> Int64? {
        if bans.count >= Self.capacity { bans = bans.filter { now &- $0.value.until < Self.memory } }
        let earlier = bans[source].flatMap { now &- $0.until < Self.memory ? $0.count : nil } ?? 0
        guard earlier > 0 || bans.count < Self.capacity else { return nil }
        var length = limits.firstBan
        for _ in 0..<min(earlier, 32) where length < limits.longestBan { length &*= 2 }
        length = min(length, limits.longestBan)
        let (until, overflow) = now.addingReportingOverflow(length)
        bans[source] = Ban(until: overflow ? .max : until, count: earlier + 1)
        lastUntil = max(lastUntil, overflow ? .max : until)
        refusals.forget(source)
        return length
    }

    /// Forgets the ban and what led to it; `false` if there was none.
    mutating func lift(_ source: SourceKey, now: Int64) -> Bool {
        refusals.forget(source)
        let wasBanned = isBanned(source, now: now)
        bans[source] = nil
        return wasBanned
    }

    /// The present ones, those that last longest first.
    func list(now: Int64) -> [BannedAddress] {
        bans.filter { now < $0.value.until }
            .map { BannedAddress(address: $0.key.description, remaining: $0.value.until &- now, count: $0.value.count) }
            .sorted { ($1.remaining, $0.address) < ($0.remaining, $1.address) }
    }
}
