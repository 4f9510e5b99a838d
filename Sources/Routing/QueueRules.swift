// What a queue may be told beyond the usual, as values: each with the default that changes nothing.

/// How long an operator is skipped for a call that they did not take, by cause; `nil`: the queue's `retryAfter`
/// (product.md section 2).
///
/// Somebody who declined will decline again, while a phone that was out of reach may be back in a moment.
package struct BackOff: Hashable, Codable, Sendable {
    package var declined: Duration?
    package var busy: Duration?
    package var noAnswer: Duration?
    package var unreachable: Duration?

    package init(
        declined: Duration? = nil, busy: Duration? = nil, noAnswer: Duration? = nil, unreachable: Duration? = nil
    ) {
        self.declined = declined
        self.busy = busy
        self.noAnswer = noAnswer
        self.unreachable = unreachable
    }

    subscript(cause: RingEnd.Cause) -> Duration? {
        switch cause {
        case .declined: declined
        case .busy: busy
        case .noAnswer: noAnswer
        case .unreachable: unreachable
        case .withdrawn: nil
        }
    }
}

extension QueuePolicy {
    /// How long an operator is skipped for a call that they did not take, or must not have.
    func retryAfter(_ ground: Refusal.Ground) -> Duration {
        guard case .ring(let cause) = ground else { return retryAfter }
        return backOff[cause] ?? retryAfter
    }
}

/// Why a customer leaves a queue without a conversation, though they did not hang up.
enum QueueExit: Hashable, Codable, Sendable {
    /// `max_wait` is over.
    case maxWait(Duration)
    /// The last operator of the queue has signed out, and the queue does not wait for them (`leave_when_empty`).
    case empty(QueueID)
    /// The customer pressed `callback_key` and will be called back.
    case callbackKey(Key)

    var outcome: CallRecord.Outcome {
        switch self {
        case .maxWait: .timedOut
        case .empty: .leftEmpty
        case .callbackKey: .leftByKey
        }
    }

    var reason: RoutingReason {
        switch self {
        case .maxWait(let duration): .maxWaitOver(duration)
        case .empty(let queue): .queueEmpty(queue)
        case .callbackKey(let key): .callbackKeyPressed(key)
        }
    }
}
