import Logging

/// Calling a registered user: INVITE over the flow of the registration, CANCEL, ACK, and what comes late.
extension UserAgentCore {
    func invite(_ id: LegID, _ call: OutgoingCall) {
        guard legs[id] == nil else { return }
        guard let binding = registrar.bindings(of: call.user, now: seconds).first,
            let flow = flows.flow(binding.flow), let local = localEndpoint(for: flow)
        else {
            logger.info("user is not registered", metadata: [LogKey.leg: "\(id)", LogKey.user: "\(call.user)"])
            emit(.ended(id, LegEnd(.unreachable)))
            return
        }
        var negotiation = OfferAnswer(media: call.media, address: local.address, sessionID: sessionID())
        let offer = negotiation.makeOffer()
        let user = "<sip:\(SIPText.escapedUser(call.user))@\(local.hostPort)>"
        let dialog = Dialog(
            callID: tokens.callID(), localTag: tokens.tag(), remoteTag: "", localParty: Self.from(call, local),
            remoteParty: user, remoteTarget: binding.contact, routes: binding.path, localSequence: 0,
            remoteSequence: 0, local: local)
        let leg = Leg(
            id: id, usage: .client(ClientInvite(timing: timing)), dialog: dialog, flow: flow, isPinned: true,
            timing: timing)
        leg.negotiation = negotiation
        legs[id] = leg
        called[dialog.callID] = leg
        live += 1
        start(leg, offer)
    }

    private func start(_ leg: Leg, _ offer: String) {
        let branch = tokens.branch()
        let bytes = leg.dialog.request(
            "INVITE", branch: branch, transport: leg.flow.transportName,
            headers: [leg.dialog.local.contact, Self.allow, Self.supported], body: offer)
        leg.calling = Leg.Calling(transaction: nil, branch: branch, sequence: leg.dialog.localSequence)
        logger.debug(
            "calling a user",
            metadata: [LogKey.leg: "\(leg.id)", LogKey.callID: "\(leg.dialog.callID)"])
        if case .client(var machine) = leg.usage {
            let effects = machine.start(noResponse: settings.noResponse)
            leg.usage = .client(machine)
            for effect in effects { apply(effect, to: leg) }
        }
        let transaction = layer.startClient(bytes, branch: branch, method: "INVITE", over: leg.flow) {
            [weak self, weak leg] notice in
            guard let self, let leg else { return }
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
            let status = response.index.statusCode
            switch status {
            case ..<200: handle(leg, ClientInvite.Event.provisional(status))
            case 200..<300: succeeded(leg, response)
            default: handle(leg, ClientInvite.Event.failure(status))
            }
        }
    }

    private func succeeded(_ leg: Leg, _ response: IncomingResponse) {
        let tag = response.index.toTag ?? ""
        guard case .client(let machine) = leg.usage else { return }
        var isUsable = false
        switch machine.state {
        case .calling, .proceeding:
            if let remote = applyAnswer(leg, response.body) {
                leg.calling?.remote = remote
                isUsable = true
            }
        case .cancelling, .abandoned, .confirmed, .over: break
        }
        if let calling = leg.calling, calling.successes.count < ClientInvite.maxTags, calling.successes[tag] == nil {
            leg.calling?.successes[tag] = response
        }
        handle(leg, ClientInvite.Event.success(tag: tag, usable: isUsable))
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
        if let bytes = leg.calling?.acks[tag] {
            send(bytes, over: leg.flow)
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
        sendBye(&dialog, over: leg.flow)
    }

    private func sendACK(_ leg: Leg, _ dialog: inout Dialog, _ tag: String) {
        guard let sequence = leg.calling?.sequence else { return }
        let bytes = dialog.request(
            "ACK", sequence: sequence, branch: tokens.branch(), transport: leg.flow.transportName)
        leg.calling?.acks[tag] = bytes
        send(bytes, over: leg.flow)
    }

    /// The dialog that the 2xx with this tag made (RFC 3261 §12.1.2).
    private func dialog(of leg: Leg, _ tag: String) -> Dialog? {
        guard let response = leg.calling?.successes[tag] else { return nil }
        var dialog = leg.dialog
        dialog.remoteTag = tag
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

    /// From shows the customer, so that the operator's phone does.
    private static func from(_ call: OutgoingCall, _ local: LocalEndpoint) -> String {
        guard let number = call.callerNumber, !number.isEmpty else {
            return "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
        }
        let uri = "<sip:\(SIPText.escapedUser(number))@\(SIPText.host(local.address))>"
        guard let name = call.callerName.flatMap(SIPText.plainDisplayName) else { return uri }
        return "\(SIPText.quoted(name)) \(uri)"
    }
}
