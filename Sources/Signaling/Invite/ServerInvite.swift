/// An incoming call as its first INVITE's server sees it, above the transaction (RFC 3261 §13.3): a pure machine.
///
/// The transaction below ends with our 2xx; from there on the repetition of the 2xx until its ACK is this machine's.
struct ServerInvite {
    enum State: Hashable {
        /// 100 was sent. Then: ringing, answered, over.
        case proceeding
        /// 180 was sent. Then: answered, over.
        case ringing
        /// 2xx was sent and has no ACK yet; it goes out again after `next`. Then: confirmed, closing, over.
        case answered(next: Duration)
        /// We hung up, but may not send BYE before the ACK (RFC 3261 §15). Then: over.
        case closing(next: Duration)
        /// The ACK came. Then: over.
        case confirmed
        /// Ended; the rest of the transaction runs below.
        case over
    }

    enum Event: Hashable {
        /// Commands.
        case ring, accept, hangUp
        case reject(Int, LegEnd)
        /// From the peer.
        case cancel, bye
        /// `usable`: it carries the answer that was owed, or none was owed.
        case ack(usable: Bool)
        /// The session was not refreshed; the status says how that is known.
        case lost(Int)
        case due(LegTimer)
        case transportFailed
    }

    enum Effect: Hashable {
        /// Send a provisional or a refusing response through the transaction.
        case respond(Int)
        /// Send the 2xx through the transaction.
        case answer
        /// Send the same 2xx again, past the transaction.
        case repeatAnswer
        case bye
        case arm(LegTimer, after: Duration)
        case disarm(LegTimer)
        case end(LegEnd)
    }

    private(set) var state = State.proceeding
    private let timing: SIPTiming

    init(timing: SIPTiming) {
        self.timing = timing
    }

    mutating func handle(_ event: Event) -> [Effect] {
        switch state {
        case .proceeding, .ringing: unanswered(event)
        case .answered(let next): answered(event, next)
        case .closing(let next): closing(event, next)
        case .confirmed: confirmed(event)
        case .over: []
        }
    }

    private mutating func unanswered(_ event: Event) -> [Effect] {
        switch event {
        case .ring:
            guard state == .proceeding else { return [] }
            state = .ringing
            return [.respond(180)]
        case .accept:
            state = .answered(next: timing.t1)
            return [.answer, .arm(.retransmit, after: timing.t1), .arm(.noAck, after: timing.lifetime)]
        case .reject(let status, let end):
            return finish([.respond(status)], end)
        case .hangUp:
            return finish([.respond(480)], LegEnd(.byUs, status: 480))
        case .cancel:
            return finish([.respond(487)], LegEnd(.peerCancelled, status: 487))
        case .bye:
            // A caller may end an early dialog by BYE (RFC 3261 §15).
            return finish([.respond(487)], LegEnd(.peerHungUp))
        case .transportFailed:
            return finish([], LegEnd(.failed))
        case .ack, .lost, .due:
            return []
        }
    }

    private mutating func answered(_ event: Event, _ next: Duration) -> [Effect] {
        switch event {
        case .ack(usable: true):
            state = .confirmed
            return Self.quiet
        case .ack(usable: false):
            return finish(Self.quiet + [.bye], LegEnd(.failed, status: 488))
        case .due(.retransmit):
            let later = min(next * 2, timing.t2)
            state = .answered(next: later)
            return [.repeatAnswer, .arm(.retransmit, after: later)]
        case .due(.noAck):
            // RFC 3261 §13.3.1.4: the session is ended by BYE.
            return finish([.disarm(.retransmit), .bye], LegEnd(.failed))
        case .hangUp:
            state = .closing(next: next)
            return [.end(LegEnd(.byUs))]
        case .bye:
            return finish(Self.quiet, LegEnd(.peerHungUp))
        case .transportFailed:
            return finish(Self.quiet, LegEnd(.failed))
        case .ring, .accept, .reject, .cancel, .lost, .due:
            // A CANCEL that crossed our 2xx has no effect; the caller sends BYE.
            return []
        }
    }

    private mutating func closing(_ event: Event, _ next: Duration) -> [Effect] {
        switch event {
        case .ack, .due(.noAck):
            state = .over
            return Self.quiet + [.bye]
        case .due(.retransmit):
            let later = min(next * 2, timing.t2)
            state = .closing(next: later)
            return [.repeatAnswer, .arm(.retransmit, after: later)]
        case .bye, .transportFailed:
            state = .over
            return Self.quiet
        case .ring, .accept, .reject, .hangUp, .cancel, .lost, .due:
            return []
        }
    }

    private mutating func confirmed(_ event: Event) -> [Effect] {
        switch event {
        case .hangUp: finish([.bye], LegEnd(.byUs))
        case .bye: finish([], LegEnd(.peerHungUp))
        case .transportFailed: finish([], LegEnd(.failed))
        case .due(.noAck): finish([.bye], LegEnd(.failed))
        case .lost(let status): finish([.bye], LegEnd(.failed, status: status))
        case .ring, .accept, .reject, .cancel, .ack, .due: []
        }
    }

    private mutating func finish(_ effects: [Effect], _ end: LegEnd) -> [Effect] {
        state = .over
        return effects + [.end(end)]
    }

    private static let quiet: [Effect] = [.disarm(.retransmit), .disarm(.noAck)]
}
