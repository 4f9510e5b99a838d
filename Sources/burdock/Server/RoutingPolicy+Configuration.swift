import Routing
import Settings

extension RoutingPolicy {
    /// The router's part of the configuration.
    init(_ configuration: Configuration) {
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
            queues: configuration.queues.map { QueuePolicy($0) },
            assignments: configuration.queues.flatMap { queue in
                queue.operators.map {
                    Assignment(OperatorID($0.operator), QueueID(queue.name), priority: $0.priority)
                }
            },
            successTalk: rules.successTalk,
            missesBeforePause: rules.missesBeforePause,
            readyOnRegister: rules.readyOnRegister,
            maxCalls: configuration.limits.calls,
            codes: codes
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
        callbackAnnouncement = queue.callbackAnnouncement.map { Sound($0) }
        maxTalking = queue.maxTalking
        resumePlace = queue.resumePlace
        interruption = InterruptionPolicy(queue.interruption)
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
