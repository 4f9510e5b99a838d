import Logging

/// The peer changes a session that is up: re-INVITE and UPDATE with a new offer (hold, resume, another address).
extension UserAgentCore {
    func receiveReinvite(_ leg: Leg, _ request: IncomingRequest, _ message: OsipMessage) {
        let sequence = request.index.cseqNumber
        let last = leg.dialog.remoteSequence
        switch leg.modify.judge(sequence: sequence, last: last, offerPending: isOfferPending(leg)) {
        case .outOfOrder: return answerStateless(request, 500)
        case .glare: return answerStateless(request, 491)
        case .process: break
        }
        guard !request.hasForeignBody else {
            answerStateless(request, 415, headers: [Self.accept])
            return
        }
        let wish = SessionWish(request.headers)
        if let least = leg.session.refusal(of: wish) {
            answerStateless(request, 422, headers: ["Min-SE: \(least)"])
            return
        }
        // A higher number says that the peer has our first 2xx, though its ACK has not come (RFC 5407 §3.1.4).
        if case .server = leg.usage { handle(leg, ServerInvite.Event.ack(usable: true)) }
        guard leg.isEstablished, var negotiation = leg.negotiation else {
            // The first INVITE has no final response yet (RFC 3261 §14.2).
            answerStateless(request, 500, headers: [retryAfter(request)])
            return
        }
        var remote: RemoteMedia?
        let body: String
        if !request.hasBody {
            body = negotiation.makeOffer()
        } else {
            do throws(NegotiationError) {
                (body, remote) = try negotiation.answer(to: request.session ?? [])
            } catch {
                answerStateless(request, error.status)
                return
            }
        }
        // Refusals keep nothing, so that a retransmission is judged as the first one was.
        leg.dialog.remoteSequence = sequence
        leg.negotiation = negotiation
        if let target = message.contactURI { leg.dialog.remoteTarget = target }
        notePeer(leg, request.headers)
        answer(leg, request, body, owed: remote == nil, session: leg.session.answer(wish))
        if let remote { emit(.modified(leg.id, remote.signalled(from: leg.flow.peerAddress))) }
    }

    private func answer(
        _ leg: Leg, _ request: IncomingRequest, _ body: String, owed: Bool, session: [String]
    ) {
        guard
            let template = ResponseTemplate(
                request: request.bytes, headers: request.headers, source: request.flow, toTag: leg.dialog.localTag)
        else { return }
        let bytes = template.response(
            200, headers: [leg.dialog.local.contact, Self.allow, supported] + session, body: body)
        leg.answering = Leg.Answering(
            key: request.key, transaction: nil, template: template, replyFlow: request.replyFlow,
            sequence: request.index.cseqNumber, answer: bytes)
        // The transaction would end with this 2xx at once: what remains of it is the answer to retransmissions.
        answers.insert(bytes, for: request.key, now: now)
        send(bytes, over: request.replyFlow)
        apply(leg.modify.answered(sequence: request.index.cseqNumber, owed: owed), to: leg)
        sessionAnswered(leg)
    }

    func applyModifyACK(_ leg: Leg, _ request: IncomingRequest) {
        let effects = leg.modify.ack(sequence: request.index.cseqNumber)
        leg.answering = nil
        for effect in effects {
            guard effect == .applyAnswer else {
                apply([effect], to: leg)
                continue
            }
            // An answer that does not fit leaves the session as it was (RFC 3261 §14.1).
            if let remote = applyAnswer(leg, request.session ?? []) {
                emit(.modified(leg.id, remote.signalled(from: leg.flow.peerAddress)))
            }
        }
    }

    func apply(_ effects: [PeerModify.Effect], to leg: Leg) {
        for effect in effects {
            switch effect {
            case .repeatAnswer: repeatAnswer(leg)
            case .arm(let timer, let delay): arm(timer, for: leg, after: delay)
            case .disarm(let timer): disarm(timer, for: leg)
            case .applyAnswer: break
            case .giveUp:
                switch leg.usage {
                case .server: handle(leg, ServerInvite.Event.due(.noAck))
                case .client: handle(leg, ClientInvite.Event.due(.noAck))
                }
            }
        }
    }

    func receiveUpdate(_ leg: Leg, _ request: IncomingRequest, _ message: OsipMessage) {
        let wish = SessionWish(request.headers)
        if let least = leg.session.refusal(of: wish) {
            reply(to: request, 422, headers: ["Min-SE: \(least)"])
            return
        }
        guard request.hasBody else {
            if let target = message.contactURI { leg.dialog.remoteTarget = target }
            acceptUpdate(leg, request, wish)
            return
        }
        guard !request.hasForeignBody else {
            reply(to: request, 415, headers: [Self.accept])
            return
        }
        guard !isOfferPending(leg) else {
            reply(to: request, 491)
            return
        }
        guard leg.isEstablished, var negotiation = leg.negotiation else {
            // The offer of the peer's INVITE has no answer yet (RFC 3311 §5.2).
            reply(to: request, 500, headers: [retryAfter(request)])
            return
        }
        do throws(NegotiationError) {
            let (body, remote) = try negotiation.answer(to: request.session ?? [])
            leg.negotiation = negotiation
            if let target = message.contactURI { leg.dialog.remoteTarget = target }
            acceptUpdate(leg, request, wish, body: body)
            emit(.modified(leg.id, remote.signalled(from: leg.flow.peerAddress)))
        } catch {
            reply(to: request, error.status)
        }
    }

    /// When to come again: 0 to 10 s by chance (RFC 3261 §14.2, RFC 3311 §5.2), the same for a retransmission.
    func retryAfter(_ request: IncomingRequest) -> String {
        "Retry-After: \(UInt64(bitPattern: Int64(chance(request.index))) % 11)"
    }

    private func acceptUpdate(_ leg: Leg, _ request: IncomingRequest, _ wish: SessionWish, body: String? = nil) {
        var headers = [leg.dialog.local.contact, Self.allow]
        notePeer(leg, request.headers)
        // There is no session to be refreshed before the 2xx of the INVITE.
        if leg.isEstablished {
            headers += leg.session.answer(wish)
            sessionAnswered(leg)
        }
        reply(to: request, 200, headers: headers, body: body)
    }

    /// An offer of ours is in a 2xx that has no ACK yet, or our INVITE or re-INVITE has no final response.
    private func isOfferPending(_ leg: Leg) -> Bool {
        if leg.refresh.isInvitePending { return true }
        if case .answered(_, _, owed: true) = leg.modify.state { return true }
        switch leg.usage {
        case .server: return leg.answering?.owed == true
        case .client(let machine):
            if case .confirmed = machine.state { return false }
            return !leg.hasEnded
        }
    }
}
