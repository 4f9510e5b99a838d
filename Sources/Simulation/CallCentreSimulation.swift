package import Routing

/// A day of a call centre in virtual time: people and machines around the same router that serves real calls.
///
/// It drives a `RoutingState` directly. Customers and operators each draw from dice of their own, so that the same seed
/// brings the same customers, with the same patience, to every policy: what differs between two runs is the policy.
///
/// `+People` is what people do, `+Shell` what becomes of each decision, `+Callbacks` how customers are called back,
/// `+Recorded` where customers come from if the day is one that was, `+Counting` what is counted.
package struct CallCentreSimulation: Sendable {
    package typealias Observe = @Sendable (RoutingEvent, Instant, [Decision]) -> Void

    let scenario: SimulationScenario
    let policy: RoutingPolicy
    let seed: UInt64

    // The world
    var state: RoutingState
    var now = Instant(nanoseconds: 0)
    var agenda = Agenda<Plan>()
    var streams: [ArrivalStream] = []
    /// `nil`: the customers are those of `streams`.
    var recorded: RecordedCustomers?
    var memory = CustomerMemory()
    var people: [Person] = []
    var indexes: [OperatorID: Int] = [:]
    var calls: [CallID: PresentCall] = [:]
    /// Whose phone each ring rings, until its end was reported.
    var rings: [RingID: Int] = [:]
    var sounds: Set<PlaybackID> = []
    /// Customers who will call again.
    var redials: [Customer] = []
    var book = CallbackBook()
    var lastCall: UInt64 = 0
    var engineDice: SplitMix64

    // What was counted
    var queueIndexes: [QueueID: Int] = [:]
    var tallies: [Tally] = []
    /// The call that ended last: a task is opened for it in the next breath.
    var lastEnded: PresentCall?
    /// Priorities by operator and queue, in rows of one operator.
    var priorities: [UInt8] = []
    var events = 0
    /// Calls for queues that the rules do not have.
    var leftOut = 0
    var keepsCalls = false
    private var observe: Observe?
    var ended: [SimulatedCall] = []

    /// - Parameters:
    ///   - policy: with or without the operators of the scenario's crews, who are added.
    ///   - seed: the same seed gives the same day.
    package init(scenario: SimulationScenario, policy: RoutingPolicy, seed: UInt64) {
        self.scenario = scenario
        self.policy = scenario.policy(from: policy)
        self.seed = seed
        state = RoutingState(seed: seed)
        engineDice = SplitMix64(seed: seed, stream: 1)
    }

    /// After the last arrival everybody has so long to come to an end.
    private static let closing = Duration.seconds(4 * 3_600)

    /// Lives through the day.
    ///
    /// - Parameters:
    ///   - keepsCalls: the report lists each call that had entered a queue, in the order of their ends.
    ///   - progress: the share of the day that is done, 0…1, some hundred times.
    ///   - observe: sees each event with its instant and what was decided.
    package mutating func run(
        keepsCalls: Bool = false, progress: ((Double) -> Void)? = nil, observe: Observe? = nil
    ) -> SimulationReport {
        self.keepsCalls = keepsCalls
        self.observe = observe
        defer { self.observe = nil }
        begin()
        let length = max(1, scenario.length.wholeNanoseconds)
        let end = Instant(nanoseconds: length) + Self.closing
        var nextMark = length / 200
        progress?(0)
        while let next = earliest(state.nextDeadline, agenda.next), next <= end {
            if next.nanoseconds >= nextMark, nextMark <= length {
                progress?(min(1, Double(next.nanoseconds) / Double(length)))
                nextMark = next.nanoseconds + length / 200
            }
            now = max(now, next)
            if let deadline = state.nextDeadline, deadline <= now {
                handle(.deadlineReached)
            } else if let plan = agenda.pop() {
                act(plan)
            }
        }
        progress?(1)
        return report()
    }

    /// Gives the router an event and carries out what it decides.
    mutating func handle(_ event: RoutingEvent) {
        events += 1
        let decisions = state.handle(event, at: now)
        observe?(event, now, decisions)
        for decision in decisions { carryOut(decision) }
    }

    mutating func plan(_ plan: Plan, in duration: Duration) {
        agenda.add(plan, at: now + duration)
    }

    mutating func plan(_ plan: CallbackPlan, in duration: Duration) {
        self.plan(.callback(plan), in: duration)
    }

    mutating func networkDelay() -> Duration { scenario.engine.network.draw(using: &engineDice) }
}

extension CallCentreSimulation {
    /// What somebody intends to do. Whether they still can is seen when the time comes.
    enum Plan: Sendable {
        /// The next customer of this stream.
        case arrives(Int)
        /// The call, and the change of an operator, at this index of the recorded day.
        case arrivesAsRecorded(Int)
        case changesAsRecorded(Int)
        case makesOwnCall(Int)
        case ownCallOver(Int, CallID, talked: Duration)
        /// The customer at this index of `redials`.
        case callsAgain(Int)
        /// Patience or conversation is over, unless the call has moved on since: its `turn` tells.
        case hangsUp(CallID, turn: Int)
        case answers(RingID)
        case declines(RingID)
        /// Our stop has reached the phone.
        case stopped(RingID)
        case callerGone(CallID)
        case legGone(Int, RingID)
        case soundOver(PlaybackID, completed: Bool)
        case beginsShift(Int)
        case endsShift(Int, isLast: Bool)
        case returns(Int)
        case presses(Int, RingID, Key)
        case callback(CallbackPlan)
    }

    /// Those who call one queue, one after the other.
    struct ArrivalStream: Sendable {
        let demand: Demand
        var dice: SplitMix64
        var lastNumber = 0
        /// Who may be a returning customer's own operator, each with the sum of priorities up to them.
        var owners: [(name: OperatorID, upTo: Int)] = []

        /// Draws the next arrival after that instant: rates change with the hour, so an exponential amount of expected
        /// calls is used up, hour by hour.
        mutating func next(after instant: Instant) -> Instant? {
            let rates = demand.callsPerHour
            guard rates.contains(where: { $0 > 0 }) else { return nil }
            var left = logarithm(1 - dice.fraction()) * -3_600e9
            var at = Double(instant.nanoseconds)
            while true {
                let hour = (at / 3_600e9).rounded(.down)
                let rate = max(0, rates[Int(hour) % rates.count])
                let end = (hour + 1) * 3_600e9
                if rate > 0, at + left / rate < end { return Instant(nanoseconds: Int64(at + left / rate)) }
                left -= rate * (end - at)
                at = end
            }
        }
    }

    /// One customer, the same in every run with this seed.
    struct Customer: Sendable {
        enum Origin: Sendable {
            /// Drawn, at this index of `streams` and the scenario's demands.
            case stream(Int)
            /// At this index of the recorded calls.
            case record(Int)
        }

        let origin: Origin
        let number: CustomerNumber?
        let isVIP: Bool
        let own: OperatorID?
        var redials = 0
        var dice: SplitMix64
    }

    /// A call in the house.
    struct PresentCall: Sendable {
        var customer: Customer
        let queue: Int
        let arrivedAt: Instant
        var hadToWait = true
        var answeredAt: Instant?
        var answeredBy: Int?
        /// What is left of the conversation.
        var talkLeft: Duration
        /// With whom and since when; `nil`: hears something else.
        var talking: (with: Int, since: Instant)?
        /// The customer was dialled for it.
        var task: TaskID?
        /// Counts the stretches of its life, so that plans made in earlier ones come to nothing.
        var turn = 0
    }

    /// One operator.
    struct Person: Sendable {
        let name: OperatorID
        let habits: OperatorHabits
        var dice: SplitMix64
        var isAtWork = false
        /// Of a recorded day: both together are to be at work.
        var isReachable = false
        var wantsCalls = false
        var leg: RingID?
        /// What is mixed over the operator's leg.
        var overlay: PlaybackID?
        /// Customers' cards that came and went, so that what is planned for one does not hold for the next.
        var cards = 0
        /// Wrap-up after the present conversation.
        var wrapUpNext = Duration.zero

        var atWorkSince: Instant?
        var atWork = Duration.zero
        var talking = Duration.zero
        var wrapUp = Duration.zero
        var calls = 0

        mutating func begin(at now: Instant) {
            isAtWork = true
            atWorkSince = now
        }

        mutating func end(at now: Instant) {
            isAtWork = false
            if let since = atWorkSince { atWork += now - since }
            atWorkSince = nil
        }
    }
}
