import BenchLoad

extension Bench {
    private static let waiting = 500
    private static let operators = 20
    private static let offers = 150
    private static let floorWindow = Duration.milliseconds(1_500)
    private static let window = Duration.seconds(3)

    /// Callers who wait and hear the hold music; then operators who become free one by one.
    mutating func measureQueue() throws {
        var results = Samples()
        var used: Generator?
        var bare = PacketCost()
        var own = PacketCost()
        let progress = progress
        try withServer(operators: Self.operators) { server in
            let generator = try Generator(
                port: server.setup.port, operators: Self.operators, rtpSlots: Self.waiting + 2 * Self.operators)
            used = generator
            try warmUpQueue(generator)
            progress.say("baseline: bare paced sender")
            try measureSender(generator, &bare)
            let before = try server.memory()
            progress.say("\(Self.waiting) callers wait")
            let waiting = try fillQueue(generator)
            results.add(.waitingMemory, (try server.memory() - before) / Double(waiting))
            try own.measure(generator, Self.window) { try server.cpu() }
            progress.say("operators become free")
            try measureOffers(generator, &results)
            progress.say("hanging up")
            generator.everybodyLeaves()
            progress.say("baseline: bare paced sender")
            try measureSender(generator, &bare)
        }
        guard own.received > 0, bare.received > 0 else {
            throw BenchError.nothingHappened("\(Self.waiting) callers waited and no RTP came")
        }
        results.add(.announcementCPU, own.microsecondsPerReceived)
        results.add(.announcementFloor, bare.microsecondsPerReceived)
        results.add(.announcementRatio, own.microsecondsPerReceived / bare.microsecondsPerReceived)
        samples.merge(results)
        let expected = Double(Self.waiting) * 50 * Self.window.milliseconds / 1_000
        if Double(own.received) < expected * 0.98 {
            let share = Int(100 * Double(own.received) / expected)
            samples.note("run \(progress.run), queue: only \(share) % of the announcement packets came")
        }
        if let used { check(used, "queue") }
    }

    /// The first calls touch what every later call shares. Nobody answers them: they are no failures.
    private func warmUpQueue(_ generator: Generator) throws {
        generator.behave()
        generator.startCalls(perSecond: 50, limit: 20)
        _ = generator.run(atMost: .seconds(6)) { $0.callers_up >= 20 }
        guard generator.statistics.callers_up > 0 else {
            throw BenchError.nothingHappened(Self.explain(generator.statistics))
        }
        generator.run(.milliseconds(200))
        generator.everybodyLeaves()
    }

    private func measureSender(_ generator: Generator, _ cost: inout PacketCost) throws {
        let floor = try generator.senderFloor(listeners: Self.waiting)
        generator.run(.milliseconds(200))
        cost.measure(generator, Self.floorWindow) { floor.cpu }
    }

    /// How many wait.
    private func fillQueue(_ generator: Generator) throws -> Int {
        generator.startCalls(perSecond: 100, limit: Self.waiting)
        _ = generator.run(atMost: .seconds(9)) { $0.callers_up >= Self.waiting }
        let waiting = Int(generator.statistics.callers_up)
        guard waiting >= Self.waiting * 9 / 10 else {
            throw BenchError.nothingHappened("only \(waiting) of \(Self.waiting) callers were taken into the queue")
        }
        generator.run(.milliseconds(700))
        return waiting
    }

    /// From an operator's BYE to the operator's next INVITE, with the queue kept full.
    private func measureOffers(_ generator: Generator, _ results: inout Samples) throws {
        try register(Self.operators, generator)
        _ = generator.run(atMost: .seconds(5)) { $0.talking >= Self.operators }
        guard generator.statistics.talking > 0 else {
            throw BenchError.nothingHappened("\(Self.waiting) callers wait, and no free operator got a call")
        }
        generator.startCalls(perSecond: 100, limit: Self.operators)
        generator.run(.milliseconds(500))
        generator.behave(checkOrder: true)
        generator.forgetLatencies()
        generator.startCalls(perSecond: 50, limit: Self.offers)
        for _ in 0..<Self.offers {
            generator.operatorHangsUp()
            generator.run(.milliseconds(20))
        }
        _ = generator.run(atMost: .seconds(2)) { _ in generator.latency(BL_OFFER).count >= UInt64(Self.offers) }
        let offer = generator.latency(BL_OFFER)
        guard offer.count > 0 else {
            throw BenchError.nothingHappened("operators became free and were not rung")
        }
        results.add(.offerMedian, Double(offer.median) / 1e6)
        results.add(.offerP99, Double(offer.p99) / 1e6)
    }
}
