/// What is heard before the answer: ring-back and announcements of the network (RFC 3960). Reliable provisional
/// responses (RFC 3262) are not offered, so none of this is binding until the 2xx.
extension UserAgentCore {
    /// A provisional response to our INVITE.
    func progressed(_ leg: Leg, _ response: IncomingResponse) {
        let status = response.index.statusCode
        noteEarlyDialog(leg, response)
        let early = earlyMedia(leg, response)
        handle(leg, ClientInvite.Event.provisional(status, media: early != nil))
        guard let early, let calling = leg.calling else { return }
        let isNew = early.remote != calling.early?.remote
        guard !isNew || calling.earlyChanges < Leg.Calling.maxEarlyChanges else { return }
        leg.calling?.early = early
        guard isNew else { return }
        leg.calling?.earlyChanges += 1
        emit(.earlyMedia(leg.id, early.remote.signalled(from: leg.flow.peerAddress)))
    }

    private func noteEarlyDialog(_ leg: Leg, _ response: IncomingResponse) {
        guard let tag = response.index.toTag, response.index.statusCode > 100, let calling = leg.calling,
            calling.dialogs[tag] == nil, calling.dialogs.count < ClientInvite.maxTags
        else { return }
        leg.calling?.dialogs[tag] = Leg.Calling.EarlyDialog()
    }

    /// UPDATE of whom we call, before the answer (RFC 3311 §5.2): our offer has no answer yet that binds.
    func receiveEarlyUpdate(_ leg: Leg, _ request: IncomingRequest, _ message: OsipMessage) {
        guard request.hasBody else {
            reply(to: request, 200, headers: [leg.dialog.local.contact, Self.allow])
            return
        }
        reply(to: request, hasForeignBody(request) ? 415 : 491)
    }

    /// `nil` if there is nothing that could be listened to, or nobody listens any more.
    private func earlyMedia(_ leg: Leg, _ response: IncomingResponse) -> Leg.Calling.Early? {
        guard !response.body.isEmpty, case .client(let machine) = leg.usage, machine.isTrying else { return nil }
        // Tried on a copy: the 2xx is what counts, and it may come from another phone.
        guard var negotiation = leg.negotiation, let remote = try? negotiation.accept(answer: response.body) else {
            return nil
        }
        return Leg.Calling.Early(tag: response.index.toTag ?? "", body: response.body, remote: remote)
    }

    /// The answer of a 2xx. It should repeat what the same phone said earlier (RFC 3261 §13.2.1); some leave it out.
    func answer(_ leg: Leg, _ response: IncomingResponse, _ tag: String) -> [UInt8] {
        guard response.body.isEmpty, let early = leg.calling?.early, early.tag == tag else { return response.body }
        return early.body
    }
}
