import Foundation
import Testing

@testable import Settings

// Goal: the sample is right, complete, and says the defaults that the code has. Method: read the real file.

private let samplePath = repository + "etc/burdock.yaml"

private func sample() throws -> Configuration {
    let result = ConfigurationReader.read(path: samplePath, workingDirectory: "/var/lib/burdock")
    #expect(result.render(color: false) == "")
    return try #require(result.configuration)
}

@Test func sampleHasNeitherErrorsNorWarnings() throws {
    let sample = try sample()
    #expect(sample.path == samplePath)
    #expect(sample.state == "/var/lib/burdock/state")
    #expect(sample.operators.map(\.name) == ["anna", "ihor", "olena"])
    #expect(sample.operators.allSatisfy { $0.secret == nil })
    #expect(sample.queues.map(\.name) == ["sales", "vip"])
    #expect(sample.queues.map(\.vip) == [false, true])
    #expect(sample.lines.map(\.number) == ["100", "200"])
    #expect(sample.lines[0].vipList == repository + "etc/lists/vip.txt")
    #expect(sample.trunks[0].addresses == ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
}

@Test func sampleNamesEverySoundWithItsFile() throws {
    let sounds = repository + "sounds/"
    #expect(
        try sample().sounds == [
            "hold": sounds + "hold.wav",
            "sorry": sounds + "uk/sorry.wav",
            "sorry-in-english": sounds + "en/sorry.wav",
            "vip-operator": sounds + "uk/vip-operator.wav",
            "vip-customer": sounds + "uk/vip-customer.wav",
            "code-ready": sounds + "uk/code-ready.wav",
            "code-pause": sounds + "uk/code-pause.wav",
            "code-off": sounds + "uk/code-off.wav",
        ])
}

@Test func sampleShowsTheDefaultsWhereItDoesNotSayOtherwise() throws {
    let sample = try sample()
    let plain = configuration("{}")
    #expect(sample.sip == plain.sip)
    #expect(sample.media == plain.media)
    #expect(sample.log == plain.log)
    #expect(sample.limits == plain.limits)
    #expect(sample.routing == plain.routing)
    #expect(sample.codes == plain.codes)
    var numbers = plain.numbers
    numbers.country = "380"
    #expect(sample.numbers == numbers)
    var sales = Configuration.Queue(name: "sales")
    sales.timeoutAnnouncement = "sorry"
    sales.operators = sample.queues[0].operators
    #expect(sample.queues[0] == sales)
    var vip = Configuration.Queue(name: "vip")
    vip.vip = true
    vip.operators = sales.operators
    #expect(sample.queues[1] == vip)
}

/// With one unknown key in each mapping of the sample, the reader lists every key it knows there.
@Test func sampleShowsEveryKey() throws {
    let text = try String(contentsOfFile: samplePath, encoding: .utf8)
    var known: Set<String> = []
    for yaml in [
        "x: 1", "sip: {x: 1}", "sip: {registration_expires: {x: 1}}", "media: {x: 1}", "log: {x: 1}",
        "api: {x: 1}",
        "numbers: {x: 1}", "limits: {x: 1}", "routing: {x: 1}", "sounds: {x: 1}", "codes: {x: 1}",
        "trunks: [{name: a, x: 1}]", "operators: [{name: a, x: 1}]", "queues: [{name: a, x: 1}]",
        "queues: [{name: a, vip: true, interruption: {x: 1}}]", "lines: [{number: 1, x: 1}]",
        "trunks: [{name: a, outgoing: {address: 192.0.2.1, x: 1}}]", "dialers: [{name: a, x: 1}]",
        "webhooks: [{name: a, x: 1}]", "card: {x: 1}",
        "dialers: [{name: a, retries: {x: 1}}]", "dialers: [{name: a, retries: {busy: {x: 1}}}]",
    ] {
        let finding = try #require(read(yaml).diagnostics.first { $0.message.contains("unknown key") })
        known.formUnion(
            (finding.nextStep ?? "").dropFirst("known here: ".count).split(separator: ", ").map(String.init))
    }
    #expect(known.count > 90)
    for key in known {
        #expect(text.contains("\(key):"), "the sample does not show \(key)")
    }
}

/// The sample with what it shows of dialers in force.
private func sampleWithDialers() throws -> ConfigurationResult {
    var isTrunk = false
    var isDialer = false
    let lines = try String(contentsOfFile: samplePath, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { line -> Substring in
        isTrunk = line.hasPrefix("  # - name: carrier") || isTrunk && line.hasPrefix("  # ")
        isDialer = line == "#dialers:" || isDialer && line.hasPrefix("#")
        return isDialer ? line.dropFirst() : isTrunk ? "  " + line.dropFirst(4) : line
    }
    return ConfigurationReader.read(
        Array(text.joined(separator: "\n").utf8), paths: Paths(file: "etc/burdock.yaml", workingDirectory: repository))
}

@Test func dialersOfTheSampleAreRightAndSayTheDefaults() throws {
    let result = try sampleWithDialers()
    #expect(result.diagnostics.allSatisfy { $0.message.contains("every user of this machine") })
    let configuration = try #require(result.configuration)
    var outgoing = Configuration.Outgoing(address: "192.0.2.1")
    outgoing.user = "380441230000"
    outgoing.secret = "what the provider gave you"
    outgoing.domain = "sip.example.com"
    outgoing.channels = 30
    #expect(configuration.trunks.map(\.outgoing) == [nil, outgoing])
    var back = Configuration.Dialer(name: "back", rulesOf: "sales")
    back.queues = ["sales", "vip"]
    back.trunks = ["carrier"]
    back.callerID = "+380441230000"
    back.operators = configuration.queues[0].operators
    back.hours = Configuration.Hours(
        zone: "Europe/Kyiv",
        stretches: [
            .init(days: [.monday, .tuesday, .wednesday, .thursday, .friday], from: 540, until: 1_200),
            .init(days: [.saturday], from: 600, until: 780), .init(days: [.saturday], from: 840, until: 960),
        ],
        daysOff: [.init(year: 2026, month: 12, day: 25), .init(year: 2027, month: 1, day: 1)])
    back.hours?.zones = ["+48": "Europe/Warsaw", "+1212": "America/New_York"]
    #expect(configuration.dialers == [back])
}

@Test func apiOfTheSampleIsRightAndSaysTheDefaults() throws {
    var isAPI = false
    let lines = try String(contentsOfFile: samplePath, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { line -> Substring in
        isAPI = line == "#api:" || isAPI && line.hasPrefix("#")
        return isAPI ? line.dropFirst() : line
    }
    let result = ConfigurationReader.read(
        Array(text.joined(separator: "\n").utf8), paths: Paths(file: "etc/burdock.yaml", workingDirectory: repository))
    #expect(result.render(color: false) == "")
    #expect(result.configuration?.api == Configuration.API(listen: .init(address: "127.0.0.1", port: 8_080)))
    #expect(try sample().api == nil)
}

@Test func everyLanguageHasTheSameAnnouncements() throws {
    for language in ["uk", "ru", "en"] {
        let yaml = try String(contentsOfFile: samplePath, encoding: .utf8)
            .replacing("language: uk", with: "language: \(language)")
        let result = ConfigurationReader.read(
            Array(yaml.utf8), paths: Paths(file: "etc/burdock.yaml", workingDirectory: repository))
        #expect(result.render(color: false) == "")
        #expect(result.configuration?.sounds["vip-operator"] == repository + "sounds/\(language)/vip-operator.wav")
    }
}
