/// What must outlive the process. The shell turns instants into dates and writes it down.
package enum Fact: Hashable, Sendable {
    /// A call is over: its whole row in the call log. Exactly one for each call that arrived.
    case callEnded(CallRecord)
    /// A successful conversation: the customer is tied to this operator from now on.
    case tied(CustomerNumber, OperatorID, GroupID?, by: CallID)
    /// A VIP call interrupted, or its announcement was heard: what is billed (product.md section 4). Once a call.
    case vipUsed(CallID, OperatorID)
    /// The operator did not take a VIP call meant for them.
    case vipMissed(CallID, OperatorID)
    /// A customer did not get through and is to be called back (product.md section 6).
    case callbackWanted(CallbackWish)
    /// What the operator wants has changed, by whoever's will.
    case operatorWished(OperatorID, OperatorWish)
}

/// A callback task in the making.
package struct CallbackWish: Hashable, Sendable {
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
package struct CallRecord: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// There was a conversation.
        case answered
        /// The customer left before anybody answered.
        case abandoned
        /// The customer left while held for a VIP call.
        case lostOnHold = "lost_on_hold"
        /// `max_wait` was over.
        case timedOut = "timed_out"
        /// Refused before it entered the queue; `status` says how.
        case refused
        /// It was up when the process died. Written by the shell at the next start.
        case lostByRestart = "lost_by_restart"
    }

    /// A stretch of the call's life.
    package struct Segment: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case waiting, talking, held
        }

        package var kind: Kind
        package var from: Instant
        package var until: Instant
        /// With whom, or for whom it was held.
        package var `operator`: OperatorID?

        package init(kind: Kind, from: Instant, until: Instant, operator: OperatorID? = nil) {
            self.kind = kind
            self.from = from
            self.until = until
            self.operator = `operator`
        }
    }

    /// One ring and what came of it; `end` is `nil` if it was answered.
    package struct Ring: Hashable, Sendable {
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
    package struct Stage: Hashable, Sendable {
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
    /// Its conversation was interrupted by a VIP call.
    package var wasInterrupted: Bool
    /// It is a VIP call and interrupted a conversation.
    package var interrupted: Bool
    /// It is a VIP call whose announcement an operator heard.
    package var announced: Bool

    package enum Side: String, Hashable, Sendable, CaseIterable {
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
package enum StickyStage: String, Hashable, Sendable, CaseIterable {
    /// The last successful operator only.
    case own
    /// Ready operators of the responsible group.
    case group
    /// Any ready operator of the queue.
    case anyone
}
