package import Routing

/// A day of a call centre: who calls, who works, and how people and machines behave. What the router makes of it is in
/// its `RoutingPolicy`, so that the same day can be tried with other rules.
///
/// All times count from the beginning of the day.
package struct SimulationScenario: Hashable, Sendable {
    /// No new calls afterwards; those that run are brought to their end.
    package var length: Duration = .seconds(8 * 3_600)
    package var demands: [Demand] = []
    /// Operators who are alike, added to those of the policy.
    package var crews: [Crew] = []
    /// How operators of the policy behave who are not in `habitsOf`.
    package var habits = OperatorHabits()
    package var habitsOf: [OperatorID: OperatorHabits] = [:]
    package var redial = Redial()
    package var engine = EngineDelays()
    /// For the service level: answered within this.
    package var threshold: Duration = .seconds(20)
    /// `nil`: nobody calls back those who did not get through.
    package var callbacks: Callbacks?
    /// The customers and the presence of operators of a day that was; `nil`: `demands` and habits say who calls and works.
    package var recorded: RecordedDay?

    package init() {}

    /// The policy with the crews' operators and their assignments added, after those it has. Dialers come to it by the
    /// day's callbacks only: without, the wish to be called back is all there is.
    package func policy(from base: RoutingPolicy) -> RoutingPolicy {
        var policy = base
        for crew in crews {
            for name in crew.names {
                policy.operators.append(OperatorPolicy(id: name, name: name.name, groups: crew.groups))
            }
            for place in crew.places {
                policy.assignments += crew.names.map { Assignment($0, place.queue, priority: place.priority) }
            }
        }
        guard let callbacks else {
            policy.dialers = []
            policy.dialerAssignments = []
            return policy
        }
        callbacks.add(to: &policy)
        return policy
    }
}

/// Those who call one queue.
package struct Demand: Hashable, Sendable {
    package var queue: QueueID
    /// Calls an hour, one number for each hour of the day, as a Poisson process; the list begins anew when it is over.
    package var callsPerHour: [Double]
    /// How long a conversation lasts, without holds.
    package var talk: RandomDuration
    /// How long a customer waits, in the queue or on hold, before they hang up; `nil`: as long as it takes.
    package var patience: RandomDuration?
    /// Share of callers on the VIP list, 0…1. In a VIP queue everybody is VIP anyhow.
    package var vip: Double
    /// Share of callers with a last successful operator, 0…1: one of those who work in the queue, drawn in proportion
    /// to their priorities.
    package var returning: Double

    package init(
        _ queue: QueueID, callsPerHour: [Double], talk: RandomDuration, patience: RandomDuration? = nil,
        vip: Double = 0, returning: Double = 0
    ) {
        self.queue = queue
        self.callsPerHour = callsPerHour
        self.talk = talk
        self.patience = patience
        self.vip = vip
        self.returning = returning
    }
}

/// Operators who are alike.
package struct Crew: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        package var queue: QueueID
        /// 0…10.
        package var priority: Int

        package init(_ queue: QueueID, priority: Int) {
            self.queue = queue
            self.priority = priority
        }
    }

    /// They are called by this and a number: `day-1`, `day-2`, …
    package var name: String
    package var count: Int
    package var groups: [GroupID]
    package var places: [Place]
    package var habits: OperatorHabits

    package init(_ name: String, count: Int, groups: [GroupID] = [], places: [Place], habits: OperatorHabits = .init())
    {
        self.name = name
        self.count = count
        self.groups = groups
        self.places = places
        self.habits = habits
    }

    package var names: [OperatorID] { (0..<max(0, count)).map { OperatorID("\(name)-\($0 + 1)") } }
}

/// What an operator is like.
package struct OperatorHabits: Hashable, Sendable {
    package struct Shift: Hashable, Sendable {
        package var from: Duration
        package var until: Duration

        package init(from: Duration, until: Duration) {
            self.from = from
            self.until = until
        }
    }

    /// When they are at work, in order; between two of them they are on a break. Empty: always.
    package var shifts: [Shift] = []
    /// Share of rings that they decline, 0…1.
    package var declines = 0.0
    /// Share of rings that they do not hear, 0…1.
    package var misses = 0.0
    /// From the first ring to the answer.
    package var answering: RandomDuration = .uniform(.seconds(2), .seconds(6))
    /// Where a key is needed to take a VIP call: the share of announcements after which they press it, 0…1.
    package var takesVIP = 1.0
    /// After a pause for unanswered rings they are back so much later.
    package var returnsAfter: Duration = .seconds(300)

    package init() {}
}

/// Customers who did not get through and try again.
package struct Redial: Hashable, Sendable {
    /// Share of those who hung up, were refused or waited in vain, 0…1.
    package var share = 0.0
    package var after: RandomDuration = .exponential(mean: .seconds(600))
    /// So often at most, 0…100.
    package var most = 3

    package init() {}
}

/// What the machines add.
package struct EngineDelays: Hashable, Sendable {
    /// From a decision to the phone, and from the phone to the router.
    package var network: RandomDuration = .fixed(.milliseconds(50))
    /// How long announcements are.
    package var announcement: RandomDuration = .fixed(.seconds(4))

    package init() {}
}
