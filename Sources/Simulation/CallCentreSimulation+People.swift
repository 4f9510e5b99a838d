import Routing

// What customers and operators do.

extension CallCentreSimulation {
    /// Everybody gets ready for the day.
    mutating func begin() {
        for (index, queue) in policy.queues.enumerated() {
            queueIndexes[queue.id] = index
            tallies.append(Tally(calledBack: scenario.callbacks == nil ? nil : .init()))
        }
        hire()
        handle(.configured(policy))
        if let day = scenario.recorded {
            beginRecorded(day)
        } else {
            beginDrawn()
        }
        if scenario.callbacks != nil { agenda.add(.callback(.dayIsOver), at: endOfCallbacks) }
    }

    private mutating func beginDrawn() {
        for index in people.indices { planShifts(of: index) }
        for (index, demand) in scenario.demands.enumerated() {
            var stream = ArrivalStream(demand: demand, dice: SplitMix64(seed: seed, stream: 1_000 + UInt64(index)))
            var sum = 0
            for assignment in policy.assignments where assignment.queue == demand.queue && assignment.priority > 0 {
                sum += assignment.priority
                stream.owners.append((assignment.operator, sum))
            }
            streams.append(stream)
            planArrival(of: index)
        }
    }

    private mutating func hire() {
        var habits = scenario.habitsOf
        for crew in scenario.crews {
            for name in crew.names { habits[name] = crew.habits }
        }
        for person in policy.operators where indexes[person.id] == nil {
            indexes[person.id] = people.count
            let dice = SplitMix64(seed: seed, stream: 1_000_000 + UInt64(people.count))
            people.append(Person(name: person.id, habits: habits[person.id] ?? scenario.habits, dice: dice))
        }
        priorities = [UInt8](repeating: 0, count: people.count * policy.queues.count)
        for assignment in policy.assignments {
            guard let person = indexes[assignment.operator], let queue = queueIndexes[assignment.queue] else {
                continue
            }
            let index = person * policy.queues.count + queue
            priorities[index] = UInt8(min(max(assignment.priority, 0), 10))
        }
    }

    mutating func planShifts(of index: Int) {
        let shifts = people[index].habits.shifts
        guard !shifts.isEmpty else {
            beginShift(of: index)
            return
        }
        for (number, shift) in shifts.enumerated() where shift.until > shift.from {
            agenda.add(.beginsShift(index), at: Instant(nanoseconds: 0) + shift.from)
            let end = Instant(nanoseconds: 0) + shift.until
            agenda.add(.endsShift(index, isLast: number == shifts.count - 1), at: end)
        }
    }

    private mutating func planArrival(of stream: Int) {
        guard let next = streams[stream].next(after: now), next.nanoseconds < scenario.length.wholeNanoseconds else {
            return
        }
        agenda.add(.arrives(stream), at: next)
    }

    mutating func act(_ plan: Plan) {
        switch plan {
        case .arrives(let stream): arrive(stream)
        case .arrivesAsRecorded(let index): arriveAsRecorded(index)
        case .changesAsRecorded(let index): changeAsRecorded(index)
        case .makesOwnCall(let index): makeOwnCall(index)
        case .ownCallOver(let person, let call, let talked):
            handle(.ownCallEnded(call, by: people[person].name, talked: talked))
        case .callsAgain(let index): callAgain(index)
        case .callback(let plan): act(plan)
        case .hangsUp(let call, let turn):
            guard let present = calls[call], present.turn == turn else { return }
            leave(call, .hungUp)
        case .answers(let ring): answer(ring)
        case .declines(let ring):
            guard rings.removeValue(forKey: ring) != nil else { return }
            handle(.ringEnded(ring, RingEnd(.declined)))
        case .stopped(let ring):
            guard rings.removeValue(forKey: ring) != nil else { return }
            handle(.ringEnded(ring, RingEnd(.withdrawn)))
        case .callerGone(let call): handle(.callerLeft(call, HangupCause(.byDecision)))
        case .legGone(let person, let leg):
            handle(.operatorLeft(people[person].name, leg, HangupCause(.byDecision)))
        case .soundOver(let playback, let completed):
            guard sounds.remove(playback) != nil else { return }
            handle(.soundEnded(playback, completed: completed))
        case .beginsShift(let person): beginShift(of: person)
        case .endsShift(let person, let isLast): endShift(of: person, isLast: isLast)
        case .returns(let person):
            guard people[person].isAtWork else { return }
            handle(.operatorWished(people[person].name, .ready))
        case .presses(let person, let leg, let key):
            guard people[person].leg == leg else { return }
            handle(.keyPressed(.operator(people[person].name), key))
        }
    }

    // MARK: - Customers

    private mutating func arrive(_ index: Int) {
        streams[index].lastNumber += 1
        let demand = streams[index].demand
        let number = streams[index].lastNumber
        // One draw of the stream makes the dice of the customer, whatever else they draw afterwards.
        var dice = SplitMix64(seed: streams[index].dice.next())
        let isVIP = dice.chance(demand.vip)
        let isReturning = dice.chance(demand.returning)
        let own = Self.owner(at: dice.fraction(), among: streams[index].owners)
        let customer = Customer(
            origin: .stream(index), number: CustomerNumber("+\((index + 1) * 10_000_000 + number)"), isVIP: isVIP,
            own: isReturning ? own : nil, dice: dice)
        call(customer)
        planArrival(of: index)
    }

    private static func owner(at fraction: Double, among owners: [(name: OperatorID, upTo: Int)]) -> OperatorID? {
        guard let sum = owners.last?.upTo else { return nil }
        let wanted = Int(fraction * Double(sum))
        var (low, high) = (0, owners.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if owners[middle].upTo > wanted { high = middle } else { low = middle + 1 }
        }
        return owners[low].name
    }

    mutating func call(_ customer: Customer) {
        var customer = customer
        let id = CallID(rawValue: lastCall + 1)
        let arrival = arrival(of: customer, as: id)
        guard let queue = queueIndexes[arrival.queue] else {
            leftOut += 1
            return
        }
        lastCall += 1
        let talk = talk(of: &customer)
        let patience = patience(of: &customer)
        calls[id] = PresentCall(customer: customer, queue: queue, arrivedAt: now, talkLeft: talk)
        if recorded != nil { noteAnswer(customer, isAnswered: false) }
        handle(.callArrived(arrival))
        guard let present = calls[id], present.talking == nil, let patience else { return }
        plan(.hangsUp(id, turn: present.turn), in: patience)
    }

    private func arrival(of customer: Customer, as id: CallID) -> Arrival {
        switch customer.origin {
        case .stream(let index):
            var arrival = Arrival(
                call: id, line: "simulation", queue: scenario.demands[index].queue, number: customer.number,
                listedVIP: customer.isVIP)
            arrival.tie = customer.own.map { Tie(operator: $0) }
            return arrival
        case .record(let index):
            guard let recorded else { preconditionFailure("a recorded customer comes from a record") }
            var arrival = recorded.day.calls[index].arrival
            arrival.call = id
            arrival.tie = memory.tie(of: arrival, at: now)
            return arrival
        }
    }

    /// How long they will talk.
    func talk(of customer: inout Customer) -> Duration {
        switch customer.origin {
        case .stream(let index): scenario.demands[index].talk.draw(using: &customer.dice)
        case .record(let index): recorded?.talk(index, using: &customer.dice) ?? .zero
        }
    }

    /// How long they wait before they hang up; `nil`: as long as it takes.
    func patience(of customer: inout Customer, isOnHold: Bool = false) -> Duration? {
        switch customer.origin {
        case .stream(let index): scenario.demands[index].patience?.draw(using: &customer.dice)
        case .record(let index): recorded?.patience(index, isOnHold: isOnHold, using: &customer.dice)
        }
    }

    private mutating func leave(_ call: CallID, _ kind: HangupCause.Kind) {
        if let talking = calls[call]?.talking { stopTalking(call, talking) }
        handle(.callerLeft(call, HangupCause(kind)))
    }

    /// Somebody who did not get through may try again.
    mutating func considerRedial(_ customer: Customer) {
        var customer = customer
        guard customer.redials < scenario.redial.most, mayRedial(customer), customer.dice.chance(scenario.redial.share)
        else { return }
        customer.redials += 1
        let pause = scenario.redial.after.draw(using: &customer.dice)
        guard (now + pause).nanoseconds < scenario.length.wholeNanoseconds else { return }
        redials.append(customer)
        plan(.callsAgain(redials.count - 1), in: pause)
    }

    // MARK: - Operators

    private mutating func beginShift(of index: Int) {
        guard !people[index].isAtWork else { return }
        people[index].begin(at: now)
        handle(.operatorReachable(people[index].name))
        handle(.operatorWished(people[index].name, .ready))
    }

    /// A conversation is brought to its end first, by the router.
    private mutating func endShift(of index: Int, isLast: Bool) {
        guard people[index].isAtWork else { return }
        people[index].end(at: now)
        handle(.operatorWished(people[index].name, isLast ? .off : .paused(reason: "break")))
    }

    private mutating func answer(_ ring: RingID) {
        guard let index = rings.removeValue(forKey: ring) else { return }
        people[index].leg = ring
        handle(.ringAnswered(ring))
    }
}
