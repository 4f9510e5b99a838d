/// What is heard before the answer: ring-back and announcements of the network (RFC 3960). Only what comes with a
/// reliable response (RFC 3262) is binding before the 2xx, and may be changed by UPDATE.
extension UserAgentCore {
    /// A provisional response to our INVITE.
    func progressed(_ leg: Leg, _ response: IncomingResponse) {
        let status = response.index.statusCode
        noteEarlyDialog(leg, response)
        guard acknowledgeProvisional(leg, response) else { return }
        let early = earlyMedia(leg, response)
        handle(leg, ClientInvite.Event.provisional(status, media: early != nil))
        if let early { hear(early, leg) }
    }

    private func hear(_ early: Leg.Calling.Early, _ leg: Leg) {
        guard let calling = leg.calling else { return }
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

    /// UPDATE of whom we call, before the answer (RFC 3311 §5.2). It may bring an offer once ours has an answer that
    /// binds.
    func receiveEarlyUpdate(_ leg: Leg, _ request: IncomingRequest, _ message: OsipMessage) {
        let headers = [leg.dialog.local.contact, Self.allow]
        let tag = request.index.fromTag
        guard request.hasBody else {
            if let target = message.contactURI { leg.calling?.dialogs[tag]?.target = target }
            return reply(to: request, 200, headers: headers)
        }
        guard !request.hasForeignBody else { return reply(to: request, 415, headers: [Self.accept]) }
        guard var negotiation = leg.calling?.dialogs[tag]?.negotiation else { return reply(to: request, 491) }
        do throws(NegotiationError) {
            let (body, remote) = try negotiation.answer(to: request.session ?? [])
            leg.calling?.dialogs[tag]?.negotiation = negotiation
            leg.calling?.dialogs[tag]?.isUpdated = true
            if let target = message.contactURI { leg.calling?.dialogs[tag]?.target = target }
            reply(to: request, 200, headers: headers, body: body)
            hear(Leg.Calling.Early(tag: tag, body: [], remote: remote), leg)
        } catch {
            reply(to: request, error.status)
        }
    }

    /// `nil` if there is nothing that could be listened to, or nobody listens any more.
    private func earlyMedia(_ leg: Leg, _ response: IncomingResponse) -> Leg.Calling.Early? {
        guard !response.body.isEmpty, case .client(let machine) = leg.usage, machine.isTrying else { return nil }
        // Tried on a copy: the 2xx is what counts, and it may come from another phone.
        guard var negotiation = leg.negotiation, let remote = try? negotiation.accept(answer: response.body) else {
            return nil
        }
        if response.isReliable, let tag = response.index.toTag {
            guard leg.calling?.dialogs[tag]?.isUpdated == false else { return nil }
            leg.calling?.dialogs[tag]?.negotiation = negotiation
        }
        return Leg.Calling.Early(tag: response.index.toTag ?? "", body: response.body, remote: remote)
    }

    /// What the 2xx with this tag agrees on; `nil` if its answer does not fit. A reliable answer of the same phone, and
    /// what an UPDATE made of it, holds where the 2xx says nothing newer (RFC 3261 §13.2.1).
    func agree(_ leg: Leg, _ response: IncomingResponse, _ tag: String) -> RemoteMedia? {
        if let early = leg.calling?.dialogs[tag], let negotiation = early.negotiation,
            response.body.isEmpty || early.isUpdated, let remote = negotiation.remote
        {
            leg.negotiation = negotiation
            return remote
        }
        return applyAnswer(leg, answer(leg, response, tag))
    }

    /// The answer of a 2xx. It should repeat what the same phone said earlier (RFC 3261 §13.2.1); some leave it out.
    private func answer(_ leg: Leg, _ response: IncomingResponse, _ tag: String) -> [UInt8] {
        guard response.body.isEmpty, let early = leg.calling?.early, early.tag == tag else { return response.body }
        return early.body
    }
}
