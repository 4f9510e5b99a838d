import Routing

/// Watches from outside: it sees only events and decisions, knows nothing of the router's insides, and keeps its own
/// books of who is where and what everybody hears.
struct Checker {
    private(set) var problems: [String] = []

    private enum Hearing: Equatable {
        case sound
        case party(Party)
        case nothing
    }

    /// Calls that arrived and are not over: the router has neither refused nor hung them up, nor has the caller left.
    private var live: Set<CallID> = []
    private var codes: [CallID: OperatorID] = [:]
    /// Calls of their own that operators' phones are in.
    private var ownCalls: [OperatorID: Set<CallID>] = [:]
    private var accepted: Set<CallID> = []
    /// Arrived, and not in the call log yet.
    private var unrecorded: Set<CallID> = []
    private var recorded: Set<CallID> = []
    private var used: Set<CallID> = []
    /// Rings that have not had their end, and whether we have stopped them.
    private var rings: [RingID: (name: OperatorID, call: CallID, isStopped: Bool)] = [:]
    private var ringOf: [OperatorID: RingID] = [:]
    /// Who was ever rung for a call that is still there.
    private var rungFor: [CallID: Set<OperatorID>] = [:]
    /// Calls that do not want everybody: their customers asked for a new operator.
    private var choosy: Set<CallID> = []
    /// How many calls of a queue may be with operators at once.
    private var limits: [QueueID: Int] = [:]
    /// Whose phones are registered.
    private var reachable: Set<OperatorID> = []
    private var legs: [OperatorID: RingID] = [:]
    private var talksWith: [CallID: OperatorID] = [:]
    private var hears: [Party: Hearing] = [:]
    /// What each operator's time goes to, by the facts, and since when.
    private var activities: [OperatorID: (activity: OperatorActivity, since: Instant)] = [:]
    private var now = Instant(nanoseconds: .min)
    private var book = TaskChecker()

    mutating func expect(_ isTrue: Bool, _ problem: @autoclosure () -> String) {
        if !isTrue { problems.append(problem()) }
    }

    // MARK: - Events

    mutating func take(_ event: RoutingEvent, at instant: Instant) {
        now = instant
        book.take(event)
        switch event {
        case .dialAnswered(let call):
            guard book.dialled.contains(call), !accepted.contains(call) else { return }
            live.insert(call)
            unrecorded.insert(call)
            accepted.insert(call)
            hears[.caller(call)] = .nothing
        case .dialEnded, .dialRang, .taskRequested, .taskRestored, .callbackOwed, .dialerWished, .taskCancelled,
            .taskPostponed, .taskStarted,
            .windowFound, .claimed, .claimRefused, .previewEnded, .previewSkipped, .reminderWanted:
            break
        case .callArrived(let arrival):
            unrecorded.insert(arrival.call)
            if arrival.wantsNewOperator { choosy.insert(arrival.call) }
            live.insert(arrival.call)
        case .codeDialled(let call, let name, _):
            codes[call] = name
            ownCalls[name, default: []].insert(call)
            live.insert(call)
        case .callerLeft(let call, _): forget(call)
        case .ringAnswered(let ring):
            guard let open = rings.removeValue(forKey: ring) else { return }
            ringOf[open.name] = nil
            legs[open.name] = ring
        case .ringEnded(let ring, _):
            guard let open = rings.removeValue(forKey: ring) else { return }
            ringOf[open.name] = nil
        case .operatorLeft(let name, let leg, _):
            guard legs[name] == leg else { return }
            forgetLeg(name)
        case .operatorReachable(let name): reachable.insert(name)
        case .operatorUnreachable(let name): reachable.remove(name)
        case .ownCallBegan(let call, let name, _): ownCalls[name, default: []].insert(call)
        case .ownCallEnded(let call, let name, _): ownCalls[name]?.remove(call)
        case .operatorReleased(let name, _): ownCalls[name] = []
        case .newOperatorWanted(let call): choosy.insert(call)
        case .consulted, .timeResolved, .rerouted, .handedOver, .callEndWanted: break
        case .configured(let policy):
            for queue in policy.queues { limits[queue.id] = queue.maxTalking.map { max(1, $0) } }
        case .soundEnded, .keyPressed, .operatorWished, .wrapUpExtended,
            .interruptionForbidden, .heldByPhone, .deadlineReached, .countersSet, .drainBegan:
            break
        }
    }

    // MARK: - Decisions

    mutating func take(_ decision: Decision) {
        problems += book.take(decision.action)
        switch decision.action {
        case .claim, .findWindow, .showCard, .hideCard, .stopDialling: break
        case .ringForTask(let ring, let name, let call, _, _):
            expect(book.isClaimed(call), "rings \(name) for \(call), which is not claimed")
            ringPhone(ring, name, call)
        case .dial(let call, _, _, let name):
            expectUp(.operator(name), "dials for")
            expect(!live.contains(call), "dials \(call), which is there")
        case .remind(let name):
            expect(reachable.contains(name), "reminds \(name), whose phone is not registered")
        case .speak(_, _, let party):
            expectUp(party, "speaks to")
            hears[party] = .sound
            unlink(party)
        case .accept(let call):
            expect(live.contains(call), "accepts \(call), which is gone")
            accepted.insert(call)
            hears[.caller(call)] = .nothing
        case .refuse(let call, let status):
            expect(live.contains(call) && !accepted.contains(call), "refuses \(call), which is gone or accepted")
            expect((400...699).contains(status), "refuses with \(status)")
            live.remove(call)
            if let name = codes[call] { ownCalls[name]?.remove(call) }
        case .adoptLeg(let ring, let name, let call):
            expect(live.contains(call), "gives \(call) to \(name), which is gone")
            expect(legs[name] == nil && ringOf[name] == nil, "gives \(call) to \(name), who has another")
            legs[name] = ring
        case .consult(let call, _), .resolveTime(let call, _, _):
            expect(live.contains(call), "asks about \(call), which is gone")
        case .note(let call, _):
            expect(unrecorded.contains(call), "tells of \(call), which is in the call log already")
        case .ring(let ring, let name, let call): take(ring, name, call)
        case .stopRinging(let ring):
            expect(rings[ring]?.isStopped == false, "stops \(ring), which does not ring")
            rings[ring]?.isStopped = true
        case .connect(let call, let name): connect(call, name)
        case .play(_, _, let party, _), .loop(_, let party):
            expectUp(party, "plays to")
            hears[party] = .sound
            unlink(party)
        case .overlay(_, _, let party), .stopOverlay(let party):
            expectUp(party, "mixes for")
        case .captureKeys(let name, _):
            expectUp(.operator(name), "captures keys of")
        case .hangUp(let party):
            expectUp(party, "hangs up")
            switch party {
            case .caller(let call): forget(call)
            case .operator(let name): forgetLeg(name)
            }
        case .record(let fact): take(fact)
        }
    }

    private mutating func take(_ ring: RingID, _ name: OperatorID, _ call: CallID) {
        let isKnown = live.contains(call) && accepted.contains(call) || book.reminders.contains(call)
        expect(isKnown, "rings \(name) for \(call), which is gone")
        ringPhone(ring, name, call)
    }

    private mutating func ringPhone(_ ring: RingID, _ name: OperatorID, _ call: CallID) {
        expect(reachable.contains(name), "rings \(name), whose phone is not registered")
        expect(rings[ring] == nil, "uses \(ring) twice")
        rungFor[call, default: []].insert(name)
        expect(ringOf[name] == nil, "rings \(name), whose phone rings already")
        expect(legs[name] == nil, "rings \(name), who has a leg")
        expect(talksWith[call] == nil, "rings \(name) for \(call), who talks")
        expect(ownCalls[name, default: []].isEmpty, "rings \(name), who is in a call of their own")
        rings[ring] = (name, call, false)
        ringOf[name] = ring
    }

    private mutating func connect(_ call: CallID, _ name: OperatorID) {
        rungFor[call, default: []].insert(name)
        expectUp(.caller(call), "connects")
        expectUp(.operator(name), "connects")
        let present = talksWith[call]
        expect(present == nil, "connects \(call), who talks already")
        let others = talksWith.filter { $0.value == name }.map(\.key)
        expect(others.isEmpty, "connects \(name), who talks with \(others)")
        talksWith[call] = name
        hears[.caller(call)] = .party(.operator(name))
        hears[.operator(name)] = .party(.caller(call))
    }

    private mutating func take(_ fact: Fact) {
        switch fact {
        case .callEnded(let record):
            let call = record.arrival.call
            let isFirst = unrecorded.remove(call) != nil || book.isUnanswered(call)
            expect(isFirst, "records \(call) twice, or without its arrival")
            recorded.insert(call)
            checkClocks(record)
        case .vipUsed(let call, _):
            expect(!used.contains(call), "counts VIP \(call) twice")
            used.insert(call)
        case .operatorEntered(let name, let activity):
            let before = activities[name]
            expect(before?.activity != activity, "\(name) does \(activity) already")
            expect(before.map { $0.since <= now } ?? true, "\(name) did \(activity) in the past")
            activities[name] = (activity, now)
        case .tied, .untied, .vipMissed, .callbackWanted, .operatorWished, .dialerWished, .taskOpened, .taskUpdated,
            .attemptEnded,
            .responsibleWaitExpired, .taskClosed, .reminded:
            break
        }
    }

    /// Segments follow one another without gap or overlap and add up to the call.
    private mutating func checkClocks(_ record: CallRecord) {
        var end = record.arrivedAt
        for segment in record.segments {
            expect(segment.from == end && segment.until > segment.from, "gap or overlap in \(record.arrival.call)")
            end = segment.until
        }
        for (segment, next) in zip(record.segments, record.segments.dropFirst()) where segment.kind == .talking {
            // A hold that took no time is no segment.
            let isTransferred = !next.kind.isWait || next.kind == .transferred || record.wasInterrupted
            expect(isTransferred, "\(record.arrival.call) goes from talking to \(next.kind)")
        }
        for segment in record.segments {
            guard segment.kind == .ringing, let name = segment.operator else { continue }
            let isRung = record.rings.contains { $0.operator == name && $0.from <= segment.from }
            expect(isRung, "\(record.arrival.call) is ringing at \(name), who was not rung")
        }
        expect(end == record.endedAt, "segments of \(record.arrival.call) do not add up")
        for stage in record.stages {
            expect(stage.from <= stage.until, "stage of \(record.arrival.call) runs backwards")
        }
    }

    // MARK: - After each event

    /// All decisions of an event have been taken: the world is at rest.
    mutating func settle(_ invariants: [String]) {
        problems += invariants
        for call in live where accepted.contains(call) {
            let heard = hears[.caller(call)]
            expect(heard != nil && heard != .nothing, "\(call) hears nothing")
            if case .party(.operator(let name)) = heard {
                expect(legs[name] != nil && talksWith[call] == name, "\(call) hears \(name), who is not there")
            }
        }
        for (name, _) in legs {
            if hears[.operator(name)] == .sound { continue }
            guard case .party(.caller(let call)) = hears[.operator(name)] else {
                expect(false, "\(name) has a leg and hears nobody")
                continue
            }
            expect(live.contains(call), "\(name) hears \(call), which is gone")
        }
        for ring in rings.values where !ring.isStopped {
            let isWanted = live.contains(ring.call) || book.isClaimed(ring.call) || book.reminders.contains(ring.call)
            expect(isWanted, "\(ring.name) rings for \(ring.call), which is gone")
        }
        expect(unrecorded.isSubset(of: live), "an ended call has no record")
        for call in live { expect(!recorded.contains(call), "\(call) is recorded and still there") }
    }

    func talks(_ call: CallID) -> Bool { talksWith[call] != nil }

    /// Nobody waits for anyone while somebody who may have them is ready: seen from outside, by what the router says of
    /// itself to people. Operators who were rung for the call before may be skipped for it, and are left out.
    mutating func watch(_ snapshot: RoutingSnapshot) {
        checkActivities(snapshot)
        let ready = snapshot.operators.filter { $0.state == .ready && ringOf[$0.id] == nil }
        guard !ready.isEmpty else { return }
        for call in snapshot.calls where call.state == .waiting(.anyone) && !choosy.contains(call.call) {
            let atWork = snapshot.calls.count { $0.queue == call.queue && $0.state.isWithOperator }
            if let limit = limits[call.queue], atWork >= limit { continue }
            for person in ready where !wasRung(person.id, for: call.call) {
                let mayServe = person.assignments.contains { $0.queue == call.queue && $0.priority > 0 }
                expect(!mayServe, "\(call.call) waits while \(person.id) is ready")
            }
        }
    }

    /// What was recorded last of each operator is what they do.
    private mutating func checkActivities(_ snapshot: RoutingSnapshot) {
        var gone = activities
        for person in snapshot.operators {
            let recorded = gone.removeValue(forKey: person.id)?.activity
            let present = activity(of: person)
            expect(recorded == present, "\(person.id) is \(person.state), and recorded as \(recorded as Any)")
        }
        for (name, recorded) in gone {
            expect(recorded.activity == .away, "\(name) is gone, and recorded as \(recorded.activity)")
        }
    }

    private func activity(of person: RoutingSnapshot.Operator) -> OperatorActivity {
        switch person.state {
        case .offline: return .away
        case .ready: return .idle
        case .paused(let reason): return .paused(reason: reason)
        case .ringing(let call):
            let isBeforeDial = book.isClaimed(call) && !book.dialled.contains(call)
            return isBeforeDial || book.reminders.contains(call) ? .preparing : .ringing
        case .talking, .interrupted: return .talking
        case .previewing, .dialling, .reminded: return .preparing
        case .wrapUp: return .wrapUp
        case .ownCall: return .ownCall
        }
    }

    private func wasRung(_ name: OperatorID, for call: CallID) -> Bool {
        rungFor[call]?.contains(name) == true
    }

    func unfinished() -> [String] {
        var left: [String] = []
        if !unrecorded.isEmpty { left.append("without record: \(unrecorded)") }
        if !rings.isEmpty { left.append("rings without end: \(rings)") }
        left += book.unfinished()
        if !legs.isEmpty { left.append("legs that are up: \(legs)") }
        return left
    }

    // MARK: - Books

    private mutating func expectUp(_ party: Party, _ what: String) {
        switch party {
        case .caller(let call): expect(accepted.contains(call) && live.contains(call), "\(what) \(party), who is gone")
        case .operator(let name): expect(legs[name] != nil, "\(what) \(party), who has no leg")
        }
    }

    private mutating func forget(_ call: CallID) {
        if let name = codes[call] { ownCalls[name]?.remove(call) }
        live.remove(call)
        rungFor[call] = nil
        choosy.remove(call)
        unlink(.caller(call))
        hears[.caller(call)] = nil
    }

    private mutating func forgetLeg(_ name: OperatorID) {
        legs[name] = nil
        hears[.operator(name)] = nil
        unlink(.operator(name))
    }

    /// The party talks with nobody any more.
    private mutating func unlink(_ party: Party) {
        switch party {
        case .caller(let call): talksWith[call] = nil
        case .operator(let name): talksWith = talksWith.filter { $0.value != name }
        }
    }
}

extension RoutingSnapshot.Call.State {
    /// A phone rings for it, or an operator has it.
    fileprivate var isWithOperator: Bool {
        switch self {
        case .ringing, .talking, .held: true
        case .waiting, .interrupting, .leaving, .inScenario, .dialling: false
        }
    }
}
