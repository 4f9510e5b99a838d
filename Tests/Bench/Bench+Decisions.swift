import Routing

extension Bench {
    /// What one decision costs: no sockets, no server, the router's state alone.
    mutating func measureDecisions() {
        progress.say("decisions")
        let costs = DecisionLoad(waiting: 5_000).run(20_000)
        samples.add(.decisionMedian, costs.median)
        samples.add(.decisionP99, costs.p99)
        for (waiting, figure) in [(100, Figure.decision100), (1_000, .decision1000), (10_000, .decision10000)] {
            samples.add(figure, DecisionLoad(waiting: waiting).run(10_000).median)
        }
    }
}

/// 1,000 operators, all of them talking, with ten of 100 queues each, and many who wait: again and again a caller hangs
/// up, and the operator who becomes free is offered the next.
private struct DecisionLoad {
    private static let operators = 1_000
    private static let queues = 100
    private static let queuesEach = 10

    private var state = RoutingState(seed: 1)
    private var now: Int64 = 1_000_000_000
    private var lastCall: UInt64 = 0
    private var talking: [CallID] = []

    init(waiting: Int) {
        var policy = RoutingPolicy()
        policy.maxCalls = 1_000_000
        policy.queues = (0..<Self.queues).map {
            var queue = QueuePolicy(id: QueueID("queue\($0)"))
            queue.wrapUp = .zero
            queue.maxLength = 1_000_000
            return queue
        }
        let names = (0..<Self.operators).map { OperatorID("operator\($0)") }
        policy.operators = names.map { OperatorPolicy(id: $0, name: $0.name, groups: []) }
        policy.assignments = names.indices.flatMap { index in
            (0..<Self.queuesEach).map { step in
                Assignment(names[index], QueueID("queue\((index + step * 7) % Self.queues)"), priority: 1 + step)
            }
        }
        _ = handle(.configured(policy))
        for name in names {
            _ = handle(.operatorReachable(name))
            _ = handle(.operatorWished(name, .ready))
        }
        while talking.count < Self.operators {
            arrive()
            guard lastCall < 100_000 else { break }
        }
        for _ in 0..<waiting { arrive() }
    }

    /// Microseconds of so many matches, sorted.
    mutating func measured(_ count: Int) -> [Double] {
        var costs: [Double] = []
        costs.reserveCapacity(count)
        for index in 0..<count {
            let turn = index % talking.count
            let call = talking[turn]
            now += 1_000_000
            let start = ContinuousClock.now
            let decisions = state.handle(.callerLeft(call, HangupCause(.hungUp)), at: Instant(nanoseconds: now))
            costs.append(Double((ContinuousClock.now - start).wholeNanoseconds) / 1_000)
            if let next = answer(decisions) { talking[turn] = next }
            arrive()
        }
        return costs.sorted()
    }

    func run(_ count: Int) -> (median: Double, p99: Double) {
        var load = self
        _ = load.measured(count / 10)
        let costs = load.measured(count)
        return (costs[costs.count / 2], costs[costs.count * 99 / 100])
    }

    private mutating func arrive() {
        lastCall += 1
        now += 1_000_000
        let queue = QueueID("queue\(lastCall % UInt64(Self.queues))")
        let arrival = Arrival(
            call: CallID(rawValue: lastCall), line: "100", queue: queue, number: CustomerNumber("+380\(lastCall)"))
        if let call = answer(handle(.callArrived(arrival))) { talking.append(call) }
    }

    /// Every ring is answered at once; the call that is connected by that.
    private mutating func answer(_ decisions: [Decision]) -> CallID? {
        for decision in decisions {
            guard case .ring(let ring, _, let call) = decision.action else { continue }
            _ = handle(.ringAnswered(ring))
            return call
        }
        return nil
    }

    private mutating func handle(_ event: RoutingEvent) -> [Decision] {
        state.handle(event, at: Instant(nanoseconds: now))
    }
}
