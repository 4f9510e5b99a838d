import Routing
import Settings

extension RoutingPolicy {
    /// The router's part of the configuration.
    init(_ configuration: Configuration) {
        self.init(main: configuration)
        reminder.every = configuration.reminder.every
        reminder.startKey = configuration.reminder.startKey.flatMap { Key($0) }
        reminder.keyWait = configuration.reminder.keyWait
        reminder.ringTimeout = configuration.reminder.ringTimeout
    }

    private init(main configuration: Configuration) {
        let rules = configuration.routing
        var codes = PhoneCodes()
        codes.ready = configuration.codes.ready
        codes.pause = configuration.codes.pause
        codes.off = configuration.codes.off
        codes.readySound = Sound(configuration.codes.readySound)
        codes.pauseSound = Sound(configuration.codes.pauseSound)
        codes.offSound = Sound(configuration.codes.offSound)
        self.init(
            operators: configuration.operators.map { person in
                OperatorPolicy(
                    id: OperatorID(person.name), name: person.display, groups: person.groups.map { GroupID($0) }
                )
            },
            queues: configuration.queues.map { queue in
                var policy = QueuePolicy(queue)
                policy.callbackDialer = configuration.dialers.first { $0.queues.contains(queue.name) }
                    .map { DialerID($0.name) }
                return policy
            },
            assignments: configuration.queues.flatMap { queue in
                queue.operators.map {
                    Assignment(OperatorID($0.operator), QueueID(queue.name), priority: $0.priority)
                }
            },
            successTalk: rules.successTalk,
            missesBeforePause: rules.missesBeforePause,
            readyOnRegister: rules.readyOnRegister,
            maxCalls: configuration.limits.calls,
            codes: codes,
            dialers: configuration.dialers.map { DialerPolicy($0) },
            dialerAssignments: configuration.dialers.flatMap { dialer in
                dialer.operators.map {
                    DialerAssignment(OperatorID($0.operator), DialerID(dialer.name), priority: $0.priority)
                }
            }
        )
    }
}

extension QueuePolicy {
    init(_ queue: Configuration.Queue) {
        self.init(id: QueueID(queue.name))
        vip = queue.vip
        strategy = Strategy(queue.strategy)
        sticky = queue.sticky
        groupSticky = queue.groupSticky
        responsibleWait = queue.responsibleWait
        stickyExpires = queue.stickyExpires
        ringTimeout = queue.ringTimeout
        retryAfter = queue.retryAfter
        maxWait = queue.maxWait
        maxLength = queue.maxLength
        wrapUp = queue.wrapUp
        holdAudio = Sound(queue.hold)
        timeoutAnnouncement = queue.timeoutAnnouncement.map { Sound($0) }
        callback = queue.callback
        joinEmpty = queue.joinEmpty
        leaveWhenEmpty = queue.leaveWhenEmpty
        callbackKey = queue.callbackKey.flatMap { Key($0) }
        callbackTime = queue.callbackTime ? Key("1").map { TimeQuestion(confirmKey: $0) } : nil
        callbackAnnouncement = queue.callbackAnnouncement.map { Sound($0) }
        maxTalking = queue.maxTalking
        resumePlace = queue.resumePlace
        interruption = InterruptionPolicy(queue.interruption)
    }
}

extension DialerPolicy {
    init(_ dialer: Configuration.Dialer) {
        self.init(id: DialerID(dialer.name), queue: QueueID(dialer.rulesOf))
        mode =
            switch dialer.mode {
            case .callback: .callback
            case .personal: .personal
            }
        responsibleWait = dialer.responsibleWait
        expiry =
            switch dialer.expiry {
            case .release: .release
            case .postpone(let duration): .postpone(by: duration)
            case .moveTo(let name): .moveTo(DialerID(name))
            case .handToCRM: .handToCRM
            }
        preview = dialer.preview
        skipAllowed = dialer.skipAllowed
        ringTimeout = dialer.ringTimeout
        retryAfter = dialer.retryAfter
        answerTimeout = dialer.answerTimeout
        for (outcome, retry) in dialer.retries {
            retries[AttemptOutcome(outcome)] = RetryRule(tries: retry.tries, interval: retry.interval)
        }
        reassignAfter = dialer.reassignAfter
        fallback = dialer.fallback.map { DialerID($0) }
        hasHours = dialer.hours != nil
    }
}

extension AttemptOutcome {
    init(_ outcome: Configuration.Outcome) {
        self =
            switch outcome {
            case .answer: .answer
            case .noAnswer: .noAnswer
            case .busy: .busy
            case .cancel: .cancel
            case .drop: .drop
            case .failed: .failed
            }
    }
}

extension InterruptionPolicy {
    init(_ interruption: Configuration.Interruption) {
        self.init()
        operatorAnnouncement = Sound(interruption.operatorAnnouncement)
        customerAnnouncement = interruption.customerAnnouncement.map { Sound($0) }
        holdAfterAnnouncement = interruption.holdAfterAnnouncement
        accept =
            switch interruption.accept {
            case .auto: .auto
            case .key: .key
            }
        takeNow = interruption.takeNow.flatMap { Key($0) }
        keepTalking = interruption.keepTalking.flatMap { Key($0) }
        minTalk = interruption.minTalk
        maxHold = interruption.maxHold
    }
}

extension Strategy {
    init(_ strategy: Configuration.Strategy) {
        self =
            switch strategy {
            case .weighted: .weighted
            case .linear: .linear
            case .roundRobin: .roundRobin
            case .fewestCalls: .fewestCalls
            case .random: .random
            case .ringAll: .ringAll
            }
    }
}
