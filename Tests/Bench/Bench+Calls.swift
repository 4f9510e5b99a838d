import BenchLoad

extension Bench {
    /// Twice as many as talk at any time, and not fewer than in an ordinary house.
    private var operators: Int { max(200, 4 * options.rate) }
    private static let hold = Duration.seconds(2)
    private static let window = Duration.seconds(5)

    /// CPU of whole calls from a trunk through a queue to an operator, at an open-loop rate.
    mutating func measureCalls() throws {
        try measureAnswerer()
        var results = Samples()
        let (progress, operators) = (progress, operators)
        let generator = try withCalls { server, generator in
            progress.say("idle")
            let idle = try server.cpu()
            generator.run(.seconds(1))
            results.add(.idleCPU, try (server.cpu() - idle).milliseconds)
            progress.say("registering \(operators) operators")
            try register(operators, generator)
            progress.say("\(options.rate) calls a second, no RTP")
            generator.behave(hold: Self.hold, patience: .seconds(5))
            generator.startCalls(perSecond: Double(options.rate))
            generator.run(Self.hold + .seconds(1))
            results.add(.callCPU, try callCost(generator) { try server.cpu() })
            let arrival = generator.latency(BL_ARRIVAL)
            results.add(.arrivalMedian, Double(arrival.median) / 1e6)
            results.add(.arrivalP99, Double(arrival.p99) / 1e6)
            progress.say("\(options.rate) calls a second, with RTP")
            generator.behave(hold: Self.hold, patience: .seconds(5), sending: true)
            generator.run(Self.hold + .seconds(1))
            results.add(.callCPUWithRTP, try callCost(generator) { try server.cpu() })
            generator.startCalls(perSecond: 0)
            _ = generator.run(atMost: Self.hold + .seconds(9)) { $0.legs == 0 }
        }
        samples.merge(results)
        if let call = results.median(of: .callCPU), let floor = samples.values[.answererCPU]?.last, floor > 0 {
            samples.add(.callRatio, call / floor)
        }
        check(generator, "calls")
    }

    private func withCalls(_ body: (ServerProcess, Generator) throws -> Void) throws -> Generator {
        var used: Generator?
        try withServer(operators: operators) { server in
            let generator = try Generator(port: server.setup.port, operators: operators, rtpSlots: 2 * operators)
            used = generator
            try body(server, generator)
        }
        guard let used else { throw BenchError.generator("no generator") }
        return used
    }

    /// Milliseconds of CPU per call that was completed within the window.
    private func callCost(_ generator: Generator, cpu: () throws -> Duration) throws -> Double {
        generator.forgetLatencies()
        let before = generator.statistics.calls_completed
        let start = try cpu()
        generator.run(Self.window)
        let used = try cpu() - start
        let completed = generator.statistics.calls_completed - before
        guard completed > 0 else { throw BenchError.nothingHappened(Self.explain(generator.statistics)) }
        return used.milliseconds / Double(completed)
    }

    /// The same generator against an answerer that does nothing else.
    private mutating func measureAnswerer() throws {
        progress.say("baseline: bare answerer")
        let floor = try Floor.answerer()
        let generator = try Generator(port: floor.port)
        generator.behave(hold: .milliseconds(500), holdFromAnswer: true)
        generator.startCalls(perSecond: Double(options.rate))
        generator.run(.seconds(1))
        let before = generator.statistics.calls_completed
        let start = floor.cpu
        generator.run(.seconds(2))
        let completed = generator.statistics.calls_completed - before
        guard completed > 0 else { throw BenchError.nothingHappened("the bare answerer answered nothing") }
        samples.add(.answererCPU, (floor.cpu - start).milliseconds / Double(completed))
    }

    static func explain(_ statistics: bl_statistics) -> String {
        "no call was completed: \(statistics.calls_started) started, \(statistics.calls_answered) answered, "
            + "\(statistics.operator_invites) operators rung, \(statistics.calls_bridged) bridged, "
            + "\(statistics.calls_refused) refused (last with \(statistics.last_refusal)), "
            + "\(statistics.calls_dropped) dropped, \(statistics.calls_timed_out) without an answer"
    }

    /// Memory and CPU of a long series of short calls from ever new customers.
    mutating func measureSoak() throws {
        let (progress, operators) = (progress, operators)
        var results = Samples()
        var calls = 0
        let generator = try withCalls { server, generator in
            try register(operators, generator)
            generator.behave(hold: .milliseconds(100), patience: .seconds(5))
            // Transactions live for 32 s (RFC 3261, timers H and J): the load must be older before it is compared.
            for phase in [4_000, 30_000] {
                generator.startCalls(perSecond: 100, limit: phase)
                let before = generator.statistics.calls_started
                while generator.statistics.calls_started - before < UInt64(phase) {
                    progress.say("soak, \(phase == 4_000 ? "warm-up " : "")\(generator.statistics.calls_started) calls")
                    generator.run(.seconds(1))
                    _ = try server.memory()
                }
                results.add(phase == 4_000 ? .soakBefore : .soakAfter, try server.memory() / 1_024)
            }
            progress.say("soak, resting")
            generator.run(.seconds(40))
            results.add(.soakDrained, try server.memory() / 1_024)
            calls = Int(generator.statistics.calls_completed)
        }
        guard calls > 0 else { throw BenchError.nothingHappened(Self.explain(generator.statistics)) }
        samples.merge(results)
        if let before = results.median(of: .soakBefore), let after = results.median(of: .soakAfter), before > 0 {
            samples.add(.soakRatio, after / before)
        }
        check(generator, "soak")
    }
}
