import Logging

/// Transfers that an operator's phone asks for (RFC 3515, RFC 5589): REFER in its dialog, the house's decision, and what
/// the phone is told of the transfer by NOTIFY. And calls that are to take another one's place (RFC 3891).
extension UserAgentCore {
    /// The house decides within so many T1; a phone must not be left waiting for longer (RFC 4320 §4.1).
    private static let patience = 16
    /// Seconds for which the phone is told that news may come: longer than any phone rings.
    private static let subscription = 180

    // MARK: REFER

    func receiveRefer(_ leg: Leg, _ request: IncomingRequest) {
        // Nobody outside sends our operators' calls anywhere.
        guard case .user? = leg.party else { return reply(to: request, 403) }
        guard leg.isEstablished else { return reply(to: request, 500, headers: [retryAfter(request)]) }
        let values = request.headers.values("refer-to", compact: UInt8(ascii: "r"))
        guard values.count == 1, let first = values.first, let refer = ReferTo(first) else {
            return reply(to: request, 400)
        }
        guard leg.transfer == nil else { return reply(to: request, 491) }
        let target: TransferTarget
        if let dialog = refer.replaces {
            // Some phones name the tags as they have them themselves.
            guard let other = self.leg(of: dialog) ?? self.leg(of: dialog.mirrored), other !== leg else {
                return reply(to: request, 603)
            }
            target = .call(other.id)
        } else {
            target = .number(user: refer.user, host: refer.host)
        }
        leg.transfer = Leg.Transfer(request: request, isFirst: !leg.hasReferred)
        leg.hasReferred = true
        arm(.transfer, for: leg, after: timing.t1 * Self.patience)
        logger.debug("transfer wanted", metadata: [LogKey.leg: "\(leg.id)"])
        emit(.transferRequested(leg.id, target))
    }

    /// The REFER came again while the house decides: its answer will do for both.
    func isPendingRefer(_ leg: Leg, _ request: IncomingRequest) -> Bool {
        request.index.method == "REFER" && leg.transfer?.pending?.key == request.key
    }

    func acceptTransfer(_ leg: Leg) {
        guard let request = leg.transfer?.pending else { return }
        leg.transfer?.pending = nil
        disarm(.transfer, for: leg)
        reply(to: request, 202, headers: [leg.dialog.local.contact, Self.allow])
        notify(leg, 100)
    }

    func refuseTransfer(_ leg: Leg, _ status: Int) {
        guard let request = leg.transfer?.pending else { return }
        leg.transfer = nil
        disarm(.transfer, for: leg)
        reply(to: request, (300...699).contains(status) ? status : 603)
    }

    /// How far the transfer has come; a final status is the last word.
    func reportTransfer(_ leg: Leg, _ status: Int) {
        guard let transfer = leg.transfer, transfer.pending == nil, (100...699).contains(status) else { return }
        notify(leg, status)
        if status >= 200 { leg.transfer = nil }
    }

    func transferDue(_ leg: Leg) {
        logger.warning("a transfer was not decided on", metadata: [LogKey.leg: "\(leg.id)"])
        refuseTransfer(leg, 603)
    }

    /// The phone is in no call any more, and asks for nothing.
    func abandonTransfer(_ leg: Leg) {
        if let request = leg.transfer?.pending { reply(to: request, 481) }
        leg.transfer = nil
    }

    private func notify(_ leg: Leg, _ status: Int) {
        guard let transfer = leg.transfer, !leg.hasEnded else { return }
        let state = status >= 200 ? "terminated;reason=noresource" : "active;expires=\(Self.subscription)"
        // Only a second REFER in the dialog has to be told apart from the first (RFC 3515 §2.4.6).
        let event = transfer.isFirst ? "refer" : "refer;id=\(transfer.sequence)"
        let headers = [leg.dialog.local.contact, "Event: \(event)", "Subscription-State: \(state)"]
        let content = Content(
            type: "message/sipfrag;version=2.0", text: "SIP/2.0 \(status) \(SIPText.reason(status))\r\n")
        request(leg, Outgoing(method: "NOTIFY", headers: headers, content: content)) { [weak leg] _, notice in
            // The phone does not want to know.
            guard let leg, case .response(let response) = notice, response.index.statusCode == 481 else { return }
            if leg.transfer?.sequence == transfer.sequence { leg.transfer = nil }
        }
    }

    // MARK: Replaces

    /// A call of ours that has not ended, by its dialog.
    private func leg(of dialog: ReplacedDialog) -> Leg? {
        let key = DialogKey(callID: dialog.callID, localTag: dialog.toTag, remoteTag: dialog.fromTag)
        if let leg = dialogs[key] { return leg.hasEnded ? nil : leg }
        guard let leg = called[dialog.callID], leg.dialog.localTag == dialog.toTag, !leg.hasEnded,
            leg.calling?.dialogs[dialog.fromTag] != nil, !leg.isEstablished
        else { return nil }
        return leg
    }

    /// What an INVITE's Replaces means.
    enum Replacement {
        case none
        case leg(LegID)
        case refused(Int)
    }

    /// RFC 3891 §3, in its order.
    func replacement(_ request: IncomingRequest, _ source: IncomingCall.Source) -> Replacement {
        let values = request.headers.values("replaces")
        guard let first = values.first else { return .none }
        guard values.count == 1, let dialog = ReplacedDialog(first) else { return .refused(400) }
        guard let leg = leg(of: dialog) else { return .refused(481) }
        // What operators have among themselves is nobody's outside.
        if case .trunk = source, case .user? = leg.party { return .refused(403) }
        if leg.isEstablished { return dialog.isEarlyOnly ? .refused(486) : .leg(leg.id) }
        // A call that has reached us and is not answered cannot be taken from its caller.
        guard case .client = leg.usage else { return .refused(481) }
        return .leg(leg.id)
    }
}

extension ReplacedDialog {
    fileprivate var mirrored: ReplacedDialog {
        var other = self
        other.toTag = fromTag
        other.fromTag = toTag
        return other
    }
}
