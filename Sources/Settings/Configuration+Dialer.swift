extension Configuration {
    /// An entry of `dialers`: who calls customers back, whom, when and how often (product.md section 6).
    package struct Dialer: Hashable, Sendable {
        /// Whether tasks have a time and are for whoever is there, or are each operator's own list.
        package enum Mode: String, Hashable, Sendable, CaseIterable {
            case callback, personal
        }

        /// What becomes of a task whose responsible did not come within the responsible wait.
        package enum Expiry: Hashable, Sendable {
            /// To the responsible group for as long again, then to anyone.
            case release
            /// Due again so much later. 1 min to 30 d.
            case postpone(Duration)
            /// To another dialer, by name.
            case moveTo(String)
            /// The CRM is told, and the task is closed here.
            case handToCRM
        }

        /// Unique.
        package var name: String
        /// Default callback.
        package var mode = Mode.callback
        /// Names of the queues whose lost calls it calls back, each in one dialer at most.
        package var queues: [String] = []
        /// Name of the queue whose wrap-up and hold audio hold for its conversations. Default: the first of `queues`.
        package var rulesOf: String
        /// Names of trunks with an outgoing side, in order of preference. Not empty.
        package var trunks: [String] = []
        /// The number that customers see; `nil` (`none`, default): what the trunk's provider shows by itself. 1 to 32
        /// digits.
        package var callerID: String?
        /// In the order of the file.
        package var operators: [Assignment] = []
        /// How long a due task is its responsible's, and then its group's. 0 to 7 d, default 10 min.
        package var responsibleWait: Duration = .seconds(600)
        /// Default release.
        package var expiry = Expiry.release
        /// How long the operator sees the card before their phone is called. 0 (not at all) to 10 min, default 15 s.
        package var preview: Duration = .seconds(15)
        /// An operator may leave a task to others while they see its card. Default false.
        package var skipAllowed = false
        /// How long the operator's phone rings. 1 s to 10 min, default 20 s.
        package var ringTimeout: Duration = .seconds(20)
        /// An operator who did not answer is skipped for the task so long. 1 s to 1 h, default 30 s.
        package var retryAfter: Duration = .seconds(30)
        /// How long the customer's phone rings. 5 s to 5 min, default 30 s.
        package var answerTimeout: Duration = .seconds(30)
        /// How often and when to try again, by what the attempt ended in; all six are there.
        package var retries: [Outcome: Retry] = Dictionary(
            uniqueKeysWithValues: Outcome.allCases.map { ($0, Retry()) })
        /// Personal mode: the tasks of an operator who is offline for longer go to `fallback`; `nil` (`none`,
        /// default): they wait. 1 min to 365 d.
        package var reassignAfter: Duration?
        /// Name of the dialer that gets them; `nil` (`none`, default): any operator of this one does.
        package var fallback: String?
        /// When customers may be dialled; `nil` (`none`, default): at any time.
        package var hours: Hours?

        package init(name: String, rulesOf: String) {
            self.name = name
            self.rulesOf = rulesOf
        }
    }

    /// What an attempt may end in.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Connected, though for less than a successful conversation.
        case answer
        case noAnswer = "no_answer"
        case busy, cancel, drop, failed
    }

    /// How often and when to try again.
    package struct Retry: Hashable, Sendable {
        /// Attempts that may end so; with the last of them the task is given up. 1 to 100, default 3.
        package var tries = 3
        /// From the end of one attempt to the next. 1 s to 30 d, default 15 min.
        package var interval: Duration = .seconds(900)

        package init() {}
    }

    /// Key `hours` of a dialer: the times of a week in which customers may be dialled.
    package struct Hours: Hashable, Sendable {
        /// From one minute of a day to another, on certain days of the week.
        package struct Stretch: Hashable, Sendable {
            /// On which it begins, from Monday to Sunday; each once.
            package var days: [Weekday]
            /// Minutes after midnight, 0 to 1439.
            package var from: Int
            /// Minutes after the same midnight; above 1440 where it goes on after midnight. 1 to 2879.
            package var until: Int

            package init(days: [Weekday], from: Int, until: Int) {
                self.days = days
                self.from = from
                self.until = until
            }
        }

        /// A date on which nobody is called: no stretch begins then.
        package struct Date: Hashable, Sendable {
            package var year: Int
            /// 1 to 12.
            package var month: Int
            /// 1 to 31.
            package var day: Int

            package init(year: Int, month: Int, day: Int) {
                self.year = year
                self.month = month
                self.day = day
            }
        }

        /// A name of the time zone database ("Europe/Kyiv"), for numbers that are in none of `zones`.
        package var zone: String
        /// Zones of the numbers that begin so ("+48"); of several the longest counts.
        package var zones: [String: String] = [:]
        /// Not empty, in the order of the file. They may overlap.
        package var stretches: [Stretch]
        package var daysOff: [Date]

        package init(zone: String, stretches: [Stretch], daysOff: [Date] = []) {
            self.zone = zone
            self.stretches = stretches
            self.daysOff = daysOff
        }
    }

    /// A day of the week as the file names it.
    package enum Weekday: String, Hashable, Sendable, CaseIterable {
        case monday = "mon"
        case tuesday = "tue"
        case wednesday = "wed"
        case thursday = "thu"
        case friday = "fri"
        case saturday = "sat"
        case sunday = "sun"
    }
}
