import Testing

@testable import Settings

// Goal: the sample day is right, and what is wrong in a day is found where it stands. Method: the real sample, tables.

@Test func sampleDayIsRight() throws {
    let result = DayReader.read(path: repository + "etc/day.yaml")
    #expect(result.findings.render(color: false) == "")
    let day = try #require(result.day)
    #expect(result.configuration?.queues.map(\.name) == ["sales", "vip"])
    #expect(day.configuration == repository + "etc/burdock.yaml")
    #expect(day.length == .seconds(9 * 3_600))
    #expect(day.calls.map(\.queue) == ["sales", "vip"])
    #expect(day.calls[0].perHour.count == 9)
    #expect(day.calls[0].returning == 0.4)
    #expect(day.calls[1].talk == .logNormal(mean: .seconds(300), deviation: .seconds(240)))
    #expect(day.crews.map(\.count) == [6, 6])
    #expect(day.crews[0].queues == [.init(queue: "sales", priority: 5), .init(queue: "vip", priority: 3)])
    #expect(day.crews[0].habits.shifts.map(\.from) == [.zero, .seconds(210 * 60)])
    #expect(day.redial.share == 0.5)
    var callbacks = DayDescription.Callbacks()
    callbacks.queues = ["sales"]
    callbacks.groups = ["sales"]
    callbacks.responsibleWait = .seconds(1_200)
    #expect(day.callbacks == callbacks)
}

@Test func shortestDayHasTheDefaults() throws {
    let result = day("calls: [{queue: sales, per_hour: 60}]")
    var expected = DayDescription(configuration: repository + "etc/burdock.yaml")
    expected.calls = [DayDescription.Calls(queue: "sales", perHour: [60])]
    #expect(result.day == expected)
}

@Test(arguments: [
    ("calls: [{queue: sale, per_hour: 60}]", "2:17 there is no queue \"sale\" | sales"),
    ("calls: [{queue: sales}]", "2:10 per_hour is missing in an element of calls"),
    ("calls: [{queue: sales, per_hour: 60, vip: 5}]", "2:43 vip must be 0% to 100%, not \"5\" | 5%"),
    ("calls: [{queue: sales, per_hour: 60, vip: 101%}]", "2:43 vip must be 0% to 100%, not \"101%\""),
    ("calls: [{queue: sales, per_hour: [60, x]}]", "2:39 this element must be a whole number from 0 to 1000000"),
    ("calls: [{queue: sales, per_hour: 6, talk: {mean: 4}}]", "2:50 mean needs a unit | 4s"),
    ("calls: [{queue: sales, per_hour: 6, talk: {from: 4s}}]", "2:44 talk must be a duration, or one that varies"),
    ("calls: [{queue: sales, per_hour: 6, talk: {from: 4s, to: 1s}}]", "2:44 from is longer than to"),
    (
        "calls: [{queue: sales, per_hour: 6, patient: 4s}]",
        "2:37 unknown key \"patient\" in an element of calls | patience"
    ),
    ("length: 1h", "1:1 nobody calls on this day"),
])
func mistakeIsFoundWhereItStands(yaml: String, finding: String) {
    let found = day(yaml).diagnostics.map { diagnostic in
        let mended = diagnostic.suggestion.map { " | \($0)" } ?? ""
        return "\(diagnostic.line):\(diagnostic.column) \(diagnostic.message)\(mended)"
    }
    #expect(found == [finding])
}

@Test func crewsAreChecked() {
    let calls = "calls: [{queue: sales, per_hour: 60}]\n"
    func found(_ crew: String) -> [String] { day(calls + "crews: [{\(crew)}]").diagnostics.map(\.message) }
    #expect(found("name: day, count: 5, queues: {sales: 5}") == [])
    #expect(found("name: day, count: 5, queues: {support: 5}") == ["there is no queue \"support\""])
    #expect(found("name: day, queues: {sales: 5}") == ["count is missing in crew \"day\""])
    #expect(found("name: day, count: 5, queues: {sales: 11}") == ["sales must be 0 to 10, not 11"])
    #expect(
        found("name: day, count: 1, queues: {sales: 1}, shifts: [{from: 2h, until: 1h}]")
            == ["shifts must follow one another, each with an end after its beginning"])
}

@Test func callbacksAreChecked() {
    let calls = "calls: [{queue: sales, per_hour: 60}]\n"
    let crew = "crews: [{name: day, count: 5, groups: [red], queues: {sales: 5}}]\n"
    func found(_ callbacks: String) -> [String] {
        day(calls + crew + "callbacks: \(callbacks)").diagnostics.map(\.message)
    }
    #expect(found("{queues: [sales], groups: [red], operators: [day], busy: 40%, no_answer: 60%}") == [])
    #expect(found("{queues: [support]}") == ["there is no queue \"support\""])
    #expect(found("{operators: [nobody]}") == ["there is no operator \"nobody\""])
    #expect(found("{groups: [blue]}") == ["nobody is in a group \"blue\""])
    #expect(found("{busy: 41%, no_answer: 60%}") == ["busy and no_answer are more than 100% together"])
    #expect(found("{tries: 0}") == ["tries must be 1 to 100, not 0"])
    #expect(found("{retries: 2}") == ["unknown key \"retries\" in callbacks"])
    #expect(day(calls + "callbacks:").day?.callbacks == DayDescription.Callbacks())
    #expect(day(calls).day?.callbacks == nil)
}

@Test func configurationThatCannotBeUsedIsReportedWithItsErrors() {
    let result = DayReader.read(
        Array("configuration: gone.yaml\ncalls: [{queue: sales, per_hour: 60}]".utf8), paths: paths)
    #expect(result.day == nil)
    #expect(result.diagnostics.map(\.message).first == "the configuration cannot be used")
    #expect(result.diagnostics.count == 2)
}

private let paths = Paths(file: "test.yaml", workingDirectory: repository)

/// A day at the top of the repository, with the sample's configuration.
private func day(_ yaml: String) -> DayResult {
    let name = yaml.hasPrefix("length") ? "" : "configuration: etc/burdock.yaml\n"
    let tail = name.isEmpty ? "\nconfiguration: etc/burdock.yaml" : ""
    return DayReader.read(Array((name + yaml + tail).utf8), paths: paths)
}
