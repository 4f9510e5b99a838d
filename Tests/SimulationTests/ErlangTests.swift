import Routing
import Simulation
import TestKit
import Testing

/// Mathematics as a judge: where theory knows the answer, the router must give it.
///
/// With Poisson arrivals, exponential conversations and nothing else (no stickiness, no wrap-up, phones answered at
/// once), a queue with c operators is the system M/M/c, for which A. K. Erlang (1917) gives the probability of waiting
/// and the mean wait. With exponential patience it is C. Palm's M/M/c+M ("Erlang A"). A router that lets anybody wait
/// beside a ready operator, loses one, or rings two for one call, gives other numbers.
///
/// Tolerance: the confidence interval of the simulated mean by batch means. A run is cut into batches, long against the
/// time in which the queue forgets its past (at ρ = 0.9 some 200 calls), so that their means are nearly independent;
/// the true value lies within t · s / √n of their mean with 99 % probability. Seeds are fixed: it holds or it does not.
/// And the interval must be narrow enough to mean something, or the test fails as well.
struct ErlangTests {
    struct Load: CustomStringConvertible {
        let servers: Int
        let load: Double
        var description: String { "\(servers) operators at \(load)" }
    }

    /// Conversations of 100 s on average.
    private static let talk = 100.0

    @Test(arguments: [
        Load(servers: 5, load: 0.6), Load(servers: 10, load: 0.8), Load(servers: 20, load: 0.9),
    ])
    func waitsAreThoseOfErlangC(load: Load) {
        let offered = Double(load.servers) * load.load
        let calls = Self.live(servers: load.servers, offered: offered, patience: nil)
        let probability = Self.erlangC(servers: load.servers, offered: offered)
        let mean = probability * Self.talk / (Double(load.servers) - offered)

        let waited = Interval(calls) { $0.hadToWait ? 1 : 0 }
        #expect(waited.contains(probability), "probability of waiting \(waited), Erlang C says \(probability)")
        #expect(waited.halfWidth < 0.25 * probability, "\(waited) says nothing")
        let wait = Interval(calls) { seconds($0.wait) }
        #expect(wait.contains(mean), "mean wait \(wait), Erlang C says \(mean)")
        #expect(wait.halfWidth < 0.5 * mean, "\(wait) says nothing")
        #expect(calls.joined().allSatisfy { $0.outcome == .answered })
    }

    /// At 1.1 there are more calls than could ever be answered; patience keeps the queue short.
    @Test(arguments: [Load(servers: 5, load: 0.8), Load(servers: 10, load: 1.1)])
    func abandonmentIsThatOfErlangA(load: Load) {
        let offered = Double(load.servers) * load.load
        let patience = 60.0
        let calls = Self.live(servers: load.servers, offered: offered, patience: patience)
        let share = Self.erlangA(servers: load.servers, offered: offered, impatience: Self.talk / patience)
        let abandoned = Interval(calls) { $0.outcome == .abandoned ? 1 : 0 }
        #expect(abandoned.contains(share), "abandoned \(abandoned), Erlang A says \(share)")
        #expect(abandoned.halfWidth < 0.25 * share, "\(abandoned) says nothing")
    }

    @Test func formulasAreThoseOfTheBooks() {
        // One server: the probability of waiting is the load. Two servers at 1 erlang: 1/3.
        #expect(abs(Self.erlangC(servers: 1, offered: 0.7) - 0.7) < 1e-12)
        #expect(abs(Self.erlangC(servers: 2, offered: 1) - 1.0 / 3) < 1e-12)
        // Patience as long as a conversation makes M/M/c+M the system M/M/∞: n customers are a Poisson number.
        // With one server and 1 erlang E[(n - 1)⁺] = 1/e wait, and so many give up for each that comes.
        #expect(abs(Self.erlangA(servers: 1, offered: 1, impatience: 1) - 0.367_879_441_171) < 1e-9)
    }

    // MARK: - A queue and nothing else

    private static let seeds: [UInt64] = [1, 2, 3]
    private static let batches = 10
    private static let batch = 400

    /// The calls of each seed, in the order of arrival, without those of the beginning, when the house was empty.
    private static func live(servers: Int, offered: Double, patience: Double?) -> [[SimulatedCall]] {
        let warmUp = 400
        let needed = warmUp + batches * batch
        return seeds.map { seed in
            var queue = QueuePolicy(id: "sales")
            queue.wrapUp = .zero
            queue.maxLength = 1_000_000
            var scenario = SimulationScenario()
            let rate = offered / talk
            // Enough for all the calls that are needed: ten deviations more than the expected time.
            let length = (Double(needed) + 10 * Double(needed).squareRoot()) / rate
            scenario.length = .milliseconds(Int64(length * 1_000))
            scenario.demands = [
                Demand(
                    "sales", callsPerHour: [rate * 3_600], talk: .exponential(mean: .milliseconds(Int64(talk * 1_000))),
                    patience: patience.map { .exponential(mean: .milliseconds(Int64($0 * 1_000))) })
            ]
            scenario.engine.network = .none
            var habits = OperatorHabits()
            habits.answering = .none
            scenario.crews = [Crew("op", count: servers, places: [.init("sales", priority: 5)], habits: habits)]
            var simulation = CallCentreSimulation(
                scenario: scenario, policy: RoutingPolicy(queues: [queue]), seed: seed)
            let calls = simulation.run(keepsCalls: true).calls.sorted { $0.arrivedAt < $1.arrivedAt }
            #expect(calls.count >= needed)
            return Array(calls.dropFirst(warmUp).prefix(needed - warmUp))
        }
    }

    /// The mean over all batches of all seeds, and where the true value lies with 99 % probability.
    private struct Interval: CustomStringConvertible {
        let mean: Double
        let halfWidth: Double
        /// Student's t for 99 % and 29 degrees of freedom: 30 batches.
        private static let t = 2.756

        init(_ runs: [[SimulatedCall]], _ value: (SimulatedCall) -> Double) {
            let means = runs.flatMap { calls in
                (0..<ErlangTests.batches).map { number in
                    let part = calls.dropFirst(number * ErlangTests.batch).prefix(ErlangTests.batch)
                    return part.reduce(0) { $0 + value($1) } / Double(part.count)
                }
            }
            let mean = means.reduce(0, +) / Double(means.count)
            let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(means.count - 1)
            self.mean = mean
            halfWidth = Self.t * (variance / Double(means.count)).squareRoot()
        }

        func contains(_ value: Double) -> Bool { abs(value - mean) <= halfWidth }
        var description: String { "\(mean) ± \(halfWidth)" }
    }

    // MARK: - The formulas

    /// Probability of waiting in M/M/c, by the recursion of Erlang B.
    private static func erlangC(servers: Int, offered: Double) -> Double {
        var blocking = 1.0
        for server in 1...servers { blocking = offered * blocking / (Double(server) + offered * blocking) }
        return blocking / (1 - offered / Double(servers) * (1 - blocking))
    }

    /// Share who give up in M/M/c+M, from the stationary distribution of the birth-death chain, cut off where nothing
    /// is left to add.
    ///
    /// - Parameter impatience: rate at which a waiting customer gives up, in conversations' lengths.
    private static func erlangA(servers: Int, offered: Double, impatience: Double) -> Double {
        var weight = 1.0
        var sum = 1.0
        var queue = 0.0
        for present in 1...(servers + 1_000) {
            let waiting = Double(max(0, present - servers))
            weight *= offered / (Double(min(present, servers)) + waiting * impatience)
            sum += weight
            queue += weight * waiting
        }
        return impatience * queue / sum / offered
    }
}
