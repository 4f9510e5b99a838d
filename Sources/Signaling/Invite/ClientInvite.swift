/// A call of ours as its INVITE's client sees it, above the transaction (RFC 3261 §13.2 and §9.1): a pure machine.
///
/// It hides every crossing: whatever comes late is acknowledged and ended, and the end is reported once.
struct ClientInvite {
    enum State: Hashable {
        /// INVITE sent, nothing heard. Then: any.
        case calling
        /// A provisional response came. Then: confirmed, cancelling, over.
        case proceeding
        /// To be given up. CANCEL has been sent, or waits for the first provisional response, which it must not
        /// precede. Then: abandoned, over.
        case cancelling(sent: Bool)
        /// Reported as ended, though the phone may still answer. Then: over.
        case abandoned(cancelled: Bool)
        /// Answered by this To tag and acknowledged. Then: over.
        case confirmed(tag: String)
        /// Ended. Late and repeated 2xx are still dealt with.
        case over
    }

    enum Event: Hashable {
        /// `media`: it brought early media that fits.
        case provisional(Int, media: Bool = false)
        /// `usable`: its body is an answer that fits.
        case success(tag: String, usable: Bool)
        case failure(Int)
        /// A refusal with this status that credentials of ours may turn into an answer.
        case challenged(Int)
        /// Nothing within 64·T1.
        case timedOut
        case transportFailed
        case hangUp
        /// BYE from the peer.
        case bye
        /// The session was not refreshed; the status says how that is known.
        case lost(Int)
        case due(LegTimer)
    }

    enum Effect: Hashable {
        case cancel
        /// ACK for the 2xx with this tag, the first or a repeated one.
        case acknowledge(tag: String)
        /// ACK and BYE: an answer that nobody wants any more.
        case release(tag: String)
        case bye
        case ringing
        /// Send the INVITE again, with credentials.
        case retry
        case answered
        case arm(LegTimer, after: Duration)
        case disarm(LegTimer)
        /// Destroy the transaction: no final response came within 64·T1 (RFC 3261 §9.1).
        case destroy
        case end(LegEnd)
    }

    /// A phone or proxy that answers under more tags than this is not listened to any more.
    static let maxTags = 8

    private(set) var state = State.calling
    private let timing: SIPTiming
    private var noResponse = Duration.zero
    /// Survives a challenge, which begins anew.
    private var hasRung = false
    /// Tags whose 2xx have been dealt with.
    private var known: [String] = []

    init(timing: SIPTiming) {
        self.timing = timing
    }

    /// - Parameter noResponse: a phone that is silent for so long is unreachable.
    mutating func start(noResponse: Duration) -> [Effect] {
        self.noResponse = noResponse
        return [.arm(.noResponse, after: noResponse)]
    }

    mutating func handle(_ event: Event) -> [Effect] {
        if case .success(let tag, _) = event {
            // A 2xx that was repeated is acknowledged again, in every state.
            if known.contains(tag) { return [.acknowledge(tag: tag)] }
            guard known.count < Self.maxTags else { return [] }
            known.append(tag)
        }
        switch state {
        case .calling: return calling(event)
        case .proceeding: return proceeding(event)
        case .cancelling(let sent): return cancelling(event, sent)
        case .abandoned(let cancelled): return abandoned(event, cancelled)
        case .confirmed: return confirmed(event)
        case .over:
            guard case .success(let tag, _) = event else { return [] }
            return [.release(tag: tag)]
        }
    }

    private mutating func calling(_ event: Event) -> [Effect] {
        switch event {
        case .hangUp:
            state = .cancelling(sent: false)
            return [.disarm(.noResponse), .arm(.cancelWait, after: timing.cancelWait)]
        case .due(.noResponse):
            state = .abandoned(cancelled: false)
            return [.arm(.abandon, after: timing.lifetime), .end(LegEnd(.unreachable))]
        case .timedOut, .transportFailed:
            return finish([.disarm(.noResponse)], LegEnd(.unreachable))
        case .provisional, .success, .failure, .challenged:
            return [.disarm(.noResponse)] + proceeding(event)
        case .bye, .lost, .due:
            return []
        }
    }

    private mutating func proceeding(_ event: Event) -> [Effect] {
        switch event {
        case .provisional(let status, let media):
            state = .proceeding
            let rings = !hasRung && (status == 180 || (status == 183 && !media))
            hasRung = hasRung || rings
            return rings ? [.ringing] : []
        case .challenged:
            // The new INVITE has not been heard of, and must not be cancelled before (RFC 3261 §9.1).
            state = .calling
            return [.arm(.noResponse, after: noResponse), .retry]
        case .success(let tag, usable: true):
            state = .confirmed(tag: tag)
            return [.acknowledge(tag: tag), .answered]
        case .success(let tag, usable: false):
            return finish([.release(tag: tag)], LegEnd(.failed, status: 488))
        case .failure(let status):
            return finish([], LegEnd(.refused, status: status))
        case .timedOut, .transportFailed:
            return finish([], LegEnd(.unreachable))
        case .hangUp:
            state = .cancelling(sent: true)
            // The phone is there: until it says what came of the call, it may be ringing, or answering.
            return [.cancel, .arm(.cancelWait, after: timing.lifetime)]
        case .bye:
            // Its 2xx was lost on the way, or it does not know that it may not (RFC 3261 §15).
            state = .abandoned(cancelled: true)
            return [.cancel, .arm(.abandon, after: timing.lifetime), .end(LegEnd(.peerHungUp))]
        case .lost, .due:
            return []
        }
    }

    private mutating func cancelling(_ event: Event, _ sent: Bool) -> [Effect] {
        switch event {
        case .provisional:
            guard !sent else { return [] }
            state = .cancelling(sent: true)
            return [.cancel, .arm(.cancelWait, after: timing.lifetime)]
        case .success(let tag, _):
            return finish([.disarm(.cancelWait), .release(tag: tag)], LegEnd(.byUs))
        case .failure(let status), .challenged(let status):
            return finish([.disarm(.cancelWait)], LegEnd(.byUs, status: status))
        case .timedOut, .transportFailed:
            return finish([.disarm(.cancelWait)], LegEnd(.byUs))
        case .due(.cancelWait):
            state = .abandoned(cancelled: sent)
            return [.arm(.abandon, after: timing.lifetime), .end(LegEnd(.byUs))]
        case .hangUp, .bye, .lost, .due:
            return []
        }
    }

    private mutating func abandoned(_ event: Event, _ cancelled: Bool) -> [Effect] {
        switch event {
        case .provisional:
            // The phone has woken up and would ring for nobody.
            guard !cancelled else { return [] }
            state = .abandoned(cancelled: true)
            return [.cancel]
        case .success(let tag, _):
            state = .over
            return [.disarm(.abandon), .release(tag: tag)]
        case .failure, .challenged, .timedOut, .transportFailed:
            state = .over
            return [.disarm(.abandon)]
        case .due(.abandon):
            state = .over
            return [.destroy]
        case .hangUp, .bye, .lost, .due:
            return []
        }
    }

    private mutating func confirmed(_ event: Event) -> [Effect] {
        switch event {
        case .success(let tag, _):
            // A second phone behind a forking proxy (RFC 3261 §13.2.2.4).
            return [.release(tag: tag)]
        case .hangUp:
            return finish([.bye], LegEnd(.byUs))
        case .bye:
            return finish([], LegEnd(.peerHungUp))
        case .due(.noAck):
            // A re-INVITE of the peer was answered, and the ACK never came.
            return finish([.bye], LegEnd(.failed))
        case .lost(let status):
            return finish([.bye], LegEnd(.failed, status: status))
        case .provisional, .failure, .challenged, .timedOut, .transportFailed, .due:
            return []
        }
    }

    /// Whether the call is still being made, so that challenges are worth an answer and early media a listener.
    var isTrying: Bool { state == .calling || state == .proceeding }

    private mutating func finish(_ effects: [Effect], _ end: LegEnd) -> [Effect] {
        state = .over
        return effects + [.end(end)]
    }
}
