// What a queue may be told beyond the usual: who may enter when nobody is there, leaving by key, how many may talk at
// once, and tickets that outlive the call (product.md sections 2 and 8).

extension RoutingState {
    // MARK: - Nobody there

    /// No operator who takes calls of this queue is signed in.
    func isEmpty(_ id: QueueID) -> Bool {
        guard let members = queues[id]?.members else { return true }
        return !members.contains { $0.priority > 0 && operators[$0.operator]?.isOffline == false }
    }

    /// The operator has signed out. Where they were the last, those who do not want to wait for that leave.
    mutating func lastOneOut(_ name: OperatorID) {
        for (id, _) in operators[name]?.serves ?? [] {
            guard let queue = queues[id], queue.length > 0, isEmpty(id) else { continue }
            for call in waitingCalls(of: id) where calls[call]?.policy.leaveWhenEmpty == true { seek(call) }
        }
    }

    // MARK: - Leaving

    /// A waiting customer pressed a key. It works during announcements too: those only change what is heard.
    mutating func customerPressed(_ key: Key, _ id: CallID) {
        if case .inScenario = calls[id]?.state {
            answeredScenario(id, key)
            return
        }
        guard let call = calls[id], key == call.policy.callbackKey, call.arrival.number != nil else { return }
        if let question = call.policy.callbackTime, dialerForChosenTime(of: call) != nil {
            askTimeOfWaiting(id, key, question)
        } else {
            leave(id, .callbackKey(key))
        }
    }

    /// The customer leaves the queue without a conversation. At once: a phone that rings stops, an operator who is being
    /// told is told no more.
    mutating func leave(_ id: CallID, _ exit: QueueExit) {
        guard let call = calls[id] else { return }
        var told: OperatorID?
        switch call.state {
        case .waiting(let telling):
            leaveLine(id)
            told = telling
            if let telling { withdraw(from: telling, because: exit.reason, isMissed: true) }
        case .ringing(let rings):
            for ring in rings { stop(ring, because: exit.reason) }
        case .inScenario, .talking, .held, .returning, .leaving, .dialling, .undialling:
            return
        }
        if let announcement = call.policy.announcement(for: exit) {
            let playback = makePlayback(.farewell(id))
            move(id, to: .leaving(playback, exit))
            decide(.play(playback, announcement, to: .caller(id), then: .silence), because: exit.reason)
        } else {
            decide(.hangUp(.caller(id)), because: exit.reason)
            finish(id, exit.outcome, HangupCause(.byDecision), by: nil, because: exit.reason)
        }
        if let told { offerConversation(of: told) }
    }

    /// The last announcement is over.
    mutating func farewellEnded(_ id: CallID) {
        guard let call = calls[id], case .leaving(_, let exit) = call.state else { return }
        decide(.hangUp(.caller(id)), because: exit.reason)
        finish(id, exit.outcome, HangupCause(.byDecision), by: nil, because: exit.reason)
    }

    // MARK: - How many at once

    /// The one place where calls change their state: the queue counts those that are with operators, and the clocks of
    /// the call log follow.
    mutating func move(_ id: CallID, to state: CallState) {
        guard let queue = calls[id]?.queue, let wasAtWork = calls[id]?.state.isAtWork else { return }
        count(queue, from: wasAtWork, to: state.isAtWork)
        calls[id]?.state = state
        let (kind, name) = stretch(in: state)
        calls[id]?.history.enter(kind, with: name, at: now)
    }

    /// What a call in this state spends its time with, and with whom.
    private func stretch(in state: CallState) -> (CallRecord.Segment.Kind, OperatorID?) {
        switch state {
        case .inScenario: (.scenario, nil)
        case .waiting, .leaving: (.waiting, nil)
        case .ringing(let rings): (.ringing, rings.count == 1 ? rings.first.flatMap { ringOwners[$0] } : nil)
        case .talking(let name): (.talking, name)
        case .held(let name), .returning(_, let name): (.held, name)
        case .dialling, .undialling: (.dialling, nil)
        }
    }

    /// A call begins or ceases to be with an operator. Where that makes room, somebody who waits may have it.
    mutating func count(_ id: QueueID, from before: Bool, to after: Bool) {
        guard before != after else { return }
        queues[id]?.atWork += after ? 1 : -1
        if before, queues[id]?.policy.maxTalking != nil, !roomMade.contains(id) { roomMade.append(id) }
    }

    /// Those who had to wait for room look for an operator, in the order of the queue. Asked after every event.
    mutating func admitWaiting() {
        while let id = roomMade.popLast() {
            while let call = firstForAnyReady(in: id) {
                seek(call)
                if calls[call]?.state.isWaiting == true { break }
            }
            for name in preparing where queues[id]?.hasRoom == true {
                // Calls come before tasks, also those that had no room until now.
                guard let (first, _) = chooseCall(for: name), let call = calls[first], call.queue == id else {
                    continue
                }
                _ = takeFromTask(for: call)
            }
            for vip in vips.calls where calls[vip]?.queue == id { seek(vip) }
        }
    }

    /// The first in line whom somebody who is ready may take: VIPs first, then by their places, whatever the stage.
    private func firstForAnyReady(in id: QueueID) -> CallID? {
        guard let queue = queues[id], queue.hasRoom, !queue.ready.entries.isEmpty else { return nil }
        func canHave(_ id: CallID) -> Bool {
            guard let call = calls[id], call.queue == queue.policy.id, !call.isBound else { return false }
            return queue.ready.contains { mayTake(call, $0) }
        }
        for isVIP in [true, false] {
            var first = queue.open[isVIP: isVIP].first(where: canHave)
            for name in queue.ready.entries.lazy.map(\.member.operator) {
                guard let state = operators[name] else { continue }
                let lines = [state.pinned] + state.policy.groups.compactMap { queue.grouped[$0] }
                for line in lines where !line.isEmpty {
                    guard let entry = line[isVIP: isVIP].first(where: canHave) else { continue }
                    if first.map({ entry.place < $0.place }) ?? true { first = entry }
                }
            }
            if let first { return first.call }
        }
        return nil
    }

    /// All who wait in the queue, whatever their stage: VIPs first, then by their places. Asked only on rare occasions.
    func waitingCalls(of id: QueueID) -> [CallID] {
        let waiting = calls.unordered.filter { $0.queue == id && $0.state.isWaiting }
        return waiting.sorted { $0.isVIP == $1.isVIP ? $0.place < $1.place : $0.isVIP }.map(\.id)
    }

    // MARK: - Tickets

    /// The place of an arriving call: the one that the customer left a moment ago, or the one that the shell remembers
    /// of a call cut by a restart; else a new one.
    mutating func ticket(for call: Call) -> (Place, RoutingReason?) {
        let (arrival, place) = (call.arrival, makePlace())
        guard let number = arrival.number else { return (place, nil) }
        if let kept = places.take(PlaceMemory.Key(number: number, queue: call.queue), at: now) {
            return (kept, .placeResumed(now - kept.entered))
        }
        guard arrival.waited > .zero else { return (place, nil) }
        return (place.moved(back: arrival.waited), .placeResumed(arrival.waited))
    }

    /// The customer hung up while waiting.
    mutating func keepPlace(of call: Call) {
        guard let number = call.arrival.number, call.policy.resumePlace > .zero else { return }
        let key = PlaceMemory.Key(number: number, queue: call.queue)
        places.keep(call.place, for: key, until: now + call.policy.resumePlace, at: now)
    }
}

extension QueuePolicy {
    fileprivate func announcement(for exit: QueueExit) -> Sound? {
        switch exit {
        case .maxWait, .empty: timeoutAnnouncement
        case .callbackKey: callbackAnnouncement
        }
    }
}

extension CallState {
    /// An operator is, or may any moment be, taken up by it.
    var isAtWork: Bool {
        switch self {
        case .ringing, .talking, .held, .returning: true
        case .inScenario, .waiting, .leaving, .dialling, .undialling: false
        }
    }
}
