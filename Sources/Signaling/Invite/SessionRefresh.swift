/// Our own request that refreshes a session (RFC 4028 §7.4, §10), with what may be in its way: glare, a peer that does
/// not know UPDATE, one that is busy. A pure machine.
struct SessionRefresh {
    enum Method: String, Hashable {
        case update = "UPDATE"
        case invite = "INVITE"
    }

    enum State: Hashable {
        case idle
        /// No final response yet. A re-INVITE that was only told to wait is given up when the alarm rings. Then: waiting,
        /// idle, or sent again by the other method.
        case sent(Method)
        /// To be sent again when the alarm rings. Then: sent, idle.
        case waiting(Method)
    }

    /// What came of the request.
    enum Outcome: Hashable {
        /// A final response with the seconds of its Retry-After.
        case response(Int, retryAfter: Int?)
        /// 422, and asking for more may help.
        case tooBrief
        case timedOut
        case transportFailed
    }

    enum Effect: Hashable {
        case send(Method)
        case arm(after: Duration)
        case disarm
        /// The peer took it.
        case refreshed
        /// The peer is there, but will not.
        case refused
        /// There is no such dialog any more, or nobody (RFC 3261 §12.2.1.2): BYE. With the status that says so.
        case lost(Int)
    }

    /// Times that one refresh is sent in all.
    static let maxTries = 8
    /// The longest Retry-After that is kept to; whoever wants longer is asked again then.
    static let maxPause = 30

    private(set) var state = State.idle
    /// How long a re-INVITE may be pending; UPDATE ends by itself.
    private let patience: Duration
    /// The peer has said that it does not know UPDATE.
    private(set) var lacksUpdate = false
    private var tries = 0

    init(timing: SIPTiming) {
        patience = timing.lifetime * 2
    }

    /// A re-INVITE of ours has no final response.
    var isInvitePending: Bool { state == .sent(.invite) }

    /// - Parameters:
    ///   - allowsUpdate: the peer's Allow names it.
    ///   - blocked: another INVITE is going on in the dialog (RFC 3261 §14.1).
    mutating func start(allowsUpdate: Bool, blocked: Bool) -> [Effect] {
        guard state == .idle else { return [] }
        tries = 0
        let method = allowsUpdate && !lacksUpdate ? Method.update : .invite
        guard !blocked else {
            state = .waiting(method)
            return [.arm(after: .seconds(2))]
        }
        return send(method)
    }

    /// - Parameters:
    ///   - ownsCallID: we made the dialog's first INVITE.
    ///   - chance: any number, for the pause after glare.
    mutating func finished(_ outcome: Outcome, ownsCallID: Bool, chance: UInt64) -> [Effect] {
        guard case .sent(let method) = state else { return [] }
        state = .idle
        // The alarm is that of its patience.
        return (method == .invite ? [.disarm] : []) + concluded(method, outcome, ownsCallID, chance)
    }

    private mutating func concluded(
        _ method: Method, _ outcome: Outcome, _ ownsCallID: Bool, _ chance: UInt64
    ) -> [Effect] {
        switch outcome {
        case .response(200..<300, _):
            return [.refreshed]
        case .response(491, _):
            return wait(method, Self.backOff(ownsCallID: ownsCallID, chance: chance))
        case .response(500..<600, let pause?):
            return wait(method, .seconds(min(pause, Self.maxPause)))
        case .response(405, _) where method == .update, .response(501, _) where method == .update:
            lacksUpdate = true
            return send(.invite)
        case .response(408, _), .response(481, _):
            if case .response(let status, _) = outcome { return [.lost(status)] }
            return []
        case .tooBrief:
            return tries < Self.maxTries ? send(method) : [.refused]
        case .timedOut:
            return [.lost(408)]
        case .response, .transportFailed:
            return [.refused]
        }
    }

    mutating func due() -> [Effect] {
        switch state {
        case .waiting(let method): return send(method)
        case .sent(.invite):
            state = .idle
            return [.lost(408)]
        case .sent(.update), .idle: return []
        }
    }

    /// The session was refreshed by the peer, or is over. What has been sent takes its course.
    mutating func stop() -> [Effect] {
        guard case .waiting = state else { return [] }
        state = .idle
        return [.disarm]
    }

    /// RFC 3261 §14.1, in steps of 10 ms: 2.1 to 4 s for who owns the Call-ID, 0 to 2 s for the other.
    static func backOff(ownsCallID: Bool, chance: UInt64) -> Duration {
        ownsCallID
            ? .milliseconds(2_100 + Int64(chance % 191) * 10) : .milliseconds(Int64(chance % 201) * 10)
    }

    private mutating func send(_ method: Method) -> [Effect] {
        tries += 1
        state = .sent(method)
        return method == .invite ? [.arm(after: patience), .send(method)] : [.send(method)]
    }

    private mutating func wait(_ method: Method, _ pause: Duration) -> [Effect] {
        guard tries < Self.maxTries else { return [.refused] }
        state = .waiting(method)
        return [.arm(after: pause)]
    }
}
