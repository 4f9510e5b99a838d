/// What must outlive the process. The shell turns instants into dates and writes it down.
package enum Fact: Hashable, Codable, Sendable {
    /// A call is over: its whole row in the call log. Exactly one for each call that arrived.
    indirect case callEnded(CallRecord)
    /// A successful conversation: the customer is tied to this operator from now on.
    case tied(CustomerNumber, OperatorID, GroupID?, by: CallID)
    /// The customer asked for a new operator: whatever tie they had counts for nothing from now on.
    case untied(CustomerNumber, by: CallID)
    /// A VIP call interrupted, or its announcement was heard: what is billed (product.md section 4). Once a call.
    case vipUsed(CallID, OperatorID)
    /// The operator did not take a VIP call meant for them.
    case vipMissed(CallID, OperatorID)
    /// A customer did not get through and is to be called back (product.md section 6), by whoever does that: the queue
    /// names no dialer.
    indirect case callbackWanted(CallbackWish)
    /// What the operator wants has changed, by whoever's will.
    case operatorWished(OperatorID, OperatorWish)
    /// The operator's time goes to something else from now on: the KPI are sums over these (product.md section 8).
    case operatorEntered(OperatorID, OperatorActivity)

    // MARK: Tasks (product.md section 6)

    /// A dialer was paused or goes on, by somebody's will: it stays so over a restart.
    case dialerWished(DialerID, DialerWish)
    indirect case taskOpened(TaskRecord)
    /// The task as it is now: asked for again, put off, released, moved, or to be tried again.
    indirect case taskUpdated(TaskRecord)
    /// An attempt is over, exactly one for each that was claimed.
    indirect case attemptEnded(AttemptRecord)
    /// The responsible did not come within the responsible wait. A row of the attempts log, and counted against them.
    case responsibleWaitExpired(TaskID, OperatorID, from: Instant, until: Instant)
    case taskClosed(TaskID, TaskResult)
    /// The operator was told of so many requests.
    case reminded(OperatorID, count: Int)
}

/// What an operator's time goes to. Each operator's activities follow one another without a gap (product.md section 8).
package enum OperatorActivity: Hashable, Codable, Sendable {
    /// Ready, reachable and free.
    case idle
    /// Their phone rings for a call of a queue.
    case ringing
    /// In a conversation, or between the two sides of a VIP's interruption.
    case talking
    case wrapUp
    /// A task of theirs is previewed, their phone called for it, or its customer dialled; or they are reminded of some.
    case preparing
    /// The phone is in a call that is none of ours.
    case ownCall
    /// Not ready, by their own wish or after missed calls.
    case paused(reason: String)
    /// Signed off, or their phone cannot be reached.
    case away
}

extension OperatorActivity: CustomStringConvertible {
    package var description: String {
        switch self {
        case .idle: "idle"
        case .ringing: "ringing"
        case .talking: "talking"
        case .wrapUp: "in wrap-up"
        case .preparing: "preparing a call"
        case .ownCall: "in a call of their own"
        case .paused(let reason): "paused (\(reason))"
        case .away: "away"
        }
    }
}

/// A callback task in the making.
package struct CallbackWish: Hashable, Codable, Sendable {
    package var call: CallID
    package var number: CustomerNumber
    package var queue: QueueID
    package var responsible: OperatorID?
    package var group: GroupID?

    package init(call: CallID, number: CustomerNumber, queue: QueueID, responsible: OperatorID?, group: GroupID?) {
        self.call = call
        self.number = number
        self.queue = queue
        self.responsible = responsible
        self.group = group
    }
}

/// One row of the call log (product.md section 8). Its clocks never overlap and add up to the call's length.
package struct CallRecord: Hashable, Codable, Sendable {
    package enum Outcome: String, Hashable, Codable, Sendable, CaseIterable {
        /// There was a conversation.
        case answered
        /// The customer left, or was made to leave by somebody in the house, before anybody answered.
        case abandoned
        /// The same while held for a VIP call.
        case lostOnHold = "lost_on_hold"
        /// `max_wait` was over.
        case timedOut = "timed_out"
        /// The last operator of the queue had signed out, and it does not wait for them.
        case leftEmpty = "left_empty"
        /// The customer pressed the callback key.
        case leftByKey = "left_by_key"
        /// Refused before it entered the queue; `status` says how.
        case refused
        /// We dialled, and the customer did not answer. The attempt says why.
        case unanswered
        /// It ended before any queue, by a step of its scenario or because the customer hung up there.
        case scenario
        /// It was up when the process died. Written by the shell at the next start.
        case lostByRestart = "lost_by_restart"
    }

    /// A stretch of the call's life.
    package struct Segment: Hashable, Codable, Sendable {
        package enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
            /// Before any queue, in the steps of a scenario.
            case scenario
            case waiting
            /// An operator's phone rings for the waiting call.
            case ringing
            /// Waiting again, whether phones ring or not, after an operator gave the call away and until the next one
            /// answers.
            case transferred
            case talking, held
            /// Outbound: the customer's phone is called.
            case dialling

            /// The customer waits for an operator.
            package var isWait: Bool {
                switch self {
                case .waiting, .ringing, .transferred: true
                case .scenario, .talking, .held, .dialling: false
                }
            }
        }

        package var kind: Kind
        package var from: Instant
        package var until: Instant
        /// With whom, for whom it was held, or whose phone rang; `nil` also where several rang at once.
        package var `operator`: OperatorID?

        package init(kind: Kind, from: Instant, until: Instant, operator: OperatorID? = nil) {
            self.kind = kind
            self.from = from
            self.until = until
            self.operator = `operator`
        }
    }

    /// One ring and what came of it; `end` is `nil` if it was answered.
    package struct Ring: Hashable, Codable, Sendable {
        package var `operator`: OperatorID
        package var from: Instant
        package var until: Instant
        package var end: RingEnd?

        package init(operator: OperatorID, from: Instant, until: Instant, end: RingEnd?) {
            self.operator = `operator`
            self.from = from
            self.until = until
            self.end = end
        }
    }

    /// One stage of stickiness: begin, end and why it ended (product.md section 3).
    package struct Stage: Hashable, Codable, Sendable {
        package var stage: StickyStage
        package var from: Instant
        package var until: Instant
        package var ended: RoutingReason

        package init(stage: StickyStage, from: Instant, until: Instant, ended: RoutingReason) {
            self.stage = stage
            self.from = from
            self.until = until
            self.ended = ended
        }
    }

    /// The call was sent to another queue, or to an operator who took it from there.
    package struct Reroute: Hashable, Codable, Sendable {
        package var queue: QueueID
        package var at: Instant

        package init(queue: QueueID, at: Instant) {
            self.queue = queue
            self.at = at
        }
    }

    package var arrival: Arrival
    package var pool: String
    package var vip: Bool
    package var arrivedAt: Instant
    package var endedAt: Instant
    package var outcome: Outcome
    package var ended: HangupCause
    /// Whose leg ended first; `nil`: ours was the decision.
    package var endedBy: Side?
    package var segments: [Segment]
    package var rings: [Ring]
    package var stages: [Stage]
    /// The queues it was sent on to, in order; the first one is in the arrival.
    package var reroutes: [Reroute] = []
    /// Its conversation was interrupted by a VIP call.
    package var wasInterrupted: Bool
    /// It is a VIP call and interrupted a conversation.
    package var interrupted: Bool
    /// It is a VIP call whose announcement an operator heard.
    package var announced: Bool

    package enum Side: String, Hashable, Codable, Sendable, CaseIterable {
        case customer, `operator`
    }

    package init(arrival: Arrival, pool: String, vip: Bool, arrivedAt: Instant) {
        self.arrival = arrival
        self.pool = pool
        self.vip = vip
        self.arrivedAt = arrivedAt
        endedAt = arrivedAt
        outcome = .abandoned
        ended = HangupCause(.hungUp)
        endedBy = nil
        segments = []
        rings = []
        stages = []
        wasInterrupted = false
        interrupted = false
        announced = false
    }
}

/// Who may take the call (product.md section 3).
package enum StickyStage: String, Hashable, Codable, Sendable, CaseIterable {
    /// The last successful operator only.
    case own
    /// Ready operators of the responsible group.
    case group
    /// Any ready operator of the queue.
    case anyone
}
