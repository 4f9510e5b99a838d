import ArgumentParser
import Journal
import Routing
import Settings
import Simulation
import Storage

// A day from the journal, under the rules that held and under others.

extension SimulateCommand {
    /// The day as it was comes first: how near the same rules come to it says how far the others can be believed.
    func journalRuns() throws -> [SimulationRun] {
        let others = try [config, compare].compactMap { $0 }.map { (path: $0, policy: try Self.policy(at: $0)) }
        let directory = day ?? "state/journal"
        let recorded = try recordedDay(directory)
        guard !recorded.calls.isEmpty else {
            throw Self.fail("\(directory): nobody called in this time; name another one with --since and --until")
        }
        guard recorded.policy != nil || !others.isEmpty else {
            throw Self.fail("\(directory): the journal does not say which rules held; name some with --config")
        }
        let scenario = SimulationScenario(recorded)
        var runs = [
            SimulationRun(
                day: "as it was", seed: seed, threshold: scenario.threshold,
                report: recorded.report(threshold: scenario.threshold))
        ]
        if let policy = recorded.policy { runs.append(try simulate(scenario, policy, title: "same rules")) }
        for other in others { runs.append(try simulate(scenario, other.policy, title: other.path)) }
        return runs
    }

    private func recordedDay(_ directory: String) throws -> RecordedDay {
        try Records.check(journal: directory, advice: "name it behind --journal")
        let time = try Records.period(since: since, until: until)
        let progress = ProgressBar(title: directory)
        defer { progress.clear() }
        do throws(JournalError) {
            let period = JournalPeriod(JournalDirectory(directory), since: time.from)
            return try Self.read(period, length: time.length) { progress.show($0) }
        } catch {
            throw Self.fail("\(directory): \(error)")
        }
    }

    /// Calls of the day that are not over at its end are followed to theirs.
    private static func read(
        _ period: JournalPeriod, length: Duration, progress: (Double) -> Void
    ) throws(JournalError) -> RecordedDay {
        var recorder = DayRecorder(length: length)
        var lost = 0
        var steps = 0
        reading: while let item = try period.next() {
            switch item {
            case .processBegan(let instant): recorder.processBegan(at: instant)
            case .state(let state, let instant): recorder.take(state, at: instant)
            case .lost(let count): lost += count
            case .step(let step):
                if step.at.nanoseconds >= length.wholeNanoseconds, !recorder.waitsForEnds { break reading }
                recorder.take(step.event, step.decisions, at: step.at)
                steps += 1
                if steps % 5_000 == 0 { progress(period.done) }
            }
        }
        if lost > 0 {
            Terminal.printError("\(lost) steps are missing in the journal, and with them whoever called then")
        }
        return recorder.finish()
    }

    private static func policy(at path: String) throws -> RoutingPolicy {
        let result = ConfigurationReader.read(path: path)
        guard let configuration = result.configuration else { throw fail(result.render(color: Terminal.colorsErrors)) }
        return RoutingPolicy(configuration)
    }

    private static func fail(_ text: String) -> ExitCode {
        Terminal.printError(text)
        return .failure
    }
}
