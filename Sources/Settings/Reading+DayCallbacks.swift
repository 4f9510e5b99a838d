import Yams

extension Reading {
    /// The key `callbacks` of a day. Without it nobody calls back; an empty one has the defaults.
    func callbacks(
        _ root: inout Fields, _ queues: Names?, _ configuration: Configuration?, _ day: inout DayDescription
    ) {
        guard let entry = root.takeEvenEmpty("callbacks") else { return }
        var fields = Fields(entry, place: "in callbacks", reading: self)
        var callbacks = DayDescription.Callbacks()
        callbacks.queues = fields.list("queues", limit: Self.maxElements).compactMap { resolve($0, queues) }
        let known = configuration.map { people(of: $0, and: day) }
        callbacks.groups = fields.list("groups", limit: 64).compactMap { group($0, known?.groups) }
        callbacks.operators = fields.list("operators", limit: Self.maxElements).compactMap {
            resolve($0, known?.operators)
        }
        dialling(&fields, &callbacks)
        answers(&fields, &callbacks)
        fields.finish()
        day.callbacks = callbacks
    }

    private func dialling(_ fields: inout Fields, _ callbacks: inout DayDescription.Callbacks) {
        let upToWeek = Duration.zero ... .seconds(7 * 86_400)
        callbacks.responsibleWait = fields.value("responsible_wait", default: callbacks.responsibleWait) {
            duration($0, in: upToWeek)
        }
        callbacks.preview = fields.value("preview", default: callbacks.preview) {
            duration($0, in: .zero ... .seconds(600))
        }
        callbacks.looking = fields.value("looking", default: callbacks.looking, spread)
        callbacks.answerTimeout = fields.value("answer_timeout", default: callbacks.answerTimeout) {
            duration($0, in: .seconds(5) ... .seconds(300))
        }
        callbacks.tries = fields.value("tries", default: callbacks.tries) { integer($0, in: 1...100) }
        callbacks.interval = fields.value("interval", default: callbacks.interval) {
            duration($0, in: .seconds(1) ... .seconds(7 * 86_400))
        }
        callbacks.onTime = fields.value("on_time", default: callbacks.onTime) { duration($0, in: upToWeek) }
    }

    private func answers(_ fields: inout Fields, _ callbacks: inout DayDescription.Callbacks) {
        callbacks.busy = fields.value("busy", default: callbacks.busy, share)
        let entry = fields.take("no_answer")
        callbacks.noAnswer = entry.flatMap(share) ?? callbacks.noAnswer
        callbacks.answering = fields.value("answering", default: callbacks.answering, spread)
        // Shares are whole percent: what is more than all of them is more by one percent at least.
        guard callbacks.busy + callbacks.noAnswer > 1.005 else { return }
        error("busy and no_answer are more than 100% together", at: entry.map(span(of:)) ?? fields.span)
    }

    private func group(_ entry: Entry, _ known: Set<String>?) -> String? {
        guard let group = name(entry) else { return nil }
        guard let known, !known.contains(group) else { return group }
        error(
            "nobody is in a group \"\(shown(group))\"", at: entry,
            suggestion: Suggestion.nearest(to: group, in: known.sorted()),
            next: "name a group of the configuration's operators or of a crew")
        return nil
    }

    /// Whoever may be named: the operators of the configuration, the crews, and the groups of both.
    private func people(
        of configuration: Configuration, and day: DayDescription
    ) -> (operators: Names, groups: Set<String>) {
        let employed = day.operatorsWork ? configuration.operators : []
        var operators = Names("operator")
        for name in employed.map(\.name) + day.crews.map(\.name) where !operators.contains(name) {
            _ = operators.insert(name, Entry(key: "", keyMark: nil, node: .scalar(.init(name))), self)
        }
        return (operators, Set(employed.flatMap(\.groups) + day.crews.flatMap(\.groups)))
    }
}
