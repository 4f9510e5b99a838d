import Foundation
import Routing
import TestKit
import Testing

@testable import Journal

// Goal: a journal of several files and processes is one line of time, with what was up before a start of the process
// told apart. Method: files written by hand, with what crashes leave in them.

struct JournalPeriodTests {
    private static let monday = WallTime(milliseconds: 1_800_000_000_000)

    /// A folder with these files, removed with the last reference to it.
    private final class Folder {
        let directory: JournalDirectory

        init() throws {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("period-\(UUID())").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            directory = JournalDirectory(path)
        }

        deinit { try? FileManager.default.removeItem(atPath: directory.path) }

        func write(_ number: Int, _ lines: [JournalLine], torn: Bool = false) throws {
            var bytes: [UInt8] = []
            for line in lines { try LineEncoder().append(line, to: &bytes) }
            if torn { bytes += Array("{\"at\":99,\"calls\":[],\"ev".utf8) }
            try Data(bytes).write(to: URL(filePath: directory.piece(number).path))
        }
    }

    private static func head(startedAfter seconds: Int64) -> JournalLine {
        .head(JournalHead(seed: 1, origin: monday.adding(milliseconds: seconds * 1_000)))
    }

    private static func step(_ seconds: Double, _ event: RoutingEvent = .deadlineReached) -> JournalLine {
        .step(JournalStep(at: Instant(seconds: seconds), event: event, decisions: []))
    }

    private static func state(at instant: Instant) -> JournalLine {
        var line = JournalLine.lost(0)
        RoutingState().writeParts { line = .snapshot(JournalSnapshot(at: instant, snapshot: $0)) }
        return line
    }

    /// In words: `began 0`, `step 1`, `state 2`, `lost 3`.
    private static func story(_ folder: Folder, since: WallTime? = nil) throws -> [String] {
        let period = JournalPeriod(folder.directory, since: since)
        func at(_ instant: Instant) -> Int { Int((Double(instant.nanoseconds) / 1e9).rounded()) }
        var words: [String] = []
        while let item = try period.next() {
            switch item {
            case .processBegan(let instant): words.append("began \(at(instant))")
            case .state(_, let instant): words.append("state \(at(instant))")
            case .step(let step): words.append("step \(at(step.at))")
            case .lost(let count): words.append("lost \(count)")
            }
        }
        #expect(period.done == 1)
        return words
    }

    @Test func processesAndFilesAreOneLineOfTime() throws {
        let folder = try Folder()
        let state = Self.state(at: 20)
        try folder.write(1, [Self.head(startedAfter: 0), Self.step(10), Self.step(20)])
        try folder.write(2, [Self.head(startedAfter: 0), state, Self.step(21), .lost(7), Self.step(22)])
        // The clock of the next process begins anew.
        try folder.write(3, [Self.head(startedAfter: 100), Self.step(1), Self.step(2)])
        #expect(
            try Self.story(folder) == [
                "began 0", "step 0", "step 10", "state 10", "step 11", "lost 7", "step 12", "began 91", "step 91",
                "step 92",
            ])
    }

    @Test func periodBeginsWithTheFileInWhichItsMomentLies() throws {
        let folder = try Folder()
        let state = Self.state(at: 20)
        try folder.write(1, [Self.head(startedAfter: 0), Self.step(10)])
        try folder.write(2, [Self.head(startedAfter: 0), state, Self.step(30)])
        #expect(try Self.story(folder, since: Self.monday.adding(milliseconds: 25_000)) == ["state -5", "step 5"])
        #expect(
            try Self.story(folder, since: Self.monday.adding(milliseconds: -1_000)) == [
                "began 11", "step 11", "state 21", "step 31",
            ])
    }

    @Test func whatCrashesLeaveDoesNotCount() throws {
        let folder = try Folder()
        try folder.write(1, [Self.head(startedAfter: 0), Self.step(10)], torn: true)
        try folder.write(2, [], torn: true)
        try folder.write(3, [Self.head(startedAfter: 50)])
        try folder.write(4, [Self.head(startedAfter: 60), .lost(2), Self.step(1)])
        #expect(try Self.story(folder) == ["began 0", "step 0", "lost 2", "began 51", "step 51"])
    }

    @Test func emptyJournalHasNothing() throws {
        let folder = try Folder()
        #expect(try Self.story(folder) == [])
        #expect(JournalPeriod(folder.directory, since: nil).zero == nil)
    }

    @Test func damageIsNoSilence() throws {
        let folder = try Folder()
        try folder.write(1, [Self.head(startedAfter: 0), Self.step(10)], torn: true)
        let path = folder.directory.piece(1).path
        let whole = try Data(contentsOf: URL(filePath: path)) + Data("\n".utf8)
        try whole.write(to: URL(filePath: path))
        #expect(throws: JournalError.self) { try Self.story(folder) }
    }
}
