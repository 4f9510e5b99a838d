import Logging
import Routing
import Signaling
import Storage

/// The story of each call: what happened and what was decided about it, in plain words, as `explain` shows it.
extension Switchboard {
    func narrate(_ event: RoutingEvent) {
        guard let (call, text) = story(of: event) else { return }
        write(text, .event, call)
    }

    func narrate(_ decision: Decision) {
        guard let (call, text) = story(of: decision.action) else { return }
        write("\(text): \(decision.reason)", .decision, call)
    }

    func narrateRinging(_ id: LegID) {
        guard case .operator(let name, _, let call)? = legs[id]?.role else { return }
        write("\(name)'s phone rings", .event, call)
    }

    private func write(_ text: String, _ kind: StoryLine.Kind, _ call: CallID) {
        logger.debug("\(text)", metadata: [LogKey.callID.rawValue: "\(call)"])
        store.write(.story(StoryLine(call: call, at: clocks.wall(), kind: kind, text: text)))
    }

    private func story(of event: RoutingEvent) -> (CallID, String)? {
        switch event {
        case .callArrived(let arrival):
            (arrival.call, "arrived on line \(arrival.line) for queue \(arrival.queue)\(Self.known(of: arrival))")
        case .callerLeft(let call, let cause): (call, "the customer's leg ended: \(Self.words(cause))")
        case .ringAnswered(let ring): ringStory(ring) { "\($0) answered" }
        case .ringEnded(let ring, let end): ringStory(ring) { end.story(of: $0) }
        case .operatorLeft(let name, _, let cause):
            legs.call(of: name).map { ($0, "\(name)'s leg ended: \(Self.words(cause))") }
        case .keyPressed(let party, let key): self.call(of: party).map { ($0, "\(party) pressed \(key)") }
        case .heldByPhone(let name, let isHeld):
            legs.call(of: name).map {
                ($0, "\(name) \(isHeld ? "puts the customer on hold" : "takes the customer back")")
            }
        case .codeDialled(let call, let name, let code): (call, "\(name) dialled \(code)")
        case .rerouted(let call, let destination): (call, "is sent to \(destination)")
        case .handedOver(let call, let name): (call, "is handed over to \(name)")
        case .newOperatorWanted(let call): (call, "the customer wants somebody else")
        case .dialRang(let call): (call, "the customer's phone rings")
        case .dialAnswered(let call): (call, "the customer answered")
        case .dialEnded(let call, let end): (call, "the customer did not answer: \(end.cause)")
        case .configured, .soundEnded, .operatorReachable, .operatorUnreachable, .operatorWished, .wrapUpExtended,
            .interruptionForbidden, .deadlineReached, .drainBegan, .ownCallBegan, .ownCallEnded, .operatorReleased,
            .consulted, .taskRequested, .taskRestored, .taskCancelled, .taskPostponed, .taskStarted, .windowFound,
            .claimed, .claimRefused, .previewEnded, .previewSkipped, .reminderWanted:
            nil
        }
    }

    private func story(of action: Action) -> (CallID, String)? {
        switch action {
        case .accept(let call): (call, "answer the call")
        case .refuse(let call, let status): (call, "refuse the call with \(status)")
        case .ring(_, let name, let call): (call, "ring \(name)")
        case .stopRinging(let ring): ringStory(ring) { "stop ringing \($0)" }
        case .connect(let call, let name): (call, "connect the customer with \(name)")
        case .play(_, let sound, let party, let then):
            call(of: party).map { ($0, "play \(sound) to \(party), then \(then)") }
        case .loop(let sound, let party): call(of: party).map { ($0, "play \(sound) to \(party)") }
        case .overlay(_, let sound, let party): call(of: party).map { ($0, "mix \(sound) in for \(party)") }
        case .stopOverlay(let party): call(of: party).map { ($0, "stop the sound mixed in for \(party)") }
        case .hangUp(let party): call(of: party).map { ($0, "hang up \(party)") }
        case .note(let call, let note): (call, "\(note)")
        case .ringForTask(_, let name, let call, _): (call, "ring \(name) for a task")
        case .adoptLeg(_, let name, let call): (call, "give the call to \(name)")
        case .consult(let call, let name): (call, "ask \(name)")
        case .dial(let call, _, let dialer, _): (call, "dial the customer for \(dialer)")
        case .stopDialling(let call): (call, "stop dialling")
        case .captureKeys, .record, .claim, .findWindow, .showCard, .hideCard, .tellWaiting: nil
        }
    }

    private func ringStory(_ ring: RingID, _ text: (OperatorID) -> String) -> (CallID, String)? {
        guard case .operator(let name, _, let call)? = legs.leg(of: ring)?.role else { return nil }
        return (call, text(name))
    }

    private func call(of party: Party) -> CallID? {
        switch party {
        case .caller(let call): call
        case .operator(let name): legs.call(of: name)
        }
    }

    private static func known(of arrival: Arrival) -> String {
        var known: [String] = []
        if arrival.listedVIP { known.append("on the VIP list") }
        if arrival.blackListed { known.append("on the black list") }
        if arrival.number == nil { known.append("number withheld") }
        if let tie = arrival.tie { known.append("last helped by \(tie.operator)") }
        return known.isEmpty ? "" : ", " + known.joined(separator: ", ")
    }

    private static func words(_ cause: HangupCause) -> String {
        let words =
            switch cause.kind {
            case .hungUp: "hung up"
            case .cancelled: "cancelled before an answer"
            case .byDecision: "ended by us"
            case .failed: "failed"
            }
        return cause.status.map { "\(words) (\($0))" } ?? words
    }
}
