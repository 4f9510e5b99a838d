import ArgumentParser
import Foundation
import Routing
import Settings
import Simulation
import Testing

@testable import burdock

// Goal: the sample day runs as it is described, and its figures are readable. Method: the real sample.

private let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

private func sample() throws -> (SimulationScenario, RoutingPolicy) {
    let result = DayReader.read(path: repository + "etc/day.yaml")
    var day = try #require(result.day)
    let configuration = try #require(result.configuration)
    day.length = .seconds(2 * 3_600)
    return (SimulationScenario(day), RoutingPolicy(configuration, on: day))
}

private func runSample(seed: UInt64) throws -> SimulationRun {
    let (scenario, policy) = try sample()
    var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: seed)
    return SimulationRun(day: "etc/day.yaml", seed: seed, threshold: scenario.threshold, report: simulation.run())
}

@Test func sampleDayRuns() throws {
    let run = try runSample(seed: 1)
    let total = run.report.total
    #expect(total.entered > 100)
    #expect(total.answered + total.abandoned + total.timedOut + total.unfinished == total.entered)
    #expect(run.report.operators.count == 15)
    let text = SimulationRendering.text([run], color: false)
    #expect(text.contains("calls that entered"))
    #expect(text.contains("answered within 20 s"))
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 }, "\(text)")
}

@Test func twoDaysStandSideBySide() throws {
    let runs = [try runSample(seed: 1), try runSample(seed: 2)]
    let text = SimulationRendering.text(runs, color: false)
    #expect(text.contains("change"))
    let equal = SimulationRendering.text([runs[0], runs[0]], color: false)
    #expect(!equal.contains("+"))
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 }, "\(text)")
}

@Test func callbacksAreThereOnlyWhereSomebodyCallsBack() throws {
    let run = try runSample(seed: 1)
    let back = try #require(run.report.total.calledBack)
    #expect(back.made > 0)
    #expect(back.made + back.redialled + back.givenUp + back.handedOn + back.open == run.report.total.callbacks)
    #expect(SimulationRendering.text([run], color: false).contains("    on time"))
    #expect(SimulationRun.json([run]).contains("\"customer_called_first\""))
    var report = run.report
    report.total.calledBack = nil
    for index in report.queues.indices { report.queues[index].figures.calledBack = nil }
    let plain = SimulationRun(day: run.day, seed: run.seed, threshold: run.threshold, report: report)
    #expect(!SimulationRendering.text([plain], color: false).contains("    on time"))
    #expect(!SimulationRun.json([plain]).contains("\"customer_called_first\""))
}

@Test func figuresAreOneDocumentForPrograms() throws {
    let json = SimulationRun.json([try runSample(seed: 1)])
    #expect(json.contains("\"wait_mean_seconds\""))
    #expect(json.contains("\"seed\" : 1"))
    #expect((try? JSONSerialization.jsonObject(with: Data(json.utf8))) != nil)
}

@Test func fourDaysStandSideBySide() throws {
    let run = try runSample(seed: 1)
    let runs = (1...4).map {
        SimulationRun(day: "etc/a-configuration-\($0).yaml", seed: 1, threshold: run.threshold, report: run.report)
    }
    let text = SimulationRendering.text(runs, color: false)
    #expect(!text.contains("change"))
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 }, "\(text)")
}

@Test(arguments: [
    (["--since", "1d"], "--since and --until go with --journal"),
    (["--journal", "--record", "x"], "--record writes down a day that is described: leave --journal out"),
    (["--record", "x", "--compare", "y"], "--record writes down one day: leave --compare out"),
])
func optionsThatDoNotGoTogetherAreRefused(arguments: [String], problem: String) {
    #expect {
        try SimulateCommand.parse(arguments)
    } throws: {
        SimulateCommand.message(for: $0).contains(problem)
    }
}

@Test func folderOfAJournalMayBeNamed() throws {
    let command = try SimulateCommand.parse(["--journal", "elsewhere", "--since", "1d", "--config", "next.yaml"])
    #expect(command.journal && command.day == "elsewhere" && command.config == "next.yaml")
    #expect(try SimulateCommand.parse(["--journal"]).day == nil)
}

/// A recording of the sample day is a journal in which the clock begins in 1970.
@Test func dayOfAJournalIsShownAsItWasAndUnderItsRules() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("simulate-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let recorder = try RunRecorder(path: folder.path + "/000000001.jsonl", seed: 1)
    let (scenario, policy) = try sample()
    var simulation = CallCentreSimulation(scenario: scenario, policy: policy, seed: 1)
    let real = simulation.run(observe: recorder.observe).total
    try recorder.finish()

    let times = ["--since", "1970-01-01T00:00:00Z", "--until", "1970-01-01T02:00:00Z"]
    let other = ["--config", repository + "etc/burdock.yaml"]
    let runs = try SimulateCommand.parse(["--journal", folder.path] + times + other).journalRuns()
    #expect(runs.map(\.day) == ["as it was", "same rules", repository + "etc/burdock.yaml"])
    #expect(runs[0].report.total.entered == real.entered && runs[0].report.total.answered == real.answered)
    // Who calls a second time differs a little with who gets through.
    #expect(abs(runs[1].report.total.entered - real.entered) * 10 <= real.entered)
    // The crews of the day are in no configuration.
    #expect(runs[2].report.total.answered < real.answered)
    let text = SimulationRendering.text(runs, color: false)
    #expect(text.contains("as it was") && text.contains("same rules"))
    #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 }, "\(text)")
}

@Test(arguments: [
    (0.0, "[..............................]   0 %  day"), (0.5, "[###############...............]  50 %  day"),
    (1.0, "[##############################] 100 %  day"), (7.0, "[##############################] 100 %  day"),
])
func progressBarIsFilled(done: Double, line: String) {
    #expect(ProgressBar.line(title: "day", done: done) == line)
}
