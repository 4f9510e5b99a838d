/// A VIP call taking an operator out of an ordinary conversation, as a machine of its own (product.md section 4).
///
/// ```
///             sound ended                pause over (auto), take_now
/// announcing ────────────▶ pausing ──────────────────────────────────▶ holding ─────────▶ freed
///      │ take_now            │ keep_talking, no key (key)              max_hold over
///      ├──────▶ holding      └──────▶ (declined)
///      └ keep_talking ▶ (declined)
/// ```
///
/// It belongs to the operator's conversation and dies with it, or with the VIP call. It only says what follows; the
/// router carries it out, since everything that can go otherwise concerns other calls and operators as well.
struct Interruption: Codable, Sendable {
    enum Step: Hashable, Codable, Sendable {
        /// The operator hears the announcement over the running conversation; the customer hears nothing of it.
        ///
        /// Becomes `pausing` at its end, `holding` on `take_now`; `keep_talking` declines.
        case announcing(PlaybackID)

        /// The operator knows, and has until then: to finish, to take the VIP at once, or to decline.
        ///
        /// Becomes `holding` then (`accept: auto`) or on `take_now`; declined then (`accept: key`) or on `keep_talking`.
        case pausing(until: Instant)

        /// The VIP talks with the operator, the customer is held; until then.
        ///
        /// Becomes `freed` then. When the VIP leaves, the operator is back with the customer and the interruption over.
        case holding(until: Instant)

        /// The customer was held for too long and waits at the head of their queue for whoever is ready first. If that
        /// is this operator, done with the VIP, they are back with the customer just the same.
        case freed
    }

    /// What follows from something that happened.
    enum Consequence: Hashable, Sendable {
        case nothing
        /// The customer is put on hold and the VIP connected.
        case hold(because: RoutingReason)
        /// The operator will not take the VIP.
        case decline(because: RoutingReason)
    }

    let vip: CallID
    /// Whom the VIP interrupts.
    let customer: CallID
    /// As it was when the VIP call arrived.
    let policy: InterruptionPolicy
    private(set) var step: Step
    /// The operator heard the announcement. Stays `false` only if it could not be played.
    private(set) var wasHeard = false

    init(vip: CallID, customer: CallID, policy: InterruptionPolicy, announcement: PlaybackID) {
        self.vip = vip
        self.customer = customer
        self.policy = policy
        step = .announcing(announcement)
    }

    var nextDeadline: Instant? {
        switch step {
        case .announcing, .freed: nil
        case .pausing(let until), .holding(let until): until
        }
    }

    /// The customer is still in the conversation.
    var isBeforeHold: Bool {
        switch step {
        case .announcing, .pausing: true
        case .holding, .freed: false
        }
    }

    /// Some key means something, so keys must not reach the customer while the operator may press one.
    var usesKeys: Bool { policy.takeNow != nil || policy.keepTalking != nil }

    mutating func soundEnded(_ playback: PlaybackID, completed: Bool, at now: Instant) -> Consequence {
        guard step == .announcing(playback) else { return .nothing }
        wasHeard = completed
        step = .pausing(until: now + max(.zero, policy.holdAfterAnnouncement))
        return policy.holdAfterAnnouncement > .zero ? .nothing : pauseEnded()
    }

    func keyPressed(_ key: Key) -> Consequence {
        guard isBeforeHold else { return .nothing }
        if key == policy.takeNow { return .hold(because: .takeNowPressed) }
        if key == policy.keepTalking { return .decline(because: .keepTalkingPressed) }
        return .nothing
    }

    func pauseEnded() -> Consequence {
        guard case .pausing = step else { return .nothing }
        switch policy.accept {
        case .auto: return .hold(because: .vipPauseOver)
        case .key: return .decline(because: .noKeyPressed)
        }
    }

    /// The announcement is cut short because something else happened. What was heard of it counts as heard.
    mutating func cutAnnouncement() {
        if case .announcing = step { wasHeard = true }
    }

    mutating func hold(at now: Instant) {
        step = .holding(until: now + max(.zero, policy.maxHold))
    }

    mutating func free() {
        step = .freed
    }
}
