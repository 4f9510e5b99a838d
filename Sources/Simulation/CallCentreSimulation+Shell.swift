import Routing

// What becomes of each decision: phones ring, sounds end, hang-ups are confirmed, each after a while.

extension CallCentreSimulation {
    mutating func carryOut(_ decision: Decision) {
        switch decision.action {
        case .accept(let call): noteEntered(call)
        case .refuse(let call, _): noteRefused(call)
        case .ring(let ring, let name, let call): ringPhone(of: name, ring, for: call)
        case .stopRinging(let ring): plan(.stopped(ring), in: networkDelay())
        case .connect(let call, let name): connect(call, name)
        case .play(let playback, _, let party, _):
            hearsSomethingElse(party)
            play(playback)
        case .loop(_, let party): hearsSomethingElse(party)
        case .overlay(let playback, _, let party): overlay(playback, party)
        case .stopOverlay(let party): stopOverlay(party)
        case .captureKeys(let name, let isOn): captureKeys(of: name, isOn, because: decision.reason)
        case .hangUp(.caller(let call)): plan(.callerGone(call), in: networkDelay())
        case .hangUp(.operator(let name)): hangUp(name)
        case .record(let fact): take(fact)
        case .note: break
        case .claim(let task, let attempt, _): plan(.claimed(task, attempt: attempt), in: networkDelay())
        case .findWindow(let task, _, _): plan(.windowFound(task), in: networkDelay())
        case .showCard(let task, let name, let preview): show(task, to: name, for: preview)
        case .hideCard(_, let name): hideCard(from: name)
        case .ringForTask(let ring, let name, let call, _, _): ringPhone(of: name, ring, for: call)
        case .dial(let call, _, _, _): dial(call)
        case .stopDialling(let call): plan(.dialStopped(call), in: networkDelay())
        case .speak(let playback, _, _): play(playback)
        // The days of `SimulationScenario` have no scripts, transfers and reminders, so none of these are decided.
        case .adoptLeg, .consult, .remind, .resolveTime: break
        }
    }

    // MARK: - Phones

    private mutating func ringPhone(of name: OperatorID, _ ring: RingID, for call: CallID) {
        guard let index = indexes[name] else { return }
        rings[ring] = index
        // Somebody was ready when the call came.
        if calls[call]?.arrivedAt == now { calls[call]?.hadToWait = false }
        let habits = people[index].habits
        let mood = people[index].dice.fraction()
        let delay = networkDelay() + networkDelay() + habits.answering.draw(using: &people[index].dice)
        if mood < habits.declines {
            plan(.declines(ring), in: delay)
        } else if mood >= habits.declines + habits.misses {
            plan(.answers(ring), in: delay)
        }
    }

    private mutating func hangUp(_ name: OperatorID) {
        guard let index = indexes[name], let leg = people[index].leg else { return }
        people[index].leg = nil
        people[index].wrapUp += people[index].wrapUpNext
        people[index].wrapUpNext = .zero
        endOverlay(of: index)
        plan(.legGone(index, leg), in: networkDelay())
    }

    // MARK: - Conversations

    private mutating func connect(_ call: CallID, _ name: OperatorID) {
        guard let index = indexes[name], var present = calls[call] else { return }
        if present.answeredAt == nil {
            present.answeredAt = now
            present.answeredBy = index
            if recorded != nil { noteAnswer(present.customer, isAnswered: true) }
        }
        if let task = present.task { reached(task, in: call, by: index) }
        people[index].calls += 1
        people[index].wrapUpNext = policy.queues[present.queue].wrapUp
        present.turn += 1
        present.talking = (index, now)
        calls[call] = present
        plan(.hangsUp(call, turn: present.turn), in: present.talkLeft)
    }

    /// A customer who talked is on hold now. They wait there as patiently as in the queue.
    private mutating func hearsSomethingElse(_ party: Party) {
        guard case .caller(let call) = party, let talking = calls[call]?.talking else { return }
        stopTalking(call, talking)
        guard var present = calls[call] else { return }
        let patience = patience(of: &present.customer, isOnHold: true)
        calls[call] = present
        if let patience { plan(.hangsUp(call, turn: present.turn), in: patience) }
    }

    mutating func stopTalking(_ call: CallID, _ talking: (with: Int, since: Instant)) {
        let talked = now - talking.since
        people[talking.with].talking += talked
        calls[call]?.talkLeft -= talked
        calls[call]?.talking = nil
        calls[call]?.turn += 1
    }

    // MARK: - Sounds and keys

    private mutating func play(_ playback: PlaybackID) {
        sounds.insert(playback)
        plan(.soundOver(playback, completed: true), in: scenario.engine.announcement.draw(using: &engineDice))
    }

    private mutating func overlay(_ playback: PlaybackID, _ party: Party) {
        if case .operator(let name) = party, let index = indexes[name] {
            endOverlay(of: index)
            people[index].overlay = playback
        }
        play(playback)
    }

    private mutating func stopOverlay(_ party: Party) {
        guard case .operator(let name) = party, let index = indexes[name] else { return }
        endOverlay(of: index)
    }

    private mutating func endOverlay(of index: Int) {
        guard let playback = people[index].overlay, sounds.contains(playback) else { return }
        people[index].overlay = nil
        plan(.soundOver(playback, completed: false), in: networkDelay())
    }

    /// An operator who is being told of a VIP call that only a key takes.
    private mutating func captureKeys(of name: OperatorID, _ isOn: Bool, because reason: RoutingReason) {
        guard isOn, case .vipInterrupts(let vip) = reason, let index = indexes[name], let leg = people[index].leg,
            let queue = calls[vip]?.queue
        else { return }
        let interruption = policy.queues[queue].interruption
        guard interruption.accept == .key, let key = interruption.takeNow else { return }
        guard people[index].dice.chance(people[index].habits.takesVIP) else { return }
        let announcement = scenario.engine.announcement.mean
        plan(.presses(index, leg, key), in: announcement + interruption.holdAfterAnnouncement / 2)
    }
}
