extension Configuration {
    /// An entry of `queues`. Sounds are names, keys of `Configuration.sounds`.
    package struct Queue: Hashable, Sendable {
        /// Unique.
        package var name: String
        /// Every call in it may interrupt an ordinary conversation. Default false.
        package var vip = false
        /// How one of several ready operators is chosen. Default weighted.
        package var strategy = Strategy.weighted
        /// Customers go to their last successful operator first. Default true.
        package var sticky = true
        /// ... and then to that operator's responsible group. Default false.
        package var groupSticky = false
        /// How long the last successful operator is waited for, and their group again. 0 to 1 d, default 0.
        package var responsibleWait: Duration = .zero
        /// Older ties count for nothing; `nil` (`none`, default): ties never grow old. 1 min to 3650 d.
        package var stickyExpires: Duration?
        /// How long one operator's phone rings. 1 s to 10 min, default 20 s.
        package var ringTimeout: Duration = .seconds(20)
        /// An operator who did not take a call is skipped for it so long. 0 to 1 h, default 30 s.
        package var retryAfter: Duration = .seconds(30)
        /// The longest a customer waits; `nil` (`none`, default): without end. 1 s to 1 d.
        package var maxWait: Duration?
        /// Waiting calls; one more is refused. 1 to 1,000,000, default 1,000.
        package var maxLength = 1_000
        /// The operator's time after a conversation. 0 to 1 h, default 10 s.
        package var wrapUp: Duration = .seconds(10)
        /// Repeated while a customer waits or is held. Default "hold".
        package var hold = "hold"
        /// Played when `maxWait` is over, before the call ends; `nil` (`none`, default): ended at once.
        package var timeoutAnnouncement: String?
        /// A lost call asks for a callback task. Default false.
        package var callback = false
        /// A customer may enter while no operator of the queue is signed in. Default true.
        package var joinEmpty = true
        /// Those who wait leave when the last operator of the queue has signed out. Default false.
        package var leaveWhenEmpty = false
        /// Pressed by a waiting customer who wants to be called back; `nil` (`none`, default): no key.
        package var callbackKey: Character?
        /// They are asked for a date and a time first. Default false: they are called back as soon as it can be.
        package var callbackTime = false
        /// What they hear before the call ends; `nil` (`none`, default): ended at once.
        package var callbackAnnouncement: String?
        /// Calls that may be with operators at once; `nil` (`none`, default): no limit. 1 to 10,000.
        package var maxTalking: Int?
        /// Who hung up while waiting and calls again within it has their place again. 0 to 1 h, default 60 s.
        package var resumePlace: Duration = .seconds(60)
        /// How calls of a VIP queue interrupt.
        package var interruption = Interruption()
        /// In the order of the file.
        package var operators: [Assignment] = []

        package init(name: String) {
            self.name = name
        }
    }

    /// Which of several ready operators gets a call (product.md section 3).
    package enum Strategy: String, Hashable, Sendable, CaseIterable {
        case weighted, linear
        case roundRobin = "round_robin"
        case fewestCalls = "fewest_calls"
        case random
        case ringAll = "ring_all"
    }

    /// One `name: priority` of a queue's `operators`.
    package struct Assignment: Hashable, Sendable {
        /// Name of an entry of `operators`.
        package var `operator`: String
        /// 0 to 10. 10: most calls, 1: fewest, 0: none arrive.
        package var priority: Int

        package init(operator: String, priority: Int) {
            self.operator = `operator`
            self.priority = priority
        }
    }

    /// Key `interruption` of a queue (product.md section 4). Meaningless unless the queue is VIP.
    package struct Interruption: Hashable, Sendable {
        /// What it takes to get a VIP call: nothing, or the key `takeNow`.
        package enum Acceptance: String, Hashable, Sendable, CaseIterable {
            case auto, key
        }

        /// Mixed over the conversation for the operator alone. Default "vip-operator".
        package var operatorAnnouncement = "vip-operator"
        /// Heard by the held customer before the hold audio; `nil` (`none`): hold audio at once. Default
        /// "vip-customer".
        package var customerAnnouncement: String? = "vip-customer"
        /// From the end of the operator's announcement to the hold. 0 to 8 h, default 5 s.
        package var holdAfterAnnouncement: Duration = .seconds(5)
        /// What the operator must do. Default auto.
        package var accept = Acceptance.auto
        /// Key that skips the rest of the pause; `nil`: `none`. Set where `accept` is key. Default 1.
        package var takeNow: Character? = "1"
        /// Key that declines; `nil`: `none`. Never the same as `takeNow`. Default 2.
        package var keepTalking: Character? = "2"
        /// A younger conversation is left alone. 0 to 1 h, default 5 s.
        package var minTalk: Duration = .seconds(5)
        /// A longer hold frees the held customer for any ready operator. 1 s to 1 d, default 10 min.
        package var maxHold: Duration = .seconds(600)

        package init() {}
    }
}
