import Foundation
import Reports
import Routing
import Testing

@testable import Storage

/// What we write, read by a program of somebody else: Python's csv module, which many report tools for Asterisk are built
/// on, with the settings with which the package asterisk-mbox-server opens `Master.csv`.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: python)))
struct ForeignReaderTests {
    private func read(_ text: String, settings: String) throws -> [[String]] {
        let script =
            "import csv,sys,json,io; sys.stdout.write(json.dumps(list(csv.reader("
            + "io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8-sig', newline=''), \(settings)))))"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode([[String]].self, from: data)
    }

    @Test func callDetailRecordsHaveTheirFieldsInAsterisksPlaces() async throws {
        let store = try makeStore()
        store.add(1, at: 0, CallPlan(talks: [("anna", 60)])) { $0.arrival.name = #"O'Neil, "Bob""# }
        store.add(2, at: 10)
        try await store.flush()
        let calls = try await store.callsByEnd(in: period(0, 1_000)).rows
        let writer = CDRWriter(zone: try #require(TimeZone(identifier: "UTC")))
        let rows = try read(
            calls.map(writer.line).joined(),
            settings: "quotechar='\"', delimiter=',', quoting=csv.QUOTE_ALL, skipinitialspace=True")
        let columns = [
            "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
            "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
        ]
        let records = rows.map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
        #expect(rows.map(\.count) == [18, 18])
        // The shorter call ended first.
        #expect(records.map { $0["uniqueid"] } == ["2", "1"])
        #expect(records.map { $0["clid"] }[1] == #""O'Neil, "Bob"" <+380670001001>"#)
        #expect(records.map { $0["answer"] } == ["", "2026-09-21 14:13:30"])
        #expect(records.map { $0["billsec"] } == ["0", "60"])
        #expect(records.map { $0["duration"] } == ["10", "70"])
        #expect(records.map { $0["disposition"] } == ["NO ANSWER", "ANSWERED"])
        #expect(records.map { $0["dstchannel"] } == ["", "SIP/anna-1"])
    }

    @Test(arguments: CSVWriter.Separator.allCases) func tablesAreReadAsTheyWere(
        _ separator: CSVWriter.Separator
    ) throws {
        let nasty = ["", "a,b;c", "say \"hi\"", "two\nlines", "carriage\r\nreturn", " spaces ", "Ірина 👩‍💻", "\""]
        var writer = CSVWriter()
        writer.separator = separator
        writer.hasByteOrderMark = true
        let table = ExportTable(columns: ["first", "second"], rows: nasty.map { [.text($0), .text($0 + $0)] })
        let rows = try read(writer.write(table), settings: "delimiter='\(separator.rawValue)', strict=True")
        #expect(rows == [["first", "second"]] + nasty.map { [$0, $0 + $0] })
    }
}

private let python = "/usr/bin/python3"
