import Foundation
import Testing

@testable import Settings

// Goal: nothing in a file makes reading it slow, deep or endless. Method: one file at each limit and one beyond.

@Test func fileLargerThanItsLimitIsRefused() {
    let folder = TemporaryFolder()
    let text = "log: {level: info}\n#"
    folder.write("fits.yaml", text + String(repeating: "x", count: ConfigurationReader.maxBytes - text.utf8.count))
    folder.write("large.yaml", text + String(repeating: "x", count: ConfigurationReader.maxBytes))
    let fits = ConfigurationReader.read(path: folder.path + "/fits.yaml").render(color: false)
    #expect(fits.contains("the sound folder") && !fits.contains("larger"))
    let large = ConfigurationReader.read(path: folder.path + "/large.yaml")
    #expect(large.diagnostics.map(brief) == ["0:0+0 error the file is larger than 1 MiB"])
    #expect(large.configuration == nil)
}

@Test func missingFileAndFolderAreReported() {
    let folder = TemporaryFolder()
    let missing = ConfigurationReader.read(path: folder.path + "/none.yaml").diagnostics
    #expect(missing.map(brief) == ["0:0+0 error the file does not exist"])
    #expect(
        ConfigurationReader.read(path: folder.path).diagnostics.map(brief) == ["0:0+0 error the file is not a file"])
}

@Test func pipeIsRefusedWithoutWaitingForIt() {
    let folder = TemporaryFolder()
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    let result = ConfigurationReader.read(path: folder.path + "/pipe")
    #expect(result.diagnostics.map(brief) == ["0:0+0 error the file is not a file"])
}

@Test func fileThatIsNotUTF8IsReportedWithItsPlace() {
    // Windows-1251.
    let bytes = Array("log: {level: info}\n# ".utf8) + [0xCF, 0xF0, 0xE8]
    let result = ConfigurationReader.read(bytes, paths: Paths(file: "test.yaml", workingDirectory: repository))
    #expect(result.diagnostics.map(brief) == ["2:3+1 error the file is not UTF-8 text"])
}

@Test func byteOrderMarkAndForeignLineEndsAreAccepted() {
    let bytes = [0xEF, 0xBB, 0xBF] + Array("log: {level: info}\r\nstate: x\r\nlog: 5".utf8)
    let result = ConfigurationReader.read(bytes, paths: Paths(file: "test.yaml", workingDirectory: repository))
    #expect(result.diagnostics.map(brief).first == "3:1+3 error key \"log\" is written twice, first in line 1")
}

@Test(arguments: ["operators", "queues", "lines", "trunks"]) func listLongerThanItsLimitIsRefused(list: String) {
    func file(_ count: Int) -> String { "\(list):\n" + String(repeating: "- {}\n", count: count) }
    let over = read(file(10_001)).diagnostics
    #expect(over.map(brief) == ["1:1+\(list.count) error \(list) has 10001 elements, more than 10000"])
    #expect(!read(file(10_000)).render(color: false).contains("more than 10000"))
}

@Test func tenThousandOperatorsAndAQueueOfThemAreRead() {
    let names = (0..<10_000).map { "o\($0)" }
    let yaml =
        "operators:\n" + names.map { "- {name: \($0)}\n" }.joined() + "queues:\n- name: q\n  operators:\n"
        + names.map { "    \($0): 5\n" }.joined() + "lines: [{number: 1, queue: q}]"
    #expect(configuration(yaml).queues[0].operators.count == 10_000)
}

@Test func moreFindingsThanAnybodyReadsAreCounted() {
    let yaml = "operators:\n" + String(repeating: "- {name: ä}\n", count: 1_000)
    let diagnostics = read(yaml).diagnostics
    #expect(diagnostics.count == Reading.maxDiagnostics + 1)
    #expect(diagnostics.last?.message == "800 more findings are not shown")
}

@Test(.timeLimit(.minutes(1))) func unknownNamesByTheThousandsTakeNoTime() {
    let names = (0..<5_000).map { "operator-number-\($0)" }
    let yaml =
        "operators: [" + names.map { "{name: \($0)}" }.joined(separator: ", ") + "]\nqueues: [{name: q, operators: {"
        + names.map { "x\($0): 5" }.joined(separator: ", ") + "}}]"
    #expect(read(yaml).diagnostics.count == Reading.maxDiagnostics + 1)
}

@Test(.timeLimit(.minutes(1))) func aliasBombIsRefusedAtOnce() {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
        yaml += "a\(level): &a\(level) [" + String(repeating: "*a\(level - 1), ", count: 9) + "]\n"
    }
    yaml += "? *a29\n: x\n"
    #expect(brief(yaml) == ["1:5+3 error &a0 is an anchor of YAML, which is not accepted here"])
}

@Test func anchorsAreFoundWhereverTheyCanStand() {
    for yaml in [
        "&a log: {}", "log: &a {}", "log: {&a level: info}", "log: {level: [&a x]}", "- &a x", "log:\n  - x\n  - &a y",
        "log: {level: \"#\", &a x: 1}", "log: {level: 'it''s', x: &a 1}", "x: |\n  text &b\ny: &a 1",
        "x: it's\ny: &a it's",
        "x: \"a\\\"\"\ny: &a 1", "x: a#b\ny: &a 1", "x: >-\n\n  text\n\ny:\n  &a z: 1",
    ] {
        let message = read(yaml).diagnostics.first?.message ?? ""
        #expect(message == "&a is an anchor of YAML, which is not accepted here", "\(yaml)")
    }
}

@Test func signsOfAnchorsInTextAndCommentsAreNoAnchors() {
    for yaml in [
        "log: {} # &a *b !c", "state: \"&a\"", "state: '*b it''s &c'", "state: R&D", "state: R & D", "state: a *b",
        "state: |\n  &a\n  *b\n", "state: >\n  !c\n", "# \"\nstate: x", "state: x # it's\nlog: {}",
    ] {
        #expect(YAMLGuard.check(yaml) == nil, "\(yaml)")
    }
}

@Test(.timeLimit(.minutes(1))) func deepNestingIsRefused() {
    let open = String(repeating: "[", count: YAMLGuard.maxDepth)
    let close = String(repeating: "]", count: YAMLGuard.maxDepth)
    #expect(brief("x: \(open)\(close)") == ["1:1+1 error unknown key \"x\""])
    #expect(brief("x: [\(open)\(close)]").first?.hasSuffix("brackets are nested deeper than 32") == true)
    let lines = (0..<2_000).map { String(repeating: " ", count: $0) + "x:" }.joined(separator: "\n")
    #expect(!read(lines.prefixOfBytes(1_000_000)).diagnostics.isEmpty)
    #expect(!read(String(repeating: "- ", count: 100_000)).diagnostics.isEmpty)
    #expect(!read(String(repeating: "[", count: 1_000_000)).diagnostics.isEmpty)
    #expect(!read(String(repeating: "{", count: 1_000_000)).diagnostics.isEmpty)
    #expect(!read(String(repeating: "\"", count: 999_999)).diagnostics.isEmpty)
}

@Test func manyDoubledKeysAreReportedUpToALimit() {
    let few = (0..<5).map { "k\($0)" }
    #expect(brief("log: {" + (few + few).map { "\($0): 1" }.joined(separator: ", ") + "}").count == 10)
    let many = (0..<100).map { "k\($0)" }
    let findings = brief("log: {" + (many + many).map { "\($0): 1" }.joined(separator: ", ") + "}")
    #expect(findings.count == 1 && findings[0].contains("doubled keys"))
}

extension String {
    fileprivate func prefixOfBytes(_ count: Int) -> String { String(decoding: utf8.prefix(count), as: UTF8.self) }
}
