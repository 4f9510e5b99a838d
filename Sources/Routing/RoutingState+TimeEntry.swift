// The customer says by keys when they want to be called (product.md section 6): a date, a time, and a key that confirms
// what they hear. Which moment that is, is found out outside: here is no clock and no calendar.

extension RoutingState {
    /// The shell has so long to say which moment was entered.
    private static let resolveTimeout = Duration.seconds(5)

    /// The dialer that would call them back then; `nil`: nobody would, so nobody asks.
    func dialerForChosenTime(of call: Call) -> DialerID? {
        call.arrival.number == nil ? nil : callbackDialer(of: call)
    }

    mutating func askTime(_ question: TimeQuestion, of id: CallID, _ scenario: inout Scenario) {
        ask(TimeEntry(question: question), .date, of: id, &scenario, because: .scenarioSays)
    }

    private mutating func ask(
        _ entry: TimeEntry, _ field: TimeEntry.Field, of id: CallID, _ scenario: inout Scenario,
        because reason: RoutingReason
    ) {
        var entry = entry
        entry.digits = ""
        let sound = field == .date ? entry.question.date : entry.question.time
        entry.step = .asking(field, playForScenario(sound, to: id, because: reason))
        scenario.wait = .time(entry)
        move(id, to: .inScenario(scenario))
    }

    // MARK: - Keys, sounds and deadlines

    mutating func timeKey(_ key: Key, _ entry: TimeEntry, of id: CallID) {
        switch entry.step {
        case .asking(let field, let playback):
            playbacks[playback] = nil
            enter(key, into: entry, field, of: id)
        case .entering(let field, _): enter(key, into: entry, field, of: id)
        case .resolving, .refusing, .promising: return
        case .saying(let playback, let chosen), .confirming(let playback, let chosen):
            playbacks[playback] = nil
            confirm(key, entry, chosen, of: id)
        case .choosing(_, let chosen): confirm(key, entry, chosen, of: id)
        }
    }

    private mutating func enter(_ key: Key, into entry: TimeEntry, _ field: TimeEntry.Field, of id: CallID) {
        var entry = entry
        switch key.character {
        case "#":
            entered(entry, field, of: id)
            return
        case "0"..."9": entry.digits.append(key.character)
        default: entry.digits = ""
        }
        if entry.digits.utf8.count >= TimeEntry.mostDigits {
            entered(entry, field, of: id)
        } else {
            entry.step = .entering(field, until: now + max(.zero, entry.question.timeout))
            wait(entry, of: id)
        }
    }

    mutating func timeSoundEnded(_ entry: TimeEntry, of id: CallID) {
        var entry = entry
        let until = now + max(.zero, entry.question.timeout)
        switch entry.step {
        case .refusing:
            askAnew(entry, of: id)
            return
        case .promising(_, let key):
            endInScenario(id, .leftByKey, because: .callbackKeyPressed(key))
            return
        case .asking(let field, _): entry.step = .entering(field, until: until)
        case .saying(_, let chosen):
            let playback = playForScenario(entry.question.confirm, to: id, because: .timeEntered)
            entry.step = .confirming(playback, chosen)
        case .confirming(_, let chosen): entry.step = .choosing(until: until, chosen)
        case .entering, .resolving, .choosing: return
        }
        wait(entry, of: id)
    }

    mutating func timeDeadline(_ entry: TimeEntry, of id: CallID) {
        if case .entering(let field, _) = entry.step, !entry.digits.isEmpty {
            entered(entry, field, of: id)
        } else {
            askTimeAgain(entry, of: id)
        }
    }

    private mutating func wait(_ entry: TimeEntry, of id: CallID) {
        guard case .inScenario(var scenario) = calls[id]?.state else { return }
        scenario.wait = .time(entry)
        move(id, to: .inScenario(scenario))
    }

    // MARK: - What was entered

    private mutating func entered(_ entry: TimeEntry, _ field: TimeEntry.Field, of id: CallID) {
        guard case .inScenario(var scenario) = calls[id]?.state, let call = calls[id] else { return }
        var entry = entry
        guard entry.isComplete(field) else {
            askTimeAgain(entry, of: id, isInvalid: true)
            return
        }
        switch field {
        case .date:
            entry.date = entry.digits
            ask(entry, .time, of: id, &scenario, because: .timeEntered)
        case .time:
            guard let dialer = dialerForChosenTime(of: call) else {
                askTimeAgain(entry, of: id)
                return
            }
            entry.step = .resolving(until: now + Self.resolveTimeout)
            decide(.loop(call.policy.holdAudio, to: .caller(id)), because: .timeEntered)
            decide(
                .resolveTime(id, EnteredTime(date: entry.date, time: entry.digits), dialer), because: .timeEntered)
            wait(entry, of: id)
        }
    }

    mutating func timeResolved(_ id: CallID, _ chosen: ChosenTime?) {
        guard case .inScenario(let scenario) = calls[id]?.state, case .time(var entry) = scenario.wait,
            case .resolving = entry.step
        else { return }
        guard let chosen, chosen.at > now else {
            askTimeAgain(entry, of: id, isInvalid: true)
            return
        }
        let playback = makePlayback(.scenario(id))
        decide(.speak(playback, .dateAndTime(chosen.local), to: .caller(id)), because: .timeEntered)
        entry.step = .saying(playback, chosen)
        wait(entry, of: id)
    }

    /// So many tries, then the scenario goes on without.
    private mutating func askTimeAgain(_ entry: TimeEntry, of id: CallID, isInvalid: Bool = false) {
        var entry = entry
        entry.tries += 1
        guard entry.tries < max(1, entry.question.tries) else {
            takeNextStep(id)
            return
        }
        guard isInvalid, let invalid = entry.question.invalid else {
            askAnew(entry, of: id)
            return
        }
        entry.step = .refusing(playForScenario(invalid, to: id, because: .noKeyChosen))
        wait(entry, of: id)
    }

    private mutating func askAnew(_ entry: TimeEntry, of id: CallID) {
        guard case .inScenario(var scenario) = calls[id]?.state else { return }
        ask(entry, .date, of: id, &scenario, because: .noKeyChosen)
    }

    private mutating func confirm(_ key: Key, _ entry: TimeEntry, _ chosen: ChosenTime, of id: CallID) {
        guard key == entry.question.confirmKey, let call = calls[id], dialerForChosenTime(of: call) != nil else {
            askTimeAgain(entry, of: id)
            return
        }
        decide(.note(id, .answered(key)), because: .keyChosen(key))
        calls[id]?.callbackAt = chosen.at
        guard let promised = entry.question.promised else {
            endInScenario(id, .leftByKey, because: .callbackKeyPressed(key))
            return
        }
        var entry = entry
        entry.step = .promising(playForScenario(promised, to: id, because: .callbackKeyPressed(key)), key)
        wait(entry, of: id)
    }

    // MARK: - From the queue

    /// The callback key of a queue that asks for the time. The customer keeps their ticket, for the case that they come to
    /// no decision.
    mutating func askTimeOfWaiting(_ id: CallID, _ key: Key, _ question: TimeQuestion) {
        guard let call = calls[id] else { return }
        let reason = RoutingReason.callbackKeyPressed(key)
        var told: OperatorID?
        switch call.state {
        case .waiting(let telling):
            leaveLine(id)
            told = telling
            if let telling { withdraw(from: telling, because: reason, isMissed: true) }
        case .ringing(let rings):
            for ring in rings { stop(ring, because: reason) }
        case .inScenario, .talking, .held, .returning, .leaving, .dialling, .undialling:
            return
        }
        leaveQueue(id, because: reason)
        move(id, to: .inScenario(Scenario(rest: [.askTime(question), .route(.queue(call.queue))])))
        takeNextStep(id)
        if let told { offerConversation(of: told) }
    }
}
