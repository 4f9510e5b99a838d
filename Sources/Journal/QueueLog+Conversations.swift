import Routing

// Rings, conversations and ends, as `queue_log` tells them.

extension QueueLog {
    // MARK: - Rings

    mutating func ringing(_ ring: RingID, _ name: OperatorID, _ call: CallID) {
        // Only the operator who holds a customer is rung for one who is held.
        if let visit = visits[call], visit.stage == .held, visit.operator != name {
            setFree(call)
        }
        rings[ring] = OpenRing(operator: name, call: call, from: now)
    }

    /// Who lost the race against a colleague has no line, as in Asterisk.
    mutating func stopped(_ ring: RingID, because reason: RoutingReason) {
        switch reason {
        case .ringTimeout, .operatorUnreachable: over(ring, isMissed: true)
        case .answeredElsewhere: rings[ring] = nil
        case .callerLeft, .endWanted: over(ring, isMissed: false, isCallerGone: true)
        default: over(ring, isMissed: false)
        }
    }

    mutating func over(_ ring: RingID, isMissed: Bool, isCallerGone: Bool = false) {
        guard let place = rings.removeValue(forKey: ring), let visit = visits[place.call] else { return }
        let length = (now - place.from).milliseconds
        write(isMissed ? .ringNoAnswer : .ringCanceled, place.call, visit.queue, place.operator, [length])
        if !isCallerGone { setFree(place.call) }
    }

    // MARK: - Conversations

    mutating func connected(_ call: CallID, _ name: OperatorID) {
        if let other = talking[name], other != call { hold(other, by: name) }
        guard let visit = visits[call] else {
            talking[name] = call
            return
        }
        switch visit.stage {
        case .waiting:
            leaveLine(call, visit.queue)
            visits[call]?.connectedAt = now
            let ring = answered.flatMap { $0.call == call ? now - $0.from : nil } ?? .zero
            let leg = legs[name]?.description ?? ""
            write(.connect, call, visit.queue, name, [(now - visit.enteredAt).seconds, leg, ring.seconds])
        case .held:
            holding[name] = nil
            write(.callerOffHold, call, visit.queue, name)
        case .talking:
            guard visit.isHeldByPhone else { return }
            visits[call]?.isHeldByPhone = false
            write(.callerOffHold, call, visit.queue, name)
            return
        case .elsewhere: return
        }
        visits[call]?.stage = .talking
        visits[call]?.operator = name
        talking[name] = call
    }

    /// Somebody else talks with the operator now, and this customer has not left.
    private mutating func hold(_ call: CallID, by name: OperatorID) {
        guard let visit = visits[call], visit.stage == .talking, visit.operator == name else { return }
        visits[call]?.stage = .held
        holding[name] = call
        write(.callerOnHold, call, visit.queue, name)
    }

    /// A transfer after consultation. The call is none of the queue's any more, and has no further line.
    mutating func handedOver(_ call: CallID, to name: OperatorID, _ leg: RingID) {
        legs[name] = leg
        guard let visit = visits[call], visit.stage == .talking else { return }
        forgetConversation(call, visit)
        visits[call]?.stage = .elsewhere
        visits[call]?.operator = name
        writeEnd(.attendedTransfer, call, visit, at: now, ["BRIDGE", leg.description])
    }

    // MARK: - Ends

    mutating func callEnded(_ record: CallRecord) {
        let call = record.arrival.call
        newcomers[call] = nil
        if case .outbound = record.arrival.direction { endedOutbound = record }
        guard var visit = visits[call] ?? QueueVisit(record) else { return }
        if visit.operator == nil { visit.operator = talking.first { $0.value == call }?.key }
        switch visit.stage {
        case .waiting: left(record, visit)
        case .talking:
            writeEnd(record.endedBy == .customer ? .completeCaller : .completeAgent, call, visit, at: record.endedAt)
        case .held: writeEnd(.completeCaller, call, visit, at: record.endedAt)
        case .elsewhere: break
        }
        leaveLine(call, visit.queue)
        forgetConversation(call, visit)
        keys[call] = nil
        visits[call] = nil
    }

    /// Without a conversation.
    private mutating func left(_ record: CallRecord, _ visit: QueueVisit) {
        let (call, end) = (record.arrival.call, record.endedAt)
        switch record.outcome {
        case .timedOut: writeExit(.exitWithTimeout, call, visit, at: end)
        case .leftEmpty: writeExit(.exitEmpty, call, visit, at: end)
        case .leftByKey: writeExit(.exitWithKey, call, visit, at: end, first: [keys[call]?.description ?? ""])
        case .refused where record.ended.status == 488: write(.systemCompatibility, call, visit.queue)
        case .abandoned where record.endedBy != nil, .lostOnHold where record.endedBy != nil:
            writeExit(.abandon, call, visit, at: end)
        case .refused, .abandoned, .lostOnHold, .answered, .scenario, .unanswered, .lostByRestart:
            let status = record.ended.status.map { " \($0)" } ?? ""
            writeExit(.withdraw, call, visit, at: end, last: [record.outcome.rawValue + status])
        }
    }

    /// An attempt in which nobody was dialled has no line.
    mutating func attemptEnded(_ attempt: AttemptRecord) {
        guard let record = endedOutbound, attempt.call == record.arrival.call, let dialledAt = attempt.dialledAt else {
            return
        }
        let talked = record.segments.filter { $0.kind == .talking }.reduce(Duration.zero) { $0 + ($1.until - $1.from) }
        let dialled = record.endedAt - dialledAt
        write(
            .outCall, record.arrival.call, record.arrival.queue, attempt.operator,
            [attempt.outcome.rawValue, talked.seconds, dialled.seconds, attempt.number.text])
    }
}
