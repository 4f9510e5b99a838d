import Foundation
import Routing
import Settings
import Simulation
import Testing

@testable import burdock

// Goal: what the file says of dialers reaches the router, and a simulated day is none the worse for it. Method: a
// configuration as values, and the sample day with a dialer put into its configuration.

private let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

@Suite struct DialerMappingTests {
    private static func configuration() -> Configuration {
        var configuration = Configuration(path: "/etc/burdock.yaml", state: "/var/lib/burdock")
        configuration.operators = [.init(name: "anna", groups: ["sales"]), .init(name: "ihor")]
        configuration.queues = ["sales", "support", "loud"].map { Configuration.Queue(name: $0) }
        var back = Configuration.Dialer(name: "back", rulesOf: "support")
        back.queues = ["sales", "support"]
        back.operators = [.init(operator: "ihor", priority: 0), .init(operator: "anna", priority: 10)]
        back.responsibleWait = .seconds(60)
        back.expiry = .moveTo("rest")
        back.preview = .zero
        back.skipAllowed = true
        back.ringTimeout = .seconds(11)
        back.retryAfter = .seconds(12)
        back.answerTimeout = .seconds(13)
        back.retries[.busy]?.tries = 7
        back.retries[.failed]?.interval = .seconds(70)
        back.hours = Configuration.Hours(zone: "UTC", stretches: [.init(days: [.monday], from: 0, until: 60)])
        var rest = Configuration.Dialer(name: "rest", rulesOf: "loud")
        rest.mode = .personal
        rest.reassignAfter = .seconds(3_600)
        rest.fallback = "back"
        configuration.dialers = [back, rest]
        return configuration
    }

    @Test func everyRuleOfADialerReachesTheRouter() throws {
        let policy = RoutingPolicy(Self.configuration())
        var back = DialerPolicy(id: DialerID("back"), queue: QueueID("support"))
        back.responsibleWait = .seconds(60)
        back.expiry = .moveTo(DialerID("rest"))
        back.preview = .zero
        back.skipAllowed = true
        back.ringTimeout = .seconds(11)
        back.retryAfter = .seconds(12)
        back.answerTimeout = .seconds(13)
        for outcome in AttemptOutcome.allCases { back.retries[outcome] = RetryRule() }
        back.retries[.busy]?.tries = 7
        back.retries[.failed]?.interval = .seconds(70)
        back.hasHours = true
        #expect(policy.dialers.first == back)
        let rest = try #require(policy.dialers.last)
        #expect(
            rest.mode == .personal && !rest.hasHours && rest.reassignAfter == .seconds(3_600)
                && rest.fallback == DialerID("back"))
        #expect(
            policy.dialerAssignments == [
                DialerAssignment(OperatorID("ihor"), DialerID("back"), priority: 0),
                DialerAssignment(OperatorID("anna"), DialerID("back"), priority: 10),
            ])
    }

    @Test func lostCallsOfAQueueGoToTheDialerThatNamesIt() {
        let policy = RoutingPolicy(Self.configuration())
        #expect(policy.queues.map(\.callbackDialer) == [DialerID("back"), DialerID("back"), nil])
    }

    @Test(arguments: [
        (Configuration.Dialer.Expiry.release, DialerPolicy.Expiry.release),
        (.postpone(.seconds(90)), .postpone(by: .seconds(90))), (.handToCRM, .handToCRM),
    ])
    func everyExpiryReachesTheRouter(read: Configuration.Dialer.Expiry, decided: DialerPolicy.Expiry) {
        var dialer = Configuration.Dialer(name: "back", rulesOf: "sales")
        dialer.expiry = read
        #expect(DialerPolicy(dialer).expiry == decided)
    }

    /// Days bring their own callbacks, or none.
    @Test(arguments: [true, false]) func dayWithDialersInItsConfigurationIsTheSameDay(callsBack: Bool) throws {
        let result = DayReader.read(path: repository + "etc/day.yaml")
        var day = try #require(result.day)
        let configuration = try #require(result.configuration)
        day.length = .seconds(1_800)
        if !callsBack { day.callbacks = nil }
        var served = configuration
        var dialer = Configuration.Dialer(name: "back", rulesOf: "sales")
        dialer.queues = ["sales", "vip"]
        dialer.operators = configuration.queues[0].operators
        served.dialers = [dialer]
        func report(_ configuration: Configuration) -> SimulationReport {
            var simulation = CallCentreSimulation(
                scenario: SimulationScenario(day), policy: RoutingPolicy(configuration, on: day), seed: 3)
            return simulation.run()
        }
        #expect(report(served) == report(configuration))
    }
}
