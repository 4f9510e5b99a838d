import Logging

/// The registrar's door (RFC 3261 §10.3): digest, bindings, the flows to reach them, and who has come or gone.
extension UserAgentCore {
    func receiveRegister(_ request: IncomingRequest, _ message: OsipMessage) {
        guard let authorization = request.credentials(realm: settings.realm) else {
            challenge(request, stale: false)
            return
        }
        switch verify(authorization, request) {
        case .stale: challenge(request, stale: true)
        case .refused: answerStateless(request, 403)
        case .accepted(let user):
            guard message.to?.user == user, peers.trunkOfUser[user] == nil else {
                answerStateless(request, 403)
                return
            }
            register(user, request, message)
        }
    }

    func challenge(_ request: IncomingRequest, stale: Bool) {
        let challenges = digest.challenges(now: seconds, stale: stale, offering: settings.digestAlgorithms)
        answerStateless(request, 401, headers: challenges.map { "WWW-Authenticate: \($0)" })
    }

    /// Judges credentials, and keeps the score of who brings wrong ones. Users who do not exist are treated as those who
    /// do.
    func verify(_ authorization: String, _ request: IncomingRequest) -> DigestVerdict {
        if watch.hasGuesses, isGuessing(Self.user(in: authorization), request) { return .refused }
        let verdict = digest.verify(
            authorization, method: request.index.method, requestURI: request.index.requestURI, body: request.body,
            now: seconds, secretOf: { self.peers.secrets[$0] })
        switch verdict {
        case .accepted(let user): noteAcceptance(user, request)
        case .refused: noteGuess(Self.user(in: authorization), request)
        case .stale: break
        }
        return verdict
    }

    private static func user(in authorization: String) -> String {
        DigestCredentials(authorization)?.username ?? ""
    }

    private func register(_ user: String, _ request: IncomingRequest, _ message: OsipMessage) {
        let raw = request.headers.values("contact", compact: UInt8(ascii: "m"))
        let isWildcard = raw.contains { SIPTrim.trimmed($0) == "*" }
        let contacts = isWildcard ? [] : message.contacts(limit: settings.maxBindings + 1)
        guard let contacts, !isWildcard || raw.count == 1 else {
            reply(to: request, 400)
            return
        }
        let paths = request.headers.values("path").flatMap { value in
            value.split(separator: ",").compactMap { OsipAddress(parsing: String($0)).map { "<\($0.uri)>" } }
        }
        let flow = flows.name(of: request.flow)
        let outcome = registrar.register(
            RegisterRequest(
                user: user, contacts: contacts.map(Self.contact), wildcard: isWildcard,
                expiresHeader: request.headers.first("expires").flatMap { Int(SIPTrim.trimmed($0)) },
                callID: request.index.callID, cseq: request.index.cseqNumber, flow: flow,
                source: "\(SIPText.host(request.flow.peerAddress)):\(request.flow.peerPort)", path: paths),
            now: seconds)
        refreshFlows(of: user, tried: flow)
        var headers = outcome.bindings.map { "Contact: <\($0.contact)>;expires=\(max(0, $0.expiresAt - seconds))" }
        headers += paths.map { "Path: \($0)" }
        if let least = outcome.minExpires { headers.append("Min-Expires: \(least)") }
        reply(to: request, outcome.status, headers: headers)
        if outcome.becameRegistered {
            registeredUsers.insert(user)
            logger.info("registered", metadata: [LogKey.user: "\(user)", LogKey.peer: "\(request.flow.peerAddress)"])
            emit(.registered(user: user))
        }
        if outcome.becameUnregistered {
            unregistered(user)
        } else if outcome.status == 200, !contacts.isEmpty, let record = record(of: user) {
            emit(.remember(record))
        }
    }

    func unregistered(_ user: String) {
        registeredUsers.remove(user)
        refreshFlows(of: user)
        logger.info("no longer registered", metadata: [LogKey.user: "\(user)"])
        emit(.unregistered(user: user))
    }

    func expireBindings() {
        let seconds = seconds
        guard let due = registrar.nextExpiry, due <= seconds else { return }
        for user in registrar.expire(now: seconds) { unregistered(user) }
    }

    /// Flows of bindings that ran out one by one, while their user kept others.
    func refreshAllFlows() {
        for user in registeredUsers { refreshFlows(of: user) }
    }

    func refreshFlows(of user: String, tried: FlowID? = nil) {
        flows.update(user, to: Set(registrar.bindings(of: user, now: seconds).map(\.flow)), tried: tried)
    }

    func describeBindings(of user: String) -> [String] {
        registrar.bindings(of: user, now: seconds).map { "\($0.contact) via \($0.source)" }
    }

    private static func contact(_ address: OsipAddress) -> ContactValue {
        ContactValue(
            uri: address.uri, expires: address.parameters["expires"].flatMap { Int($0) },
            q: address.q)
    }
}
