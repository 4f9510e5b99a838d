import Routing

// What a step means for `queue_log`: first what happened, then what was decided, in order.

extension QueueLog {
    mutating func begin(_ event: RoutingEvent) {
        answered = nil
        endedOutbound = nil
        switch event {
        case .configured(let policy): write(members.configured(policy))
        case .callArrived(let arrival):
            if visits[arrival.call] == nil { newcomers[arrival.call] = QueueNewcomer(arrival) }
        case .consulted(let call, let steps): newcomers[call]?.steps.consulted(steps)
        case .ringAnswered(let ring):
            guard let place = rings.removeValue(forKey: ring) else { return }
            answered = place
            legs[place.operator] = ring
        case .ringEnded(let ring, let end):
            over(ring, isMissed: end.cause != .withdrawn)
        default: break
        }
    }

    /// What is left when all has been decided.
    mutating func end(_ event: RoutingEvent) {
        guard case .operatorLeft(let name, let ring, _) = event else { return }
        if legs[name] == ring { legs[name] = nil }
        // An operator who is not rung again for the customer they hold does not come back to them.
        guard let call = holding[name], !rings.values.contains(where: { $0.call == call }) else { return }
        setFree(call)
    }

    mutating func follow(_ decision: Decision) {
        switch decision.action {
        case .ring(let ring, let name, let call), .ringForTask(let ring, let name, let call, _, _):
            ringing(ring, name, call)
        case .stopRinging(let ring): stopped(ring, because: decision.reason)
        case .connect(let call, let name): connected(call, name)
        case .adoptLeg(let leg, let name, let call): handedOver(call, to: name, leg)
        case .loop(_, to: .caller(let call)): looped(call, because: decision.reason)
        case .play(_, _, to: .caller(let call), _):
            // A question that is asked once more is no new step.
            if decision.reason == .scenarioSays { newcomers[call]?.steps.stepBegan() }
            noteKey(call, decision.reason)
        case .hangUp(.caller(let call)): noteKey(call, decision.reason)
        case .consult(let call, _): newcomers[call]?.steps.stepBegan()
        case .note(let call, .answered(let key)): newcomers[call]?.steps.answered(key)
        case .note(let call, .stageEnded):
            guard case .heldTooLong = decision.reason else { return }
            setFree(call)
        case .dial(let call, let number, let dialer, _):
            newcomers[call] = QueueNewcomer(dialled: number, for: members.queue(of: dialer))
        case .record(let fact): follow(fact)
        default: break
        }
    }

    private mutating func follow(_ fact: Fact) {
        switch fact {
        case .callEnded(let record): callEnded(record)
        case .attemptEnded(let attempt): attemptEnded(attempt)
        case .operatorWished(let name, let wish): write(members.wished(name, wish))
        case .operatorEntered(let name, let activity): write(members.entered(name, activity))
        case .tied, .untied, .vipUsed, .vipMissed, .callbackWanted, .dialerWished, .taskOpened, .taskUpdated,
            .responsibleWaitExpired, .taskClosed, .reminded:
            break
        }
    }

    private mutating func noteKey(_ call: CallID, _ reason: RoutingReason) {
        guard case .callbackKeyPressed(let key) = reason else { return }
        keys[call] = key
    }
}

// MARK: - Into a queue

extension QueueLog {
    private mutating func looped(_ call: CallID, because reason: RoutingReason) {
        switch reason {
        case .waiting:
            guard var who = newcomers.removeValue(forKey: call), let own = who.queue else { return }
            guard let queue = target(who.steps.destination() ?? .queue(own), from: own) else { return }
            if !who.line.isEmpty { write(.did, call, queue, nil, [who.line]) }
            enter(call, who, queue)
        case .rerouted(let destination): rerouted(call, to: destination)
        case .heldByPhone(let name):
            guard let visit = visits[call], visit.stage == .talking, !visit.isHeldByPhone else { return }
            visits[call]?.isHeldByPhone = true
            write(.callerOnHold, call, visit.queue, name)
        default: break
        }
    }

    /// The queue to which a destination leads, as the router finds it; `nil`: not known.
    private func target(_ destination: Destination, from queue: QueueID) -> QueueID? {
        switch destination {
        case .queue(let id): return members.isConfigured(id) ? id : queue
        case .operator(let name):
            guard let served = members.queues(of: name) else { return nil }
            return served.contains(queue) ? queue : served.first ?? queue
        }
    }

    private mutating func rerouted(_ call: CallID, to destination: Destination) {
        guard let visit = visits[call] else {
            // The customer of a task, who was in no queue so far.
            guard let who = newcomers[call], let own = who.queue, let queue = target(destination, from: own) else {
                newcomers[call] = nil
                return
            }
            newcomers[call] = nil
            enter(call, who, queue)
            return
        }
        let queue = target(destination, from: visit.queue)
        switch visit.stage {
        case .waiting:
            guard queue != visit.queue else { return }
            // If it is not known where they go, they may as well stay.
            if queue != nil { writeExit(.withdraw, call, visit, at: now, last: ["rerouted"]) }
            leaveLine(call, visit.queue)
        case .talking, .held:
            let (name, context) = destination.parts
            writeEnd(.blindTransfer, call, visit, at: now, [name, context])
        case .elsewhere: break
        }
        forgetConversation(call, visit)
        visits[call] = nil
        if let queue { enter(call, visit.who, queue) }
    }

    /// Whoever held them does so no more: they wait again, before all others.
    mutating func setFree(_ call: CallID) {
        guard let visit = visits[call], visit.stage == .held else { return }
        forgetConversation(call, visit)
        writeEnd(.completeAgent, call, visit, at: now)
        enter(call, visit.who, visit.queue, atHead: true)
    }

    mutating func forgetConversation(_ call: CallID, _ visit: QueueVisit) {
        guard let name = visit.operator else { return }
        if talking[name] == call { talking[name] = nil }
        if holding[name] == call { holding[name] = nil }
    }
}

extension Destination {
    /// What Asterisk calls extension and context.
    fileprivate var parts: (String, String) {
        switch self {
        case .queue(let id): (id.name, "queue")
        case .operator(let name): (name.name, "operator")
        }
    }
}
