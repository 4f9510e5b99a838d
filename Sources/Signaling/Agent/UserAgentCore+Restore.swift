import Logging
import NIOCore

/// Registrations outlive the process, so that operators can be rung at once after a restart (product.md section 8).
extension UserAgentCore {
    /// What is to be remembered of the user now; `nil`: nothing, their phones register anew by themselves.
    func record(of user: String) -> RegistrationRecord? {
        let now = seconds
        let bindings = registrar.bindings(of: user, now: now).reversed().compactMap { binding in
            datagramFlow(binding.flow).map { (binding, $0.listener, $0.peer) }
        }
        guard let last = bindings.map(\.0.expiresAt).max() else { return nil }
        let lines = bindings.compactMap { binding, listener, peer in
            StoredBinding(
                contact: binding.contact, listener: listener, address: peer.ipAddress ?? "",
                port: UInt16(truncatingIfNeeded: peer.port ?? 0), callID: binding.callID, cseq: binding.cseq,
                earlier: last - binding.expiresAt, q: binding.q, path: binding.path
            ).line
        }
        guard !lines.isEmpty else { return nil }
        return RegistrationRecord(user: user, payload: lines.joined(separator: "\n"), lifetime: last - now)
    }

    private func datagramFlow(_ name: FlowID) -> (listener: Int, peer: SocketAddress)? {
        guard let flow = flows.flow(name), case .datagram(let listener) = flow.path else { return nil }
        return (listener, flow.peer)
    }

    /// Takes up what an earlier process remembered. Users who are not configured any more, listeners that are gone and
    /// lines that say nothing are left out.
    func restore(_ records: [RegistrationRecord]) {
        for record in records where peers.isUser(record.user) {
            let bindings = record.payload.split(separator: "\n").prefix(settings.maxBindings)
                .compactMap { StoredBinding(line: $0) }.compactMap { binding(of: $0, in: record) }
            let became = registrar.restore(record.user, bindings, now: seconds)
            refreshFlows(of: record.user)
            guard became else {
                for binding in bindings { refreshFlows(of: record.user, tried: binding.flow) }
                continue
            }
            registeredUsers.insert(record.user)
            emit(.registered(user: record.user))
        }
        guard !registeredUsers.isEmpty else { return }
        logger.info("registrations restored", metadata: ["users": "\(registeredUsers.count)"])
    }

    private func binding(of stored: StoredBinding, in record: RegistrationRecord) -> Binding? {
        let (left, overflow) = record.lifetime.subtractingReportingOverflow(stored.earlier)
        guard !overflow, left > 0, left <= Int64(settings.registrationExpires.upperBound),
            transports.isDatagram(stored.listener),
            let peer = try? SocketAddress(ipAddress: stored.address, port: Int(stored.port))
        else { return nil }
        let flow = flows.name(of: Flow(path: .datagram(stored.listener), peer: peer))
        return Binding(
            contact: stored.contact, flow: flow, source: "\(SIPText.host(stored.address)):\(stored.port)",
            callID: stored.callID, cseq: stored.cseq, expiresAt: seconds + left, q: stored.q, path: stored.path)
    }
}
