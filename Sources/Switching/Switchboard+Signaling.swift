import Logging
import Media
import Routing
package import Signaling
import Storage

/// Signalling events to routing events.
extension Switchboard {
    /// Takes one event of the signalling engine. Called on the shared executor.
    package func receive(_ event: SignalingEvent) {
        switch event {
        case .incoming(let call): receive(call)
        case .ringing(let leg): hearRinging(leg)
        case .earlyMedia(let leg, let remote): hearEarly(leg, remote)
        case .answered(let leg, let remote): beginConversation(leg, remote)
        case .established(let leg, let remote):
            if case .successor(let old)? = legs[leg]?.role { return succeed(leg, old, remote) }
            connectMedia(leg, remote)
            legs.markAnswered(leg)
        case .modified(let leg, let remote):
            connectMedia(leg, remote)
            noteHold(leg, remote)
        case .keyPressed(let leg, let character): press(character, on: leg)
        case .transferRequested(let leg, let target): transfer(leg, to: target)
        case .ended(let leg, let end): finish(leg, end)
        case .registered(let user): submit(.operatorReachable(OperatorID(user)))
        case .remember(let record):
            let registration = StoredRegistration(
                user: record.user, payload: record.payload,
                expiresAt: clocks.wall().adding(milliseconds: record.lifetime &* 1_000))
            store.write(.registered(registration))
        case .unregistered(let user):
            store.write(.unregistered(user: user))
            submit(.operatorUnreachable(OperatorID(user)))
        }
    }

    func press(_ character: Character, on id: LegID) {
        guard let key = Key(character), let party = legs[id]?.party else { return }
        submit(.keyPressed(party, key))
    }

    /// A phone that we call was answered.
    func beginConversation(_ id: LegID, _ remote: RemoteMedia) {
        connectMedia(id, remote)
        legs.markAnswered(id)
        switch legs[id]?.role {
        case .operator(_, let ring, _): submit(.ringAnswered(ring))
        case .caller(let call): submit(.dialAnswered(call))
        case .successor, nil: break
        }
    }

    private func receive(_ incoming: IncomingCall) {
        if let old = incoming.replaces { return replace(old, with: incoming) }
        let call = identities.make()
        let number = incoming.number.flatMap { settings.plan.normalize($0) }
        let leg = LegTable.Leg(
            id: incoming.leg, role: .caller(call), source: incoming.source, number: number?.text ?? incoming.number,
            name: incoming.name
        )
        legs.insert(leg)
        logger.info(
            "call arrived",
            metadata: [
                .callID: "\(call)", .sipCallID: "\(incoming.sipCallID)", .line: "\(incoming.dialled)",
                .party: "\(Redaction.shorten(leg.number))",
            ]
        )
        switch incoming.source {
        case .user(let user): submit(.codeDialled(call, by: OperatorID(user), code: incoming.dialled))
        case .trunk:
            guard let line = lines.line(for: incoming.dialled) else {
                logger.warning("no such line", metadata: [.callID: "\(call)", .line: "\(incoming.dialled)"])
                engines?.signaling.perform(.reject(incoming.leg, status: 404))
                return
            }
            let arrival = line.arrival(call: call, number: number, name: incoming.name)
            lookUp(Lookup(leg: incoming.leg, arrival: arrival))
        }
    }

    /// A phone that does not want to hear us holds its call (RFC 3264 §8.4).
    func noteHold(_ id: LegID, _ remote: RemoteMedia) {
        let holds = remote.direction == .sendOnly || remote.direction == .inactive
        guard let leg = legs[id], leg.isOnHold != holds else { return }
        legs.mark(id, onHold: holds)
        if case .operator(let name, _, _) = leg.role { submit(.heldByPhone(name, holds)) }
    }

    func connectMedia(_ id: LegID, _ remote: RemoteMedia) {
        guard let stream = legs[id]?.stream else { return }
        engines?.media.perform(.connect(stream, RemoteEndpoint(remote)))
    }

    private func finish(_ id: LegID, _ end: LegEnd) {
        guard let leg = legs[id] else { return }
        if let dial = leg.dial, !leg.isAnswered { return dialEnded(leg, dial, end) }
        let cause = OutcomeMapping.hangupCause(of: end, fellSilent: leg.fellSilent)
        let event: RoutingEvent? =
            switch leg.role {
            case .caller(let call): .callerLeft(call, cause)
            case .operator(let name, let ring, _):
                leg.isAnswered ? .operatorLeft(name, ring, cause) : .ringEnded(ring, OutcomeMapping.ringEnd(of: end))
            // The leg that it was to replace goes on.
            case .successor: nil
            }
        legs.remove(id)
        if let stream = leg.stream { engines?.media.perform(.close(stream)) }
        if let event { submit(event) }
    }
}

extension LegTable.Leg {
    /// Who is at the other end, as the router knows them; `nil`: nobody yet.
    var party: Party? {
        switch role {
        case .caller(let call): .caller(call)
        case .operator(let name, _, _): .operator(name)
        case .successor: nil
        }
    }
}

extension RemoteEndpoint {
    fileprivate init(_ remote: RemoteMedia) {
        let codec: MediaCodec =
            switch remote.codec {
            case .pcmu: .pcmu
            case .pcma: .pcma
            }
        let hears = remote.direction == .sendReceive || remote.direction == .receiveOnly
        let speaks = remote.direction == .sendReceive || remote.direction == .sendOnly
        self.init(
            address: remote.address, port: remote.port, rtcpPort: remote.rtcpPort, codec: codec,
            telephoneEvent: remote.telephoneEvent, sends: hears, receives: speaks,
            signallingAddress: remote.signallingAddress
        )
    }
}
