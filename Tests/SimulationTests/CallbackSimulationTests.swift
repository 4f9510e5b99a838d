import Routing
import Synchronization
import TestKit
import Testing

@testable import Simulation

// Goal: lost calls of a day are called back as the router decides, and what is reported of it adds up. Method: days that
// are too busy for their operators, watched through the events and decisions of the router.

struct CallbackSimulationTests {
    /// Two busy hours, then two in which everybody can be called back.
    private static func day(change: (inout Callbacks) -> Void = { _ in }) -> SimulationScenario {
        var scenario = SimulationScenario()
        scenario.length = .seconds(4 * 3_600)
        scenario.demands = [
            Demand(
                "sales", callsPerHour: [100, 100, 10, 10],
                talk: .logNormal(mean: .seconds(200), deviation: .seconds(100)),
                patience: .exponential(mean: .seconds(90)), returning: 0.6)
        ]
        scenario.crews = [Crew("op", count: 5, groups: ["red"], places: [.init("sales", priority: 5)])]
        scenario.crews[0].habits.declines = 0.03
        scenario.crews[0].habits.misses = 0.03
        var callbacks = Callbacks()
        callbacks.queues = ["sales"]
        callbacks.rules.responsibleWait = .seconds(300)
        change(&callbacks)
        scenario.callbacks = callbacks
        return scenario
    }

    private static let rules = RoutingPolicy(queues: [QueuePolicy(id: "sales")])

    private struct Seen {
        var checker = Checker()
        var mirror: RoutingState
        var attempts: [AttemptRecord] = []
        /// Customers whom we have on the phone, and those whom we had.
        var onPhone: Set<CustomerNumber> = []
        var calledBack: Set<CustomerNumber> = []
        var problems: [String] = []

        mutating func take(_ event: RoutingEvent, _ decisions: [Decision]) {
            if case .callArrived(let arrival) = event, let number = arrival.number {
                if onPhone.contains(number) { problems.append("\(number) calls while we call them") }
                if calledBack.contains(number) { problems.append("\(number) calls again, though called back") }
            }
            for decision in decisions {
                switch decision.action {
                case .dial(_, let number, _, _): onPhone.insert(number)
                case .record(.attemptEnded(let row)):
                    onPhone.remove(row.number)
                    attempts.append(row)
                case .record(.taskClosed(let task, .resolved(let call))):
                    if let row = attempts.last, row.task == task, row.call == call { calledBack.insert(row.number) }
                default: break
                }
            }
        }
    }

    /// Lives through the day, under the eyes of the checker if it is to be `watched`: that costs more than the day.
    private static func run(
        _ scenario: SimulationScenario, policy: RoutingPolicy = rules, seed: UInt64 = 1, watched: Bool = false
    ) -> (report: SimulationReport, attempts: [AttemptRecord], problems: [String]) {
        let seen = Mutex(Seen(mirror: RoutingState(seed: seed)))
        var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: seed)
        let report = simulation.run(keepsCalls: true, progress: nil) { event, instant, decisions in
            seen.withLock { seen in
                seen.take(event, decisions)
                guard watched else { return }
                _ = seen.mirror.handle(event, at: instant)
                seen.checker.take(event, at: instant)
                for decision in decisions { seen.checker.take(decision) }
                seen.checker.settle(seen.mirror.checkInvariants())
            }
        }
        return seen.withLock { (report, $0.attempts, $0.problems + $0.checker.problems) }
    }

    private static func figures(_ scenario: SimulationScenario) throws -> SimulationReport.CalledBack {
        try #require(run(scenario).report.total.calledBack)
    }

    @Test func lostCallsAreCalledBackAndTheFiguresAddUp() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            var day = Self.day()
            day.redial.share = 0.4
            let (report, attempts, problems) = Self.run(day, seed: seed, watched: seed == 1)
            #expect(problems == [])
            let wanted = report.total.callbacks
            let back = try #require(report.total.calledBack)
            #expect(attempts.contains { $0.outcome == .answer })
            #expect(wanted > 20 && wanted <= report.total.abandoned)
            #expect(back.made + back.redialled + back.givenUp + back.handedOn + back.open == wanted, "\(back)")
            #expect(back.made > wanted / 3 && back.redialled > 0, "\(back)")
            #expect(back.onTime <= back.made && back.byResponsible <= back.withResponsible)
            #expect(back.dials == attempts.count { $0.dialledAt != nil })
            #expect(attempts.count { $0.outcome == .answer } >= back.made)
            // Inbound calls are counted as without callbacks.
            let total = report.total
            #expect(total.answered + total.abandoned + total.timedOut + total.unfinished == total.entered)
            #expect(report.calls.count == total.entered)
        }
    }

    @Test func sameSeedIsTheSameDay() {
        let first = Self.run(Self.day())
        let second = Self.run(Self.day())
        #expect(first.report == second.report)
        #expect(first.attempts == second.attempts)
        #expect(Self.run(Self.day(), seed: 2).report != first.report)
    }

    /// Without a wait the first who is ready calls back, though their own customers first; with a long one whoever
    /// knows the customer.
    @Test func responsibleWaitSaysWhoCallsBack() throws {
        func share(_ wait: Duration) throws -> Double {
            try Self.figures(Self.day { $0.rules.responsibleWait = wait }).responsibleShare
        }
        #expect(try share(.zero) < 0.85)
        #expect(try share(.seconds(7_200)) > 0.95)
    }

    @Test func whoeverDoesNotAnswerIsTriedAgainAndThenGivenUp() throws {
        let nobody = Self.run(
            Self.day {
                $0.noAnswer = 1
                $0.busy = 0
                $0.rules.retries = Callbacks.retries(tries: 2, interval: .seconds(600))
            }, watched: true)
        let back = try #require(nobody.report.total.calledBack)
        #expect(nobody.problems == [])
        #expect(back.made == 0 && back.givenUp > 0)
        #expect(nobody.attempts.filter { $0.dialledAt != nil }.allSatisfy { $0.outcome == .noAnswer })
        #expect(back.dials >= 2 * back.givenUp && back.dials <= 2 * nobody.report.total.callbacks)
        // The customer's phone rang as long as the rules say, and between two tries there is the interval.
        let dials = Dictionary(grouping: nobody.attempts.filter { $0.dialledAt != nil }, by: \.task)
        for tries in dials.values {
            #expect(tries.allSatisfy { $0.endedAt - $0.dialledAt! >= .seconds(30) })
            #expect(zip(tries, tries.dropFirst()).allSatisfy { $1.dialledAt! - $0.endedAt >= .seconds(600) })
        }
        let everybody = try Self.figures(
            Self.day {
                $0.noAnswer = 0
                $0.busy = 0
            })
        #expect(everybody.givenUp == 0 && everybody.dials - everybody.made <= 2)
        let busy = Self.run(
            Self.day {
                $0.noAnswer = 0
                $0.busy = 0.5
            }
        ).attempts.filter { $0.dialledAt != nil }
        let share = Double(busy.count { $0.outcome == .busy }) / Double(busy.count)
        #expect(abs(share - 0.5) < 0.2, "\(share)")
    }

    @Test func onTimeIsWhoeverIsReachedWithinTheLimit() throws {
        let day = Self.day { $0.noAnswer = 0 }
        let generous = try Self.figures(Self.day { $0.limit = .seconds(86_400) })
        #expect(generous.onTime == generous.made)
        let strict = try Self.figures(Self.day { $0.limit = .zero })
        #expect(strict.onTime == 0 && strict.onTimeShare == 0 && strict.made == generous.made)
        let (report, attempts, _) = Self.run(day)
        let reached = attempts.filter { $0.outcome == .answer }
        #expect(try #require(report.total.calledBack).onTime > 0 && !reached.isEmpty)
    }

    @Test func onlyThoseOfTheGroupCallBack() {
        var day = Self.day { $0.groups = ["blue"] }
        day.crews.append(Crew("blue", count: 1, groups: ["blue"], places: [.init("sales", priority: 0)]))
        let (report, attempts, problems) = Self.run(day, watched: true)
        #expect(problems == [])
        #expect(!attempts.isEmpty && attempts.allSatisfy { $0.operator == "blue-1" })
        #expect(report.operators.last?.calls ?? 0 > 0)
    }

    /// Nobody is dialled once the day is over, even if somebody is at work all the time.
    @Test func whoIsNotReachedByTheEndOfTheDayStaysOpen() throws {
        var day = Self.day()
        day.demands[0].callsPerHour = [100]
        let (report, attempts, _) = Self.run(day)
        #expect(attempts.allSatisfy { $0.began.nanoseconds < day.length.wholeNanoseconds })
        #expect(try #require(report.total.calledBack).open > 0)
    }

    /// Callbacks come after waiting calls, so they lengthen no wait by much, and the customers are the same.
    @Test func dayWithoutCallbacksHasTheSameCustomers() {
        var without = Self.day()
        without.callbacks = nil
        var policy = Self.rules
        policy.queues[0].callback = true
        func arrivals(_ report: SimulationReport) -> [Instant] { report.calls.map(\.arrivedAt).sorted() }
        let plain = Self.run(without, policy: policy).report
        #expect(arrivals(plain) == arrivals(Self.run(Self.day()).report))
        #expect(plain.total.calledBack == nil && plain.total.callbacks == plain.total.abandoned)
        // A dialer that only the policy knows has nobody who carries it out.
        policy.dialers = [DialerPolicy(id: "back", queue: "sales")]
        policy.queues[0].callbackDialer = "back"
        #expect(Self.run(without, policy: policy).report == plain)
    }
}
