/// An operator's leg on which they are told how many requests wait for them.
struct Reminder: Hashable, Codable, Sendable {
    let leg: RingID
    let playback: PlaybackID
    /// They have been told, and have until then to press the key.
    var hangUpAt: Instant?
}

// A reminder: the operator is rung and told by voice how many requests wait for them; a key starts the first
// (product.md section 6). Whoever is ready and gets tasks by themselves needs none; those who are paused do, and those
// with priority 0.

extension RoutingState {
    // MARK: - On a schedule

    /// A request waits for the operator, perhaps the first.
    mutating func requestWaits(for name: OperatorID) {
        guard let every = house.reminder.every, let state = operators[name], state.remindAt == nil,
            owedCount(of: name) > 0
        else { return }
        operators[name]?.remindAt = now + max(Self.leastInterval, every)
    }

    mutating func reminderDue(_ name: OperatorID) {
        operators[name]?.remindAt = nil
        guard !isDraining, house.reminder.every != nil else { return }
        requestWaits(for: name)
        if needsReminder(name) { decide(.remind(name), because: .reminder) }
    }

    /// Requests wait that do not come to the operator by themselves, and they can be told so now.
    private func needsReminder(_ name: OperatorID) -> Bool {
        guard let state = operators[name], case .free = state.state, state.isConfigured, !state.isOffline, state.canRing
        else { return false }
        return dialerOrder.contains { id in
            guard isRunning(id), dialers[id]?.policy.mode == .callback, dialers[id]?.owned[name] != nil else {
                return false
            }
            return !(state.isReady && state.desks[id] != nil)
        }
    }

    // MARK: - One reminder

    mutating func reminderWanted(_ name: OperatorID, as call: CallID) {
        guard let state = operators[name], case .free = state.state, state.isConfigured, !state.isOffline,
            state.canRing,
            owedCount(of: name) > 0, !isDraining, calls[call] == nil, attemptTasks[call] == nil, reminders[call] == nil
        else { return }
        reminders[call] = name
        _ = ring(name, for: call, timeout: house.reminder.ringTimeout, because: .reminder)
    }

    mutating func remind(_ name: OperatorID, leg: RingID) {
        let playback = makePlayback(.reminder(name))
        let count = owedCount(of: name)
        operators[name]?.enter(.reminded(Reminder(leg: leg, playback: playback)), at: now)
        decide(.speak(playback, .waitingRequests(count), to: .operator(name)), because: .reminder)
        decide(.record(.reminded(name, count: count)), because: .reminder)
    }

    mutating func reminderTold(_ playback: PlaybackID, to name: OperatorID) {
        guard case .reminded(var reminder) = operators[name]?.state, reminder.playback == playback else { return }
        reminder.hangUpAt = now + max(.zero, house.reminder.keyWait)
        operators[name]?.state = .reminded(reminder)
    }

    /// Whoever starts a request is at work: they are ready from here on.
    mutating func remindedPressed(_ key: Key, _ name: OperatorID) {
        guard case .reminded(let reminder) = operators[name]?.state, key == house.reminder.startKey else { return }
        let first = firstOwed(by: name, in: dialerOrder) { tasks[$0]?.mayBeDialled(at: now) == true }
        operators[name]?.enter(.free(since: now), at: now)
        playbacks[reminder.playback] = nil
        decide(.hangUp(.operator(name)), because: .startKeyPressed)
        setWish(.ready, of: name, because: .startKeyPressed)
        if let first, operators[name]?.isReady == true { taskStarted(first.id, by: name) }
        forgetIfGone(name)
    }

    mutating func endReminder(_ name: OperatorID, _ reminder: Reminder, legIsUp: Bool = true) {
        playbacks[reminder.playback] = nil
        if legIsUp { decide(.hangUp(.operator(name)), because: .reminder) }
        release(name, idleSince: now)
    }
}
