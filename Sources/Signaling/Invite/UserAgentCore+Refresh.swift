import Logging

/// Session timers at work (RFC 4028): refreshing, by UPDATE where the peer allows it and else by re-INVITE, and giving
/// up what is not refreshed.
extension UserAgentCore {
    func sessionDue(_ leg: Leg) {
        if !leg.hasEnded { apply(leg.session.due(), to: leg) }
    }

    func refreshDue(_ leg: Leg) {
        if !leg.hasEnded { apply(leg.refresh.due(), to: leg) }
    }

    /// Our 2xx has told the peer what `SessionTimer.answer` decided, so that the session has been refreshed.
    func sessionAnswered(_ leg: Leg) {
        guard !leg.hasEnded else { return }
        apply(leg.refresh.stop(), to: leg)
        apply(leg.session.start, to: leg)
    }

    /// A 2xx to our INVITE, re-INVITE or UPDATE.
    func sessionAccepted(_ leg: Leg, _ response: IncomingResponse) {
        let headers = response.headers
        notePeer(leg, headers)
        let granted = headers.first("session-expires", compact: UInt8(ascii: "x")).flatMap { SessionExpires($0) }
        apply(leg.session.accepted(granted), to: leg)
    }

    /// What the peer can do, from a message of its that says so.
    func notePeer(_ leg: Leg, _ headers: HeaderLines) {
        if let allows = headers.lists("update", in: "allow") { leg.allowsUpdate = allows }
    }

    /// A 422: the request may be sent again for a longer session.
    func mayAskForMore(_ leg: Leg, _ response: IncomingResponse) -> Bool {
        leg.session.raise(to: response.headers.first("min-se").flatMap { SessionExpires.seconds($0) })
    }

    private func apply(_ effects: [SessionTimer.Effect], to leg: Leg) {
        for effect in effects {
            switch effect {
            case .arm(let delay): arm(.session, for: leg, after: delay)
            case .disarm: disarm(.session, for: leg)
            case .refresh:
                let blocked = leg.modify.state != .idle || !leg.isEstablished
                apply(leg.refresh.start(allowsUpdate: leg.allowsUpdate, blocked: blocked), to: leg)
            case .expire: lose(leg, 408)
            }
        }
    }

    private func apply(_ effects: [SessionRefresh.Effect], to leg: Leg) {
        for effect in effects {
            switch effect {
            case .send(.update): sendUpdate(leg)
            case .send(.invite): sendReinvite(leg)
            case .arm(let delay): arm(.refresh, for: leg, after: delay)
            case .disarm: disarm(.refresh, for: leg)
            case .refreshed: break
            case .refused: apply(leg.session.failed(), to: leg)
            case .lost(let status): lose(leg, status)
            }
        }
    }

    private func lose(_ leg: Leg, _ status: Int) {
        logger.info("session is not refreshed", metadata: [LogKey.leg: "\(leg.id)", LogKey.status: "\(status)"])
        switch leg.usage {
        case .server: handle(leg, ServerInvite.Event.lost(status))
        case .client: handle(leg, ClientInvite.Event.lost(status))
        }
    }

    // MARK: Sending

    private func sendUpdate(_ leg: Leg) {
        let headers = [leg.dialog.local.contact, Self.allow, supported] + leg.session.requestHeaders
        request(leg, Outgoing(method: "UPDATE", headers: headers)) { [weak self, weak leg] _, notice in
            guard let self, let leg else { return }
            self.refreshed(leg, notice)
        }
    }

    /// The offer says what was agreed on before: the session has not changed.
    private func sendReinvite(_ leg: Leg) {
        guard var negotiation = leg.negotiation else { return }
        let headers = [leg.dialog.local.contact, Self.allow, supported] + leg.session.requestHeaders
        let content = Content(text: negotiation.repeatOffer())
        leg.negotiation = negotiation
        request(leg, Outgoing(method: "INVITE", headers: headers, content: content)) {
            [weak self, weak leg] sequence, notice in
            guard let self, let leg else { return }
            self.reinvited(leg, sequence, notice)
        }
    }

    private func reinvited(_ leg: Leg, _ sequence: UInt32, _ notice: Transaction.Notice) {
        if case .response(let response) = notice, response.index.statusCode < 300 {
            if let contact = response.contact { leg.dialog.remoteTarget = contact }
            // Whatever has become of the leg meanwhile (RFC 3261 §13.2.2.4).
            acknowledgeReinvite(leg, sequence)
            guard !leg.hasEnded else { return }
            let before = leg.negotiation?.remote
            // An answer that does not fit leaves the session as it was (RFC 3261 §14.1).
            if let remote = applyAnswer(leg, response.body), remote != before {
                emit(.modified(leg.id, remote.signalled(from: leg.flow.peerAddress)))
            }
        }
        leg.reinvite = nil
        refreshed(leg, notice)
    }

    private func refreshed(_ leg: Leg, _ notice: Transaction.Notice) {
        guard !leg.hasEnded else { return }
        let outcome: SessionRefresh.Outcome
        switch notice {
        case .timedOut: outcome = .timedOut
        case .transportFailed: outcome = .transportFailed
        case .response(let response):
            let status = response.index.statusCode
            if status < 300 { sessionAccepted(leg, response) }
            let pause = status >= 500 ? response.headers.first("retry-after").flatMap(Self.retryAfter) : nil
            outcome =
                status == 422 && mayAskForMore(leg, response)
                ? .tooBrief : .response(status, retryAfter: pause)
        }
        let isOwner = if case .client = leg.usage { true } else { false }
        apply(leg.refresh.finished(outcome, ownsCallID: isOwner, chance: tokens.number()), to: leg)
    }

    /// Seconds before a comment or parameter (RFC 3261 §20.33).
    static func retryAfter(_ value: String) -> Int? {
        Int(SIPTrim.trimmed(value.prefix { $0 != ";" && $0 != "(" })).map { max(0, $0) }
    }

    // MARK: ACK

    private func acknowledgeReinvite(_ leg: Leg, _ sequence: UInt32) {
        let flow = nextHop(leg.dialog, of: leg)
        let bytes = leg.dialog.request(
            "ACK", sequence: sequence, branch: tokens.branch(), transport: flow.transportName)
        leg.reinviteACK = Leg.ReinviteACK(sequence: sequence, bytes: bytes, flow: flow)
        send(bytes, over: flow)
    }

    /// A 2xx to our re-INVITE came again: so does its ACK. `false` if it is none.
    func repeatReinviteACK(_ index: MessageIndex) -> Bool {
        let key = DialogKey(callID: index.callID, localTag: index.fromTag, remoteTag: index.toTag ?? "")
        guard let ack = dialogs[key]?.reinviteACK, ack.sequence == index.cseqNumber else { return false }
        send(ack.bytes, over: ack.flow)
        return true
    }
}
