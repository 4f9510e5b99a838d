import ArgumentParser
import Routing
import Settings
import Simulation

/// `burdock simulate`: what would come of a day.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Lives through a day in virtual time and reports what came of it.",
        discussion: """
            The day says who calls and who works, the configuration it names which rules hold. The same seed brings the \
            same customers, so two days with the same calls can be compared.

            burdock simulate etc/day.yaml
            burdock simulate etc/day.yaml --compare etc/day-with-callback.yaml
            burdock simulate etc/day.yaml --config etc/next-week.yaml --seed 7 --json

            With --journal the day is one that was: its customers call again, its operators work when they worked. It \
            is shown as it was, under the rules that held, and under those of --config and --compare. Whoever gets \
            through need not call a second time; operators whom the journal does not know work all day; customers are \
            not called back.

            burdock simulate --journal --since 12h --config etc/next-week.yaml
            """)

    @Argument(
        help: ArgumentHelp(
            "The description of the day, or with --journal the journal's folder. Default etc/day.yaml, state/journal."))
    var day: String?

    @Flag(help: "Take a day from the journal.")
    var journal = false

    @Option(
        help: ArgumentHelp(
            "With --journal: from then on, a time or a span such as 1d. Default today.", valueName: "when"))
    var since: String?

    @Option(help: ArgumentHelp("With --journal: until then. Default now.", valueName: "when"))
    var until: String?

    @Option(
        help: ArgumentHelp("Another day to set beside it; with --journal another configuration.", valueName: "path"))
    var compare: String?

    @Option(help: ArgumentHelp("A configuration in place of the one that the days name.", valueName: "path"))
    var config: String?

    @Option(help: ArgumentHelp("The same seed brings the same customers.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Write down what was decided, for burdock replay.", valueName: "path"))
    var record: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        guard journal || since == nil && until == nil else {
            throw ValidationError("--since and --until go with --journal")
        }
        guard record != nil else { return }
        guard compare == nil else { throw ValidationError("--record writes down one day: leave --compare out") }
        guard !journal else {
            throw ValidationError("--record writes down a day that is described: leave --journal out")
        }
    }

    func run() async throws {
        Memory.keepWhatIsFreed()
        let runs = try journal ? journalRuns() : dayRuns()
        Terminal.print(json ? SimulationRun.json(runs) : SimulationRendering.text(runs, color: Terminal.colorsOutput))
    }

    private func dayRuns() throws -> [SimulationRun] {
        let days = [day ?? "etc/day.yaml"] + (compare.map { [$0] } ?? [])
        let results = days.map { DayReader.read(path: $0, configuration: config) }
        try report(results)
        return try zip(days, results).compactMap { path, result in
            guard let day = result.day, let configuration = result.configuration else { return nil }
            return try simulate(SimulationScenario(day), RoutingPolicy(configuration, on: day), title: path)
        }
    }

    func simulate(_ scenario: SimulationScenario, _ policy: RoutingPolicy, title: String) throws -> SimulationRun {
        var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: seed)
        let progress = ProgressBar(title: title)
        let recorder = try record.map { try RunRecorder(path: $0, seed: seed) }
        let report = simulation.run(progress: { progress.show($0) }, observe: recorder?.observe)
        progress.clear()
        try recorder?.finish()
        return SimulationRun(day: title, seed: seed, threshold: scenario.threshold, report: report)
    }

    /// Findings go where they do not mix with the figures; with any error there are none.
    private func report(_ results: [DayResult]) throws {
        let findings = results.map(\.findings).filter { !$0.diagnostics.isEmpty }
        guard !findings.isEmpty else { return }
        let haveErrors = results.contains { $0.day == nil }
        if json, haveErrors {
            for finding in findings { Terminal.print(finding.json()) }
        } else {
            for finding in findings { Terminal.printError(finding.render(color: Terminal.colorsErrors)) }
        }
        if haveErrors { throw ExitCode.failure }
    }
}

/// One simulated day with what it was made of.
struct SimulationRun {
    let day: String
    let seed: UInt64
    let threshold: Duration
    let report: SimulationReport
}

// MARK: - From the description

extension RoutingPolicy {
    /// The rules of the configuration for this day: without its operators if they do not work. Who calls back, and how
    /// customers answer then, the day says itself.
    init(_ configuration: Configuration, on day: DayDescription) {
        self.init(configuration)
        dialers = []
        dialerAssignments = []
        for index in queues.indices { queues[index].callbackDialer = nil }
        guard !day.operatorsWork else { return }
        operators = []
        assignments = []
    }
}

extension SimulationScenario {
    init(_ day: DayDescription) {
        self.init()
        length = day.length
        threshold = day.serviceLevel
        demands = day.calls.map {
            Demand(
                QueueID($0.queue), callsPerHour: $0.perHour.map(Double.init), talk: RandomDuration($0.talk),
                patience: $0.patience.map { RandomDuration($0) }, vip: $0.vip, returning: $0.returning)
        }
        habits = OperatorHabits(day.habits)
        crews = day.crews.map { crew in
            Crew(
                crew.name, count: crew.count, groups: crew.groups.map { GroupID($0) },
                places: crew.queues.map { Crew.Place(QueueID($0.queue), priority: $0.priority) },
                habits: OperatorHabits(crew.habits))
        }
        redial.share = day.redial.share
        redial.after = RandomDuration(day.redial.after)
        redial.most = day.redial.most
        callbacks = day.callbacks.map { Callbacks($0, crews: crews) }
        engine.network = RandomDuration(day.network)
        engine.announcement = RandomDuration(day.announcement)
    }
}

extension Callbacks {
    /// The name of a crew stands for everybody in it.
    init(_ callbacks: DayDescription.Callbacks, crews: [Crew]) {
        self.init()
        queues = callbacks.queues.map { QueueID($0) }
        groups = callbacks.groups.map { GroupID($0) }
        operators = callbacks.operators.flatMap { name in
            crews.first { $0.name == name }?.names ?? [OperatorID(name)]
        }
        rules.responsibleWait = callbacks.responsibleWait
        rules.preview = callbacks.preview
        rules.answerTimeout = callbacks.answerTimeout
        rules.retries = Self.retries(tries: callbacks.tries, interval: callbacks.interval)
        looking = RandomDuration(callbacks.looking)
        limit = callbacks.onTime
        busy = callbacks.busy
        noAnswer = callbacks.noAnswer
        answering = RandomDuration(callbacks.answering)
    }
}

extension OperatorHabits {
    init(_ habits: DayDescription.Habits) {
        self.init()
        shifts = habits.shifts.map { Shift(from: $0.from, until: $0.until) }
        declines = habits.declines
        misses = habits.misses
        takesVIP = habits.takesVIP
        answering = RandomDuration(habits.answering)
        returnsAfter = habits.returnsAfter
    }
}

extension RandomDuration {
    init(_ spread: DayDescription.Spread) {
        self =
            switch spread {
            case .fixed(let duration): .fixed(duration)
            case .uniform(let least, let most): .uniform(least, most)
            case .exponential(let mean): .exponential(mean: mean)
            case .logNormal(let mean, let deviation): .logNormal(mean: mean, deviation: deviation)
            }
    }
}
