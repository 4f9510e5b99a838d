import Logging

/// Who is refused again and again is not listened to for a while, and passwords cannot be tried at will.
///
/// An address where somebody is registered, that a call goes to, or that is a trunk's, is never banned: one colleague's
/// mistyped password must not silence an office, nor a forged datagram a trunk.
extension UserAgentCore {
    /// Nothing that comes over this flow is looked at.
    func isBanned(_ flow: Flow) -> Bool {
        let seconds = seconds
        guard watch.hasBans(now: seconds) else { return false }
        let address = flow.peerAddress
        guard let source = SourceKey(address), watch.isBanned(source, now: seconds) else { return false }
        return !isProtected(address)
    }

    /// A request without credentials was refused.
    func noteRefusal(_ request: IncomingRequest) {
        let address = request.flow.peerAddress
        guard let source = SourceKey(address), watch.refused(source, now: seconds) else { return }
        ban(source, address)
    }

    /// The password was wrong, or the user nobody.
    func noteGuess(_ user: String, _ request: IncomingRequest) {
        let address = request.flow.peerAddress
        guard let source = SourceKey(address),
            watch.guessed(SourceWatch.Guess(source: source, user: user), now: seconds)
        else { return }
        ban(source, address)
    }

    /// So many wrong passwords have come for this user from there that the next is refused unseen. Whoever is registered
    /// there under this name is not meant.
    func isGuessing(_ user: String, _ request: IncomingRequest) -> Bool {
        let address = request.flow.peerAddress
        guard let source = SourceKey(address),
            watch.isGuessing(SourceWatch.Guess(source: source, user: user), now: seconds)
        else { return false }
        return !registrar.bindings(of: user, now: seconds).contains { flows.flow($0.flow)?.peerAddress == address }
    }

    func noteAcceptance(_ user: String, _ request: IncomingRequest) {
        guard let source = SourceKey(request.flow.peerAddress) else { return }
        watch.accepted(source, user: user)
    }

    /// Listens to an address again, whatever it did; `false` if it was not banned.
    func liftBan(of address: String) -> Bool {
        let plain = address.hasSuffix("/64") ? String(address.dropLast(3)) : address
        return SourceKey(plain).map { watch.lift($0, now: seconds) } ?? false
    }

    private func ban(_ source: SourceKey, _ address: String) {
        guard !isProtected(address), let length = watch.ban(source, now: seconds) else { return }
        logger.info(
            "an address that only tries is not listened to",
            metadata: [LogKey.peer: "\(source)", "seconds": "\(length)"])
    }

    private func isProtected(_ address: String) -> Bool {
        flows.isRegistered(address: address)
            || peers.trunks.contains { $0.matchers.contains { $0.matches(address) } }
            || peers.outgoing.values.contains { $0.host == address }
            || legs.values.contains { !$0.hasEnded && $0.flow.peerAddress == address }
    }
}
