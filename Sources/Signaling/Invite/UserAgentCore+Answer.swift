import Logging

/// Answering a call that came in: ring, accept, reject, and what the caller does meanwhile (CANCEL, ACK).
extension UserAgentCore {
    func accept(_ leg: Leg, _ media: LocalMedia) {
        guard case .server(let machine) = leg.usage, machine.state == .proceeding || machine.state == .ringing,
            var answering = leg.answering
        else { return }
        var negotiation = OfferAnswer(media: media, address: leg.dialog.local.address, sessionID: sessionID())
        var remote: RemoteMedia?
        let body: String
        if let offer = answering.offer {
            do throws(NegotiationError) {
                (body, remote) = try negotiation.answer(to: offer)
            } catch {
                let status = error.status
                handle(leg, .reject(status, LegEnd(.failed, status: status)))
                return
            }
        } else {
            body = negotiation.makeOffer()
            answering.owed = true
        }
        answering.answer = answering.template.response(
            200, headers: [leg.dialog.local.contact, Self.allow, supported] + leg.session.answer(leg.sessionWish),
            makesDialog: true, body: body)
        answering.offer = nil
        leg.negotiation = negotiation
        leg.answering = answering
        handle(leg, .accept)
        sessionAnswered(leg)
        if let remote, !leg.hasEnded { emit(.established(leg.id, remote.signalled(from: leg.flow.peerAddress))) }
    }

    func reject(_ leg: Leg, _ status: Int) {
        let final = (300...699).contains(status) ? status : 480
        handle(leg, .reject(final, LegEnd(.byUs, status: final)))
    }

    func handle(_ leg: Leg, _ event: ServerInvite.Event) {
        guard case .server(var machine) = leg.usage else { return }
        let effects = machine.handle(event)
        leg.usage = .server(machine)
        for effect in effects { apply(effect, to: leg) }
        // Retransmissions of the INVITE are the cache's now; the leg may live for hours.
        if machine.state == .confirmed, event == .ack(usable: true) { leg.answering = nil }
        if leg.isOver { release(leg) }
    }

    private func apply(_ effect: ServerInvite.Effect, to leg: Leg) {
        switch effect {
        case .respond(let status): respond(status, leg)
        case .answer:
            settleProvisional(leg)
            guard let answering = leg.answering, let transaction = answering.transaction else { return }
            leg.answeredAt = now
            answers.insert(answering.answer, for: answering.key, now: now)
            layer.respond(200, answering.answer, in: transaction)
            leg.answering?.transaction = nil
        case .repeatAnswer: repeatAnswer(leg)
        case .bye: sendBye(leg)
        case .arm(let timer, let delay): arm(timer, for: leg, after: delay)
        case .disarm(let timer): disarm(timer, for: leg)
        case .end(let end): self.end(leg, end)
        }
    }

    private func respond(_ status: Int, _ leg: Leg) {
        guard let answering = leg.answering, let transaction = answering.transaction else { return }
        let isProvisional = status < 200
        if isProvisional, leg.ringsReliably { return ringReliably(leg) }
        let bytes = answering.template.response(
            status, headers: isProvisional ? [leg.dialog.local.contact, Self.allow] : [],
            makesDialog: isProvisional)
        layer.respond(status, bytes, in: transaction)
    }

    func repeatAnswer(_ leg: Leg) {
        guard let answering = leg.answering, !answering.answer.isEmpty else { return }
        send(answering.answer, over: answering.replyFlow)
    }

    // MARK: From the caller

    /// Always answered by 200 if there is such an INVITE (RFC 3261 §9.2), even when it comes too late to matter.
    func receiveCancel(_ request: IncomingRequest) {
        let key = TransactionKey(cancelledBy: request.index)
        if let leg = cancellable(key, request) {
            reply(to: request, 200)
            handle(leg, .cancel)
        } else if layer.server(key) != nil || answers.reply(to: key, now: now) != nil {
            reply(to: request, 200)
        } else {
            answerStateless(request, 481)
        }
    }

    /// Only whoever sent the INVITE may take it back.
    private func cancellable(_ key: TransactionKey, _ request: IncomingRequest) -> Leg? {
        guard let leg = inviteOrigins[InviteOrigin(request.index)], leg.answering?.key == key,
            let transaction = leg.answering?.transaction
        else { return nil }
        return transaction.flow.peerAddress == request.flow.peerAddress ? leg : nil
    }

    func receiveACK(_ leg: Leg, _ request: IncomingRequest) {
        let sequence = request.index.cseqNumber
        if case .answered(sequence, _, _) = leg.modify.state {
            applyModifyACK(leg, request)
            return
        }
        guard case .server(let machine) = leg.usage, leg.answering?.sequence == sequence else { return }
        guard case .answered = machine.state, leg.answering?.owed == true else {
            handle(leg, .ack(usable: true))
            return
        }
        leg.answering?.owed = false
        guard let remote = applyAnswer(leg, request.session ?? []) else {
            handle(leg, .ack(usable: false))
            return
        }
        handle(leg, .ack(usable: true))
        emit(.established(leg.id, remote.signalled(from: leg.flow.peerAddress)))
    }

    /// `nil` if the answer does not fit.
    func applyAnswer(_ leg: Leg, _ body: [UInt8]) -> RemoteMedia? {
        guard var negotiation = leg.negotiation else { return nil }
        do throws(NegotiationError) {
            let remote = try negotiation.accept(answer: body)
            leg.negotiation = negotiation
            return remote
        } catch {
            logger.debug(
                "the answer does not fit",
                metadata: [LogKey.leg: "\(leg.id)", LogKey.reason: "\(error)"])
            return nil
        }
    }

    /// For the origin line of SDP; below 2^62, which every parser takes.
    func sessionID() -> UInt64 { tokens.number() >> 2 }
}

extension NegotiationError {
    /// The status that refuses the offer (RFC 3261 §21.4.26).
    var status: Int { self == .malformed ? 400 : 488 }
}
