// A call takes the steps of its scenario before it waits in a queue (product.md sections 2 and 7). Which steps there are
// is decided elsewhere; here each one is taken, and answered by exactly one event.

extension RoutingState {
    /// The outside has so long to answer a check.
    private static let checkTimeout = Duration.seconds(5)

    mutating func beginScenario(_ id: CallID) {
        guard let script = calls[id]?.arrival.script else { return }
        move(id, to: .inScenario(Scenario(rest: script)))
        takeNextStep(id)
    }

    /// Goes on to the next step that takes time; at the end the call joins the queue with which it arrived.
    mutating func takeNextStep(_ id: CallID) {
        while let call = calls[id], case .inScenario(var scenario) = call.state {
            guard !scenario.rest.isEmpty else {
                sendToQueue(id, .queue(call.arrival.queue))
                return
            }
            let step = scenario.rest.removeFirst()
            scenario.wait = .nothing
            switch step {
            case .play(let sound):
                scenario.wait = .sound(playForScenario(sound, to: id, because: .scenarioSays))
            case .ask(let question):
                let playback = playForScenario(question.sound, to: id, because: .scenarioSays)
                scenario.wait = .question(question, playback, asked: 1)
            case .check(let name):
                scenario.wait = .answer(until: now + Self.checkTimeout)
                decide(.loop(call.policy.holdAudio, to: .caller(id)), because: .scenarioSays)
                decide(.consult(id, name), because: .scenarioSays)
            case .askTime(let question) where dialerForChosenTime(of: call) != nil:
                askTime(question, of: id, &scenario)
                return
            case .askTime: break
            case .route(let destination):
                sendToQueue(id, destination)
                return
            case .callback where call.arrival.number != nil, .rejectAndCallBack where call.arrival.number != nil:
                endInScenario(id, .leftByKey, because: .scenarioSays)
                return
            case .callback:
                break
            case .reject, .rejectAndCallBack, .hangUp:
                endInScenario(id, .scenario, because: .scenarioSays)
                return
            }
            move(id, to: .inScenario(scenario))
            guard case .nothing = scenario.wait else { return }
        }
    }

    mutating func playForScenario(_ sound: Sound, to id: CallID, because reason: RoutingReason) -> PlaybackID {
        let playback = makePlayback(.scenario(id))
        decide(.play(playback, sound, to: .caller(id), then: .silence), because: reason)
        return playback
    }

    // MARK: - What comes back

    /// A sound that could not be played is over as well: nobody is left in silence for it.
    mutating func scenarioSoundEnded(_ playback: PlaybackID, of id: CallID) {
        guard case .inScenario(var scenario) = calls[id]?.state, scenario.playback == playback else { return }
        switch scenario.wait {
        case .question(let question, _, let asked):
            scenario.wait = .key(question, until: now + max(.zero, question.timeout), asked: asked)
            move(id, to: .inScenario(scenario))
            if question.timeout <= .zero { scenarioDeadline(id) }
        case .sound: takeNextStep(id)
        case .time(let entry): timeSoundEnded(entry, of: id)
        case .nothing, .key, .answer: break
        }
    }

    mutating func answeredScenario(_ id: CallID, _ key: Key) {
        guard case .inScenario(var scenario) = calls[id]?.state else { return }
        switch scenario.wait {
        case .question(let question, let playback, let asked):
            playbacks[playback] = nil
            answer(question, key, asked, &scenario, of: id)
        case .key(let question, _, let asked):
            answer(question, key, asked, &scenario, of: id)
        case .time(let entry): timeKey(key, entry, of: id)
        case .nothing, .sound, .answer: break
        }
    }

    private mutating func answer(
        _ question: Question, _ key: Key, _ asked: Int, _ scenario: inout Scenario, of id: CallID
    ) {
        guard let answer = question.answers.first(where: { $0.key == key }) else {
            askAgain(question, asked, &scenario, of: id)
            return
        }
        decide(.note(id, .answered(key)), because: .keyChosen(key))
        scenario.rest = answer.steps + scenario.rest
        move(id, to: .inScenario(scenario))
        takeNextStep(id)
    }

    private mutating func askAgain(_ question: Question, _ asked: Int, _ scenario: inout Scenario, of id: CallID) {
        guard asked <= question.repeats else {
            scenario.rest = question.otherwise + scenario.rest
            move(id, to: .inScenario(scenario))
            takeNextStep(id)
            return
        }
        let playback = playForScenario(question.sound, to: id, because: .noKeyChosen)
        scenario.wait = .question(question, playback, asked: asked &+ 1)
        move(id, to: .inScenario(scenario))
    }

    mutating func consulted(_ id: CallID, _ steps: [ScenarioStep]) {
        guard case .inScenario(var scenario) = calls[id]?.state, case .answer = scenario.wait else { return }
        scenario.rest = steps + scenario.rest
        move(id, to: .inScenario(scenario))
        takeNextStep(id)
    }

    mutating func scenarioDeadline(_ id: CallID) {
        guard case .inScenario(var scenario) = calls[id]?.state, let until = scenario.nextDeadline, until <= now
        else { return }
        switch scenario.wait {
        case .key(let question, _, let asked): askAgain(question, asked, &scenario, of: id)
        case .answer: takeNextStep(id)
        case .time(let entry): timeDeadline(entry, of: id)
        case .nothing, .sound, .question: break
        }
    }

    // MARK: - The end of it

    private mutating func sendToQueue(_ id: CallID, _ destination: Destination) {
        guard let call = calls[id] else { return }
        let target = queue(for: destination, from: call) ?? call.arrival.queue
        guard let queue = queues[target], queue.isOpen else {
            endInScenario(id, .refused, because: .unknownQueue(target))
            return
        }
        if !call.hasTicket, let (_, reason) = refusal(by: queue) {
            endInScenario(id, .refused, because: reason)
            return
        }
        calls[id]?.enter(queue.sharedPolicy, at: now)
        if target != call.queue { calls[id]?.history.reroute(to: target, at: now) }
        joinQueue(id, destination)
    }

    mutating func endInScenario(_ id: CallID, _ outcome: CallRecord.Outcome, because reason: RoutingReason) {
        decide(.hangUp(.caller(id)), because: reason)
        finish(id, outcome, HangupCause(.byDecision), by: nil, because: reason)
    }
}
