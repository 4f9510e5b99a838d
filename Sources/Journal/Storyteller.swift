package import Routing

/// Tells the steps of a journal in plain words, as `burdock explain` and `burdock journal` show them.
///
/// It follows the steps in order; where an operator is named and no call, it knows which one they were in.
package struct Storyteller {
    private struct Telling {
        var call: CallID?
        var `operator`: OperatorID?
        var text: String

        init(_ call: CallID?, _ name: OperatorID? = nil, _ text: String) {
            self.call = call
            self.operator = name
            self.text = text
        }
    }

    private var tracker = CallTracker()

    package init() {}

    /// - Parameter origin: the date of `Instant(nanoseconds: 0)`.
    package mutating func tell(_ step: JournalStep, origin: WallTime) -> [StoryLine] {
        let at = WallTime(step.at, origin: origin)
        var lines: [StoryLine] = []
        func add(_ telling: Telling?, _ kind: StoryLine.Kind, because reason: RoutingReason?) {
            guard let telling else { return }
            lines.append(
                StoryLine(
                    at: at, kind: kind, call: telling.call, operator: telling.operator,
                    text: reason.map { "\(telling.text): \($0)" } ?? telling.text))
        }
        add(words(for: step.event), .event, because: nil)
        for decision in step.decisions {
            tracker.follow(decision.action)
            add(words(for: decision.action), .decision, because: decision.action.isNews ? nil : decision.reason)
        }
        tracker.follow(step.event)
        return lines
    }
}

// MARK: - What happened

extension Storyteller {
    private func words(for event: RoutingEvent) -> Telling? {
        switch event {
        case .callArrived(let arrival):
            Telling(
                arrival.call, nil,
                "arrived on line \(arrival.line) for queue \(arrival.queue)\(Self.known(of: arrival))")
        case .callerLeft(let call, let cause):
            Telling(
                call, tracker.calls.first { $0.value == call }?.key, "the customer's leg ended: \(Self.words(cause))")
        case .ringAnswered(let ring): place(of: ring) { "\($0) answered" }
        case .ringEnded(let ring, let end): place(of: ring) { end.story(of: $0) }
        case .operatorLeft(let name, _, let cause):
            Telling(tracker.call(of: event), name, "\(name)'s leg ended: \(Self.words(cause))")
        case .keyPressed(.caller(let call), let key): Telling(call, nil, "the customer pressed \(key)")
        case .keyPressed(.operator(let name), let key): Telling(tracker.calls[name], name, "\(name) pressed \(key)")
        case .heldByPhone(let name, true): Telling(tracker.calls[name], name, "\(name) puts the customer on hold")
        case .heldByPhone(let name, false): Telling(tracker.calls[name], name, "\(name) takes the customer back")
        case .interruptionForbidden(let name, let forbidden):
            Telling(tracker.calls[name], name, "this conversation may \(forbidden ? "not" : "again") be interrupted")
        case .codeDialled(let call, let name, let code): Telling(call, name, "\(name) dialled \(code)")
        case .rerouted(let call, let destination): Telling(call, nil, "is sent to \(destination)")
        case .handedOver(let call, let name): Telling(call, name, "is handed over to \(name)")
        case .callEndWanted(let call): Telling(call, nil, "somebody in the house ends the call")
        case .timeResolved(let call, let chosen):
            Telling(call, nil, chosen.map { "that is \($0.local)" } ?? "nobody can be called then")
        case .newOperatorWanted(let call): Telling(call, nil, "the customer wants somebody else")
        case .dialRang(let call): Telling(call, nil, "the customer's phone rings")
        case .dialAnswered(let call): Telling(call, nil, "the customer answered")
        case .dialEnded(let call, let end): Telling(call, nil, "the customer did not answer: \(Self.words(end))")
        default: operatorWords(for: event) ?? taskWords(for: event)
        }
    }

    private func operatorWords(for event: RoutingEvent) -> Telling? {
        switch event {
        case .operatorReachable(let name): Telling(nil, name, "\(name)'s phone can be reached")
        case .operatorUnreachable(let name): Telling(nil, name, "\(name)'s phone cannot be reached any more")
        case .operatorWished(let name, .ready): Telling(nil, name, "\(name) wants to be ready")
        case .operatorWished(let name, .paused(let reason)): Telling(nil, name, "\(name) wants a pause (\(reason))")
        case .operatorWished(let name, .off): Telling(nil, name, "\(name) wants to be off")
        case .wrapUpExtended(let name, let more): Telling(nil, name, "\(name) needs \(more) more for wrap-up")
        case .ownCallBegan(let call, let name, _): Telling(call, name, "\(name) is in a call of their own")
        case .ownCallEnded(let call, let name, _): Telling(call, name, "\(name)'s own call is over")
        case .operatorReleased(let name, _): Telling(tracker.calls[name], name, "\(name) is set free by a supervisor")
        case .reminderWanted(let name, let call): Telling(call, name, "\(name) is to be reminded of their requests")
        default: nil
        }
    }

    private func taskWords(for event: RoutingEvent) -> Telling? {
        switch event {
        case .taskRequested(let request):
            Telling(nil, request.responsible, "task \(request.id) for dialer \(request.dialer) is asked for")
        case .callbackOwed(let wish): Telling(wish.call, wish.responsible, "the customer is still to be called back")
        case .dialerWished(let dialer, .paused(let reason)):
            Telling(nil, nil, "dialer \(dialer) is paused (\(reason))")
        case .dialerWished(let dialer, .running): Telling(nil, nil, "dialer \(dialer) goes on")
        case .taskCancelled(let task): Telling(nil, nil, "task \(task) is cancelled")
        case .taskPostponed(let task, _): Telling(nil, nil, "task \(task) is put off")
        case .taskStarted(let task, let name): Telling(nil, name, "\(name) starts task \(task)")
        case .claimed(let task, let attempt, let call): Telling(call, nil, "attempt \(attempt) of task \(task)")
        case .claimRefused(let task, let attempt):
            Telling(nil, nil, "attempt \(attempt) of task \(task) could not be written down")
        case .previewEnded(let task, let name): Telling(nil, name, "\(name) has seen the card of task \(task)")
        case .previewSkipped(let task, let name): Telling(nil, name, "\(name) does not want task \(task) now")
        case .countersSet: Telling(nil, nil, "the counters of the day were set")
        case .drainBegan: Telling(nil, nil, "no new calls: the server is about to stop")
        case .configured: Telling(nil, nil, "the configuration is read")
        default: nil
        }
    }

    private func place(of ring: RingID, _ text: (OperatorID) -> String) -> Telling? {
        guard let place = tracker.rings[ring] else { return nil }
        return Telling(place.call, place.operator, text(place.operator))
    }

    private static func known(of arrival: Arrival) -> String {
        var known: [String] = []
        if arrival.listedVIP { known.append("on the VIP list") }
        if arrival.blackListed { known.append("on the black list") }
        if arrival.number == nil { known.append("number withheld") }
        if let tie = arrival.tie { known.append("last helped by \(tie.operator)") }
        return known.isEmpty ? "" : ", " + known.joined(separator: ", ")
    }

    private static func words(_ end: DialEnd) -> String {
        let words =
            switch end.cause {
            case .busy: "busy"
            case .noAnswer: "no answer"
            case .failed: "failed"
            case .stopped: "stopped by us"
            }
        return end.status.map { "\(words) (\($0))" } ?? words
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

// MARK: - What was decided

extension Storyteller {
    private func words(for action: Action) -> Telling? {
        switch action {
        case .accept(let call): Telling(call, nil, "answer the call")
        case .refuse(let call, let status): Telling(call, nil, "refuse the call with \(status)")
        case .ring(_, let name, let call): Telling(call, name, "ring \(name)")
        case .stopRinging(let ring): place(of: ring) { "stop ringing \($0)" }
        case .connect(let call, let name): Telling(call, name, "connect the customer with \(name)")
        case .play(_, let sound, let party, let then): about(party) { "play \(sound) to \($0), then \(then)" }
        case .loop(let sound, let party): about(party) { "play \(sound) to \($0)" }
        case .overlay(_, let sound, let party): about(party) { "mix \(sound) in for \($0)" }
        case .stopOverlay(let party): about(party) { "stop the sound mixed in for \($0)" }
        case .hangUp(let party): about(party) { "hang up \($0)" }
        case .note(let call, let note): Telling(call, nil, "\(note)")
        case .ringForTask(_, let name, let call, let task, _): Telling(call, name, "ring \(name) for task \(task)")
        case .adoptLeg(_, let name, let call): Telling(call, name, "give the call to \(name)")
        case .consult(let call, let name): Telling(call, nil, "ask \(name)")
        case .dial(let call, _, let dialer, let name): Telling(call, name, "dial the customer for \(dialer)")
        case .stopDialling(let call): Telling(call, nil, "stop dialling")
        case .claim(let task, let attempt, let name): Telling(nil, name, "claim attempt \(attempt) of task \(task)")
        case .showCard(let task, let name, _): Telling(nil, name, "show \(name) the card of task \(task)")
        case .hideCard(let task, let name): Telling(nil, name, "take the card of task \(task) from \(name)")
        case .record(let fact): words(for: fact)
        case .resolveTime(let call, let entered, _):
            Telling(call, nil, "the time asked for is \(entered.date) \(entered.time)")
        case .speak(_, .dateAndTime(let local), let party): about(party) { "say \(local) to \($0)" }
        case .speak(_, .waitingRequests(let count), let party):
            about(party) { "tell \($0) that \(count) requests wait" }
        case .captureKeys, .findWindow, .remind: nil
        }
    }

    private func words(for fact: Fact) -> Telling? {
        switch fact {
        case .tied(_, let name, _, let call): Telling(call, name, "\(name) is who helped this customer last")
        case .untied(_, let call): Telling(call, nil, "who helped this customer last is forgotten")
        case .vipUsed(let call, let name): Telling(call, name, "counts as a VIP call that \(name) was told of")
        case .vipMissed(let call, let name): Telling(call, name, "a VIP call missed by \(name)")
        case .callbackWanted(let wish): Telling(wish.call, wish.responsible, "the customer is to be called back")
        case .operatorEntered(let name, let activity): Telling(nil, name, "\(name) is now \(activity)")
        case .taskClosed(let task, let result): Telling(nil, nil, "task \(task) is closed: \(Self.words(result))")
        case .responsibleWaitExpired(let task, let name, _, _):
            Telling(nil, name, "\(name) did not come in time for task \(task)")
        case .callEnded, .operatorWished, .dialerWished, .taskOpened, .taskUpdated, .attemptEnded, .reminded: nil
        }
    }

    private static func words(_ result: TaskResult) -> String {
        switch result {
        case .resolved(let call): "call \(call) resolved it"
        case .cancelled: "cancelled"
        case .givenUp(let outcome): "given up after \(outcome.rawValue)"
        case .handedToCRM: "handed to the CRM"
        case .merged(let other): "merged into task \(other)"
        }
    }

    private func about(_ party: Party, _ text: (String) -> String) -> Telling? {
        switch party {
        case .caller(let call): Telling(call, nil, text("the customer"))
        case .operator(let name): Telling(tracker.calls[name], name, text("\(name)"))
        }
    }
}

extension Action {
    /// What it says is all that there is to say.
    fileprivate var isNews: Bool {
        if case .record(.operatorEntered) = self { true } else { false }
    }
}
