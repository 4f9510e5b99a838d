import Logging
import NIOCore

/// Ending: BYE both ways, hang-up in any state, and when a leg may be forgotten.
extension UserAgentCore {
    func hangUp(_ leg: Leg) {
        switch leg.usage {
        case .server: handle(leg, ServerInvite.Event.hangUp)
        case .client: handle(leg, ClientInvite.Event.hangUp)
        }
    }

    func receiveBye(_ leg: Leg, _ request: IncomingRequest) {
        reply(to: request, 200)
        switch leg.usage {
        case .server: handle(leg, ServerInvite.Event.bye)
        case .client: handle(leg, ClientInvite.Event.bye)
        }
    }

    func sendBye(_ leg: Leg) { sendBye(leg, &leg.dialog) }

    /// BYE in the leg's dialog, or in another one that its INVITE made. Whatever becomes of it, the leg is over; but a
    /// trunk that asks for credentials is given them, lest the customer's call go on without us.
    func sendBye(_ leg: Leg, _ dialog: inout Dialog) {
        let flow = nextHop(dialog, of: leg)
        // Credentials go to the trunk itself alone; those that it has taken before are sent at once.
        guard flow == leg.flow, leg.login != nil else {
            startBye(&dialog, over: flow)
            return
        }
        let uri = dialog.requestURI
        let known = leg.login?.headers(method: "BYE", uri: uri, cnonce: tokens.tag()) ?? []
        startBye(&dialog, over: flow, headers: known) { [weak self, weak leg, dialog] notice in
            guard let self, let leg, case .response(let response) = notice,
                let headers = self.credentials(leg, response, method: "BYE", uri: uri)
            else { return }
            var dialog = dialog
            dialog.localSequence &+= 1
            self.startBye(&dialog, over: flow, headers: headers)
        }
    }

    private func startBye(
        _ dialog: inout Dialog, over flow: Flow, headers: [String] = [], user: ((Transaction.Notice) -> Void)? = nil
    ) {
        let branch = tokens.branch()
        let bytes = dialog.request("BYE", branch: branch, transport: flow.transportName, headers: headers)
        layer.startClient(bytes, branch: branch, method: "BYE", over: flow, user: user)
    }

    /// Reports the end, once. The leg stays in the tables while something late may come.
    func end(_ leg: Leg, _ end: LegEnd) {
        guard !leg.hasEnded else { return }
        var end = end
        if end.kind == .refused { end.contacts = leg.calling?.redirections ?? [] }
        leg.hasEnded = true
        live -= 1
        leg.negotiation = nil
        abandonTransfer(leg)
        logger.debug(
            "leg ended",
            metadata: [
                LogKey.leg: "\(leg.id)", LogKey.callID: "\(leg.dialog.callID)", LogKey.reason: "\(end.kind)",
                LogKey.status: "\(end.status ?? 0)",
            ])
        emit(.ended(leg.id, end))
    }

    /// The machine is done: no timer runs any more, and the leg is forgotten after a while. A leg that was called
    /// may get late and repeated 2xx until 64·T1 after the first; for the others it is enough that a BYE which
    /// crosses ours finds its dialog.
    func release(_ leg: Leg) {
        guard leg.farewell == nil else { return }
        for index in leg.alarms.indices {
            if let alarm = leg.alarms[index] { disarm(alarm) }
            leg.alarms[index] = nil
        }
        let alarm = Alarm { [weak self, weak leg] in
            guard let self, let leg else { return }
            self.forget(leg)
        }
        leg.farewell = alarm
        var delay = timing.t4.wholeNanoseconds
        if case .client = leg.usage {
            let sinceAnswer = leg.answeredAt.map { now &- $0 } ?? 0
            delay = max(delay, timing.lifetime.wholeNanoseconds &- sinceAnswer)
        }
        arm(alarm, after: delay)
    }

    private func forget(_ leg: Leg) {
        legs[leg.id] = nil
        if dialogs[leg.dialog.key] === leg { dialogs[leg.dialog.key] = nil }
        if called[leg.dialog.callID] === leg { called[leg.dialog.callID] = nil }
        if let origin = leg.origin, inviteOrigins[origin] === leg { inviteOrigins[origin] = nil }
        // A re-INVITE that never got a final response.
        if let transaction = leg.reinvite { layer.destroy(transaction) }
        leg.reinvite = nil
        leg.farewell = nil
    }

    /// Where a request inside the dialog goes: over the known flow, or to the first numeric hop that the peer named
    /// (RFC 3261 §12.2.1.1). Names are not looked up.
    func nextHop(_ dialog: Dialog, of leg: Leg) -> Flow {
        guard !leg.isPinned else { return leg.flow }
        let target = OsipAddress(parsing: dialog.routes.first ?? "<\(dialog.remoteTarget)>")
        guard let target, let host = target.host, !target.uri.lowercased().contains("transport=tcp") else {
            return leg.flow
        }
        // A name or a broadcast address instead of a host's: the way the call came is the best guess then.
        guard let numeric = NumericAddress(host), numeric.isUnicast, !numeric.isUnspecified,
            let peer = try? SocketAddress(ipAddress: host, port: Int(target.port ?? 5_060)),
            peer.protocol == leg.flow.peer.protocol
        else { return leg.flow }
        return Flow(path: leg.flow.path, peer: peer)
    }
}
