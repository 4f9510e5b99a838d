/// Reliable provisional responses (RFC 3262): those of whom we call are acknowledged, ours are repeated for a caller
/// who requires it.
extension UserAgentCore {
    // MARK: Calls of ours

    /// A provisional response that wants a PRACK gets one, in the order of RSeq. `false`: it came before, or something
    /// is missing before it, and it does not count.
    func acknowledgeProvisional(_ leg: Leg, _ response: IncomingResponse) -> Bool {
        guard response.isReliable else { return true }
        guard let tag = response.index.toTag, let sequence = leg.calling?.sequence,
            let number = response.headers.first("rseq").flatMap({ ResponseAcknowledgement.number($0) }), number > 0,
            var dialog = leg.calling?.dialogs[tag]
        else { return false }
        if let last = dialog.lastReliable, number != last &+ 1 { return false }
        dialog.lastReliable = number
        if let target = response.contact { dialog.target = target }
        dialog.routes = Array(response.recordRoutes.reversed())
        leg.calling?.dialogs[tag] = dialog
        let acknowledgement = "RAck: \(number) \(sequence) INVITE"
        request(leg, Outgoing(method: "PRACK", headers: [acknowledgement], earlyTag: tag)) { _, _ in }
        return true
    }

    /// The leg's dialog as the early one with this tag has it.
    func earlyDialog(_ leg: Leg, _ tag: String) -> Dialog {
        var dialog = leg.dialog
        dialog.remoteTag = tag
        guard let early = leg.calling?.dialogs[tag] else { return dialog }
        if let target = early.target { dialog.remoteTarget = target }
        dialog.routes = early.routes
        return dialog
    }

    // MARK: Calls that come

    /// Ringing for a caller who requires that it be acknowledged. Not at all where the INVITE brought no offer: the
    /// first reliable response would have to make one (RFC 3261 §13.2.1), before it is known who answers with what.
    func ringReliably(_ leg: Leg) {
        guard let answering = leg.answering, let transaction = answering.transaction, answering.offer != nil else {
            return
        }
        // RFC 3262 §3: by chance, and below 2^31.
        let number = UInt32(tokens.number() % 0x7FFF_FFFE) + 1
        let bytes = answering.template.response(
            180, headers: [leg.dialog.local.contact, Self.allow, "Require: 100rel", "RSeq: \(number)"],
            makesDialog: true)
        let machine = ReliableProvisional(
            ResponseAcknowledgement(number: number, sequence: answering.sequence), timing: timing)
        leg.provisional = Leg.Provisional(machine: machine, bytes: bytes)
        layer.respond(180, bytes, in: transaction)
        apply(machine.start, to: leg)
    }

    func receivePRACK(_ leg: Leg, _ request: IncomingRequest) {
        let value = request.headers.first("rack").flatMap { ResponseAcknowledgement($0) }
        guard let value, leg.provisional?.machine.acknowledgement == value else {
            reply(to: request, 481)
            return
        }
        settleProvisional(leg)
        // The INVITE's offer has no answer yet, so that there cannot be another one (RFC 3262 §5).
        reply(to: request, request.hasBody ? 488 : 200)
    }

    func settleProvisional(_ leg: Leg) {
        guard let effects = leg.provisional?.machine.settle() else { return }
        apply(effects, to: leg)
    }

    func provisionalDue(_ timer: LegTimer, _ leg: Leg) {
        guard let effects = leg.provisional?.machine.due(timer) else { return }
        apply(effects, to: leg)
    }

    private func apply(_ effects: [ReliableProvisional.Effect], to leg: Leg) {
        for effect in effects {
            switch effect {
            case .repeatResponse:
                if let bytes = leg.provisional?.bytes, let flow = leg.answering?.replyFlow { send(bytes, over: flow) }
            case .arm(let timer, let delay): arm(timer, for: leg, after: delay)
            case .disarm(let timer): disarm(timer, for: leg)
            case .reject: handle(leg, .reject(504, LegEnd(.failed, status: 504)))
            }
        }
    }
}
