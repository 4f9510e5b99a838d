import Logging
import Media
import Routing
import Signaling

/// Transfers by operators' phones (product.md section 5): REFER, and calls that take another one's place (Replaces).
///
/// The router says what is allowed: a phone is told yes or no by what it decides, within the same turn.
extension Switchboard {
    // MARK: REFER

    /// An operator wants the customer to go elsewhere, without consultation.
    ///
    /// The host that was dialled is not looked at: phones write whatever they take for ours, and we call nobody at
    /// another. A transfer after consultation needs a call between operators through us, which is not carried out.
    func transfer(_ id: LegID, to target: TransferTarget) {
        guard let leg = legs[id], leg.isAnswered, !leg.isEnding, case .operator(let name, _, let call) = leg.role,
            case .number(let dialled, _) = target
        else { return refuseTransfer(id, status: 603) }
        let caller = legs.leg(of: call)?.number.map { CustomerNumber($0) }
        guard let destination = destination(of: dialled, for: caller) else {
            // Nobody of that name; or a number outside, where the router sends nobody.
            return refuseTransfer(id, status: settings.plan.normalize(dialled) == nil ? 404 : 603)
        }
        logger.info(
            "transfer wanted",
            metadata: [.callID: "\(call)", .operatorName: "\(name)", .destination: "\(destination)"])
        transfers.insert(id)
        submit(.rerouted(call, to: destination))
    }

    /// An operator by their short name, a queue by the number of a line or by its own name.
    private func destination(of dialled: String, for caller: CustomerNumber?) -> Destination? {
        let name = OperatorID(dialled)
        if settings.policy.operators.contains(where: { $0.id == name }) { return .operator(name) }
        // A hang-up line takes nobody in.
        if let line = lines.line(for: dialled) { return line.hangUp == nil ? .queue(line.queue(of: caller)) : nil }
        let queue = QueueID(dialled)
        return settings.policy.queues.contains { $0.id == queue } ? .queue(queue) : nil
    }

    /// The router takes the customer from the operator, whose phone learns that before its leg ends.
    func completeTransfer(_ id: LegID, _ engines: Engines) {
        guard transfers.remove(id) != nil else { return }
        engines.signaling.perform(.acceptTransfer(id))
        engines.signaling.perform(.reportTransfer(id, status: 200))
    }

    /// The router has had its say; what it did not carry out, it does not want.
    func dropTransfers() {
        for id in transfers { refuseTransfer(id, status: 480) }
        transfers.removeAll()
        for id in adoptions.values { end(id) }
        adoptions.removeAll()
    }

    private func refuseTransfer(_ id: LegID, status: Int) {
        logger.info("transfer refused", metadata: [.legID: "\(id)", .status: "\(status)"])
        engines?.signaling.perform(.refuseTransfer(id, status: status))
    }

    // MARK: Replaces

    /// A call wants to take the place of a leg (RFC 3891). It is accepted first, and the old leg ends when it is up, so
    /// that nobody is lost if it does not come up.
    ///
    /// Who may: the same user or trunk, from another phone or another place. And an operator the leg of a colleague who
    /// talks, which hands the customer over to them: they know that dialog only from the colleague's phone, which has
    /// sent them there. Nobody else.
    func replace(_ old: LegID, with incoming: IncomingCall) {
        guard let engines else { return }
        guard let leg = legs[old], !leg.isEnding, let peer = leg.peer, let port = leg.port else {
            return engines.signaling.perform(.reject(incoming.leg, status: 481))
        }
        legs.insert(LegTable.Leg(id: incoming.leg, role: .successor(of: old), source: incoming.source))
        if peer == incoming.source {
            // The party keeps its stream, and with it all that it hears and that others hear of it.
            return accept(incoming, port: port, engines)
        }
        if let status = obstacle(to: incoming.source, takingOver: leg, engines) {
            return engines.signaling.perform(.reject(incoming.leg, status: status))
        }
        guard let stream = openStream(for: incoming.leg, engines) else {
            return engines.signaling.perform(.reject(incoming.leg, status: 503))
        }
        accept(incoming, port: stream.port, engines)
    }

    private func accept(_ incoming: IncomingCall, port: UInt16, _ engines: Engines) {
        engines.signaling.perform(.accept(incoming.leg, media: LocalMedia(port: port, codecs: settings.codecs)))
    }

    /// The status with which somebody else than the leg's own party is refused; `nil`: they may have it.
    private func obstacle(
        to source: IncomingCall.Source, takingOver leg: LegTable.Leg, _ engines: Engines
    ) -> Int? {
        guard case .user(let user) = source, case .operator = leg.role, leg.isAnswered,
            let standing = engines.router.assumeIsolated({ $0.standing(ofOperator: OperatorID(user)) })
        else { return 403 }
        // What the router would not let them leave: better known before the colleague's phone lets the customer go.
        return switch standing.activity {
        case .ringing, .stopping, .talking, .preparing, .dialling, .reminded: 486
        default: nil
        }
    }

    /// The leg that was to take the place of another is up.
    func succeed(_ id: LegID, _ old: LegID, _ remote: RemoteMedia) {
        guard let leg = legs[old], !leg.isEnding, let successor = legs[id], !successor.isEnding else { return end(id) }
        if successor.stream == nil {
            takePlace(of: leg, id, remote)
        } else if case .user(let user) = successor.source, case .operator(_, _, let call) = leg.role {
            connectMedia(id, remote)
            let name = OperatorID(user)
            adoptions[name] = id
            submit(.handedOver(call, to: name))
            noteHold(id, remote)
        } else {
            end(id)
        }
    }

    /// The same party by another leg: the router need not know, unless the old one was only ringing.
    private func takePlace(of leg: LegTable.Leg, _ id: LegID, _ remote: RemoteMedia) {
        legs.replace(leg.id, by: id)
        engines?.signaling.perform(.hangUp(leg.id))
        logger.info(
            "leg replaced", metadata: [.legID: "\(leg.id)", .party: "\(leg.party.map { "\($0)" } ?? "none yet")"])
        guard leg.isAnswered else { return beginConversation(id, remote) }
        connectMedia(id, remote)
        noteHold(id, remote)
    }

    /// The router connects the customer with the operator whose leg is up already.
    func adopt(_ ring: RingID, _ name: OperatorID, for call: CallID) {
        guard let id = adoptions.removeValue(forKey: name), legs[id] != nil else {
            logger.error("no leg to hand a call over to", metadata: [.callID: "\(call)", .operatorName: "\(name)"])
            return submit(.operatorLeft(name, ring, HangupCause(.failed)))
        }
        legs.adopt(id, by: name, ring, for: call)
    }
}

extension LegTable.Leg {
    /// Who is at the other end, as signalling knows them.
    fileprivate var peer: IncomingCall.Source? {
        switch role {
        case .operator(let name, _, _): .user(name.name)
        case .caller: dial.map { .trunk($0.trunk) } ?? source
        case .successor: nil
        }
    }
}
