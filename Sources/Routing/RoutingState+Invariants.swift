// What must hold between any two events, whatever came before. Simulations ask after every step; a running server may
// ask at any time.

extension RoutingState {
    /// Everything that is not as it must be, in plain words; empty if all is well.
    package func checkInvariants() -> [String] {
        var problems: [String] = []
        func expect(_ isTrue: Bool, _ problem: @autoclosure () -> String) {
            if !isTrue { problems.append(problem()) }
        }
        for name in operatorOrder {
            guard let state = operators[name] else {
                problems.append("\(name) is in the order but not in the table")
                continue
            }
            check(name, state, expect)
        }
        let everyCall = calls.unordered.sorted { $0.id < $1.id }
        for call in everyCall { check(call, expect) }
        for id in queueOrder { check(id, everyCall, expect) }
        let waitingVIPs = everyCall.filter { $0.isVIP && $0.state.isWaiting }.map(\.id)
        expect(vips.calls.sorted() == waitingVIPs, "the line of VIP calls is wrong")
        expect(operators.count == operatorOrder.count, "an operator is in the table but not in the order")
        expect(activities.count == operators.count, "what somebody does is recorded who is not there")
        expect(
            ringOwners.count == operatorsWithRing, "\(ringOwners.count) rings, \(operatorsWithRing) operators with one")
        checkTasks(expect)
        expect(deadlinesAreMirrored, "the deadline index does not agree with the states")
        return problems
    }

    typealias Expectation = (Bool, @autoclosure () -> String) -> Void

    private var operatorsWithRing: Int {
        operatorOrder.filter {
            switch operators[$0]?.state {
            case .ringing, .stopping: true
            case .free, .talking, .wrapUp, .reserved, .dialling, .reminded, nil: false
            }
        }.count
    }

    // MARK: - Operators

    private func check(_ name: OperatorID, _ state: Operator, _ expect: Expectation) {
        expect(state.isListed == state.isReady, "\(name) is ready or known as ready, but not both")
        expect(activities[name] == state.activity, "\(name) does something else than what is recorded")
        for (queue, _) in state.serves {
            let isInLine = queues[queue]?.ready.contains { $0 == name } == true
            expect(isInLine == state.isListed, "\(name) in the ready line of \(queue): \(isInLine)")
        }
        expect(!state.isListed || state.ownCalls.isEmpty, "\(name) is ready while in a call of their own")
        if state.isListed, let (call, _) = chooseCall(for: name) {
            expect(false, "\(name) is ready and call \(call) waits for somebody like them")
        }
        switch state.state {
        case .free, .wrapUp: break
        case .reserved, .dialling, .reminded: checkTaskWork(of: name, state.state, expect)
        case .stopping(let ring, _):
            expect(ringOwners[ring] == name, "\(ring) of \(name) is not known")
        case .ringing(let ring, _):
            expect(ringOwners[ring.id] == name, "\(ring.id) of \(name) is not known")
            let isForCall = calls[ring.call]?.state.rings.contains(ring.id) == true
            expect(isForCall || isForTask(ring, name), "\(ring.id) rings for nobody")
        case .talking(let conversation):
            check(name, conversation, expect)
        }
    }

    private func check(_ name: OperatorID, _ conversation: Conversation, _ expect: Expectation) {
        let state = calls[conversation.call]?.state
        expect(state == .talking(name), "\(name) talks with \(conversation.call), which does not talk with them")
        guard let interruption = conversation.interruption else { return }
        switch interruption.step {
        case .announcing, .pausing:
            let vip = calls[interruption.vip]?.state
            expect(
                vip == .waiting(telling: name), "\(name) is told of \(interruption.vip), which does not wait for that")
            expect(interruption.customer == conversation.call, "\(name) is told in another conversation")
        case .holding:
            let customer = calls[interruption.customer]?.state
            expect(customer == .held(by: name), "\(name) holds \(interruption.customer), which is not held by them")
            expect(interruption.vip == conversation.call, "\(name) holds a customer for somebody else")
        case .freed:
            break
        }
    }

    // MARK: - Calls

    private func check(_ call: Call, _ expect: Expectation) {
        let id = call.id
        expect(linesHold(call) == call.state.isWaiting, "call \(id) is in the wrong lines for \(call.state)")
        for refusal in call.refusals {
            let isKnown = operators[refusal.operator].map { $0.refused.contains(id) } ?? true
            expect(isKnown, "\(refusal.operator) does not know that they are skipped for call \(id)")
        }
        switch call.state {
        case .waiting(let telling):
            if let telling {
                let interruption = operators[telling]?.conversation?.interruption
                expect(interruption?.vip == id && interruption?.isBeforeHold == true, "nobody is told of call \(id)")
            } else if call.isVIP {
                expect(!isInterruptible(for: call), "VIP call \(id) waits and could interrupt somebody")
            }
            let hasToLeave = call.policy.leaveWhenEmpty && isEmpty(call.queue)
            expect(!hasToLeave, "call \(id) waits though nobody is signed in")
            expect(endOfStage(of: call) == nil || isDue(call), "the stage of call \(id) is over and it has not gone on")
        case .ringing(let rings):
            expect(!rings.isEmpty, "no phone rings for call \(id)")
            for ring in rings { expect(ringOwners[ring] != nil, "\(ring) of call \(id) is not known") }
        case .talking(let name):
            expect(operators[name]?.conversation?.call == id, "call \(id) talks with \(name), who does not")
        case .held(let name):
            let interruption = operators[name]?.conversation?.interruption
            expect(interruption?.customer == id, "call \(id) is held by nobody")
        case .returning(let ring, let name):
            expect(ringOwners[ring] == name, "\(ring) of the held call \(id) is not known")
        case .dialling(let name, _): checkDial(of: call, by: name, expect)
        case .undialling(let name, _): checkDial(of: call, by: name, expect)
        case .inScenario(let scenario):
            if let playback = scenario.playback {
                expect(
                    playbacks[playback] == .scenario(id), "call \(id) waits for the end of a sound that nobody plays")
            } else {
                expect(scenario.nextDeadline != nil, "call \(id) waits in its scenario for nothing")
            }
        case .leaving(let playback, _):
            expect(playbacks[playback] == .farewell(id), "call \(id) leaves without a last announcement")
        }
    }

    /// Its alarm is only late.
    private func isDue(_ call: Call) -> Bool { call.nextDeadline.map { $0 <= now } ?? false }

    private func isInterruptible(for vip: Call) -> Bool {
        guard canInterrupt(vip), let queue = queues[vip.queue] else { return false }
        return queue.members.contains {
            guard $0.priority > 0, ripeness(of: $0.operator, for: vip) == .now else { return false }
            // Old enough, but the alarm that says so has not gone off yet.
            return operators[$0.operator]?.conversation?.ripeAt == nil
        }
    }

    private func linesHold(_ call: Call) -> Bool {
        let entry = WaitingLine.Entry(place: call.place, call: call.id)
        let isInOpen = queues[call.queue]?.open[isVIP: call.isVIP].entries.contains(entry) == true
        guard let stickiness = call.stickiness, stickiness.stage != .anyone else { return isInOpen }
        let isPinned = operators[stickiness.own]?.pinned[isVIP: call.isVIP].entries.contains(entry) ?? true
        guard stickiness.stage == .group, let group = stickiness.group else { return isPinned }
        return isPinned && queues[call.queue]?.grouped[group]?[isVIP: call.isVIP].entries.contains(entry) == true
    }

    // MARK: - Queues

    private func check(_ id: QueueID, _ everyCall: [Call], _ expect: Expectation) {
        guard let queue = queues[id] else {
            expect(false, "queue \(id) is in the order but not in the table")
            return
        }
        let atWork = everyCall.count { $0.queue == id && $0.state.isAtWork }
        expect(queue.atWork == atWork, "queue \(id) counts \(queue.atWork) calls at work and has \(atWork)")
        for entry in queue.ready.entries {
            let turn = queue.share.turn(of: entry.member.operator)
            expect(entry.turn == turn, "\(entry.member.operator) stands at \(entry.turn) in \(id), not at \(turn)")
        }
        let here = everyCall.filter { $0.queue == id && $0.state.isQueued }
        expect(queue.length == here.count, "queue \(id) counts \(queue.length) and has \(here.count)")
        let lines = [queue.open.vip, queue.open.ordinary]
        for entry in lines.flatMap(\.entries) {
            expect(calls[entry.call]?.state.isWaiting == true, "call \(entry.call) is in line at \(id) and not waiting")
        }
        for line in lines {
            expect(
                zip(line.entries, line.entries.dropFirst()).allSatisfy { $0.place < $1.place }, "\(id) is out of order")
        }
    }
}

extension CallState {
    fileprivate var rings: [RingID] {
        switch self {
        case .ringing(let rings): rings
        case .returning(let ring, _): [ring]
        case .inScenario, .waiting, .talking, .held, .leaving, .dialling, .undialling: []
        }
    }
}
