import Routing

// A day that was recorded: the same customers at the same instants, the same operators at work. What is not known of a
// customer, because the day went otherwise for them, is drawn from what was seen of the others.

extension CallCentreSimulation {
    /// What is known of the customers of a recorded day beside their calls.
    struct RecordedCustomers: Sendable {
        private struct Seen {
            var talks: [Duration] = []
            var patience = ObservedPatience([])
        }

        let day: RecordedDay
        private var seen: [QueueID: Seen] = [:]
        /// For queues of which nothing was seen.
        private var overall = Seen()

        init(_ day: RecordedDay) {
            self.day = day
            let entered = day.calls.filter { !$0.isRefused }
            overall = Self.seen(entered)
            for (queue, calls) in Dictionary(grouping: entered, by: \.arrival.queue) { seen[queue] = Self.seen(calls) }
        }

        private static func seen(_ calls: [RecordedDay.Call]) -> Seen {
            Seen(talks: calls.compactMap(\.talk), patience: ObservedPatience(calls.map { ($0.wait, $0.hungUp) }))
        }

        /// As recorded, else as long as somebody else's conversation in this queue.
        func talk(_ index: Int, using dice: inout SplitMix64) -> Duration {
            let fraction = dice.fraction()
            let call = day.calls[index]
            if let talk = call.talk { return talk }
            let own = seen[call.arrival.queue]?.talks ?? []
            let talks = own.isEmpty ? overall.talks : own
            guard !talks.isEmpty else { return Self.unseenTalk }
            return talks[min(Int(fraction * Double(talks.count)), talks.count - 1)]
        }

        /// As recorded for whoever hung up, else longer than they were seen to wait; `nil`: as long as it takes.
        ///
        /// - Parameter isOnHold: how long they waited in the queue says nothing about that.
        func patience(_ index: Int, isOnHold: Bool, using dice: inout SplitMix64) -> Duration? {
            let fraction = dice.fraction()
            let call = day.calls[index]
            if call.hungUp, !isOnHold { return call.wait }
            let patience = seen[call.arrival.queue]?.patience ?? overall.patience
            return patience.patience(beyond: isOnHold ? .zero : call.wait, at: fraction)
        }

        /// Nobody was seen to talk at all.
        private static let unseenTalk = Duration.seconds(180)
    }

    /// What has happened to customers of a recorded day in this run.
    struct CustomerMemory: Sendable {
        /// Ties that conversations made or undid, and when.
        var ties: [CustomerNumber: (tie: Tie?, at: Instant)] = [:]
        /// Those whose newest call was answered.
        var gotThrough: Set<CustomerNumber> = []

        /// The customer's last successful operator: by what happened so far, else as it was.
        func tie(of arrival: Arrival, at now: Instant) -> Tie? {
            guard let number = arrival.number, let made = ties[number] else { return arrival.tie }
            guard var tie = made.tie else { return nil }
            tie.age = now - made.at
            return tie
        }
    }

    // MARK: - The day

    /// Everybody is as they were when the day began. Whoever is new works as described.
    mutating func beginRecorded(_ day: RecordedDay) {
        recorded = RecordedCustomers(day)
        let known = day.known
        for index in people.indices where !known.contains(people[index].name) { planShifts(of: index) }
        planRecordedArrival(0)
        planChange(0)
    }

    private mutating func planRecordedArrival(_ index: Int) {
        guard let recorded, index < recorded.day.calls.count else { return }
        agenda.add(.arrivesAsRecorded(index), at: recorded.day.calls[index].at)
    }

    private mutating func planChange(_ index: Int) {
        guard let recorded, index < recorded.day.changes.count else { return }
        agenda.add(.changesAsRecorded(index), at: recorded.day.changes[index].at)
    }

    mutating func arriveAsRecorded(_ index: Int) {
        guard let recorded else { return }
        planRecordedArrival(index + 1)
        if recorded.day.calls[index].repeats, let number = recorded.day.calls[index].arrival.number,
            memory.gotThrough.contains(number)
        {
            return
        }
        let arrival = recorded.day.calls[index].arrival
        let own = memory.tie(of: arrival, at: now)?.operator
        let dice = SplitMix64(seed: seed, stream: Self.diceOfRecorded + UInt64(index))
        call(
            Customer(
                origin: .record(index), number: arrival.number, isVIP: arrival.listedVIP, own: own, dice: dice))
    }

    mutating func changeAsRecorded(_ number: Int) {
        guard let change = recorded?.day.changes[number] else { return }
        planChange(number + 1)
        guard let index = indexes[change.operator] else { return }
        switch change.what {
        case .reachable(let isReachable):
            people[index].isReachable = isReachable
            handle(isReachable ? .operatorReachable(change.operator) : .operatorUnreachable(change.operator))
        case .wish(let wish):
            people[index].wantsCalls = wish == .ready
            handle(.operatorWished(change.operator, wish))
        case .ownCall: makeOwnCall(number)
        }
        let isAtWork = people[index].isReachable && people[index].wantsCalls
        guard isAtWork != people[index].isAtWork else { return }
        if isAtWork { people[index].begin(at: now) } else { people[index].end(at: now) }
    }

    /// Whoever has something else to do just now makes the call afterwards.
    mutating func makeOwnCall(_ number: Int) {
        guard let change = recorded?.day.changes[number], let index = indexes[change.operator],
            case .ownCall(let customer, let length, let talked) = change.what, people[index].isAtWork
        else { return }
        guard people[index].leg == nil, !rings.values.contains(index) else {
            plan(.makesOwnCall(number), in: Self.untilFree)
            return
        }
        lastCall += 1
        let call = CallID(rawValue: lastCall)
        handle(.ownCallBegan(call, by: change.operator, with: customer))
        plan(.ownCallOver(index, call, talked: talked), in: length)
    }

    /// Whoever lost their customer in the record and not here, or here and not in the record, changes who calls again.
    mutating func noteAnswer(_ customer: Customer, isAnswered: Bool) {
        guard let number = customer.number else { return }
        if isAnswered { memory.gotThrough.insert(number) } else { memory.gotThrough.remove(number) }
    }

    /// Of a customer who did not get through on the day that was either, the record says whether they called again.
    func mayRedial(_ customer: Customer) -> Bool {
        guard case .record(let index) = customer.origin else { return true }
        return recorded?.day.calls[index].isAnswered == true
    }

    mutating func tied(_ number: CustomerNumber, to tie: Tie?) {
        memory.ties[number] = (tie, now)
    }

    private static let untilFree = Duration.seconds(15)
    private static let diceOfRecorded: UInt64 = 1 << 32
}
