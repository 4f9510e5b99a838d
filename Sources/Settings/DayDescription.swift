/// A day to be simulated by `burdock simulate`, as its file describes it. All times count from the beginning of the day.
package struct DayDescription: Hashable, Sendable {
    /// How long something takes.
    package enum Spread: Hashable, Sendable {
        /// `20s`
        case fixed(Duration)
        /// `{from: 2s, to: 6s}`
        case uniform(Duration, Duration)
        /// `{mean: 4 min}`
        case exponential(mean: Duration)
        /// `{mean: 4 min, deviation: 3 min}`
        case logNormal(mean: Duration, deviation: Duration)
    }

    /// Those who call one queue.
    package struct Calls: Hashable, Sendable {
        package var queue: String
        /// One number for each hour; the list begins anew when it is over.
        package var perHour: [Int]
        package var talk = Spread.logNormal(mean: .seconds(240), deviation: .seconds(180))
        /// `nil`: they wait as long as it takes.
        package var patience: Spread? = .exponential(mean: .seconds(300))
        /// Shares, 0…1.
        package var vip = 0.0
        package var returning = 0.0
    }

    package struct Shift: Hashable, Sendable {
        package var from: Duration
        package var until: Duration
    }

    /// How operators behave.
    package struct Habits: Hashable, Sendable {
        /// Empty: all day.
        package var shifts: [Shift] = []
        /// Shares, 0…1.
        package var declines = 0.0
        package var misses = 0.0
        package var takesVIP = 1.0
        package var answering = Spread.uniform(.seconds(2), .seconds(6))
        package var returnsAfter = Duration.seconds(300)
    }

    /// Operators who are alike, beside those of the configuration.
    package struct Crew: Hashable, Sendable {
        package var name: String
        package var count: Int
        package var groups: [String] = []
        package var queues: [Place] = []
        package var habits = Habits()
    }

    package struct Place: Hashable, Sendable {
        package var queue: String
        /// 0…10.
        package var priority: Int
    }

    package struct Redial: Hashable, Sendable {
        package var share = 0.0
        package var after = Spread.exponential(mean: .seconds(600))
        package var most = 3
    }

    /// Who calls back customers who did not get through, and how those answer.
    package struct Callbacks: Hashable, Sendable {
        /// Their lost calls are called back; empty: those of the queues whose configuration says so.
        package var queues: [String] = []
        /// With neither: all who are assigned to such a queue. A crew's name stands for all of it.
        package var groups: [String] = []
        package var operators: [String] = []
        package var responsibleWait = Duration.seconds(600)
        package var preview = Duration.seconds(15)
        package var looking = Spread.uniform(.seconds(3), .seconds(10))
        package var answerTimeout = Duration.seconds(30)
        package var tries = 3
        package var interval = Duration.seconds(900)
        /// A callback made so soon after it was due is on time.
        package var onTime = Duration.seconds(3_600)
        /// Shares, 0…1, together at most 1.
        package var busy = 0.05
        package var noAnswer = 0.25
        package var answering = Spread.uniform(.seconds(4), .seconds(20))
    }

    /// Absolute path of the configuration with the queues, operators and rules.
    package var configuration: String
    package var length = Duration.seconds(8 * 3_600)
    package var serviceLevel = Duration.seconds(20)
    package var calls: [Calls] = []
    /// Whether the operators of the configuration are at work, and how they behave.
    package var operatorsWork = true
    package var habits = Habits()
    package var crews: [Crew] = []
    package var redial = Redial()
    /// `nil`: nobody calls back.
    package var callbacks: Callbacks?
    package var network = Spread.fixed(.milliseconds(50))
    package var announcement = Spread.fixed(.seconds(4))
}
