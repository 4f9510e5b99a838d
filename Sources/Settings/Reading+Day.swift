import Yams

extension Reading {
    func day(_ document: YAMLDocument, paths: Paths, configuration given: String?) -> DayResult {
        guard let node = document.root else {
            error("the file is empty", at: .wholeFile, next: "start from etc/day.yaml")
            return DayResult(diagnostics: result(nil).diagnostics)
        }
        var root = Fields(Entry(key: "", keyMark: nil, node: node), place: "", reading: self)
        let entry = given == nil ? root.require("configuration") : root.takeEvenEmpty("configuration")
        let path = given.map(paths.absolute) ?? entry.flatMap(text).map(paths.beside)
        let configuration = path.flatMap { self.configuration(at: $0, named: entry) }
        var queues: Names?
        if let configuration {
            var names = Names("queue")
            for queue in configuration.queues {
                _ = names.insert(queue.name, Entry(key: "", keyMark: nil, node: .scalar(.init(queue.name))), self)
            }
            queues = names
        }
        var day = DayDescription(configuration: path ?? "")
        day.length = root.value("length", default: day.length) {
            duration($0, in: .seconds(60) ... .seconds(7 * 86_400))
        }
        day.serviceLevel = root.value("service_level", default: day.serviceLevel) {
            duration($0, in: .zero ... .seconds(3_600))
        }
        calls(&root, queues, &day)
        root.section("operators") { fields in
            day.operatorsWork = fields.value("at_work", default: true, boolean)
            habits(&fields, &day.habits)
        }
        crews(&root, queues, &day)
        root.section("redial") { fields in
            day.redial.share = fields.value("share", default: day.redial.share, share)
            day.redial.after = fields.value("after", default: day.redial.after, spread)
            day.redial.most = fields.value("most", default: day.redial.most) { integer($0, in: 0...100) }
        }
        callbacks(&root, queues, configuration, &day)
        root.section("engine") { fields in
            day.network = fields.value("network", default: day.network, spread)
            day.announcement = fields.value("announcement", default: day.announcement, spread)
        }
        root.finish()
        reportUnseenDoubles()
        let diagnostics = result(nil).diagnostics
        guard !failed else { return DayResult(diagnostics: diagnostics) }
        return DayResult(day: day, configuration: configuration, diagnostics: diagnostics)
    }

    /// Only its errors matter here: nobody is served from it.
    private func configuration(at path: String, named entry: Entry?) -> Configuration? {
        let result = ConfigurationReader.read(path: path)
        guard let configuration = result.configuration else {
            if let entry { error("the configuration cannot be used", at: entry, next: "burdock check \(path)") }
            for diagnostic in result.diagnostics where diagnostic.severity == .error { add(diagnostic) }
            return nil
        }
        return configuration
    }

    /// `nil` for the names if the configuration could not be read: then nobody knows them.
    func resolve(_ entry: Entry, _ names: Names?) -> String? {
        guard let names else { return name(entry) }
        return names.resolve(entry, self)
    }

    // MARK: - Who calls

    private func calls(_ root: inout Fields, _ queues: Names?, _ day: inout DayDescription) {
        day.calls = root.mappings("calls", limit: Self.maxElements) { fields in
            let queue = fields.require("queue").flatMap { resolve($0, queues) }
            let rates = fields.require("per_hour").flatMap(rates)
            var calls = DayDescription.Calls(queue: queue ?? "", perHour: rates ?? [])
            calls.talk = fields.value("talk", default: calls.talk, spread)
            calls.patience = fields.optional("patience", default: calls.patience, spread)
            calls.vip = fields.value("vip", default: calls.vip, share)
            calls.returning = fields.value("returning", default: calls.returning, share)
            return queue == nil || rates == nil ? nil : calls
        }
        if day.calls.isEmpty, !failed {
            error("nobody calls on this day", at: root.span, next: "add \"calls: [{queue: NAME, per_hour: 60}]\"")
        }
    }

    /// One number, or a list with one for each hour.
    private func rates(_ entry: Entry) -> [Int]? {
        let range = 0...1_000_000
        guard let elements = entry.elements else { return integer(entry, in: range).map { [$0] } }
        guard (1...168).contains(elements.count) else {
            error("per_hour must be a number, or a list of 1 to 168 numbers", at: entry)
            return nil
        }
        let rates = elements.compactMap { integer($0, in: range) }
        return rates.count == elements.count ? rates : nil
    }

    // MARK: - Who works

    private func crews(_ root: inout Fields, _ queues: Names?, _ day: inout DayDescription) {
        var names = Names("crew")
        day.crews = root.mappings("crews", limit: 1_000) { fields in
            guard let entry = fields.require("name"), let name = name(entry) else {
                fields.ignore(Self.crewKeys)
                return nil
            }
            fields.place = "in crew \"\(name)\""
            let isNew = names.insert(name, entry, self)
            var crew = DayDescription.Crew(name: name, count: 1)
            crew.count = fields.require("count").flatMap { integer($0, in: 0...Self.maxElements) } ?? 0
            crew.groups = fields.list("groups", limit: 64).compactMap(self.name)
            crew.queues = places(&fields, queues)
            habits(&fields, &crew.habits)
            return isNew ? crew : nil
        }
    }

    private static let crewKeys =
        ["count", "groups", "queues", "shifts", "declines", "misses", "takes_vip", "answering", "returns_after"]

    private func places(_ fields: inout Fields, _ queues: Names?) -> [DayDescription.Place] {
        guard let entry = fields.require("queues") else { return [] }
        guard entry.isMapping else {
            error(
                "queues of a crew must be a mapping of names and priorities", at: entry, next: "for example {sales: 5}")
            return []
        }
        var inner = Fields(entry, place: "in queues", reading: self)
        return inner.takeAll().compactMap { item in
            guard let queue = resolve(item.asName, queues), let priority = integer(item, in: 0...10) else { return nil }
            return DayDescription.Place(queue: queue, priority: priority)
        }
    }

    private func habits(_ fields: inout Fields, _ habits: inout DayDescription.Habits) {
        habits.shifts = shifts(&fields)
        habits.declines = fields.value("declines", default: habits.declines, share)
        habits.misses = fields.value("misses", default: habits.misses, share)
        habits.takesVIP = fields.value("takes_vip", default: habits.takesVIP, share)
        habits.answering = fields.value("answering", default: habits.answering, spread)
        habits.returnsAfter = fields.value("returns_after", default: habits.returnsAfter) {
            duration($0, in: .seconds(1) ... .seconds(86_400))
        }
    }

    private func shifts(_ fields: inout Fields) -> [DayDescription.Shift] {
        var end = Duration.zero
        return fields.mappings("shifts", limit: 100) { shift in
            let range = Duration.zero ... .seconds(7 * 86_400)
            let first = shift.require("from")
            let from = first.flatMap { duration($0, in: range) }
            let until = shift.require("until").flatMap { duration($0, in: range) }
            guard let from, let until, let first else { return nil }
            guard from >= end, until > from else {
                error("shifts must follow one another, each with an end after its beginning", at: first)
                return nil
            }
            end = until
            return DayDescription.Shift(from: from, until: until)
        }
    }

    // MARK: - Values

    /// A share, written in percent.
    func share(_ entry: Entry) -> Double? {
        let text = entry.text ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let percent = Int(digits), digits.count <= 3, percent <= 100, text.dropFirst(digits.count) == "%" else {
            let isNumber = !digits.isEmpty && digits.count == text.count
            error(
                "\(label(entry)) must be 0% to 100%, not \"\(shown(text))\"", at: entry,
                suggestion: isNumber ? "\(digits)%" : nil)
            return nil
        }
        return Double(percent) / 100
    }

    /// A duration that is not the same each time.
    func spread(_ entry: Entry) -> DayDescription.Spread? {
        let range = Duration.zero ... .seconds(86_400)
        guard entry.isMapping else { return duration(entry, in: range).map { .fixed($0) } }
        var fields = Fields(entry, place: "in \(label(entry))", reading: self)
        let mean = fields.take("mean").map { duration($0, in: range) }
        let deviation = fields.take("deviation").map { duration($0, in: range) }
        let from = fields.take("from").map { duration($0, in: range) }
        let to = fields.take("to").map { duration($0, in: range) }
        fields.finish()
        switch (mean, deviation, from, to) {
        case (let mean?, nil, nil, nil): return mean.map { .exponential(mean: $0) }
        case (let mean?, let deviation?, nil, nil):
            guard let mean, let deviation else { return nil }
            return .logNormal(mean: mean, deviation: deviation)
        case (nil, nil, let from?, let to?):
            guard let from, let to else { return nil }
            if from <= to { return .uniform(from, to) }
            error("from is longer than to", at: entry)
            return nil
        default:
            error(
                "\(label(entry)) must be a duration, or one that varies", at: entry,
                next: "20s, or {mean: 4 min}, {mean: 4 min, deviation: 3 min}, {from: 2s, to: 6s}")
            return nil
        }
    }
}
