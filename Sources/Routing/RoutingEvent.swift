/// What happened. Everything the router learns reaches it as one of these, with the instant at which it happened.
///
/// Late, doubled and crossed events are ordinary: the router answers them, often with nothing.
package enum RoutingEvent: Hashable, Codable, Sendable {
    /// The configuration, on start and again after each reload. Running calls keep what they have.
    case configured(RoutingPolicy)

    /// A call reached a line; the shell has already read what is known about the customer.
    case callArrived(Arrival)
    /// The caller's leg is over, before or after it was answered, whoever ended it.
    case callerLeft(CallID, HangupCause)

    /// The operator answered. Exactly one of this and `ringEnded` follows each `ring` decision.
    case ringAnswered(RingID)
    /// The ring came to nothing, or was stopped by us.
    case ringEnded(RingID, RingEnd)
    /// The operator's answered leg is over. The ring that made the leg tells it from earlier legs.
    case operatorLeft(OperatorID, RingID, HangupCause)

    /// A playback came to its end. Follows each `play` and `overlay` exactly once, also when the sound was cut
    /// short by another decision or could not be played (`completed` is false then).
    case soundEnded(PlaybackID, completed: Bool)
    /// A party pressed a key (RFC 4733 events 0 to 15, or SIP INFO).
    case keyPressed(Party, Key)

    /// The operator's phone can be called: it registered.
    case operatorReachable(OperatorID)
    /// The operator's phone cannot be called: its registration ended or ran out.
    case operatorUnreachable(OperatorID)
    /// The operator, a supervisor or a program set what the operator wants.
    case operatorWished(OperatorID, OperatorWish)
    /// The operator asked for more time after a conversation.
    case wrapUpExtended(OperatorID, by: Duration)
    /// The present conversation of the operator must not, or may again, be interrupted (product.md section 4).
    case interruptionForbidden(OperatorID, Bool)
    /// The operator put the other party on hold at the phone, or took them back (re-INVITE, product.md section 5).
    case heldByPhone(OperatorID, Bool)
    /// An operator dialled a phone code such as `*1`; the call is theirs and carries nothing but the code.
    case codeDialled(CallID, by: OperatorID, code: String)

    // MARK: Tasks (product.md section 6)

    /// Somebody wants a customer to be called. If the customer has an open task in the dialer, that is updated.
    case taskRequested(TaskRequest)
    /// An open task as it was remembered, on start.
    case taskRestored(TaskRecord)
    /// A customer who was promised a call, by the process before, and has no task yet: on start, after the tasks.
    ///
    /// Where their queue names no dialer it stays a wish in the records, and nothing follows.
    case callbackOwed(CallbackWish)
    /// A supervisor or a program pauses a dialer or lets it go on; on start as the records have it, before the tasks.
    ///
    /// Attempts that have begun go on to their end, and no more begin. What is due waits in its place, the responsible
    /// wait stands still and begins anew with the end of the pause, and nobody's leads go to others meanwhile. An
    /// operator cannot start one of its tasks either.
    case dialerWished(DialerID, DialerWish)
    /// Somebody wants the task closed.
    case taskCancelled(TaskID)
    /// Somebody puts the task off, or brings it forward, to that instant.
    case taskPostponed(TaskID, to: Instant)
    /// The operator starts the task themselves, whoever it is for and whatever their priority in its dialer.
    case taskStarted(TaskID, by: OperatorID)
    /// When the customer may be dialled next; `nil`: at any time. Answers `findWindow`.
    case windowFound(TaskID, CallWindow?)
    /// The claim of this attempt is on disk; its call has this number. Exactly one of this and `claimRefused` follows
    /// each `claim`.
    case claimed(TaskID, attempt: Int, as: CallID)
    /// The claim could not be written.
    case claimRefused(TaskID, attempt: Int)
    /// The operator has seen enough of the customer's card.
    case previewEnded(TaskID, by: OperatorID)
    /// The operator does not want this task now.
    case previewSkipped(TaskID, by: OperatorID)
    /// The customer's phone rings.
    case dialRang(CallID)
    /// The customer answered. Exactly one of this and `dialEnded` follows each `dial`; from here on the customer is the
    /// call's caller, whose end is a `callerLeft`.
    case dialAnswered(CallID)
    /// The customer did not answer, or was given up by us.
    case dialEnded(CallID, DialEnd)
    /// An operator is to be reminded of the requests that wait for them; the reminder bears this number.
    case reminderWanted(OperatorID, as: CallID)
    /// The call goes to another queue or operator: sent there by a supervisor, a scenario, or the operator who talks with
    /// the customer (REFER without consultation). Only for calls that wait, ring or talk.
    case rerouted(CallID, to: Destination)
    /// A supervisor or a program ends the call, whatever state it is in. What the customer is owed by that (a callback,
    /// the next try of a task) is owed as if they had hung up. An attempt whose customer is not dialled yet is put off by
    /// its dialer's interval after a CANCEL. Reminders and phone codes are no calls, and end by themselves.
    case callEndWanted(CallID)
    /// The operator who talks with the customer connects them to a colleague with whom they have consulted (REFER with
    /// Replaces, product.md section 5).
    case handedOver(CallID, to: OperatorID)
    /// The customer wants somebody else than the operator they are tied to, or talk with.
    case newOperatorWanted(CallID)
    /// The operator's phone is in a call of its own: they dialled out, or a colleague called. The number is the customer's
    /// if there is one at the other end.
    case ownCallBegan(CallID, by: OperatorID, with: CustomerNumber?)
    /// That call is over, after so much conversation.
    case ownCallEnded(CallID, by: OperatorID, talked: Duration)
    /// A supervisor frees an operator from whatever state they are stuck in. A conversation is ended only if `hangUp`
    /// says so.
    case operatorReleased(OperatorID, hangUp: Bool)

    /// What a scenario asked of the outside (`consult`) has been answered: with the steps to take now.
    case consulted(CallID, [ScenarioStep])

    /// Which moment the customer has entered; `nil`: none that could be kept. Answers `resolveTime`.
    case timeResolved(CallID, ChosenTime?)

    /// The router's alarm went off: at least one deadline has come.
    case deadlineReached
    /// The counters of the day are these from now on: on start as the records have them, at midnight zeroes.
    case countersSet(DayCounters)
    /// The process is about to stop: no new calls, those that run go on.
    case drainBegan
}

/// Where a call is sent.
package enum Destination: Hashable, Codable, Sendable, CustomStringConvertible {
    case queue(QueueID)
    case `operator`(OperatorID)

    package var description: String {
        switch self {
        case .queue(let id): "queue \(id)"
        case .operator(let name): name.name
        }
    }
}

/// A call at the moment it reaches a queue, with everything the router may use to decide.
package struct Arrival: Hashable, Codable, Sendable {
    package var call: CallID
    /// The dialled number as configured.
    package var line: String
    package var queue: QueueID
    /// `nil` if withheld. Withheld numbers are never tied and never get their place back.
    package var number: CustomerNumber?
    /// The name the customer's network gave.
    package var name: String?
    /// On the line's VIP list. A call in a VIP queue is VIP whether it is listed or not.
    package var listedVIP: Bool
    /// On the line's black list.
    package var blackListed: Bool
    package var tie: Tie?
    /// The operator whom the scenario names for this call: the first to be tried, and for a VIP call the one it is
    /// bound to once they have been told of it.
    package var named: OperatorID?
    /// Who called whom.
    package var direction: CallDirection
    /// The customer asked for somebody else than the operator they are tied to.
    package var wantsNewOperator = false
    /// What the scenario says before the queue has its turn; usually nothing.
    package var script: [ScenarioStep] = []
    /// Time already waited, as the shell remembers it of a call that was cut by a restart less than `resume_place` ago.
    package var waited = Duration.zero

    package init(
        call: CallID, line: String, queue: QueueID, number: CustomerNumber?, name: String? = nil,
        listedVIP: Bool = false, blackListed: Bool = false, tie: Tie? = nil, named: OperatorID? = nil,
        direction: CallDirection = .inbound
    ) {
        self.call = call
        self.line = line
        self.queue = queue
        self.number = number
        self.name = name
        self.listedVIP = listedVIP
        self.blackListed = blackListed
        self.tie = tie
        self.named = named
        self.direction = direction
    }
}

package enum CallDirection: Hashable, Codable, Sendable {
    /// The customer called.
    case inbound
    /// The customer was dialled for a task.
    case outbound(TaskID)
}

/// The record that pins a customer to their last successful operator (product.md section 1).
package struct Tie: Hashable, Codable, Sendable {
    package var `operator`: OperatorID
    /// Responsible group; `nil` means the operator's first group.
    package var group: GroupID?
    /// Since the end of the conversation that made the tie.
    package var age: Duration

    package init(operator: OperatorID, group: GroupID? = nil, age: Duration = .zero) {
        self.operator = `operator`
        self.group = group
        self.age = age
    }
}

/// What a person wants, apart from what the system knows (`OperatorState`).
package enum OperatorWish: Hashable, Codable, Sendable {
    case ready
    case paused(reason: String)
    case off
}

/// What a person wants of a dialer.
package enum DialerWish: Hashable, Codable, Sendable {
    case running
    case paused(reason: String)
}

/// A key of a telephone: `0` to `9`, `*`, `#`, `A` to `D`.
package struct Key: Hashable, Sendable, CustomStringConvertible {
    package let character: Character

    /// `nil` for anything that is not on a telephone.
    package init?(_ character: Character) {
        guard "0123456789*#ABCD".contains(character) else { return nil }
        self.character = character
    }

    package var description: String { String(character) }
}

/// Why a ring ended without an answer.
package struct RingEnd: Hashable, Codable, Sendable {
    package enum Cause: Hashable, Codable, Sendable {
        /// The operator refused it (603 and the like).
        case declined
        /// The phone is in another call (486, 600).
        case busy
        /// It rang until the phone or the router gave up.
        case noAnswer
        /// No registration, no response at all, or a response that says so (404, 480, 503).
        case unreachable
        /// We stopped it: the caller left, or the ring was withdrawn.
        case withdrawn
    }

    package var cause: Cause
    /// The SIP status that said so, if a response did.
    package var status: Int?

    package init(_ cause: Cause, status: Int? = nil) {
        self.cause = cause
        self.status = status
    }
}

/// Who ended a leg, and how.
package struct HangupCause: Hashable, Codable, Sendable {
    package enum Kind: Hashable, Codable, Sendable {
        /// BYE, the ordinary end.
        case hungUp
        /// CANCEL, or the end of an unanswered leg.
        case cancelled
        /// We ended it, by decision.
        case byDecision
        /// The peer or its network failed: no ACK, no RTP, a transport error.
        case failed
    }

    package var kind: Kind
    /// The SIP status that goes with it, if there is one.
    package var status: Int?

    package init(_ kind: Kind, status: Int? = nil) {
        self.kind = kind
        self.status = status
    }

    /// Neither party ended it.
    var isOurs: Bool { kind == .byDecision || isRefusal }

    /// The call was wanted and could not be answered after all: no codec in common (488), or nothing to answer it with.
    var isRefusal: Bool {
        switch kind {
        case .hungUp, .cancelled: false
        case .byDecision: (400...699).contains(status ?? 0)
        case .failed: status == 488
        }
    }
}
