import Routing

// What is counted, from the router's own facts wherever there is one.

extension CallCentreSimulation {
    mutating func noteEntered(_ call: CallID) {
        guard let queue = calls[call]?.queue else { return }
        tallies[queue].figures.entered += 1
    }

    mutating func noteRefused(_ call: CallID) {
        guard let queue = calls[call]?.queue else { return }
        tallies[queue].figures.refused += 1
        plan(.callerGone(call), in: networkDelay())
    }

    mutating func take(_ fact: Fact) {
        switch fact {
        case .callEnded(let record): callEnded(record)
        case .callbackWanted(let wish):
            guard let queue = queueIndexes[wish.queue] else { return }
            tallies[queue].figures.callbacks += 1
        case .operatorWished(let name, .noAnswer):
            guard let index = indexes[name] else { return }
            plan(.returns(index), in: max(.seconds(1), people[index].habits.returnsAfter))
        case .taskOpened(let record):
            switch record.source {
            case .lostCall, .customer: opened(record)
            case .hangUp, .form, .click, .importFile, .program: break
            }
        case .taskUpdated(let record): updated(record)
        case .attemptEnded(let row): attemptEnded(row)
        case .taskClosed(let task, let result): closed(task, result)
        case .tied(let number, let name, let group, _):
            if recorded != nil { tied(number, to: Tie(operator: name, group: group)) }
        case .untied(let number, _):
            if recorded != nil { tied(number, to: nil) }
        case .operatorWished, .operatorEntered, .vipUsed, .vipMissed, .responsibleWaitExpired, .reminded,
            .dialerWished:
            break
        }
    }

    private mutating func callEnded(_ record: CallRecord) {
        guard let call = calls.removeValue(forKey: record.arrival.call) else { return }
        lastEnded = call
        // The operator hung up, or nobody did: the conversation ends with the call.
        if let talking = call.talking { people[talking.with].talking += now - talking.since }
        // What came of a callback is said by its task.
        guard call.task == nil else { return }
        if record.interrupted { tallies[call.queue].figures.interruptions += 1 }
        if call.answeredAt == nil { considerRedial(call.customer) }
        guard record.outcome != .refused else { return }
        count(call, record.outcome)
        guard keepsCalls else { return }
        let wait = (call.answeredAt ?? now) - call.arrivedAt
        ended.append(
            SimulatedCall(
                queue: record.arrival.queue, arrivedAt: call.arrivedAt, outcome: record.outcome, wait: wait,
                hadToWait: call.hadToWait))
    }

    private mutating func count(_ call: PresentCall, _ outcome: CallRecord.Outcome) {
        var tally = Tally()
        swap(&tally, &tallies[call.queue])
        defer { swap(&tally, &tallies[call.queue]) }
        if call.hadToWait { tally.hadToWait += 1 }
        switch outcome {
        case .answered, .refused, .lostByRestart, .scenario, .unanswered: break
        case .leftByKey: tally.figures.leftOtherwise += 1
        case .leftEmpty: tally.figures.leftEmpty += 1
        case .abandoned: tally.figures.abandoned += 1
        case .timedOut: tally.figures.timedOut += call.answeredAt == nil ? 1 : 0
        case .lostOnHold: tally.figures.lostOnHold += 1
        }
        guard let answeredAt = call.answeredAt, let person = call.answeredBy else { return }
        tally.figures.answered += 1
        let wait = answeredAt - call.arrivedAt
        tally.waits.append(seconds(wait))
        if wait <= scenario.threshold { tally.inTime += 1 }
        if let own = call.customer.own {
            tally.figures.returning += 1
            if people[person].name == own { tally.figures.reachedOwn += 1 }
        }
        let priority = priorities[person * policy.queues.count + call.queue]
        tally.figures.byPriority[Int(priority)] += 1
    }

    mutating func report() -> SimulationReport {
        var report = SimulationReport()
        for call in calls.values where call.task == nil { tallies[call.queue].figures.unfinished += 1 }
        for callback in book.open.values { tallies[callback.queue].figures.calledBack?.open += 1 }
        report.queues = zip(policy.queues, tallies).map { SimulationReport.Queue(id: $0.id, figures: $1.finished()) }
        report.total = tallies.reduce(Tally(), +).finished()
        report.operators = people.map { person in
            var atWork = person.atWork
            // Whoever has no shifts is there as long as customers call.
            if let since = person.atWorkSince { atWork += Instant(nanoseconds: 0) + scenario.length - since }
            return SimulationReport.Operator(
                id: person.name, calls: person.calls, atWork: max(0, seconds(atWork)), talking: seconds(person.talking),
                wrapUp: seconds(person.wrapUp))
        }
        report.events = events
        report.leftOut = leftOut
        report.calls = ended
        return report
    }
}
