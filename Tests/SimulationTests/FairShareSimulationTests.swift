import Routing
import TestKit
import Testing

/// Calls are shared in proportion to priority (product.md sections 1 and 3): random arrivals and talk times, thousands
/// of calls, and the shares are counted.
struct FairShareSimulationTests {
    /// A queue at work in virtual time: random arrivals, random talk times, an obedient shell.
    private struct Centre {
        private(set) var taken: [OperatorID: Int] = [:]
        private var state = RoutingState(seed: 1)
        private var now = Instant(seconds: 0)
        private var dice = SeededGenerator(seed: 11)
        private var ends: [(at: Instant, call: CallID)] = []
        private var lastCall: UInt64 = 0

        init(priorities: [Int]) {
            var policy = RoutingPolicy(queues: [QueuePolicy(id: "sales")])
            policy.queues[0].wrapUp = .zero
            policy.queues[0].maxLength = 100_000
            for (index, priority) in priorities.enumerated() {
                let name = OperatorID("op\(index)")
                policy.operators.append(OperatorPolicy(id: name, name: name.name))
                policy.assignments.append(Assignment(name, "sales", priority: priority))
            }
            policy.maxCalls = 100_000
            run(.configured(policy))
            for person in policy.operators {
                run(.operatorWished(person.id, .ready))
                run(.operatorReachable(person.id))
            }
        }

        mutating func wish(_ wish: OperatorWish, _ name: OperatorID) { run(.operatorWished(name, wish)) }
        mutating func forget() { taken = [:] }

        /// - Parameter erlangs: mean number of calls at once, if nobody had to wait.
        mutating func take(_ calls: Int, erlangs: Double, talk: Double = 100) {
            for _ in 0..<calls {
                let next = now + .seconds(dice.exponential(mean: talk / erlangs))
                while let end = ends.first, end.at <= next {
                    ends.removeFirst()
                    now = end.at
                    run(.callerLeft(end.call, HangupCause(.hungUp)))
                }
                now = next
                lastCall += 1
                let call = CallID(rawValue: lastCall)
                run(.callArrived(Arrival(call: call, line: "1", queue: "sales", number: nil)))
            }
        }

        private mutating func run(_ event: RoutingEvent) {
            for decision in state.handle(event, at: now) {
                switch decision.action {
                case .ring(let ring, let name, let call):
                    taken[name, default: 0] += 1
                    let end = now + .seconds(dice.exponential(mean: 100))
                    let index = ends.firstIndex { $0.at > end } ?? ends.count
                    ends.insert((end, call), at: index)
                    run(.ringAnswered(ring))
                case .hangUp(.operator): break
                default: break
                }
            }
        }
    }

    /// Ten times the priorities from 1 to 10, and some who only dial out.
    private static let house = (0..<100).map { $0 % 10 + 1 } + [0, 0, 0]

    /// The share of each priority, in parts of what it should be.
    private func shares(_ centre: Centre, _ priorities: [Int]) -> [Int: Double] {
        let all = Double(centre.taken.values.reduce(0, +))
        let sum = Double(priorities.reduce(0, +))
        var shares: [Int: Double] = [:]
        for (index, priority) in priorities.enumerated() {
            let taken = Double(centre.taken[OperatorID("op\(index)")] ?? 0)
            let due = Double(priority) / sum * Double(priorities.count { $0 == priority })
            shares[priority, default: 0] += priority == 0 ? taken : taken / all / due
        }
        return shares
    }

    @Test(arguments: [0.1, 0.5])
    func shareOneToTenConvergesAndZeroIsNeverInbound(load: Double) {
        var centre = Centre(priorities: Self.house)
        // At the start all stand level, and the first round is equal.
        centre.take(1_000, erlangs: load * 100)
        centre.forget()
        centre.take(6_000, erlangs: load * 100)
        let shares = shares(centre, Self.house)
        #expect(shares[0] == 0)
        for priority in 1...10 { #expect(abs(shares[priority]! - 1) < 0.05, "\(priority): \(shares)") }
    }

    /// Few operators are where idle time × priority leans to equal shares. (At higher loads it is not possible: somebody
    /// with 4/5 of all calls is never free for so many.)
    @Test(arguments: zip([[1, 2, 3, 4], [2, 8]], [1, 0.1]))
    func fewOperatorsShareInProportionToo(priorities: [Int], erlangs: Double) {
        var centre = Centre(priorities: priorities)
        centre.take(6_000, erlangs: erlangs)
        let shares = shares(centre, priorities)
        for priority in priorities { #expect(abs(shares[priority]! - 1) < 0.06, "\(priority): \(shares)") }
    }

    /// When customers always wait, every operator talks all the time: there is no choice left to make, and nobody is kept
    /// idle for the sake of a proportion.
    @Test func atFullLoadEverybodyTakesWhatTheyCanAndNobodyOfPriorityZero() {
        var centre = Centre(priorities: Self.house)
        centre.take(4_000, erlangs: 110)
        for index in 0..<100 {
            #expect(abs(Double(centre.taken[OperatorID("op\(index)")] ?? 0) / 36 - 1) < 0.7)
        }
        #expect((100..<103).allSatisfy { centre.taken[OperatorID("op\($0)")] == nil })
    }

    /// What was missed at full load is not made up for: the shares are the usual ones soon after.
    @Test func afterFullLoadTheSharesAreTheUsualOnesAgain() {
        var centre = Centre(priorities: Self.house)
        centre.take(2_000, erlangs: 110)
        centre.take(1_500, erlangs: 30)
        centre.forget()
        centre.take(6_000, erlangs: 30)
        let shares = shares(centre, Self.house)
        for priority in 1...10 { #expect(abs(shares[priority]! - 1) < 0.05, "\(priority): \(shares)") }
    }

    @Test func whoComesBackFromALongPauseIsNotFlooded() {
        var centre = Centre(priorities: [5, 5, 5, 5])
        centre.wish(.paused(reason: "lunch"), "op0")
        centre.take(2_000, erlangs: 1)
        centre.wish(.ready, "op0")
        centre.forget()
        centre.take(400, erlangs: 1)
        let taken = centre.taken["op0"]!
        #expect((90...110).contains(taken), "\(centre.taken)")
    }
}
