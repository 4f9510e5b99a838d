import Routing
import Synchronization
import TestKit
import Testing

@testable import Simulation

// Goal: a recorded day lived through under the rules of the record is the recorded day, and other rules show in it.
// Method: a drawn day is watched as a journal would see it, and made into a record.

struct RecordedDayTests {
    /// Three hours of ten operators with shifts, moods and a VIP queue.
    private static func drawnDay() -> SimulationScenario {
        var scenario = SimulationScenario()
        scenario.length = .seconds(3 * 3_600)
        scenario.demands = [
            Demand(
                "sales", callsPerHour: [110, 140, 90],
                talk: .logNormal(mean: .seconds(240), deviation: .seconds(120)),
                patience: .exponential(mean: .seconds(150)), vip: 0.01, returning: 0.4),
            Demand(
                "vip", callsPerHour: [10], talk: .exponential(mean: .seconds(100)),
                patience: .exponential(mean: .seconds(600))),
        ]
        scenario.crews = [
            Crew("op", count: 7, groups: ["red"], places: [.init("sales", priority: 5), .init("vip", priority: 3)]),
            Crew("late", count: 3, groups: ["red"], places: [.init("sales", priority: 8)]),
        ]
        scenario.crews[0].habits.declines = 0.05
        scenario.crews[0].habits.misses = 0.05
        scenario.crews[1].habits.shifts = [
            .init(from: .seconds(1_800), until: .seconds(6_000)), .init(from: .seconds(6_600), until: .seconds(10_800)),
        ]
        scenario.engine.network = .uniform(.milliseconds(20), .milliseconds(80))
        return scenario
    }

    private static func rules(change: (inout RoutingPolicy) -> Void = { _ in }) -> RoutingPolicy {
        var policy = RoutingPolicy(queues: [QueuePolicy(id: "sales"), QueuePolicy(id: "vip")])
        policy.queues[0].callback = true
        policy.queues[1].vip = true
        change(&policy)
        return policy
    }

    /// The drawn day, and what a journal would know of it.
    private static func record(
        _ scenario: SimulationScenario = drawnDay(), seed: UInt64 = 1, length: Duration? = .seconds(3 * 3_600)
    ) -> (report: SimulationReport, day: RecordedDay) {
        let recorder = Mutex(DayRecorder(length: length))
        recorder.withLock { $0.processBegan(at: 0) }
        var simulation = CallCentreSimulation(scenario: scenario, policy: rules(), seed: seed)
        let report = simulation.run(keepsCalls: true, progress: nil) { event, instant, decisions in
            recorder.withLock { $0.take(event, decisions, at: instant) }
        }
        return (report, recorder.withLock { $0.finish() })
    }

    private static func run(_ day: RecordedDay, _ policy: RoutingPolicy? = nil, seed: UInt64 = 7) -> SimulationReport {
        var simulation = CallCentreSimulation(
            scenario: SimulationScenario(day), policy: policy ?? day.policy ?? RoutingPolicy(), seed: seed)
        return simulation.run(keepsCalls: true)
    }

    // MARK: - Fidelity

    @Test func recordHasTheFiguresOfTheDay() throws {
        let (real, day) = Self.record()
        let seen = day.report(threshold: .seconds(20))
        #expect(seen.total.entered == real.total.entered)
        #expect(seen.total.answered == real.total.answered)
        #expect(seen.total.abandoned == real.total.abandoned)
        #expect(seen.total.waits == real.total.waits)
        #expect(seen.total.serviceLevel == real.total.serviceLevel)
        #expect(seen.total.waitedShare == real.total.waitedShare)
        #expect(seen.total.interruptions == real.total.interruptions)
        #expect(seen.total.callbacks == real.total.callbacks && seen.total.callbacks > 0)
        #expect(seen.total.ownShare == real.total.ownShare)
        #expect(seen.queues.map(\.figures.answered) == real.queues.map(\.figures.answered))
        #expect(day.policy?.operators.count == 10)
        let op = try #require(day.habitsOf["op-1"])
        #expect((0.0...0.2).contains(op.declines) && (0.0...0.2).contains(op.misses))
        #expect((3.0...5.5).contains(seconds(op.answering.mean)))
    }

    @Test func sameRulesBringTheSameDay() {
        var difference = 0.0
        for seed in 1...4 as ClosedRange<UInt64> {
            let (real, day) = Self.record(seed: seed)
            let again = Self.run(day)
            #expect(again.calls.map(\.arrivedAt).sorted() == real.calls.map(\.arrivedAt).sorted())
            #expect(again.total.entered == real.total.entered)
            #expect(abs(again.total.answered - real.total.answered) * 33 <= real.total.answered)
            #expect(abs(again.total.waits.mean - real.total.waits.mean) <= 0.2 * real.total.waits.mean)
            #expect(abs(again.total.serviceLevel - real.total.serviceLevel) <= 0.05)
            difference += (again.total.waits.mean - real.total.waits.mean) / real.total.waits.mean / 4
        }
        // Nothing pulls them all the same way.
        #expect(abs(difference) < 0.08, "\(difference)")
    }

    @Test func sameSeedIsTheSameDay() {
        let day = Self.record().day
        #expect(Self.record().day == day)
        #expect(Self.run(day) == Self.run(day))
        #expect(Self.run(day, seed: 8) != Self.run(day))
    }

    // MARK: - Other rules

    @Test func withMoreOperatorsTheWaitsFall() throws {
        let day = Self.record().day
        var more = try #require(day.policy)
        let new = (1...4).map { OperatorID("new-\($0)") }
        more.operators += new.map { OperatorPolicy(id: $0, name: $0.name) }
        more.assignments += new.map { Assignment($0, "sales", priority: 5) }
        let (before, after) = (Self.run(day), Self.run(day, more))
        #expect(after.total.entered == before.total.entered)
        #expect(after.total.waits.mean < 0.6 * before.total.waits.mean)
        #expect(after.total.abandoned < before.total.abandoned)
        #expect(after.total.answered > before.total.answered)
        #expect(after.operators.suffix(4).allSatisfy { $0.calls > 0 && $0.atWork == 10_800 })
        // Whoever the record knows works when they did.
        #expect(after.operators[8].atWork > 8_000 && after.operators[8].atWork < 8_500)
    }

    @Test func withFewerOperatorsMoreAreLost() throws {
        let day = Self.record().day
        var fewer = try #require(day.policy)
        fewer.operators.removeFirst(3)
        let (before, after) = (Self.run(day), Self.run(day, fewer))
        #expect(after.total.abandoned > before.total.abandoned)
        #expect(after.total.waits.mean > before.total.waits.mean)
    }

    /// Who calls again because they did not get through does so only if they did not.
    @Test func repeatedCallsFollowWhoGetsThrough() throws {
        var scenario = Self.drawnDay()
        scenario.redial.share = 0.6
        scenario.redial.after = .uniform(.seconds(60), .seconds(600))
        let (real, day) = Self.record(scenario)
        let repeated = day.calls.count(where: \.repeats)
        #expect(repeated > 20)
        // Those who were given up later in the day had no time left to call again.
        #expect((0.45...0.65).contains(day.redial.share))
        #expect((300.0...360).contains(seconds(day.redial.after.mean)))

        let same = Self.run(day)
        #expect(abs(same.total.entered - real.total.entered) * 33 <= real.total.entered)
        #expect(abs(same.total.answered - real.total.answered) * 33 <= real.total.answered)
        var more = try #require(day.policy)
        let new = (1...8).map { OperatorID("new-\($0)") }
        more.operators += new.map { OperatorPolicy(id: $0, name: $0.name) }
        more.assignments += new.map { Assignment($0, "sales", priority: 5) }
        let once = day.calls.count { !$0.repeats }
        let entered = Self.run(day, more).total.entered
        #expect(entered < real.total.entered - repeated / 2 && entered >= once)
        var fewer = try #require(day.policy)
        fewer.operators.removeFirst(3)
        #expect(Self.run(day, fewer).total.entered > real.total.entered)
    }

    /// An operator's own call is made when they are free for it, and ties its customer.
    @Test func ownCallsAreMadeAgain() throws {
        var recorder = DayRecorder(length: .seconds(1_000))
        recorder.processBegan(at: 0)
        recorder.take(.configured(Self.small), [], at: 0)
        recorder.take(.operatorReachable("anna"), [], at: 1)
        recorder.take(
            .deadlineReached, [Decision(.record(.operatorWished("anna", .ready)), because: .asWished)], at: 1)
        recorder.take(.ownCallBegan(1, by: "anna", with: "+7"), [], at: 100)
        recorder.take(Self.arrival(2), [], at: 120)
        recorder.take(.ownCallEnded(1, by: "anna", talked: .seconds(50)), [], at: 160)
        recorder.take(.deadlineReached, [], at: 900)
        let day = recorder.finish()
        #expect(day.changes.last?.what == .ownCall("+7", .seconds(60), talked: .seconds(50)))
        let report = Self.run(day)
        // Nobody else is there: the customer waits until the call is over.
        #expect(report.calls.first?.outcome == .answered && report.calls.first!.wait >= .seconds(40))
    }

    private static let small = RoutingPolicy(
        operators: [OperatorPolicy(id: "anna", name: "Anna")], queues: [QueuePolicy(id: "sales")],
        assignments: [Assignment("anna", "sales", priority: 5)])

    @Test func callsOfQueuesThatAreGoneAreLeftOut() throws {
        let day = Self.record().day
        var policy = try #require(day.policy)
        policy.queues.removeLast()
        let report = Self.run(day, policy)
        let vip = day.calls.count { $0.arrival.queue == "vip" }
        #expect(vip > 0 && report.leftOut == vip)
        #expect(report.total.entered + report.total.refused == day.calls.count - vip)
    }

    @Test func lostCallsOfARecordedDayAreCalledBack() throws {
        var scenario = SimulationScenario(Self.record().day)
        scenario.callbacks = Callbacks()
        var simulation = CallCentreSimulation(scenario: scenario, policy: Self.rules(), seed: 1)
        let total = simulation.run().total
        let back = try #require(total.calledBack)
        #expect(back.made + back.redialled + back.givenUp + back.handedOn + back.open == total.callbacks)
    }

    // MARK: - What the record knows

    private static func arrival(_ call: UInt64) -> RoutingEvent {
        .callArrived(Arrival(call: CallID(rawValue: call), line: "1", queue: "sales", number: "+1"))
    }

    /// Calls that were up when the process ended are known as far as they were seen.
    @Test func callsCutByARestartAreCensored() {
        var recorder = DayRecorder()
        recorder.processBegan(at: 0)
        recorder.take(Self.arrival(1), [], at: 10)
        recorder.take(Self.arrival(2), [], at: 20)
        recorder.take(.ringAnswered(RingID(rawValue: 1)), [Decision(.connect(2, "anna"), because: .answered)], at: 25)
        #expect(recorder.waitsForEnds)
        recorder.processBegan(at: 100)
        #expect(!recorder.waitsForEnds)
        let day = recorder.finish()
        #expect(day.calls.map(\.wait) == [.seconds(90), .seconds(5)])
        #expect(day.calls.map(\.answeredBy) == [nil, "anna"])
        #expect(day.calls.allSatisfy { $0.outcome == nil && $0.talk == nil && !$0.hungUp })
        let figures = day.report(threshold: .seconds(20)).total
        #expect(figures.entered == 2 && figures.answered == 1 && figures.unfinished == 1)
    }

    /// Who was at work when the day began is known from before it; a pause by the router is no wish.
    @Test func presenceBeginsWithWhatWasBefore() {
        func wished(_ wish: OperatorWish, at instant: Instant, _ recorder: inout DayRecorder) {
            recorder.take(
                .deadlineReached, [Decision(.record(.operatorWished("anna", wish)), because: .asWished)], at: instant)
        }
        var recorder = DayRecorder(length: .seconds(100))
        recorder.processBegan(at: -50)
        recorder.take(.operatorReachable("anna"), [], at: -40)
        wished(.ready, at: -40, &recorder)
        recorder.take(Self.arrival(1), [], at: -1)
        recorder.take(Self.arrival(2), [], at: 5)
        wished(.noAnswer, at: 10, &recorder)
        wished(.ready, at: 70, &recorder)
        wished(.paused(reason: "lunch"), at: 80, &recorder)
        recorder.processBegan(at: 90)
        recorder.take(.operatorReachable("anna"), [], at: 101)
        let day = recorder.finish()
        let expected: [(Double, RecordedDay.Change.What)] = [
            (0, .reachable(true)), (0, .wish(.ready)), (80, .wish(.paused(reason: "lunch"))), (90, .reachable(false)),
            (90, .wish(.off)),
        ]
        #expect(
            day.changes
                == expected.map { RecordedDay.Change(at: Instant(seconds: $0), operator: "anna", what: $1) })
        #expect(day.calls.map(\.arrival.call) == [2])
        #expect(day.habits.returnsAfter == .seconds(60))
        #expect(day.length == .seconds(100))
    }

    /// The state at the beginning of a file says all that steps before it would have said.
    @Test func stateStandsForTheStepsBeforeIt() {
        var state = RoutingState()
        _ = state.handle(.configured(Self.small), at: 0)
        _ = state.handle(.operatorReachable("anna"), at: 1)
        #expect(state.policy == Self.small)
        var recorder = DayRecorder()
        recorder.take(Self.arrival(9), [], at: 0)
        recorder.take(state, at: 3)
        let day = recorder.finish()
        #expect(day.policy == Self.small)
        #expect(day.changes.map(\.what) == [.reachable(true), .wish(.ready)])
        #expect(day.calls.map(\.wait) == [.seconds(3)])
    }

    // MARK: - Patience

    /// Ten waited; two hung up after 10 s, two were answered after 20 s, three hung up after 30 s, three were answered
    /// after 40 s: 4 in 5 stay longer than 10 s, of those half longer than 30 s, and of these nobody was seen to leave.
    @Test func patienceIsEstimatedFromThoseWhoHungUp() {
        let seen = [(10, true), (20, false), (30, true), (40, false)].flatMap { wait, hungUp in
            Array(repeating: (wait: Duration.seconds(wait), hungUp: hungUp), count: wait < 25 ? 2 : 3)
        }
        let patience = ObservedPatience(seen)
        func shares(beyond wait: Duration) -> [Int] {
            let draws = (0..<1_000).map { patience.patience(beyond: wait, at: (Double($0) + 0.5) / 1_000) }
            return [.seconds(10), .seconds(30), nil].map { drawn in draws.count { $0 == drawn } }
        }
        #expect(shares(beyond: .zero) == [200, 400, 400])
        #expect(shares(beyond: .seconds(10)) == [0, 500, 500])
        #expect(shares(beyond: .seconds(35)) == [0, 0, 1_000])
        #expect(ObservedPatience([]).patience(beyond: .zero, at: 0.5) == nil)
    }
}
