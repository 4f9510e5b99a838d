import BenchLoad

extension Bench {
    private static let calls = 200
    private static let window = Duration.milliseconds(1_500)

    /// Memory of bridged calls, and CPU of the RTP packets relayed for them.
    mutating func measureConversation() throws {
        var results = Samples()
        var notes = Samples()
        var used: Generator?
        let progress = progress
        let floor = try Floor.relay(pairs: Self.calls)
        try withServer(operators: Self.calls) { server in
            // As many slots again for the floor.
            let generator = try Generator(
                port: server.setup.port, operators: Self.calls, rtpSlots: 2 * Self.calls)
            used = generator
            generator.send(through: floor, first: Self.calls, pairs: Self.calls)
            generator.sendOnly(0..<Self.calls)
            progress.say("setting up \(Self.calls) conversations")
            try register(Self.calls, generator)
            try warmUp(generator)
            let before = try server.memory()
            let talking = try setUp(generator)
            results.add(.talkingMemory, (try server.memory() - before) / Double(talking))
            progress.say("\(Self.calls) conversations with RTP, and the bare relay in turn")
            try compare(server, generator, floor, &results, &notes)
            progress.say("hanging up")
            generator.sendOnly(0..<Self.calls)
            generator.everybodyLeaves()
        }
        samples.merge(results)
        for note in notes.notes { samples.note("run \(progress.run), conversation: \(note)") }
        if let used { check(used, "conversation") }
    }

    /// The first calls touch what every later call shares.
    private func warmUp(_ generator: Generator) throws {
        generator.behave(hold: .milliseconds(300), patience: .seconds(5), sending: true)
        generator.startCalls(perSecond: 50, limit: 20)
        _ = generator.run(atMost: .seconds(8)) { $0.calls_started >= 20 && $0.legs == 0 }
        guard generator.statistics.calls_completed > 0 else {
            throw BenchError.nothingHappened(Self.explain(generator.statistics))
        }
    }

    /// How many talk.
    private func setUp(_ generator: Generator) throws -> Int {
        generator.behave(sending: true)
        generator.startCalls(perSecond: 50, limit: Self.calls)
        _ = generator.run(atMost: .seconds(10)) { $0.talking >= Self.calls }
        let talking = Int(generator.statistics.talking)
        guard talking >= Self.calls * 9 / 10 else {
            throw BenchError.nothingHappened("only \(talking) of \(Self.calls) calls came into conversation")
        }
        generator.run(.seconds(1))
        return talking
    }

    /// Server and floor in turn, so that both meet the same neighbours.
    private func compare(
        _ server: ServerProcess, _ generator: Generator, _ floor: Floor, _ results: inout Samples,
        _ notes: inout Samples
    ) throws {
        var own = PacketCost()
        var bare = PacketCost()
        var delays: [bl_summary] = []
        for _ in 0..<2 {
            generator.sendOnly(0..<Self.calls)
            generator.run(.milliseconds(200))
            generator.forgetLatencies()
            try own.measure(generator, Self.window) { try server.cpu() }
            delays.append(generator.latency(BL_RELAY))
            generator.sendOnly(Self.calls..<2 * Self.calls)
            generator.run(.milliseconds(200))
            bare.measure(generator, Self.window) { floor.cpu }
        }
        guard own.relayed > 0, bare.relayed > 0 else {
            throw BenchError.nothingHappened("\(own.relayed) of \(own.sent) RTP packets were relayed")
        }
        // The worse of the windows.
        results.add(.relayDelayMedian, Double(delays.map(\.median).max() ?? 0) / 1e6)
        results.add(.relayDelayP99, Double(delays.map(\.p99).max() ?? 0) / 1e6)
        results.add(.relayCPU, own.microsecondsPerRelayed)
        results.add(.relayFloor, bare.microsecondsPerRelayed)
        results.add(.relayRatio, own.microsecondsPerRelayed / bare.microsecondsPerRelayed)
        if own.lossPercent > 0.5 { notes.note("\(Int(own.lossPercent.rounded(.up))) % of RTP was lost") }
        if bare.lossPercent > 0.5 { notes.note("\(Int(bare.lossPercent.rounded(.up))) % was lost in the baseline") }
    }
}

/// CPU over packets, summed over several windows.
struct PacketCost {
    private(set) var cpu = Duration.zero
    private(set) var sent: UInt64 = 0
    private(set) var relayed: UInt64 = 0
    /// Made by the other side.
    private(set) var received: UInt64 = 0

    mutating func measure(_ generator: Generator, _ window: Duration, clock: () throws -> Duration) rethrows {
        let before = generator.rtp
        let start = try clock()
        generator.run(window)
        cpu += try clock() - start
        let after = generator.rtp
        sent += after.sent - before.sent
        relayed += after.relayed - before.relayed
        received += after.received - before.received
    }

    var microsecondsPerRelayed: Double { cpu.microseconds / Double(max(1, relayed)) }
    var microsecondsPerReceived: Double { cpu.microseconds / Double(max(1, received)) }
    var lossPercent: Double { sent > relayed ? 100 * Double(sent - relayed) / Double(sent) : 0 }
}
