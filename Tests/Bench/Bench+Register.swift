import BenchLoad

extension Bench {
    private static let phones = 500
    private static let rate = 200.0

    /// REGISTERs with a fresh digest challenge each: 401 and 200.
    mutating func measureRegistering() throws {
        var results = Samples()
        var used: Generator?
        let progress = progress
        try withServer(operators: Self.phones) { server in
            let generator = try Generator(port: server.setup.port, operators: Self.phones)
            used = generator
            progress.say("registering \(Self.phones) operators")
            try register(Self.phones, generator)
            progress.say("\(Int(Self.rate)) REGISTERs a second")
            generator.startRegistering(Self.phones, perSecond: Self.rate)
            results.add(.registerCPU, try registerCost(server, generator, .seconds(3)).cost)
            generator.stopRegistering()
            _ = generator.run(atMost: .seconds(2)) { $0.registering == 0 }
            progress.say("all the REGISTERs it can")
            // Bounded by number: every REGISTER leaves two transactions behind for 32 s.
            generator.startRegistering(Self.phones, atOnce: 32, limit: 4_000)
            let full = try registerCost(server, generator, .seconds(3), limit: 4_000)
            results.add(.registerRate, full.rate)
            results.add(.registerRateCPU, full.cost)
            generator.stopRegistering()
            _ = generator.run(atMost: .seconds(9)) { $0.registering == 0 }
        }
        samples.merge(results)
        if let used { check(used, "register") }
    }

    /// Milliseconds of CPU per REGISTER, and how many a second there were.
    private func registerCost(
        _ server: ServerProcess, _ generator: Generator, _ time: Duration, limit: UInt64 = .max
    ) throws -> (cost: Double, rate: Double) {
        let before = generator.statistics.registered
        let start = try server.cpu()
        let began = ContinuousClock.now
        _ = generator.run(atMost: time) { $0.registered - before >= limit }
        let used = try server.cpu() - start
        let seconds = (ContinuousClock.now - began).milliseconds / 1_000
        let count = Double(generator.statistics.registered - before)
        guard count > 0, seconds > 0 else { throw BenchError.nothingHappened("no REGISTER was answered with 200") }
        return (used.milliseconds / count, count / seconds)
    }
}
