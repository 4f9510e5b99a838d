import Routing

/// Which calls a step is about, also where it names only a ring or an operator.
///
/// It follows the steps from any moment on: what began before is not known to it.
struct CallTracker {
    struct RingPlace {
        var `operator`: OperatorID
        var call: CallID
    }

    private(set) var rings: [RingID: RingPlace] = [:]
    /// The call in which the operator's leg is now.
    private(set) var calls: [OperatorID: CallID] = [:]

    func call(of party: Party) -> CallID? {
        switch party {
        case .caller(let call): call
        case .operator(let name): calls[name]
        }
    }

    /// The calls that the event names or means; to be asked before its decisions are followed.
    func call(of event: RoutingEvent) -> CallID? {
        switch event {
        case .callArrived(let arrival): arrival.call
        case .callerLeft(let call, _), .codeDialled(let call, _, _), .rerouted(let call, _), .handedOver(let call, _),
            .newOperatorWanted(let call), .callEndWanted(let call), .dialRang(let call), .dialAnswered(let call),
            .dialEnded(let call, _),
            .consulted(let call, _), .timeResolved(let call, _), .ownCallBegan(let call, _, _),
            .ownCallEnded(let call, _, _),
            .claimed(_, _, as: let call), .reminderWanted(_, as: let call):
            call
        case .ringAnswered(let ring), .ringEnded(let ring, _): rings[ring]?.call
        case .operatorLeft(let name, let ring, _): rings[ring]?.call ?? calls[name]
        case .keyPressed(let party, _): call(of: party)
        case .heldByPhone(let name, _), .interruptionForbidden(let name, _): calls[name]
        case .operatorReleased(let name, _): calls[name]
        case .callbackOwed(let wish): wish.call
        case .configured, .dialerWished, .soundEnded, .operatorReachable, .operatorUnreachable, .operatorWished,
            .wrapUpExtended,
            .taskRequested, .taskRestored, .taskCancelled, .taskPostponed, .taskStarted, .windowFound, .claimRefused,
            .previewEnded, .previewSkipped, .deadlineReached, .countersSet, .drainBegan:
            nil
        }
    }

    func call(of action: Action) -> CallID? {
        switch action {
        case .accept(let call), .refuse(let call, _), .connect(let call, _), .consult(let call, _),
            .resolveTime(let call, _, _), .dial(let call, _, _, _), .stopDialling(let call), .note(let call, _),
            .ring(_, _, let call),
            .ringForTask(_, _, let call, _, _), .adoptLeg(_, _, let call):
            call
        case .stopRinging(let ring): rings[ring]?.call
        case .play(_, _, let party, _), .loop(_, let party), .overlay(_, _, let party), .stopOverlay(let party),
            .hangUp(let party), .speak(_, _, let party):
            call(of: party)
        case .captureKeys(let name, _): calls[name]
        case .record(let fact): call(of: fact)
        case .claim, .findWindow, .showCard, .hideCard, .remind: nil
        }
    }

    private func call(of fact: Fact) -> CallID? {
        switch fact {
        case .callEnded(let record): record.arrival.call
        case .tied(_, _, _, let call), .untied(_, let call), .vipUsed(let call, _), .vipMissed(let call, _): call
        case .callbackWanted(let wish): wish.call
        case .attemptEnded(let attempt): attempt.call
        case .operatorWished, .operatorEntered, .dialerWished, .taskOpened, .taskUpdated, .responsibleWaitExpired,
            .taskClosed, .reminded:
            nil
        }
    }

    mutating func follow(_ action: Action) {
        switch action {
        case .ring(let ring, let name, let call), .ringForTask(let ring, let name, let call, _, _),
            .adoptLeg(let ring, let name, let call):
            rings[ring] = RingPlace(operator: name, call: call)
            calls[name] = call
        case .connect(let call, let name): calls[name] = call
        default: break
        }
    }

    /// What the event ends; to be followed after its decisions.
    mutating func follow(_ event: RoutingEvent) {
        switch event {
        case .ringEnded(let ring, _): forget(ring)
        case .operatorLeft(let name, let ring, _):
            forget(ring)
            if !rings.values.contains(where: { $0.operator == name }) { calls[name] = nil }
        default: break
        }
    }

    private mutating func forget(_ ring: RingID) {
        guard let place = rings.removeValue(forKey: ring) else { return }
        if calls[place.operator] == place.call { calls[place.operator] = nil }
    }
}

extension CallTracker {
    /// All calls that the step is about, each once, in the order in which it names them.
    mutating func calls(of event: RoutingEvent, _ decisions: [Decision]) -> [CallID] {
        var found: [CallID] = []
        func note(_ call: CallID?) {
            if let call, !found.contains(call) { found.append(call) }
        }
        note(call(of: event))
        for decision in decisions {
            follow(decision.action)
            note(call(of: decision.action))
        }
        follow(event)
        return found
    }
}
