import Foundation
import Journal
import Logging
import Routing
import Synchronization
import TestKit
import Testing

/// What was decided is on the disk, in order, whatever the disk does.
struct JournalWriterTests {
    @Test func everyStepIsInTheFileInOrderAndDecidedTheSameOnceMore() async throws {
        let journal = try TemporaryJournal()
        journal.decide(60)
        try await journal.writer.flush()
        let lines = try journal.lines()
        #expect(lines.steps.map(\.at) == journal.steps.map(\.at))
        #expect(lines.steps.map(\.event) == journal.steps.map(\.event))
        #expect(lines.steps.map(\.decisions) == journal.steps.map(\.decisions))
        #expect(try journal.replay() == [journal.steps.count])
    }

    @Test func aFullFileIsFollowedByOneThatCanBeReplayedByItself() async throws {
        let journal = try TemporaryJournal { $0.fileSize = 20_000 }
        for _ in 0..<20 {
            journal.decide(7)
            try await journal.writer.flush()
        }
        let files = journal.directory.pieces()
        #expect(files.count > 3)
        #expect(files.map(\.number) == Array(1...files.count))
        #expect(try journal.replay().reduce(0, +) == journal.steps.count)
    }

    /// A file begins with the state: were it as long as that at most, each step would be a file of its own.
    @Test func manyOpenTasksMakeFilesLonger() async throws {
        let journal = try TemporaryJournal { $0.fileSize = 20_000 }
        var policy = Scene("anna", "ihor").policy
        policy.dialers = [DialerPolicy(id: "back", queue: "sales")]
        journal.take(.configured(policy))
        for number in 0..<5_000 as Range<UInt64> {
            journal.take(
                .taskRequested(
                    TaskRequest(
                        id: TaskID(rawValue: 1 + number), dialer: "back", number: CustomerNumber("+38050\(number)"),
                        due: 1_000_000)))
        }
        for _ in 0..<30 {
            journal.decide(7)
            try await journal.writer.flush()
        }
        #expect(journal.directory.pieces().count == 2)
        #expect(try journal.replay().reduce(0, +) == journal.steps.count)
        #expect(try journal.lines().steps.map(\.at) == journal.steps.map(\.at))
    }

    /// As after a start at which tasks were restored, each of which is no step.
    @Test func fileThatBeginsWithAStateIsReplayedThoughNotAllStepsAreWritten() async throws {
        let journal = try TemporaryJournal()
        journal.decide(3)
        journal.leap { _ = $0.handle(.operatorWished("anna", .paused(reason: "lunch")), at: $1) }
        journal.decide(3)
        try await journal.writer.flush()
        #expect(journal.directory.pieces().count == 2)
        #expect(try journal.replay().reduce(0, +) == journal.steps.count)
    }

    @Test func anOldFileIsFollowedByANewOne() async throws {
        let journal = try TemporaryJournal { $0.fileAge = .seconds(60) }
        for _ in 0..<3 {
            journal.decide(25)
            try await journal.writer.flush()
        }
        #expect(journal.directory.pieces().count == 3)
        #expect(try journal.replay().reduce(0, +) == journal.steps.count)
    }

    @Test func theOldestFilesAreRemovedWhenAllTogetherAreTooLarge() async throws {
        let journal = try TemporaryJournal {
            $0.fileSize = 20_000
            $0.keptSize = 60_000
        }
        for _ in 0..<40 {
            journal.decide(7)
            try await journal.writer.flush()
        }
        let files = journal.directory.pieces()
        #expect(files.count < 10)
        #expect(files.first!.number > 3)
    }

    @Test func aRestartBeginsAFileOfItsOwnBehindTheOthers() async throws {
        let journal = try TemporaryJournal()
        journal.decide(5)
        await journal.writer.close()
        let again = try TemporaryJournal(path: journal.directory.path)
        again.decide(5)
        await again.writer.close()
        #expect(try again.replay() == [journal.steps.count, again.steps.count])
    }

    // MARK: - A disk that fails

    /// The n-th call of the disk fails, for every n until a run has none left to fail.
    @Test(arguments: [false, true]) func whicheverWriteFailsNothingIsLostOrDoubled(syncs: Bool) async throws {
        var failing = 1
        while failing < 100 {
            let disk = FailingDisk(failing: failing, syncs: syncs)
            let journal: TemporaryJournal
            do {
                journal = try TemporaryJournal(calls: disk.calls) { $0.fileSize = 4_000 }
            } catch {
                #expect(failing == 1, "only the first write is made before there is a journal")
                failing += 1
                continue
            }
            var failures = 0
            for _ in 0..<8 {
                journal.decide(2)
                do { try await journal.writer.flush() } catch { failures += 1 }
            }
            try await journal.writer.flush()
            #expect(try journal.lines().steps.map(\.at) == journal.steps.map(\.at), "call \(failing)")
            #expect(try journal.replay().reduce(0, +) == journal.steps.count, "call \(failing)")
            if failures == 0 { break }
            failing += 1
        }
        #expect((10..<100).contains(failing))
    }

    @Test func aDiskThatTakesHalfAWriteGetsTheRest() async throws {
        let calls = FileCalls(
            write: { pwrite($0, $1.baseAddress, max(1, $1.count / 2), off_t($2)) }, sync: FileCalls.real.sync)
        let journal = try TemporaryJournal(calls: calls)
        journal.decide(50)
        try await journal.writer.flush()
        #expect(try journal.replay() == [journal.steps.count])
    }

    @Test func whileTheDiskRefusesTheOldestStepsAreGivenUpAndCounted() async throws {
        let disk = FailingDisk(failing: 2, syncs: false, forever: true)
        let journal = try TemporaryJournal(calls: disk.calls) { $0.bound = 100 }
        for _ in 0..<10 {
            journal.decide(17)
            await #expect(throws: JournalError.self) { try await journal.writer.flush() }
        }
        disk.mend()
        journal.decide(1)
        try await journal.writer.flush()
        journal.decide(10)
        try await journal.writer.flush()
        let lines = try journal.lines()
        #expect(lines.lost + lines.steps.count == journal.steps.count)
        #expect(lines.lost > 300)
        #expect((33...140).contains(lines.steps.count))
        // From the next file on, which begins with a snapshot, all is decided once more.
        #expect(try journal.replay().last! >= 29)
    }

    @Test func fileThatWasCutAtAnyByteOfItsLastLinesGivesAllBeforeIt() async throws {
        let journal = try TemporaryJournal()
        journal.decide(4)
        await journal.writer.close()
        let path = journal.directory.pieces()[0].path
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let feeds = whole.indices.filter { whole[$0] == 0x0A }
        for length in feeds[feeds.count - 3]...whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            let kept = feeds.count { $0 < length } - 1
            #expect(try journal.lines().steps.count == kept, "cut after \(length) bytes")
        }
    }
}

/// A disk of which one call fails, or all from there on.
private final class FailingDisk: Sendable {
    private let state: Mutex<(calls: Int, isMended: Bool)> = Mutex((0, false))
    private let failing: Int
    private let syncs: Bool
    private let forever: Bool

    init(failing: Int, syncs: Bool, forever: Bool = false) {
        self.failing = failing
        self.syncs = syncs
        self.forever = forever
    }

    func mend() { state.withLock { $0.isMended = true } }

    private var fails: Bool {
        state.withLock { state in
            state.calls += 1
            return !state.isMended && (forever ? state.calls >= failing : state.calls == failing)
        }
    }

    var calls: FileCalls {
        FileCalls(
            write: { descriptor, bytes, offset in
                guard !self.syncs, self.fails else { return FileCalls.real.write(descriptor, bytes, offset) }
                // A part of it reaches the disk all the same.
                _ = FileCalls.real.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(7)), offset)
                errno = ENOSPC
                return -1
            },
            sync: { descriptor in
                guard self.syncs, self.fails else { return FileCalls.real.sync(descriptor) }
                errno = EIO
                return -1
            })
    }
}
