/// The session timer of one leg (RFC 4028): who refreshes the session, how often, and when it is given up. A pure
/// machine with a single alarm.
struct SessionTimer {
    enum Phase: Hashable {
        /// No alarm: before the 2xx, or the peers have agreed on none. Then: ours, theirs.
        case off
        /// We refresh when the alarm rings. Then: refreshing, theirs, off.
        case ours
        /// Our refresh has no answer yet; the alarm ends the session, if it expires. Then: ours, theirs, off.
        case refreshing
        /// The peer refreshes; the alarm ends the session. Then: ours, theirs, off.
        case theirs
    }

    enum Effect: Hashable {
        case arm(after: Duration)
        case disarm
        /// Send UPDATE or re-INVITE.
        case refresh
        /// The session was not refreshed in time: BYE.
        case expire
    }

    /// How often a peer may ask for a longer interval before it is taken at its word that it wants none.
    static let maxRaises = 2
    /// Before the interval's end, unless a third of it is less: then the session is given up (RFC 4028 §10).
    static let margin = Duration.seconds(32)

    private let rules: SignalingSettings.SessionTimers?
    private(set) var phase = Phase.off
    /// Seconds: what we ask for, later what was agreed on.
    private(set) var interval: Int
    /// The least that we take, or that the peer took.
    private(set) var minimum: Int
    /// The interval was agreed on: the session ends with it. Otherwise we refresh to see whether the peer is there.
    private(set) var expires = false
    private var raises = 0

    init(_ rules: SignalingSettings.SessionTimers?) {
        self.rules = rules
        interval = rules.map { max($0.expires, $0.minimum) } ?? 0
        minimum = rules?.minimum ?? 0
    }

    // MARK: Our requests

    /// Lines of an INVITE, or of a request that refreshes.
    var requestHeaders: [String] {
        guard rules != nil else { return [] }
        let role =
            switch phase {
            case .off: ""
            case .ours, .refreshing: ";refresher=uac"
            case .theirs: ";refresher=uas"
            }
        return ["Session-Expires: \(interval)\(role)", "Min-SE: \(minimum)"]
    }

    /// The 2xx to such a request, with its Session-Expires.
    mutating func accepted(_ granted: SessionExpires?) -> [Effect] {
        raises = 0
        guard let rules else { return [] }
        if let granted {
            // We said what the least is; whoever goes below would have us send without end.
            interval = max(granted.seconds, minimum)
            expires = true
            phase = granted.refresher == .uas ? .theirs : .ours
        } else {
            interval = max(rules.expires, minimum)
            expires = false
            phase = rules.refreshesUnaware ? .ours : .off
        }
        return start
    }

    /// A 422 with its Min-SE. `false`: asking again would not help.
    mutating func raise(to least: Int?) -> Bool {
        guard rules != nil, let least, least > minimum || least > interval, raises < Self.maxRaises else {
            return false
        }
        raises += 1
        minimum = max(minimum, least)
        interval = max(interval, least)
        return true
    }

    // MARK: The peer's requests

    /// The Min-SE to refuse the request with by 422; `nil`: it may pass. A peer that would not know what 422 means
    /// is never refused (RFC 4028 §9).
    func refusal(of wish: SessionWish) -> Int? {
        guard let rules, wish.isSupported, let asked = wish.expires, asked.seconds < rules.minimum else { return nil }
        return rules.minimum
    }

    /// Decides for the session that our 2xx makes or keeps, and gives its lines (RFC 4028 §9, table 2).
    mutating func answer(_ wish: SessionWish) -> [String] {
        guard let rules, wish.isSupported || wish.expires != nil || rules.refreshesUnaware else {
            phase = .off
            return []
        }
        let least = max(rules.minimum, wish.minimum)
        interval = max(min(wish.expires?.seconds ?? rules.expires, rules.expires), least)
        expires = wish.isSupported || wish.expires != nil
        guard wish.isSupported else {
            phase = .ours
            return ["Session-Expires: \(interval);refresher=uas"]
        }
        // Who does not say leaves it as it is; at first it is the peer's.
        let isOurs = wish.expires?.refresher.map { $0 == .uas } ?? (phase == .ours || phase == .refreshing)
        phase = isOurs ? .ours : .theirs
        return ["Require: timer", "Session-Expires: \(interval);refresher=\(isOurs ? "uas" : "uac")"]
    }

    // MARK: Time

    /// After a 2xx either way.
    var start: [Effect] {
        switch phase {
        case .off, .refreshing: [.disarm]
        case .ours: [.arm(after: half)]
        case .theirs: [.arm(after: lifetime)]
        }
    }

    mutating func due() -> [Effect] {
        switch phase {
        case .off:
            return []
        case .ours:
            phase = .refreshing
            return expires ? [.arm(after: lifetime - half), .refresh] : [.refresh]
        case .refreshing, .theirs:
            phase = .off
            return [.expire]
        }
    }

    /// Our refresh was refused, but by a peer that lives.
    mutating func failed() -> [Effect] {
        guard phase == .refreshing, !expires else { return [] }
        phase = .ours
        return start
    }

    private var half: Duration { .seconds(interval) / 2 }

    /// Until the session is given up, from its last refresh on.
    private var lifetime: Duration { .seconds(interval) - min(Self.margin, .seconds(interval) / 3) }
}
