import Foundation
import Routing
import TestKit
import Testing

@testable import Simulation

/// The simulated day is as it was described, and the same whenever it is asked for.
struct CallCentreSimulationTests {
    /// Ten operators, a hundred calls an hour, a bit of everything.
    private static func busyDay() -> SimulationScenario {
        var scenario = SimulationScenario()
        scenario.length = .seconds(2 * 3_600)
        scenario.demands = [
            Demand(
                "sales", callsPerHour: [110], talk: .logNormal(mean: .seconds(240), deviation: .seconds(120)),
                patience: .exponential(mean: .seconds(120)), vip: 0.02, returning: 0.4),
            Demand("vip", callsPerHour: [15], talk: .exponential(mean: .seconds(100))),
        ]
        scenario.crews = [
            Crew("op", count: 10, groups: ["red"], places: [.init("sales", priority: 5), .init("vip", priority: 3)])
        ]
        scenario.crews[0].habits.declines = 0.05
        scenario.crews[0].habits.misses = 0.05
        scenario.redial.share = 0.5
        return scenario
    }

    private static func rules(change: (inout RoutingPolicy) -> Void = { _ in }) -> RoutingPolicy {
        var policy = RoutingPolicy(queues: [QueuePolicy(id: "sales"), QueuePolicy(id: "vip")])
        policy.queues[0].callback = true
        policy.queues[1].vip = true
        change(&policy)
        return policy
    }

    private static func run(
        _ scenario: SimulationScenario, _ policy: RoutingPolicy = rules(), seed: UInt64 = 1
    ) -> SimulationReport {
        var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: seed)
        return simulation.run(keepsCalls: true)
    }

    // MARK: - Whole days

    @Test func sameSeedIsTheSameDay() {
        let day = Self.busyDay()
        #expect(Self.run(day) == Self.run(day))
        #expect(Self.run(day) != Self.run(day, seed: 2))
    }

    @Test func everyCallEndsOnceAndEverythingHappens() {
        let report = Self.run(Self.busyDay(), Self.rules { $0.queues[0].maxWait = .seconds(90) })
        for queue in report.queues {
            let figures = queue.figures
            let ends = figures.answered + figures.abandoned + figures.timedOut + figures.unfinished
            #expect(ends == figures.entered, "\(queue.id)")
            #expect(figures.byPriority.reduce(0, +) == figures.answered)
        }
        let total = report.total
        #expect(total.entered == report.queues.reduce(0) { $0 + $1.figures.entered })
        #expect(total.unfinished == 0)
        #expect(total.abandoned > 0 && total.timedOut > 0 && total.interruptions > 0 && total.callbacks > 0)
        #expect(total.reachedOwn > 0 && total.returning > total.reachedOwn)
        #expect(total.waits.median <= total.waits.p90 && total.waits.p99 <= total.waits.longest)
        #expect(report.operators.allSatisfy { $0.atWork == 7_200 && $0.calls > 0 })
        #expect(report.occupancy > 0.5)
        #expect(report.calls.count == total.entered)
    }

    /// What differs between two runs with one seed is the policy alone.
    @Test func everyPolicyGetsTheSameCustomers() {
        var day = Self.busyDay()
        day.redial.share = 0
        func arrivals(_ policy: RoutingPolicy) -> [Instant] { Self.run(day, policy).calls.map(\.arrivedAt).sorted() }
        let other = Self.rules {
            $0.queues[0].strategy = .random
            $0.queues[0].maxWait = .seconds(10)
        }
        #expect(arrivals(Self.rules()) == arrivals(other))
    }

    @Test func progressGoesFromNothingToAll() {
        var seen: [Double] = []
        var simulation = CallCentreSimulation(scenario: Self.busyDay(), policy: Self.rules(), seed: 1)
        _ = simulation.run { seen.append($0) }
        #expect(seen == seen.sorted())
        #expect(seen.first == 0 && seen.last == 1)
        #expect((50...300).contains(seen.count))
    }

    // MARK: - People

    @Test func arrivalsFollowTheHours() {
        var day = SimulationScenario()
        day.length = .seconds(4 * 3_600)
        day.demands = [Demand("sales", callsPerHour: [60, 0, 600], talk: .fixed(.seconds(1)))]
        day.crews = [Crew("op", count: 5, places: [.init("sales", priority: 5)])]
        let hours = Self.run(day).calls.reduce(into: [0, 0, 0, 0]) {
            $0[Int($1.arrivedAt.nanoseconds / 3_600_000_000_000)] += 1
        }
        // Four deviations of a Poisson number.
        #expect(abs(hours[0] - 60) < 31 && abs(hours[2] - 600) < 98 && abs(hours[3] - 60) < 31, "\(hours)")
        #expect(hours[1] == 0)
    }

    @Test func callsAreSharedByPriority() {
        var day = SimulationScenario()
        day.demands = [Demand("sales", callsPerHour: [400], talk: .fixed(.seconds(20)))]
        day.crews = [1, 2, 4].map { Crew("of-\($0)", count: 15, places: [.init("sales", priority: $0)]) }
        let shares = Self.run(day).total.byPriority
        // Not quite: whoever gets more calls is idle less.
        for priority in [1, 2, 4] {
            let due = Double(shares.reduce(0, +) * priority) / 7
            #expect(abs(Double(shares[priority]) - due) < 0.1 * due, "\(shares)")
        }
    }

    @Test(arguments: [(true, 0.85...1.0), (false, 0.0...0.15)])
    func ownOperatorIsReachedWhereTheQueueIsSticky(sticky: Bool, share: ClosedRange<Double>) {
        var day = SimulationScenario()
        day.demands = [Demand("sales", callsPerHour: [60], talk: .fixed(.seconds(20)), returning: 1)]
        day.crews = [Crew("op", count: 20, places: [.init("sales", priority: 5)])]
        let report = Self.run(day, Self.rules { $0.queues[0].sticky = sticky })
        #expect(share.contains(report.total.ownShare), "\(report.total.ownShare)")
    }

    @Test func nobodyAnswersOutsideTheShifts() {
        var day = SimulationScenario()
        day.length = .seconds(4 * 3_600)
        day.demands = [Demand("sales", callsPerHour: [60], talk: .fixed(.seconds(10)), patience: .fixed(.seconds(30)))]
        day.crews = [Crew("op", count: 3, places: [.init("sales", priority: 5)])]
        day.crews[0].habits.shifts = [
            .init(from: .seconds(3_600), until: .seconds(5_400)), .init(from: .seconds(7_200), until: .seconds(10_800)),
        ]
        let report = Self.run(day)
        let answered = report.calls.filter { $0.outcome == .answered }.map { $0.arrivedAt + $0.wait }
        #expect(answered.count > 60)
        #expect(
            answered.allSatisfy {
                (3_600.0...5_410).contains(Double($0.nanoseconds) / 1e9) || $0 > 7_200 && $0 < 10_810
            })
        #expect(report.operators.allSatisfy { $0.atWork == 5_400 })
        #expect(report.total.abandoned > 60)
    }

    @Test func someWhoDidNotGetThroughCallAgain() {
        var day = SimulationScenario()
        day.demands = [Demand("sales", callsPerHour: [60], talk: .fixed(.seconds(10)), patience: .fixed(.seconds(30)))]
        let once = Self.run(day).total.entered
        day.redial.share = 1
        day.redial.most = 2
        day.redial.after = .fixed(.seconds(1))
        // Those of the last minute have no time left to.
        #expect((3 * once - 6...3 * once).contains(Self.run(day).total.entered))
    }

    @Test func missedRingsPauseAnOperatorWhoComesBack() {
        var day = SimulationScenario()
        day.demands = [Demand("sales", callsPerHour: [30], talk: .fixed(.seconds(10)), patience: .fixed(.seconds(600)))]
        day.crews = [Crew("op", count: 1, places: [.init("sales", priority: 5)])]
        day.crews[0].habits.misses = 0.8
        #expect(Self.run(day).total.answered > 20)
        day.crews[0].habits.returnsAfter = .seconds(100_000)
        #expect(Self.run(day).total.answered < 20)
    }

    @Test(arguments: [(1.0, true), (0.0, false)])
    func keyTakesVIPOnlyWhereItIsPressed(takes: Double, interrupts: Bool) {
        var day = Self.busyDay()
        day.crews[0].habits.takesVIP = takes
        let report = Self.run(day, Self.rules { $0.queues[1].interruption.accept = .key })
        let vip = report.queues[1].figures
        #expect((vip.interruptions > 0) == interrupts)
        #expect(vip.answered == vip.entered)
    }

    // MARK: - Numbers

    @Test(arguments: [
        RandomDuration.fixed(.seconds(100)), .uniform(.seconds(50), .seconds(150)), .exponential(mean: .seconds(100)),
        .logNormal(mean: .seconds(100), deviation: .seconds(80)), .observed([.seconds(60), .seconds(140)]),
    ])
    func drawsHaveTheirMeanAndDeviation(spread: RandomDuration) {
        var dice = SplitMix64(seed: 1)
        let draws = (0..<20_000).map { _ in seconds(spread.draw(using: &dice)) }
        let mean = draws.reduce(0, +) / 20_000
        let deviation = (draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000).squareRoot()
        let wanted: Double =
            switch spread {
            case .fixed: 0
            case .uniform: 100 / 12.0.squareRoot()
            case .exponential: 100
            case .logNormal: 80
            case .observed: 40
            }
        // The mean of so many is off by 2.5 at most with 99.9 % probability.
        #expect(abs(mean - 100) < 2.5)
        #expect(abs(deviation - wanted) < 0.05 * wanted + 0.001)
        #expect(seconds(spread.mean) == 100)
        #expect(draws.allSatisfy { $0 >= 0 })
    }

    @Test func logarithmAndPowerAreThoseOfTheCLibrary() {
        for value in [1e-300, 1e-9, 0.1, 0.5, 0.999_999, 1, 1.000_001, 2, 2.718_281_828, 10, 12_345.678, 1e18, 1e300] {
            let expected = log(value)
            #expect(abs(logarithm(value) - expected) <= 1e-14 * max(1, abs(expected)), "\(value)")
        }
        for value in [-600, -20.5, -1, -1e-9, 0, 1e-9, 0.3, 1, 2.5, 33.3, 600] as [Double] {
            #expect(abs(powerOfE(value) / exp(value) - 1) < 1e-13, "\(value)")
        }
    }

    @Test func agendaGivesTheEarliestFirstAndEqualsInOrder() {
        var agenda = Agenda<Int>()
        var dice = SeededGenerator(seed: 3)
        let times = (0..<500).map { _ in Int.random(in: 0..<50, using: &dice) }
        for (index, time) in times.enumerated() { agenda.add(index, at: Instant(seconds: Double(time))) }
        var order: [Int] = []
        while let index = agenda.pop() { order.append(index) }
        #expect(order == times.indices.sorted { (times[$0], $0) < (times[$1], $1) })
        #expect(agenda.next == nil)
    }
}
