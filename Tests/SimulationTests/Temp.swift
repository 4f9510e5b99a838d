import Testing
@Test func temp() {
    let clock = ContinuousClock()
    for seed in UInt64(0)..<200 {
        var world = World(seed: seed)
        var problems: [String] = []
        let time = clock.measure { problems = world.run() }
        print("SEED \(seed) \(time) steps \(world.steps) decisions \(world.decisions.count) now \(world.now) problems \(problems.prefix(3))")
        if !problems.isEmpty { print(world.story(last: 30)); break }
    }
}
