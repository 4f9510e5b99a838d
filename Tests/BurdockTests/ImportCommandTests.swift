import ArgumentParser
import ControlAPI
import Foundation
import Testing

@testable import Import
@testable import burdock

@Suite struct ImportCommandTests {
    private func parse(_ arguments: String...) throws -> ImportCommand {
        try ImportCommand.parse(arguments)
    }

    @Test func jsonIsForThoseWhoAreNotAsked() throws {
        #expect(throws: (any Error).self) { try parse("leads.csv", "--dialer", "back", "--json") }
        _ = try parse("leads.csv", "--dialer", "back", "--json", "--yes")
        _ = try parse("leads.csv", "--dialer", "back", "--json", "--dry-run")
    }

    @Test func theFileIsNotOverwrittenByItsRejectedRows() {
        #expect(throws: (any Error).self) { try parse("./a.csv", "--dialer", "back", "--rejects", "a.csv") }
    }

    @Test func helpBeginsWithAnExample() {
        let help = ImportCommand.helpMessage()
        let example = help.range(of: "burdock import leads.csv --dialer back")
        let options = help.range(of: "OPTIONS")
        #expect(example.map { range in options.map { range.lowerBound < $0.lowerBound } ?? false } == true)
    }

    @Test func headersAreFoundOutUnlessSaid() throws {
        #expect(try parse("a", "--dialer", "b").header == nil)
        #expect(try parse("a", "--dialer", "b", "--no-header").header == false)
        #expect(try parse("a", "--dialer", "b", "--map", "number=B", "--map", "skip=C").map.count == 2)
    }

    // MARK: - What it says

    private func fits(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 && $0.last != " " }
    }

    @Test func thePreviewFitsWithTheLongestOfEverything() throws {
        let long = String(repeating: "Довга назва ", count: 8)
        let sample = [
            CSVRow(number: 1, cells: ["Phone", "Operator", "Due", "Name", long, "City"]),
            CSVRow(number: 2, cells: ["0671234567"]),
        ]
        let mapping = try ColumnMapping(sample: sample, hasHeader: true, choices: [])
        let lead = Lead(
            row: 1_000_000, number: "380671234567890", operator: long, due: 1_795_330_800_000, name: long, group: nil,
            values: [long, "Kyiv\u{1B}[2J\nLviv"])
        let answer = try ImportAnswerDTO.sample
        let text = ImportRendering.preview(
            [
                (1_000_000, .lead(lead, wasDue: false)),
                (1_000_001, .rejected(Rejection("a number with an extension"))),
                (1_000_002, .nothing),
            ], answer, mapping, now: .now, color: false)
        #expect(fits(text), "\(text)")
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("a number"))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test func theSummarySaysWhatBecameOfEveryRow() {
        var summary = ImportSummary(file: "leads.csv", dialer: "back", import: "x", dryRun: false)
        summary.rows = 1_000_000
        summary.imported = 999_000
        summary.updated = 500
        summary.skipped = 300
        summary.wasDue = 12
        for index in 0..<7 { for _ in 0...index { summary.count("reason \(index)") } }
        summary.rejects = "leads.rejected.csv"
        summary.seconds = 50
        let text = ImportRendering.summary(summary, color: false)
        #expect(fits(text), "\(text)")
        #expect(text.hasPrefix("Done: 1,000,000 rows in 0:50 (20,000 rows/s)\n    999,000  imported\n"))
        #expect(text.contains("28  rejected: see leads.rejected.csv"))
        #expect(text.contains("7    reason 6") && !text.contains("reason 1\n"))
        #expect(text.contains("2 other reasons"))
        #expect(!text.contains("goes on from here"))
    }

    @Test(arguments: [ImportSummary.End.interrupted, .failed])
    func anImportThatWasStoppedSaysHowItGoesOn(_ end: ImportSummary.End) {
        var summary = ImportSummary(file: "leads.csv", dialer: "back", import: "x", dryRun: false)
        summary.end = end
        #expect(ImportRendering.summary(summary, color: false).contains("The same command goes on from here"))
        summary.dryRun = true
        #expect(!ImportRendering.summary(summary, color: false).contains("goes on from here"))
    }

    @Test func thePaceSaysHowLongItTakes() {
        #expect(Progress.pace(25_000, of: 100_000, unit: "row", after: .seconds(2)) == "12,500 rows/s, 0:06 left")
        #expect(Progress.pace(0, of: 100, unit: "row", after: .seconds(2)) == "")
        #expect(Progress.pace(5, of: 5, unit: "row", after: .zero) == "")
    }
}

extension ImportAnswerDTO {
    fileprivate static var sample: ImportAnswerDTO {
        get throws {
            try ControlClient.decode(
                ImportAnswerDTO.self,
                from: #"""
                    {"imported": 1, "updated": 0, "skipped": 0, "rejected": [],
                     "checked": [{"row": 1000000, "number": "+380671234567890", "operator": "anna-kovalenko-velychkovska"}]}
                    """#)
        }
    }
}
