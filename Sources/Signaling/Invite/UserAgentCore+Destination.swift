import NIOCore

/// Whom a call of ours goes to: a registered user, or a number behind a trunk.
extension UserAgentCore {
    /// `nil` if the user has no live registration.
    func destination(user name: String, _ call: OutgoingCall) -> Destination? {
        guard let binding = registrar.bindings(of: name, now: seconds).first,
            let flow = flows.flow(binding.flow), let local = localEndpoint(for: flow)
        else { return nil }
        return Destination(
            flow: flow, local: local, from: Self.from(call, at: SIPText.host(local.address)),
            to: "<sip:\(SIPText.escapedUser(name))@\(local.hostPort)>", target: binding.contact, party: .user(name),
            routes: binding.path, isPinned: true, headers: call.autoAnswer ? Self.autoAnswer(local) : [])
    }

    /// `nil` if there is no such trunk, it has no outgoing side, or nothing can be sent there.
    func destination(trunk name: String, number: String, _ call: OutgoingCall) -> Destination? {
        guard let trunk = peers.outgoing[name], !number.isEmpty, let flow = datagramFlow(to: trunk),
            let local = localEndpoint(for: flow), trunk.domain.map(SIPText.isHost) ?? true
        else { return nil }
        let user = SIPText.escapedUser(number)
        let domain = trunk.domain.map(SIPText.host)
        let host = domain ?? SIPText.host(trunk.host)
        let port = trunk.port == 5_060 ? "" : ":\(trunk.port)"
        return Destination(
            flow: flow, local: local, from: Self.from(call, at: domain ?? SIPText.host(local.address)),
            to: "<sip:\(user)@\(host)>", target: "sip:\(user)@\(host)\(port)", party: .trunk(name),
            isPinned: false,
            // The network knows whose trunk it is and may show that number instead (RFC 3323 §4.2, RFC 3325 §9.3).
            headers: Self.isAnonymous(call) ? ["Privacy: id"] : [], login: TrunkLogin(trunk))
    }

    /// Over the first UDP listener of the address's family.
    private func datagramFlow(to trunk: SignalingSettings.Trunk.Outgoing) -> Flow? {
        guard let address = NumericAddress(trunk.host), address.isUnicast, !address.isUnspecified, trunk.port != 0,
            let peer = try? SocketAddress(ipAddress: address.dotted ?? trunk.host, port: Int(trunk.port))
        else { return nil }
        let listener = transports.listeners.firstIndex { bound in
            bound.socket != nil && NumericAddress(bound.settings.address)?.family == address.family
        }
        return listener.map { Flow(path: .datagram($0), peer: peer) }
    }

    private static func isAnonymous(_ call: OutgoingCall) -> Bool { call.callerNumber?.isEmpty ?? true }

    /// An operator's phone shows the customer, a customer's phone what the dialer is to be known as.
    private static func from(_ call: OutgoingCall, at host: String) -> String {
        guard let number = call.callerNumber, !isAnonymous(call) else {
            return "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
        }
        let uri = "<sip:\(SIPText.escapedUser(number))@\(host)>"
        guard let name = call.callerName.flatMap(SIPText.plainDisplayName) else { return uri }
        return "\(SIPText.quoted(name)) \(uri)"
    }

    /// No two makes agree on one header, and each passes over what it does not know. Yealink and AudioCodes look for
    /// `info=alert-autoanswer` in Alert-Info (their administrators' guides, "Auto Answer"), Aastra for `delay=0` behind it
    /// (release notes 2.1); Gigaset, AudioCodes and what follows BroadSoft for `answer-after=0` in Call-Info.
    /// Answer-Mode is the standard's (RFC 5373). Whether the phone obeys is for its own settings to say.
    private static func autoAnswer(_ local: LocalEndpoint) -> [String] {
        [
            "Alert-Info: <http://127.0.0.1>;info=alert-autoanswer;delay=0",
            "Call-Info: <sip:\(local.hostPort)>;answer-after=0",
            "Answer-Mode: Auto",
        ]
    }
}
