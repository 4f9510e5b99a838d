extension Reading {
    func codes(_ fields: inout Fields, sounds: SoundCatalogue) -> Configuration.Codes {
        var codes = Configuration.Codes()
        var taken: [String: String] = [:]
        func code(_ key: String, _ fallback: String) -> String {
            let entry = fields.take(key)
            let code = entry.flatMap { dialled($0, 1...8) } ?? fallback
            if let other = taken[code] {
                error("\(key) is the same code as \(other), \(code)", at: entry.map(span(of:)) ?? fields.span)
            }
            taken[code] = key
            return code
        }
        codes.ready = code("ready", codes.ready)
        codes.pause = code("pause", codes.pause)
        codes.off = code("off", codes.off)
        func sound(_ key: String, _ fallback: String) -> String {
            if let entry = fields.take(key) { return sounds.named(entry, self) ?? fallback }
            sounds.useDefault(fallback, key: key, at: fields.span, self)
            return fallback
        }
        codes.readySound = sound("ready_sound", codes.readySound)
        codes.pauseSound = sound("pause_sound", codes.pauseSound)
        codes.offSound = sound("off_sound", codes.offSound)
        return codes
    }

    func lines(
        _ root: inout Fields, queues: [Configuration.Queue], queueNames: Names, codes: Configuration.Codes,
        paths: Paths, calledBack: Set<String>
    ) -> [Configuration.Line] {
        var numbers = Names("line")
        let vips = Set(queues.lazy.filter(\.vip).map(\.name))
        var lists = ListChecker(paths: paths)
        return root.mappings("lines", limit: Self.maxElements) { fields in
            guard let entry = fields.require("number"), let number = dialled(entry, 1...32) else {
                fields.ignore(["queue", "vip_queue", "vip_list", "black_list", "hang_up"])
                return nil
            }
            fields.place = "in line \"\(number)\""
            let isNew = numbers.insert(number, entry, self)
            if [codes.ready, codes.pause, codes.off].contains(number) {
                error("line \"\(number)\" is also a phone code, see codes", at: entry)
            }
            let queue = fields.require("queue").flatMap { queueNames.resolve($0, self) }
            var line = Configuration.Line(number: number, queue: queue ?? "")
            vip(&fields, &line, queueNames, vips, &lists)
            line.blackList = fields.optional("black_list", default: nil) { lists.path($0, self) }
            line.hangUp = fields.optional("hang_up", default: nil) { entry in
                if let queue, !calledBack.contains(queue) {
                    error(
                        "hang_up promises a call, and queue \"\(queue)\" is in no dialer that could make it", at: entry,
                        next: "add it to the queues of a dialer, or delete hang_up")
                }
                return integer(entry, in: 400...699)
            }
            return isNew && queue != nil ? line : nil
        }
    }

    private func vip(
        _ fields: inout Fields, _ line: inout Configuration.Line, _ queues: Names, _ vips: Set<String>,
        _ lists: inout ListChecker
    ) {
        let queue = fields.take("vip_queue")
        let list = fields.take("vip_list")
        if let queue, queue.text != "none", let name = queues.resolve(queue, self) {
            line.vipQueue = name
            if !vips.contains(name) {
                error("queue \"\(name)\" is not VIP", at: queue, next: "add \"vip: true\" to the queue")
            }
            if list == nil {
                warning(
                    "vip_queue has no effect without vip_list", at: queue, next: "add vip_list, or delete vip_queue")
            }
        }
        if let list, list.text != "none" {
            line.vipList = lists.path(list, self)
            if queue == nil {
                error("vip_list needs vip_queue, where its callers go", at: list, next: "add \"vip_queue: NAME\"")
            }
        }
    }

    /// Queues that no line leads to are no error, but rarely meant.
    func checkReached(_ queues: [Configuration.Queue], _ lines: [Configuration.Line], _ names: Names) {
        let reached = Set(lines.flatMap { [$0.queue, $0.vipQueue].compactMap(\.self) })
        for queue in queues where !reached.contains(queue.name) {
            warning(
                "no line leads to queue \"\(queue.name)\"", at: names.span(of: queue.name, self),
                next: "add a line with \"queue: \(queue.name)\"")
        }
    }
}
