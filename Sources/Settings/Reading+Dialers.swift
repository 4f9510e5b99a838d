extension Reading {
    /// The key `dialers`. Names of other dialers are looked up when all of them are known.
    func dialers(
        _ root: inout Fields, names: inout Names, queues: Names, operators: Names, trunks: [Configuration.Trunk],
        trunkNames: Names
    ) -> [Configuration.Dialer] {
        var owners: [String: String] = [:]
        var references: [(from: String, to: Entry)] = []
        let outgoing = Set(trunks.lazy.filter { $0.outgoing != nil }.map(\.name))
        let dialers = root.mappings("dialers", limit: Self.maxElements) { fields -> Configuration.Dialer? in
            guard let entry = fields.require("name"), let name = name(entry) else {
                fields.ignore(Self.dialerKeys)
                return nil
            }
            fields.place = "in dialer \"\(name)\""
            let isNew = names.insert(name, entry, self)
            var dialer = Configuration.Dialer(name: name, rulesOf: "")
            dialer.mode = fields.value("mode", default: dialer.mode) {
                choice($0, of: Configuration.Dialer.Mode.self)
            }
            served(&fields, &dialer, queues, &owners, at: entry)
            ways(&fields, &dialer, trunkNames, outgoing)
            staff(&fields, &dialer, operators, at: entry)
            stages(&fields, &dialer, &references)
            attempts(&fields, &dialer)
            absence(&fields, &dialer, &references)
            dialer.hours = hours(&fields, of: name)
            return isNew ? dialer : nil
        }
        for (dialer, entry) in references where names.resolve(entry, self) == dialer {
            error("dialer \"\(dialer)\" cannot hand its tasks to itself", at: entry, next: "name another dialer")
        }
        return dialers
    }

    private static let dialerKeys = [
        "mode", "queues", "rules_of", "trunks", "caller_id", "operators", "responsible_wait", "expiry", "preview",
        "skip_allowed", "ring_timeout", "retry_after", "answer_timeout", "retries", "reassign_after", "fallback",
        "hours",
    ]

    // MARK: - Where tasks come from and where they go

    private func served(
        _ fields: inout Fields, _ dialer: inout Configuration.Dialer, _ queues: Names,
        _ owners: inout [String: String], at name: Entry
    ) {
        let elements = fields.list("queues", limit: Self.maxElements)
        for entry in elements {
            guard let queue = queues.resolve(entry, self) else { continue }
            if let owner = owners[queue] {
                error("queue \"\(queue)\" is called back by dialer \"\(owner)\" already", at: entry)
                continue
            }
            owners[queue] = dialer.name
            dialer.queues.append(queue)
        }
        if let entry = fields.take("rules_of") {
            dialer.rulesOf = queues.resolve(entry, self) ?? ""
        } else if let first = dialer.queues.first {
            dialer.rulesOf = first
        } else if elements.isEmpty {
            error(
                "dialer \"\(dialer.name)\" has neither queues nor rules_of", at: name,
                next: "add queues: [...] whose lost calls it calls back, or rules_of: QUEUE, whose wrap-up and hold "
                    + "audio hold for its conversations")
        }
    }

    private func ways(
        _ fields: inout Fields, _ dialer: inout Configuration.Dialer, _ trunks: Names, _ outgoing: Set<String>
    ) {
        let place = fields.span
        let elements = fields.list("trunks", limit: 1_000)
        for entry in elements {
            guard let trunk = trunks.resolve(entry, self) else { continue }
            if !outgoing.contains(trunk), trunks.contains(trunk) {
                error(
                    "trunk \"\(trunk)\" has no outgoing side", at: entry,
                    next: "add outgoing: {address: ...} to the trunk")
            } else if dialer.trunks.contains(trunk) {
                warning("trunk \"\(trunk)\" is listed twice", at: entry)
            } else {
                dialer.trunks.append(trunk)
            }
        }
        if elements.isEmpty {
            error(
                "dialer \"\(dialer.name)\" has no trunks", at: place,
                next: "add trunks: [...], through which its customers are called")
        }
        dialer.callerID = fields.optional("caller_id", default: nil) { dialled($0, 1...32) }
    }

    private func staff(
        _ fields: inout Fields, _ dialer: inout Configuration.Dialer, _ operators: Names, at name: Entry
    ) {
        guard let assignments = assignments(&fields, operators, of: "dialer") else { return }
        // All with priority 0 is a way to work: they start the tasks themselves.
        if assignments.isEmpty {
            warning(
                "dialer \"\(dialer.name)\" has no operators: its tasks wait in vain", at: name,
                next: "add \"operators: {NAME: PRIORITY}\" to it")
        }
        dialer.operators = assignments.compactMap(\.self)
    }

    // MARK: - Whose a task is

    private func stages(
        _ fields: inout Fields, _ dialer: inout Configuration.Dialer, _ references: inout [(from: String, to: Entry)]
    ) {
        if let entry = fields.take("responsible_wait") {
            dialer.responsibleWait = duration(entry, in: .zero ... .seconds(7 * 86_400)) ?? dialer.responsibleWait
            warnOfPersonal(dialer, entry, "its leads stay with their operators")
        }
        guard let entry = fields.take("expiry") else { return }
        warnOfPersonal(dialer, entry, "nobody's wait runs out")
        guard entry.isMapping else {
            switch entry.text {
            case "release": dialer.expiry = .release
            case "hand_to_crm": dialer.expiry = .handToCRM
            default:
                error(
                    "expiry must be release, hand_to_crm, {postpone: DURATION} or {move_to: DIALER}", at: entry,
                    suggestion: entry.text.flatMap { Suggestion.nearest(to: $0, in: ["release", "hand_to_crm"]) })
            }
            return
        }
        var inner = Fields(entry, place: "in expiry of dialer \"\(dialer.name)\"", reading: self)
        let postpone = inner.take("postpone")
        let move = inner.take("move_to")
        inner.finish()
        if let postpone {
            dialer.expiry =
                duration(postpone, in: .seconds(60) ... .seconds(30 * 86_400)).map { .postpone($0) } ?? .release
            if let move { error("expiry is either postpone or move_to", at: span(ofKey: move), next: "delete one") }
        } else if let move, let name = name(move) {
            references.append((dialer.name, move))
            dialer.expiry = .moveTo(name)
        }
    }

    private func absence(
        _ fields: inout Fields, _ dialer: inout Configuration.Dialer, _ references: inout [(from: String, to: Entry)]
    ) {
        let after = fields.take("reassign_after")
        if let after, after.text != "none" {
            dialer.reassignAfter = duration(after, in: .seconds(60) ... .seconds(365 * 86_400))
        }
        let fallback = fields.take("fallback")
        if let fallback, fallback.text != "none", let name = name(fallback) {
            references.append((dialer.name, fallback))
            dialer.fallback = name
        }
        guard dialer.mode == .callback else { return }
        for entry in [after, fallback].compactMap(\.self) where entry.text != "none" {
            warning("\(entry.key) has no effect, because mode is callback", at: entry)
        }
    }

    private func warnOfPersonal(_ dialer: Configuration.Dialer, _ entry: Entry, _ why: String) {
        guard dialer.mode == .personal else { return }
        warning("\(entry.key) has no effect, because mode is personal: \(why)", at: entry)
    }

    // MARK: - Attempts

    private func attempts(_ fields: inout Fields, _ dialer: inout Configuration.Dialer) {
        dialer.preview = fields.value("preview", default: dialer.preview) { duration($0, in: .zero ... .seconds(600)) }
        if let entry = fields.take("skip_allowed") {
            dialer.skipAllowed = boolean(entry) ?? false
            if dialer.skipAllowed, dialer.preview == .zero {
                warning("skip_allowed has no effect, because there is no preview", at: entry)
            }
        }
        dialer.ringTimeout = fields.value("ring_timeout", default: dialer.ringTimeout) {
            duration($0, in: .seconds(1) ... .seconds(600))
        }
        dialer.retryAfter = fields.value("retry_after", default: dialer.retryAfter) {
            duration($0, in: .seconds(1) ... .seconds(3_600))
        }
        dialer.answerTimeout = fields.value("answer_timeout", default: dialer.answerTimeout) {
            duration($0, in: .seconds(5) ... .seconds(300))
        }
        var retries = Fields(
            fields.takeEvenEmpty("retries"), place: "in retries of dialer \"\(dialer.name)\"", reading: self)
        let common = retry(&retries, default: Configuration.Retry())
        for outcome in Configuration.Outcome.allCases {
            dialer.retries[outcome] = common
            guard let entry = retries.take(outcome.rawValue) else { continue }
            var inner = Fields(entry, place: "in retries of dialer \"\(dialer.name)\"", reading: self)
            dialer.retries[outcome] = retry(&inner, default: common)
            inner.finish()
        }
        retries.finish()
    }

    private func retry(_ fields: inout Fields, default fallback: Configuration.Retry) -> Configuration.Retry {
        var retry = Configuration.Retry()
        retry.tries = fields.value("tries", default: fallback.tries) { integer($0, in: 1...100) }
        retry.interval = fields.value("interval", default: fallback.interval) {
            duration($0, in: .seconds(1) ... .seconds(30 * 86_400))
        }
        return retry
    }

    // MARK: - Afterwards

    /// What a queue promises to customers somebody has to keep.
    func checkCalledBack(_ queues: [Configuration.Queue], _ dialers: [Configuration.Dialer], _ names: Names) {
        let served = Set(dialers.flatMap(\.queues))
        for dialer in dialers where dialer.hours == nil {
            for queue in queues where queue.callbackTime && dialer.queues.contains(queue.name) {
                error(
                    "customers of queue \"\(queue.name)\" say when they want to be called, and dialer "
                        + "\"\(dialer.name)\" has no hours that say in which zone",
                    at: names.span(of: queue.name, self), next: "add hours to the dialer")
            }
        }
        for queue in queues where !served.contains(queue.name) && (queue.callback || queue.callbackKey != nil) {
            warning(
                "nobody calls back the customers of queue \"\(queue.name)\": their wishes are only written down",
                at: names.span(of: queue.name, self), next: "add it to the queues of a dialer")
        }
    }
}
