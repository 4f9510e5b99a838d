/// One operator: what they want, what they are doing, and who waits for them.
struct Operator: Codable, Sendable {
    var policy: OperatorPolicy
    /// `false` once the configuration no longer has them: they finish what they are doing.
    var isConfigured = true

    /// What the person wants. Changes at any time; where the state forbids it, it takes effect when the state ends.
    var wish = OperatorWish.off
    /// Their phone is registered.
    var isReachable = false
    /// What the router knows them to be doing.
    var state: OperatorState
    /// Since when they are in what a supervisor sees as one status.
    var since: Instant

    /// Calls of their own that their phone is in: dialled by them, or from a colleague. As long as there is one, no call is
    /// offered.
    var ownCalls: [OwnCall] = []

    /// Conversations since the start of the process.
    var conversations = 0
    /// Rings that nobody answered, since the last that somebody did.
    var missedInARow = 0

    /// As configured, for people to look at.
    var assignments: [Assignment] = []
    /// Where they take calls: priority above 0, in the configured order.
    var serves: [(queue: QueueID, member: Member)] = []
    /// The same by queue.
    var memberships: [QueueID: Member] = [:]

    /// Dialers they work for: priority above 0, in the configured order.
    var dials: [(dialer: DialerID, member: Member)] = []
    /// The same by dialer.
    var desks: [DialerID: Member] = [:]

    /// They were paused, off or out of reach since they were last ready: no turns are saved up meanwhile.
    var hasBeenAway = false
    /// They stand in the ready lines of their queues. True exactly while they are ready and nothing waits for them.
    var isListed = false
    /// Waiting calls that are pinned to them and in their own or group stage, of all queues.
    var pinned = LinePair()
    /// Waiting calls for which they are skipped now; membership only, never iterated.
    var refused: Set<CallID> = []
    /// How long they have been away, and since when their leads are not theirs any more.
    var absence: Absence?
    /// When they are reminded next of the requests that wait for them, if on a schedule.
    var remindAt: Instant?

    /// Where they work follows from queues and dialers, who waits for them from calls and tasks.
    private enum CodingKeys: CodingKey {
        case policy, isConfigured, wish, isReachable, state, since, ownCalls, conversations, missedInARow, hasBeenAway
        case absence, remindAt
    }

    init(policy: OperatorPolicy, at now: Instant) {
        self.policy = policy
        state = .free(since: now)
        since = now
    }

    var isOffline: Bool { !isReachable || wish == .off }

    /// A call may ring here now.
    var isReady: Bool {
        guard case .free = state, ownCalls.isEmpty else { return false }
        return isConfigured && isReachable && wish == .ready
    }

    /// Since when they have nothing to do, if so.
    var idleSince: Instant? {
        guard case .free(let since) = state else { return nil }
        return since
    }

    /// Their phone can be called and is not in a call of its own.
    var canRing: Bool { isReachable && ownCalls.isEmpty }

    /// The conversation they are in. Setting it changes an existing one; it never begins or ends one.
    var conversation: Conversation? {
        get {
            guard case .talking(let conversation) = state else { return nil }
            return conversation
        }
        set {
            guard case .talking = state, let newValue else { return }
            state = .talking(newValue)
        }
    }

    mutating func enter(_ next: OperatorState, at now: Instant) {
        state = next
        since = now
    }

    var nextDeadline: Instant? { earliest(earliest(state.nextDeadline, absence?.reassignAt), remindAt) }
}

/// An operator is offline.
struct Absence: Hashable, Codable, Sendable {
    let since: Instant
    /// When the first of their leads go to others; `nil`: they have none, or none ever go.
    var reassignAt: Instant?
}

/// A call of the operator's own, which is none of the router's.
struct OwnCall: Hashable, Codable, Sendable {
    let call: CallID
    /// The customer at the other end, if there is one.
    let number: CustomerNumber?
    let since: Instant
}

/// What the system knows an operator to be doing, apart from what the person wants (`OperatorWish`).
enum OperatorState: Codable, Sendable {
    /// Nothing, since that instant. With the wish to be ready and a phone that can be reached it means: ready.
    ///
    /// Becomes `ringing` by decision.
    case free(since: Instant)

    /// Reserved: the phone rings for a call, until somebody gives up.
    ///
    /// Becomes `talking` when answered, `free` when it ended, `stopping` when we gave up first (time is over, the
    /// caller left, another operator answered, the operator paused or lost the phone's registration).
    case ringing(Ring, until: Instant)

    /// Still reserved: we stopped the ring, and the phone has not confirmed that yet. An answer may be on its way.
    ///
    /// Becomes `free`, idle since the given instant, when the ring's end arrives, or its answer, which is hung up.
    case stopping(RingID, idleSince: Instant)

    /// In a conversation over a leg that stays up for all of it, whoever is at the other end.
    ///
    /// Becomes `wrapUp` when the conversation is over, or `ringing` if a VIP or a held customer is owed to them.
    case talking(Conversation)

    /// The conversation is over and its paperwork is not, until that instant, for all queues alike.
    ///
    /// Becomes `free` then, or earlier when the operator says so.
    case wrapUp(until: Instant)

    /// Reserved for a task, whose card they see; their phone is not called yet. The deadline is the attempt's.
    ///
    /// Becomes `ringing` with the end of the preview, `free` if they skip it or a waiting call could have them.
    case reserved(TaskID, idleSince: Instant)

    /// Their leg is up, and they hear ring-back while the customer of a task is called. The deadline is the call's.
    ///
    /// Becomes `talking` when the customer answers, `free` if not.
    case dialling(CallID, leg: RingID)

    /// Their leg is up, and they hear how many requests wait for them.
    ///
    /// Becomes `free` when told, or with the key that starts the first.
    case reminded(Reminder)

    /// The leg that is up.
    var leg: RingID? {
        switch self {
        case .talking(let conversation): conversation.leg
        case .dialling(_, let leg): leg
        case .reminded(let reminder): reminder.leg
        case .free, .ringing, .stopping, .wrapUp, .reserved: nil
        }
    }

    var nextDeadline: Instant? {
        switch self {
        case .reserved, .dialling: nil
        case .reminded(let reminder): reminder.hangUpAt
        case .free, .stopping: nil
        case .ringing(_, let until): until
        case .talking(let conversation): conversation.nextDeadline
        case .wrapUp(let until): until
        }
    }
}

/// An operator and a caller who hear each other.
struct Conversation: Codable, Sendable {
    /// Whom the operator talks with now.
    var call: CallID
    /// The ring that was answered: it names the operator's leg.
    let leg: RingID
    /// Since when these two hear each other.
    var since: Instant
    /// How long the operator has for what is left to do afterwards.
    let wrapUp: Duration
    /// Somebody marked this conversation as not to be interrupted.
    var isProtected = false
    /// The operator's phone holds the other party, who hears hold audio meanwhile.
    var isHeldByPhone = false
    /// A VIP call's claim on it, in whatever step it is.
    var interruption: Interruption?
    /// When the conversation is old enough to be interrupted, if a VIP waits for just that.
    var ripeAt: Instant?

    init(call: CallID, leg: RingID, since: Instant, wrapUp: Duration) {
        self.call = call
        self.leg = leg
        self.since = since
        self.wrapUp = wrapUp
    }

    var nextDeadline: Instant? { earliest(interruption?.nextDeadline, ripeAt) }
}
