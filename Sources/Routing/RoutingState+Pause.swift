// A dialer is paused: what has begun goes on, nothing new begins, and no clock runs against anybody meanwhile.
//
// Its tasks stay in their lines, however many they are; the lines are not looked at. A wait that the pause has taken time
// from notices that when it seems to be over, so that a pause touches no task whose time does not run out in it.

extension RoutingState {
    mutating func dialerWished(_ id: DialerID, _ wish: DialerWish) {
        guard wish != self.wish(of: id) else { return }
        let wasPaused = pausedDialers[id] != nil
        switch wish {
        case .paused(let reason): pausedDialers[id] = reason
        case .running: pausedDialers[id] = nil
        }
        decide(.record(.dialerWished(id, wish)), because: .asWished)
        guard wasPaused != (pausedDialers[id] != nil) else { return }
        for name in operatorOrder { noteAbsence(of: name) }
        if wasPaused { resume(id) }
    }

    private mutating func resume(_ id: DialerID) {
        dialers[id]?.resumedAt = now
        let stopped = dialers[id]?.stopped.sorted() ?? []
        dialers[id]?.stopped = []
        for task in stopped { startClock(of: task, in: id) }
        offerTasks(of: id)
        for name in operatorOrder { requestWaits(for: name) }
    }

    func wish(of id: DialerID) -> DialerWish { pausedDialers[id].map { .paused(reason: $0) } ?? .running }

    /// It is configured and not paused: its tasks may be attempted.
    func isRunning(_ id: DialerID) -> Bool {
        pausedDialers[id] == nil && dialers[id]?.isOpen == true
    }

    // MARK: - Clocks

    /// When the stage of a task that waits is really over: a pause takes none of its time. `nil`: not before the pause
    /// is, or never.
    func endOfStage(_ waiting: TaskWait, in id: DialerID) -> Instant? {
        guard let until = waiting.until, pausedDialers[id] == nil else { return nil }
        guard let resumedAt = dialers[id]?.resumedAt, resumedAt > waiting.since else { return until }
        return resumedAt + max(.zero, dialers[id]?.policy.responsibleWait ?? .zero)
    }

    /// The stage seems to be over. If a pause took its time, it goes on; during the pause it has no end.
    ///
    /// - Returns: whether it goes on.
    mutating func prolong(_ id: TaskID, _ waiting: TaskWait, in dialer: DialerID) -> Bool {
        guard pausedDialers[dialer] == nil else {
            tasks[id]?.state = .waiting(waiting.anew(since: waiting.since, until: nil))
            dialers[dialer]?.stopped.insert(id)
            return true
        }
        guard let end = endOfStage(waiting, in: dialer), end > now, let since = dialers[dialer]?.resumedAt else {
            return false
        }
        tasks[id]?.state = .waiting(waiting.anew(since: since, until: end))
        return true
    }

    private mutating func startClock(of id: TaskID, in dialer: DialerID) {
        guard let task = tasks[id], task.dialer == dialer, case .waiting(let waiting) = task.state,
            waiting.isStopped, let wait = dialers[dialer]?.policy.responsibleWait
        else { return }
        tasks[id]?.state = .waiting(waiting.anew(since: now, until: now + max(.zero, wait)))
    }
}

extension TaskWait {
    /// Its stage has an end, which a pause has put off.
    var isStopped: Bool { until == nil && stage != .anyone && !isLead }

    fileprivate func anew(since: Instant, until: Instant?) -> TaskWait {
        TaskWait(since: since, until: until, stage: stage, isLead: isLead)
    }
}
