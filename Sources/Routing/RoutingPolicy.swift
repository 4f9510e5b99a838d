/// The configuration as the router sees it: who works where, and every number of product.md sections 2 to 4.
///
/// The defaults are those of the contract. Ranges are checked where the configuration is read; the router accepts
/// any value and treats a negative duration as zero.
package struct RoutingPolicy: Hashable, Codable, Sendable {
    package var operators: [OperatorPolicy]
    package var queues: [QueuePolicy]
    package var assignments: [Assignment]
    /// A conversation at least this long is successful and ties the customer to the operator.
    package var successTalk: Duration
    /// So many unanswered rings in a row pause the operator with reason `no-answer`; 0 never does.
    package var missesBeforePause: Int
    /// A newly registered operator becomes ready, unless they have paused themselves.
    package var readyOnRegister: Bool
    /// Calls in the house at once, waiting and talking; one more is refused with 503.
    package var maxCalls: Int
    /// Confirmation sounds of the phone codes, by what the operator becomes.
    package var codes: PhoneCodes
    // Tasks (product.md section 6)
    package var dialers: [DialerPolicy]
    package var dialerAssignments: [DialerAssignment]
    package var reminder = ReminderPolicy()
    /// After a transfer the customer's last successful operator is the one they were transferred to; `false`: the first
    /// one of the call.
    package var tieFollowsTransfer = true

    package init(
        operators: [OperatorPolicy] = [], queues: [QueuePolicy] = [], assignments: [Assignment] = [],
        successTalk: Duration = .seconds(5), missesBeforePause: Int = 3, readyOnRegister: Bool = true,
        maxCalls: Int = 10_000, codes: PhoneCodes = PhoneCodes(), dialers: [DialerPolicy] = [],
        dialerAssignments: [DialerAssignment] = []
    ) {
        self.operators = operators
        self.queues = queues
        self.assignments = assignments
        self.successTalk = successTalk
        self.missesBeforePause = missesBeforePause
        self.readyOnRegister = readyOnRegister
        self.maxCalls = maxCalls
        self.codes = codes
        self.dialers = dialers
        self.dialerAssignments = dialerAssignments
    }
}

/// One operator.
package struct OperatorPolicy: Hashable, Codable, Sendable {
    package var id: OperatorID
    /// As people call them.
    package var name: String
    /// Skill groups; the first is the responsible group where none is named.
    package var groups: [GroupID]

    package init(id: OperatorID, name: String, groups: [GroupID] = []) {
        self.id = id
        self.name = name
        self.groups = groups
    }
}

/// An operator's place in a queue.
package struct Assignment: Hashable, Codable, Sendable {
    package var `operator`: OperatorID
    package var queue: QueueID
    /// 0…10. 10: most calls, 1: fewest, 0: none arrive.
    package var priority: Int

    package init(_ operator: OperatorID, _ queue: QueueID, priority: Int) {
        self.operator = `operator`
        self.queue = queue
        self.priority = priority
    }
}

/// One queue.
package struct QueuePolicy: Hashable, Codable, Sendable {
    package var id: QueueID
    /// The set of queues and operators that one router decides as a whole (product.md section 1).
    package var pool: String = "main"
    /// Every call in it may interrupt an ordinary conversation.
    package var vip: Bool = false
    package var strategy: Strategy = .weighted
    package var sticky: Bool = true
    package var groupSticky: Bool = false
    package var responsibleWait: Duration = .zero
    /// A tie older than this counts for nothing; `nil`: ties never grow old.
    package var stickyExpires: Duration?
    package var ringTimeout: Duration = .seconds(20)
    /// An operator who did not take this call is skipped for it so long, 1 s at least.
    package var retryAfter: Duration = .seconds(30)
    /// Where one cause deserves another time than `retryAfter`.
    package var backOff = BackOff()
    /// `nil`: a customer waits without end.
    package var maxWait: Duration?
    /// Waiting calls; one more is refused with 486.
    package var maxLength: Int = 1_000
    package var wrapUp: Duration = .seconds(10)
    /// Repeated while the customer waits or is held.
    package var holdAudio: Sound = Sound("hold")
    /// Played when `maxWait` is over, before the call is ended; `nil`: ended at once.
    package var timeoutAnnouncement: Sound?
    package var interruption = InterruptionPolicy()
    /// A lost call asks for a callback task (product.md section 6).
    package var callback: Bool = false
    /// Where that task goes; `nil`: the wish is recorded for others to carry out.
    package var callbackDialer: DialerID?

    // MARK: Rules of joining and leaving
    /// A customer may enter while no operator of the queue is signed in; otherwise they are refused with 480.
    package var joinEmpty: Bool = true
    /// Those who wait leave when the last operator of the queue has signed out.
    package var leaveWhenEmpty: Bool = false
    /// Pressed by a waiting customer: they leave, and are called back; `nil`: no key does that.
    package var callbackKey: Key?
    /// They are asked for a date and a time first; `nil`: they are called back as soon as it can be.
    package var callbackTime: TimeQuestion?
    /// What such a customer hears before the call is ended; `nil`: ended at once.
    package var callbackAnnouncement: Sound?
    /// So many calls of the queue may be with operators at once, phones that ring included; further ones wait. `nil`:
    /// no limit.
    package var maxTalking: Int?
    /// A customer who hung up while waiting and calls back within it has their ticket again; zero: never.
    package var resumePlace: Duration = .seconds(60)

    package init(id: QueueID) {
        self.id = id
    }
}

/// How one of several ready operators is chosen (product.md section 3).
package enum Strategy: String, Hashable, Codable, Sendable, CaseIterable {
    /// Whose turn it is, which comes the more often the higher the priority; of equals the longest idle time × priority.
    case weighted
    case linear
    case roundRobin = "round_robin"
    case fewestCalls = "fewest_calls"
    case random
    case ringAll = "ring_all"
}

/// How VIP calls of the queue interrupt (product.md section 4): all calls of a VIP queue, listed callers in any other.
package struct InterruptionPolicy: Hashable, Codable, Sendable {
    package enum Acceptance: String, Hashable, Codable, Sendable, CaseIterable {
        /// The operator need do nothing.
        case auto
        /// Only `takeNow`, pressed between announcement and hold, takes the call.
        case key
    }

    /// Mixed over the running conversation, for the operator alone.
    package var operatorAnnouncement = Sound("vip-operator")
    /// What the held customer hears before the hold audio; `nil`: hold audio at once.
    package var customerAnnouncement: Sound? = Sound("vip-customer")
    /// From the end of the operator's announcement to the hold.
    package var holdAfterAnnouncement: Duration = .seconds(5)
    package var accept: Acceptance = .auto
    package var takeNow: Key? = Key("1")
    package var keepTalking: Key? = Key("2")
    /// A younger conversation is left alone.
    package var minTalk: Duration = .seconds(5)
    /// A longer hold frees the held customer for any ready operator.
    package var maxHold: Duration = .seconds(600)

    package init() {}
}

/// Phone codes and what they say (product.md section 5). A code that is none of these is refused with 404.
package struct PhoneCodes: Hashable, Codable, Sendable {
    package var ready = "*1"
    package var pause = "*2"
    package var off = "*0"
    package var readySound = Sound("code-ready")
    package var pauseSound = Sound("code-pause")
    package var offSound = Sound("code-off")

    package init() {}
}
