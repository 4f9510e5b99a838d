import Logging
import Media
import Routing
import Signaling
import Storage

/// Customers who are called (product.md section 6): claims, calling hours, trunks.
extension Switchboard {
    /// The one decision that waits for the disk: nobody is called for an attempt that a crash could forget.
    func claim(_ task: TaskID, _ attempt: Int, by name: OperatorID) {
        let claim = TaskClaim(task: task, attempt: attempt, operator: name, at: clocks.wall())
        Task {
            do throws(StorageError) {
                try await store.claim(claim)
                submit(.claimed(task, attempt: attempt, as: identities.make()))
            } catch {
                logger.error("an attempt could not be written down and is not made", metadata: [.reason: "\(error)"])
                submit(.claimRefused(task, attempt: attempt))
            }
        }
    }

    func findWindow(for task: TaskID, to number: CustomerNumber, of dialer: DialerID) {
        let hours = settings.dialers[dialer]?.hours(of: number)
        submit(.windowFound(task, CallWindow(hours, at: clocks.now(), wall: clocks.wall())))
    }

    /// In the customer's zone by the dialer's hours; without hours there is none to reckon in.
    func resolve(_ entered: EnteredTime, of call: CallID, for dialer: DialerID) {
        let number = CustomerNumber(legs.leg(of: call)?.number ?? "")
        let chosen = settings.dialers[dialer]?.hours(of: number).flatMap { hours in
            ChosenTime(entered, at: clocks.now(), wall: clocks.wall(), zone: hours.zone, hours: hours)
        }
        submit(.timeResolved(call, chosen))
    }

    func dial(
        _ call: CallID, _ number: CustomerNumber, of dialer: DialerID, for name: OperatorID, _ engines: Engines
    ) {
        guard let route = settings.dialers[dialer] else { return submit(.dialEnded(call, DialEnd(.failed))) }
        let queue = settings.policy.dialers.first { $0.id == dialer }?.queue ?? QueueID("")
        if let task = legs.leg(of: .operator(name))?.task {
            let arrival = Arrival(call: call, line: "", queue: queue, number: number, direction: .outbound(task))
            store.write(.callBegan(arrival, at: clocks.wall()))
        }
        let dial = LegTable.Dial(
            operator: name, number: number.text, callerID: route.callerID, trunk: "", otherTrunks: route.trunks)
        tryNextTrunk(call, dial, engines)
    }

    /// Calls through the first of the trunks left that has a channel free.
    ///
    /// - Parameter end: what came of the trunk before, which stands if there is no other.
    private func tryNextTrunk(_ call: CallID, _ dial: LegTable.Dial, after end: DialEnd? = nil, _ engines: Engines) {
        let free = dial.otherTrunks.firstIndex { legs.channels(of: $0) < settings.channels[$0] ?? .max }
        guard let free else {
            logger.warning("no trunk to call a customer through", metadata: [.callID: "\(call)"])
            return submit(.dialEnded(call, end ?? DialEnd(.failed, status: 503)))
        }
        var leg = LegTable.Leg(id: engines.signaling.makeLeg(), role: .caller(call), number: dial.number)
        let next = dial.trying(free)
        leg.dial = next
        legs.insert(leg)
        guard let stream = openStream(for: leg.id, engines) else {
            legs.remove(leg.id)
            return submit(.dialEnded(call, DialEnd(.failed, status: 503)))
        }
        logger.info(
            "calling a customer",
            metadata: [.callID: "\(call)", .trunk: "\(next.trunk)", .party: "\(Redaction.shorten(dial.number))"])
        engines.signaling.perform(
            .invite(
                leg.id,
                OutgoingCall(
                    target: .trunk(next.trunk, number: dial.number), callerNumber: dial.callerID, callerName: nil,
                    media: LocalMedia(port: stream.port, codecs: settings.codecs))))
    }

    func stopDialling(_ call: CallID) {
        guard let leg = legs.leg(of: call) else { return submit(.dialEnded(call, DialEnd(.stopped))) }
        legs.markStopped(leg.id)
        end(leg.id)
    }

    func hearRinging(_ id: LegID) {
        guard let call = legs[id]?.dialledCall else { return }
        legs.markRung(id)
        submit(.dialRang(call))
    }

    /// What the network lets be heard before the answer takes the place of our ring-back.
    func hearEarly(_ id: LegID, _ remote: RemoteMedia) {
        guard let leg = legs[id], let dial = leg.dial, !leg.isAnswered, let stream = leg.stream else { return }
        legs.markRung(id)
        connectMedia(id, remote)
        guard let hearer = legs.leg(of: .operator(dial.operator))?.stream else { return }
        engines?.media.perform(.hear(hearer, .party(stream)))
    }

    /// The customer did not answer. If it was the trunk that failed, and their phone did not ring, the next one is tried.
    func dialEnded(_ leg: LegTable.Leg, _ dial: LegTable.Dial, _ end: LegEnd) {
        legs.remove(leg.id)
        if let stream = leg.stream { engines?.media.perform(.close(stream)) }
        guard case .caller(let call) = leg.role else { return }
        let outcome = OutcomeMapping.dialEnd(of: end, isStopped: dial.isStopped)
        let mayTryAnother = !dial.isStopped && !dial.hasRung && OutcomeMapping.isFailureOfTrunk(end)
        guard let engines, mayTryAnother, !dial.otherTrunks.isEmpty else {
            return submit(.dialEnded(call, outcome))
        }
        logger.warning(
            "a trunk failed, the next is tried",
            metadata: [.callID: "\(call)", .trunk: "\(dial.trunk)", .reason: "\(end)"])
        tryNextTrunk(call, dial, after: outcome, engines)
    }
}

extension LegTable.Leg {
    /// The call of a customer whom we call and who has not answered yet.
    var dialledCall: CallID? {
        guard dial != nil, !isAnswered, case .caller(let call) = role else { return nil }
        return call
    }
}

extension LegTable.Dial {
    /// The same through one of the other trunks; those before it are full.
    fileprivate func trying(_ index: Int) -> LegTable.Dial {
        LegTable.Dial(
            operator: `operator`, number: number, callerID: callerID, trunk: otherTrunks[index],
            otherTrunks: Array(otherTrunks[(index + 1)...]))
    }
}
