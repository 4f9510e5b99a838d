extension Reading {
    func queues(
        _ root: inout Fields, names: inout Names, operators: Names, sounds: SoundCatalogue
    ) -> [Configuration.Queue] {
        root.mappings("queues", limit: Self.maxElements) { fields in
            guard let entry = fields.require("name"), let name = name(entry) else {
                fields.ignore(Self.queueKeys)
                return nil
            }
            fields.place = "in queue \"\(name)\""
            let isNew = names.insert(name, entry, self)
            var queue = Configuration.Queue(name: name)
            queue.vip = fields.value("vip", default: queue.vip, boolean)
            waiting(&fields, &queue)
            leaving(&fields, &queue, sounds)
            audio(&fields, &queue, at: entry, sounds)
            interruption(&fields, &queue, at: entry, sounds)
            queue.operators = assignments(&fields, operators, of: queue, at: entry)
            return isNew ? queue : nil
        }
    }

    private static let queueKeys = [
        "vip", "strategy", "sticky", "group_sticky", "responsible_wait", "sticky_expires", "ring_timeout",
        "retry_after", "max_wait", "max_length", "wrap_up", "hold", "timeout_announcement", "callback",
        "join_empty", "leave_when_empty", "callback_key", "callback_announcement", "callback_time", "max_talking",
        "resume_place",
        "interruption", "operators",
    ]

    private func waiting(_ fields: inout Fields, _ queue: inout Configuration.Queue) {
        let day = Duration.seconds(86_400)
        let hour = Duration.seconds(3_600)
        queue.strategy = fields.value("strategy", default: queue.strategy) {
            choice($0, of: Configuration.Strategy.self)
        }
        queue.sticky = fields.value("sticky", default: queue.sticky, boolean)
        if let entry = fields.take("group_sticky") {
            queue.groupSticky = boolean(entry) ?? false
            if queue.groupSticky, !queue.sticky {
                warning("group_sticky has no effect, because sticky is false", at: entry)
            }
        }
        queue.responsibleWait = fields.value("responsible_wait", default: queue.responsibleWait) {
            duration($0, in: .zero...day)
        }
        queue.stickyExpires = fields.optional("sticky_expires", default: nil) {
            duration($0, in: .seconds(60)...(day * 3_650))
        }
        queue.ringTimeout = fields.value("ring_timeout", default: queue.ringTimeout) {
            duration($0, in: .seconds(1) ... .seconds(600))
        }
        queue.retryAfter = fields.value("retry_after", default: queue.retryAfter) { duration($0, in: .zero...hour) }
        queue.maxWait = fields.optional("max_wait", default: nil) { duration($0, in: .seconds(1)...day) }
        queue.maxLength = fields.value("max_length", default: queue.maxLength) { integer($0, in: 1...1_000_000) }
        queue.wrapUp = fields.value("wrap_up", default: queue.wrapUp) { duration($0, in: .zero...hour) }
        queue.callback = fields.value("callback", default: queue.callback, boolean)
    }

    /// Who may come, and how one may go.
    private func leaving(_ fields: inout Fields, _ queue: inout Configuration.Queue, _ sounds: SoundCatalogue) {
        queue.joinEmpty = fields.value("join_empty", default: queue.joinEmpty, boolean)
        queue.leaveWhenEmpty = fields.value("leave_when_empty", default: queue.leaveWhenEmpty, boolean)
        queue.callbackKey = key(fields.take("callback_key"), default: nil)
        if let entry = fields.take("callback_announcement") {
            queue.callbackAnnouncement = entry.text == "none" ? nil : sounds.named(entry, self)
            if queue.callbackAnnouncement != nil, queue.callbackKey == nil {
                warning("callback_announcement has no effect, because there is no callback_key", at: entry)
            }
        }
        if let entry = fields.take("callback_time"), boolean(entry) == true {
            queue.callbackTime = true
            if queue.callbackKey == nil {
                warning("callback_time has no effect, because there is no callback_key", at: entry)
            }
            let missing = sounds.useWords(SpokenWords.ofTimes)
            if let first = missing.first {
                error(
                    "the time is asked for by voice, and \(missing.count) of its words are missing, \(first) first",
                    at: entry, next: "add \(sounds.file(of: first)) and the others; scripts/sounds makes them")
            }
        }
        queue.maxTalking = fields.optional("max_talking", default: nil) { integer($0, in: 1...10_000) }
        queue.resumePlace = fields.value("resume_place", default: queue.resumePlace) {
            duration($0, in: .zero ... .seconds(3_600))
        }
    }

    private func audio(
        _ fields: inout Fields, _ queue: inout Configuration.Queue, at name: Entry, _ sounds: SoundCatalogue
    ) {
        if let entry = fields.take("hold") {
            queue.hold = sounds.named(entry, self) ?? queue.hold
        } else {
            sounds.useDefault(queue.hold, key: "hold", at: span(of: name), self)
        }
        queue.timeoutAnnouncement = fields.optional("timeout_announcement", default: nil) { sounds.named($0, self) }
    }

    private func interruption(
        _ fields: inout Fields, _ queue: inout Configuration.Queue, at name: Entry, _ sounds: SoundCatalogue
    ) {
        guard let section = fields.takeEvenEmpty("interruption"), !section.isEmpty else {
            if queue.vip { useDefaults(queue.interruption, ["operator", "customer"], at: name, sounds) }
            return
        }
        if !queue.vip {
            warning(
                "interruption has no effect, because queue \"\(queue.name)\" is not VIP", at: span(ofKey: section),
                next: "add \"vip: true\", or delete interruption")
        }
        var inner = Fields(section, place: "in interruption of queue \"\(queue.name)\"", reading: self)
        var missing: [String] = []
        var rules = Configuration.Interruption()
        if let entry = inner.take("operator_announcement") {
            if entry.text == "none" {
                error(
                    "operator_announcement cannot be none: the operator must know that a VIP call comes", at: entry,
                    next: "delete the key to get \"\(rules.operatorAnnouncement)\"")
            } else {
                rules.operatorAnnouncement = sounds.named(entry, self) ?? rules.operatorAnnouncement
            }
        } else {
            missing.append("operator")
        }
        if let entry = inner.take("customer_announcement") {
            rules.customerAnnouncement = entry.text == "none" ? nil : sounds.named(entry, self)
        } else {
            missing.append("customer")
        }
        if queue.vip { useDefaults(rules, missing, at: name, sounds) }
        interruptionTimes(&inner, &rules)
        interruptionKeys(&inner, &rules)
        inner.finish()
        queue.interruption = rules
    }

    private func useDefaults(
        _ rules: Configuration.Interruption, _ missing: [String], at name: Entry, _ sounds: SoundCatalogue
    ) {
        if missing.contains("operator") {
            sounds.useDefault(rules.operatorAnnouncement, key: "operator_announcement", at: span(of: name), self)
        }
        if missing.contains("customer"), let sound = rules.customerAnnouncement {
            sounds.useDefault(sound, key: "customer_announcement", at: span(of: name), self)
        }
    }

    private func interruptionTimes(_ fields: inout Fields, _ rules: inout Configuration.Interruption) {
        rules.holdAfterAnnouncement = fields.value("hold_after_announcement", default: rules.holdAfterAnnouncement) {
            duration($0, in: .zero ... .seconds(8 * 3_600))
        }
        rules.minTalk = fields.value("min_talk", default: rules.minTalk) { duration($0, in: .zero ... .seconds(3_600)) }
        rules.maxHold = fields.value("max_hold", default: rules.maxHold) {
            duration($0, in: .seconds(1) ... .seconds(86_400))
        }
    }

    private func interruptionKeys(_ fields: inout Fields, _ rules: inout Configuration.Interruption) {
        let accept = fields.take("accept")
        rules.accept = accept.flatMap { choice($0, of: Configuration.Interruption.Acceptance.self) } ?? rules.accept
        let takeNow = fields.take("take_now")
        let keepTalking = fields.take("keep_talking")
        rules.takeNow = key(takeNow, default: rules.takeNow)
        rules.keepTalking = key(keepTalking, default: rules.keepTalking)
        if let key = rules.takeNow, key == rules.keepTalking, let entry = keepTalking ?? takeNow {
            error("take_now and keep_talking are the same key, \(key)", at: entry, next: "choose two different keys")
        }
        if rules.accept == .key, rules.takeNow == nil, let entry = takeNow {
            error("take_now cannot be none, because accept is key", at: entry, next: "choose a key, or accept: auto")
        }
    }

    private func key(_ entry: Entry?, default fallback: Character?) -> Character? {
        guard let entry else { return fallback }
        return entry.text == "none" ? nil : telephoneKey(entry) ?? fallback
    }

    private func assignments(
        _ fields: inout Fields, _ operators: Names, of queue: Configuration.Queue, at name: Entry
    ) -> [Configuration.Assignment] {
        guard let assignments = assignments(&fields, operators, of: "queue") else { return [] }
        if assignments.isEmpty {
            warnOfNobody("queue \"\(queue.name)\" has no operators", at: name)
        } else if assignments.allSatisfy({ $0?.priority == 0 }) {
            warnOfNobody("no operator of queue \"\(queue.name)\" has a priority above 0", at: name)
        }
        return assignments.compactMap(\.self)
    }

    /// The key `operators` of a queue or a dialer: a name and a priority each, `nil` for those that are wrong.
    ///
    /// - Returns: empty if there are none; `nil` if the whole cannot be read, which has been reported.
    func assignments(
        _ fields: inout Fields, _ operators: Names, of what: String
    ) -> [Configuration.Assignment?]? {
        guard let entry = fields.takeEvenEmpty("operators"), !entry.isEmpty else { return [] }
        guard entry.isMapping else {
            error(
                "operators of a \(what) must be a mapping of names and priorities, not \(entry.kind)", at: entry,
                next: "for example {anna: 10, ihor: 5}")
            return nil
        }
        var inner = Fields(entry, place: "in operators", reading: self)
        let items = inner.takeAll()
        guard items.count <= Self.maxElements else {
            error("a \(what) has at most \(Self.maxElements) operators", at: span(ofKey: entry))
            return nil
        }
        return items.map { assignment($0, operators) }
    }

    private func assignment(_ item: Entry, _ operators: Names) -> Configuration.Assignment? {
        guard operators.resolve(item.key, at: span(ofKey: item), self) else { return nil }
        guard !item.isEmpty else {
            error("\(item.key) has no priority", at: item, next: "write a number from 0 to 10")
            return nil
        }
        return integer(item, in: 0...10).map { Configuration.Assignment(operator: item.key, priority: $0) }
    }

    private func warnOfNobody(_ what: String, at name: Entry) {
        warning("\(what): its callers wait in vain", at: name, next: "add \"operators: {NAME: PRIORITY}\" to it")
    }
}
