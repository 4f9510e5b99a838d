import Foundation
import Routing
import Settings
import Simulation
import Testing

@testable import burdock

// Goal: the sample day runs as it is described, and its figures are readable. Method: the real sample.

private let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

private func runSample(seed: UInt64) throws -> SimulationRun {
    let result = DayReader.read(path: repository + "etc/day.yaml")
    var day = try #require(result.day)
    let configuration = try #require(result.configuration)
    day.length = .seconds(2 * 3_600)
    let scenario = SimulationScenario(day)
    var simulation = CallCentreSimulation(
        scenario: scenario, policy: RoutingPolicy(configuration, on: day), seed: seed)
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

@Test(arguments: [
    (0.0, "[..............................]   0 %  day"), (0.5, "[###############...............]  50 %  day"),
    (1.0, "[##############################] 100 %  day"), (7.0, "[##############################] 100 %  day"),
])
func progressBarIsFilled(done: Double, line: String) {
    #expect(ProgressBar.line(title: "day", done: done) == line)
}
