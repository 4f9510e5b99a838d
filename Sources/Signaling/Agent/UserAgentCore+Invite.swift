import Logging

/// New calls that reach us (RFC 3261 §13.3.1): who may call, and what is looked at before anything is kept.
extension UserAgentCore {
    func receiveInvite(_ request: IncomingRequest, _ message: OsipMessage) {
        guard let source = admit(request) else { return }
        let origin = InviteOrigin(request.index)
        if inviteOrigins[origin] != nil {
            answerStateless(request, 482)
            return
        }
        if let status = unfit(request, message) {
            answerStateless(request, status, headers: status == 415 ? [Self.accept] : [])
            return
        }
        let wish = SessionWish(request.headers)
        if let least = SessionTimer(settings.sessionTimers).refusal(of: wish) {
            answerStateless(request, 422, headers: ["Min-SE: \(least)"])
            return
        }
        let replaced: LegID?
        switch replacement(request, source) {
        case .none: replaced = nil
        case .leg(let leg): replaced = leg
        case .refused(let status): return answerStateless(request, status)
        }
        guard layer.serverCount < settings.maxTransactions, legs.count < settings.maxTransactions else {
            answerStateless(request, 503, headers: ["Retry-After: 5"])
            return
        }
        guard let local = localEndpoint(for: request.flow), let leg = makeLeg(request, message, local) else {
            answerStateless(request, 500)
            return
        }
        leg.sessionWish = wish
        leg.ringsReliably = request.headers.has("100rel", in: "require")
        notePeer(leg, request.headers)
        leg.party = source
        var call = describe(leg.id, request, message, source)
        call.replaces = replaced
        guard let transaction = layer.startServer(message, key: request.key, over: request.replyFlow) else {
            answerStateless(request, 500)
            return
        }
        leg.answering?.transaction = transaction
        transaction.user = { [weak self, weak leg] notice in
            guard let self, let leg, case .transportFailed = notice else { return }
            self.handle(leg, ServerInvite.Event.transportFailed)
        }
        legs[leg.id] = leg
        dialogs[leg.dialog.key] = leg
        inviteOrigins[origin] = leg
        live += 1
        if let trying = leg.answering?.template.response(100) { layer.respond(100, trying, in: transaction) }
        logger.debug(
            "incoming call",
            metadata: [LogKey.leg: "\(leg.id)", LogKey.callID: "\(request.index.callID)"])
        emit(.incoming(call))
    }

    // MARK: Who

    /// Trunks by address, everybody else by digest. `nil`: the request has been refused, and nothing is kept.
    private func admit(_ request: IncomingRequest) -> IncomingCall.Source? {
        if let trunk = request.trunk { return .trunk(trunk) }
        guard let authorization = request.credentials(realm: settings.realm) else {
            refuseStranger(request)
            return nil
        }
        switch verify(authorization, request) {
        case .accepted(let user):
            return peers.trunkOfUser[user].map { .trunk($0) } ?? .user(user)
        case .stale:
            challenge(request, stale: true)
        case .refused:
            answerStateless(request, 403)
        }
        return nil
    }

    /// Strangers get the same 403 whatever they ask for. A challenge goes only to addresses where somebody is
    /// registered, and to all when there is a trunk that is known by digest alone.
    func refuseStranger(_ request: IncomingRequest) {
        noteRefusal(request)
        if flows.isRegistered(address: request.flow.peerAddress) || hasTrunkWithoutAddress {
            challenge(request, stale: false)
        } else {
            answerStateless(request, 403)
        }
    }

    /// The trunk that an INVITE came from, known by its address. A phone may live at an address that is a trunk's as
    /// well: in one office, on one machine.
    func trunk(of request: IncomingRequest) -> String? {
        let address = request.flow.peerAddress
        guard let trunk = peers.trunks.first(where: { $0.matchers.contains { $0.matches(address) } }) else {
            return nil
        }
        return comesFromPhone(request) ? nil : trunk.name
    }

    /// It came over the very flow of a registration, or with the credentials of somebody we know.
    private func comesFromPhone(_ request: IncomingRequest) -> Bool {
        if flows.isRegistered(request.flow) { return true }
        guard let authorization = request.credentials(realm: settings.realm) else { return false }
        return DigestCredentials(authorization).map { peers.secrets[$0.username] != nil } ?? false
    }

    private var hasTrunkWithoutAddress: Bool {
        settings.trunks.contains { $0.addresses.isEmpty && $0.user != nil && $0.secret != nil }
    }

    // MARK: What

    /// The status to refuse with, if the request cannot become a call.
    private func unfit(_ request: IncomingRequest, _ message: OsipMessage) -> Int? {
        guard let scheme = message.requestScheme, ["sip", "sips", "tel"].contains(scheme) else { return 416 }
        guard target(of: request, message) != nil, message.from != nil, message.to != nil else { return 400 }
        if request.hasForeignBody { return 415 }
        return takesSessionDescriptions(request) ? nil : 406
    }

    /// Where requests in the dialog go. RFC 2543 asked for no Contact: its peers are where they call from.
    private func target(of request: IncomingRequest, _ message: OsipMessage) -> String? {
        if let contact = message.contactURI { return contact }
        guard request.headers.first("contact", compact: UInt8(ascii: "m")) == nil else { return nil }
        return "sip:\(SIPText.host(request.replyFlow.peerAddress)):\(request.replyFlow.peerPort)"
    }

    /// Without an Accept header the peer takes SDP (RFC 3261 §20.1).
    private func takesSessionDescriptions(_ request: IncomingRequest) -> Bool {
        let types = request.headers.tokens("accept").map { SIPTrim.trimmed($0.prefix { $0 != ";" }).lowercased() }
        return types.isEmpty || types.contains { ["application/sdp", "application/*", "*/*"].contains($0) }
    }

    private func makeLeg(_ request: IncomingRequest, _ message: OsipMessage, _ local: LocalEndpoint) -> Leg? {
        guard let from = message.from, let to = message.to, let contact = target(of: request, message) else {
            return nil
        }
        let tag = tokens.tag()
        guard
            let template = ResponseTemplate(
                request: request.bytes, headers: request.headers, source: request.flow, toTag: tag)
        else { return nil }
        let dialog = Dialog(
            callID: request.index.callID, localTag: tag, remoteTag: request.index.fromTag,
            localParty: "<\(to.uri)>", remoteParty: "<\(from.uri)>", remoteTarget: contact,
            routes: message.recordRoutes, localSequence: 0, remoteSequence: request.index.cseqNumber, local: local)
        let leg = Leg(
            id: makeLeg(), usage: .server(ServerInvite(timing: timing)), dialog: dialog, flow: request.flow,
            isPinned: request.flow.isStream || isBehindNAT(request), timing: timing,
            session: settings.sessionTimers)
        leg.origin = InviteOrigin(request.index)
        leg.answering = Leg.Answering(
            key: request.key, transaction: nil, template: template, replyFlow: request.replyFlow,
            sequence: request.index.cseqNumber, offer: request.session)
        return leg
    }

    /// The peer does not know its own address: Via names another one than the packet came from.
    private func isBehindNAT(_ request: IncomingRequest) -> Bool {
        guard let named = HostPort(request.index.viaSentBy) else { return true }
        return named.host != request.flow.peerAddress.lowercased() || named.port ?? 5_060 != request.flow.peerPort
    }

    private func describe(
        _ leg: LegID, _ request: IncomingRequest, _ message: OsipMessage, _ source: IncomingCall.Source
    ) -> IncomingCall {
        let asserted = request.headers.values("p-asserted-identity").lazy
            .flatMap { $0.split(separator: ",") }
            .compactMap { OsipAddress(parsing: String($0)) }
            .first { $0.user != nil }
        let isTrunk = if case .trunk = source { true } else { false }
        let identity = isTrunk ? asserted ?? message.from : message.from
        let isWithheld = isTrunk && isPrivate(request, message, asserted)
        // A user's From can say anything; who was authenticated is sure.
        let number = if case .user(let user) = source { user } else { identity?.user }
        return IncomingCall(
            leg: leg, source: source,
            dialled: (message.requestUser ?? "").prefix { $0 != ";" }.filter { !$0.isNewline },
            number: isWithheld ? nil : number, name: isWithheld ? nil : identity?.displayName,
            sipCallID: request.index.callID)
    }

    /// RFC 3323: the caller asked not to be shown.
    private func isPrivate(_ request: IncomingRequest, _ message: OsipMessage, _ asserted: OsipAddress?) -> Bool {
        let wishes = request.headers.tokens("privacy").flatMap {
            $0.lowercased().split(separator: ";").map { SIPTrim.trimmed($0) }
        }
        if wishes.contains(where: { $0 == "id" || $0 == "user" || $0 == "header" }) { return true }
        if message.from?.host?.lowercased() == "anonymous.invalid" { return true }
        return asserted == nil && message.from?.user?.lowercased() == "anonymous"
    }
}
