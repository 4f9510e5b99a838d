import Foundation
import Routing
import Simulation
import TestKit
import Testing

/// What `burdock simulate` promises: a day of 100,000 calls and 500 operators in under 10 s. Only an optimised build can
/// keep that, so it runs where it is asked for: `BURDOCK_BIG_DAY=1 swift test -c release --filter BigDayTests`.
struct BigDayTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["BURDOCK_BIG_DAY"] != nil))
    func hundredThousandCallsInTenSeconds() {
        let queues = (0..<10).map { QueueID("queue-\($0)") }
        var policy = RoutingPolicy(queues: queues.map { QueuePolicy(id: $0) })
        for index in policy.queues.indices { policy.queues[index].responsibleWait = .seconds(20) }
        var scenario = SimulationScenario()
        scenario.length = .seconds(10 * 3_600)
        scenario.demands = queues.map {
            Demand(
                $0, callsPerHour: [1_000], talk: .logNormal(mean: .seconds(155), deviation: .seconds(120)),
                patience: .exponential(mean: .seconds(180)), vip: 0.02, returning: 0.4)
        }
        let places = queues.enumerated().map { Crew.Place($1, priority: 1 + $0) }
        scenario.crews = [Crew("day", count: 500, places: places)]
        scenario.crews[0].habits.misses = 0.02
        scenario.crews[0].habits.declines = 0.02
        scenario.redial.share = 0.5

        var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: 1)
        var report = SimulationReport()
        let time = ContinuousClock().measure { report = simulation.run() }
        #expect(report.total.entered > 98_000)
        #expect(time < .seconds(10))
        print("a day of \(report.total.entered) calls, \(report.events) events: \(time), \(report.total)")
    }
}
