import Logging

/// Calling somebody: INVITE, CANCEL, ACK, and what comes late.
extension UserAgentCore {
    /// Where a call goes, and as whom.
    struct Destination {
        var flow: Flow
        var local: LocalEndpoint
        /// Name-addrs for From and To.
        var from: String
        var to: String
        /// Request-URI.
        var target: String
        /// Who answers.
        var party: IncomingCall.Source
        var routes: [String] = []
        var isPinned: Bool
        /// Header lines of the INVITE beside those that every one has.
        var headers: [String] = []
        var login: TrunkLogin?
    }

    func invite(_ id: LegID, _ call: OutgoingCall) {
        guard legs[id] == nil else { return }
        switch call.target {
        case .user(let user):
            guard let destination = destination(user: user, call) else {
                logger.info("user is not registered", metadata: [LogKey.leg: "\(id)", LogKey.user: "\(user)"])
                emit(.ended(id, LegEnd(.unreachable)))
                return
            }
            invite(id, call.media, destination)
        case .trunk(let trunk, let number):
            guard let destination = destination(trunk: trunk, number: number, call) else {
                logger.warning("cannot call through trunk", metadata: [LogKey.leg: "\(id)", LogKey.trunk: "\(trunk)"])
                emit(.ended(id, LegEnd(.failed)))
                return
            }
            invite(id, call.media, destination)
        }
    }

    private func invite(_ id: LegID, _ media: LocalMedia, _ destination: Destination) {
        let local = destination.local
        let dialog = Dialog(
            callID: tokens.callID(), localTag: tokens.tag(), remoteTag: "", localParty: destination.from,
            remoteParty: destination.to, remoteTarget: destination.target, routes: destination.routes,
            localSequence: 0, remoteSequence: 0, local: local)
        let leg = Leg(
            id: id, usage: .client(ClientInvite(timing: timing)), dialog: dialog, flow: destination.flow,
            isPinned: destination.isPinned, timing: timing, session: settings.sessionTimers)
        leg.negotiation = OfferAnswer(media: media, address: local.address, sessionID: sessionID())
        leg.inviteHeaders = destination.headers
        leg.login = destination.login
        leg.party = destination.party
        legs[id] = leg
        called[dialog.callID] = leg
        live += 1
        logger.debug("calling", metadata: [LogKey.leg: "\(id)", LogKey.callID: "\(dialog.callID)"])
        guard case .client(var machine) = leg.usage else { return }
        let effects = machine.start(noResponse: settings.noResponse)
        leg.usage = .client(machine)
        for effect in effects { apply(effect, to: leg) }
        sendInvite(leg, credentials: [])
    }

    /// The first INVITE, or one that answers a challenge: the same call with a new number (RFC 3261 §22.2).
    private func sendInvite(_ leg: Leg, credentials: [String]) {
        let offer = leg.negotiation?.makeOffer()
        let branch = tokens.branch()
        let bytes = leg.dialog.request(
            "INVITE", branch: branch, transport: leg.flow.transportName,
            headers: [leg.dialog.local.contact, Self.allow, supported] + leg.session.requestHeaders
                + leg.inviteHeaders + credentials,
            body: offer)
        leg.calling = Leg.Calling(
            transaction: nil, branch: branch, sequence: leg.dialog.localSequence, credentials: credentials,
            early: leg.calling?.early, earlyChanges: leg.calling?.earlyChanges ?? 0)
        let transaction = layer.startClient(bytes, branch: branch, method: "INVITE", over: leg.flow) {
            [weak self, weak leg] notice in
            // What is left of an INVITE that was challenged has nothing to say any more.
            guard let self, let leg, leg.calling?.branch == branch else { return }
            self.invited(leg, notice)
        }
        guard let transaction else {
            handle(leg, ClientInvite.Event.transportFailed)
            return
        }
        leg.calling?.transaction = transaction
    }

    /// What the transaction of our INVITE has to tell, or a 2xx that came after its end.
    func invited(_ leg: Leg, _ notice: Transaction.Notice) {
        switch notice {
        case .timedOut: handle(leg, ClientInvite.Event.timedOut)
        case .transportFailed: handle(leg, ClientInvite.Event.transportFailed)
        case .response(let response):
            switch response.index.statusCode {
            case ..<200: progressed(leg, response)
            case 200..<300: succeeded(leg, response)
            case 300..<400: redirected(leg, response)
            case 401, 407: challenged(leg, response)
            case 422: tooBrief(leg, response)
            default: handle(leg, ClientInvite.Event.failure(response.index.statusCode))
            }
        }
    }

    private func succeeded(_ leg: Leg, _ response: IncomingResponse) {
        let tag = response.index.toTag ?? ""
        guard case .client(let machine) = leg.usage else { return }
        var isUsable = false
        if machine.isTrying, let remote = agree(leg, response, tag) {
            leg.calling?.remote = remote
            isUsable = true
            sessionAccepted(leg, response)
        }
        if let calling = leg.calling, calling.successes.count < ClientInvite.maxTags, calling.successes[tag] == nil {
            // Only its addresses are needed, for as long as the call lasts.
            var kept = response
            kept.bytes = []
            kept.body = []
            leg.calling?.successes[tag] = kept
        }
        leg.calling?.early = nil
        handle(leg, ClientInvite.Event.success(tag: tag, usable: isUsable))
    }

    private func challenged(_ leg: Leg, _ response: IncomingResponse) {
        let status = response.index.statusCode
        guard case .client(let machine) = leg.usage, machine.isTrying,
            let headers = credentials(leg, response, method: "INVITE", uri: leg.dialog.requestURI)
        else {
            handle(leg, ClientInvite.Event.failure(status))
            return
        }
        leg.calling?.credentials = headers
        handle(leg, ClientInvite.Event.challenged(status))
    }

    private func redirected(_ leg: Leg, _ response: IncomingResponse) {
        let targets = response.contacts.filter { ["sip", "sips", "tel"].contains($0.scheme) }.map {
            Redirection(user: $0.user ?? "", host: $0.scheme == "tel" ? "" : $0.host ?? "", q: $0.q)
        }
        // Those that are wanted alike stay in their order.
        let sorted = targets.enumerated().sorted { ($1.element.q, $0.offset) < ($0.element.q, $1.offset) }
        leg.calling?.redirections = sorted.prefix(LegEnd.maxContacts).map(\.element)
        handle(leg, ClientInvite.Event.failure(response.index.statusCode))
    }

    /// The session is to be longer (RFC 4028 §7.2): the same call with a new number, as after a challenge.
    private func tooBrief(_ leg: Leg, _ response: IncomingResponse) {
        guard case .client(let machine) = leg.usage, machine.isTrying, mayAskForMore(leg, response) else {
            handle(leg, ClientInvite.Event.failure(422))
            return
        }
        let uri = leg.dialog.requestURI
        leg.calling?.credentials = leg.login?.headers(method: "INVITE", uri: uri, cnonce: tokens.tag()) ?? []
        handle(leg, ClientInvite.Event.challenged(422))
    }

    func handle(_ leg: Leg, _ event: ClientInvite.Event) {
        guard case .client(var machine) = leg.usage else { return }
        let effects = machine.handle(event)
        leg.usage = .client(machine)
        for effect in effects { apply(effect, to: leg) }
        if leg.isOver { release(leg) }
    }

    private func apply(_ effect: ClientInvite.Effect, to leg: Leg) {
        switch effect {
        case .cancel: sendCancel(leg)
        case .acknowledge(let tag): acknowledge(leg, tag)
        case .release(let tag): releaseAnswer(leg, tag)
        case .bye: sendBye(leg)
        case .ringing: emit(.ringing(leg.id))
        case .retry: sendInvite(leg, credentials: leg.calling?.credentials ?? [])
        case .answered: answered(leg)
        case .arm(let timer, let delay): arm(timer, for: leg, after: delay)
        case .disarm(let timer): disarm(timer, for: leg)
        case .destroy: if let transaction = leg.calling?.transaction { layer.destroy(transaction) }
        case .end(let end): self.end(leg, end)
        }
    }

    private func answered(_ leg: Leg) {
        leg.answeredAt = now
        dialogs[leg.dialog.key] = leg
        if let remote = leg.calling?.remote { emit(.answered(leg.id, remote.signalled(from: leg.flow.peerAddress))) }
    }

    // MARK: ACK, CANCEL

    /// The first ACK for a tag makes its dialog; repeated ones are the same bytes.
    private func acknowledge(_ leg: Leg, _ tag: String) {
        if let sent = leg.calling?.acks[tag] {
            send(sent.bytes, over: sent.flow)
            return
        }
        guard var dialog = dialog(of: leg, tag) else { return }
        sendACK(leg, &dialog, tag)
        leg.dialog = dialog
    }

    /// ACK and BYE in a dialog that nobody wants.
    private func releaseAnswer(_ leg: Leg, _ tag: String) {
        guard var dialog = dialog(of: leg, tag) else { return }
        sendACK(leg, &dialog, tag)
        sendBye(leg, &dialog)
    }

    private func sendACK(_ leg: Leg, _ dialog: inout Dialog, _ tag: String) {
        guard let calling = leg.calling else { return }
        let flow = nextHop(dialog, of: leg)
        // The credentials of the INVITE (RFC 3261 §13.2.2.4), unless somebody else would get them.
        let bytes = dialog.request(
            "ACK", sequence: calling.sequence, branch: tokens.branch(), transport: flow.transportName,
            headers: flow == leg.flow ? calling.credentials : [])
        leg.calling?.acks[tag] = Leg.Calling.Sent(bytes: bytes, flow: flow)
        send(bytes, over: flow)
    }

    /// The dialog that the 2xx with this tag made (RFC 3261 §12.1.2).
    private func dialog(of leg: Leg, _ tag: String) -> Dialog? {
        guard let response = leg.calling?.successes[tag] else { return nil }
        var dialog = leg.dialog
        dialog.remoteTag = tag
        // The first 2xx makes the dialog; another one's numbers are its own.
        dialog.remoteSequence = leg.calling?.dialogs[tag]?.remoteSequence ?? 0
        if let contact = response.contact { dialog.remoteTarget = contact }
        dialog.routes = Array(response.recordRoutes.reversed())
        return dialog
    }

    private func sendCancel(_ leg: Leg) {
        guard let calling = leg.calling else { return }
        var dialog = leg.dialog
        dialog.remoteTag = ""
        let bytes = dialog.request(
            "CANCEL", sequence: calling.sequence, branch: calling.branch, transport: leg.flow.transportName)
        layer.startClient(bytes, branch: calling.branch, method: "CANCEL", over: leg.flow, user: nil)
    }
}
