import Foundation
import Journal
import Routing
import TestKit
import Testing

/// One call is found in the journal of a whole house.
struct JournalSearchTests {
    private static func at(_ seconds: Int64) -> WallTime {
        TemporaryJournal.origin.adding(milliseconds: seconds * 1_000)
    }

    /// Calls one after the other, over several files, and one in the middle with which anna talks.
    private func filled() async throws -> (TemporaryJournal, CallID, Int64) {
        let journal = try TemporaryJournal { $0.fileSize = 30_000 }
        func go(_ count: Int) async throws {
            for _ in 0..<count {
                journal.decide(3)
                try await journal.writer.flush()
            }
        }
        try await go(11)
        let began = Int64(journal.steps.count)
        let call = CallID("1B2XK7")!
        journal.take(.callArrived(Arrival(call: call, line: "100", queue: "sales", number: "+380501111122")))
        let decisions = journal.steps.last!.decisions
        let (ring, name) = decisions.compactMap { decision -> (RingID, OperatorID)? in
            if case .ring(let ring, let name, _) = decision.action { (ring, name) } else { nil }
        }[0]
        journal.take(.ringAnswered(ring))
        journal.take(.operatorLeft(name, ring, HangupCause(.hungUp)))
        journal.take(.callerLeft(call, HangupCause(.byDecision)))
        try await go(21)
        return (journal, call, began)
    }

    @Test(arguments: [nil, 0, 1] as [Int64?]) func theStoryOfOneCallIsToldFromBeginningToEnd(_ since: Int64?)
        async throws
    {
        let (journal, call, began) = try await filled()
        #expect(journal.directory.pieces().count > 3)
        let story = try JournalSearch(journal.directory)
            .story(of: call, since: since.map { Self.at($0 * began) }, until: nil).map(\.text)
        #expect(story.first == "arrived on line 100 for queue sales")
        #expect(story.contains { $0.hasPrefix("ring ") })
        #expect(story.contains { $0.hasSuffix(" answered") })
        #expect(story.contains { $0.hasPrefix("connect the customer with ") })
        #expect(story.contains { $0.hasSuffix("leg ended: hung up") })
        #expect(story.last!.hasPrefix("the customer's leg ended"))
    }

    @Test func afterTheEndNothingMoreIsRead() async throws {
        let (journal, call, began) = try await filled()
        let search = JournalSearch(journal.directory)
        #expect(try search.story(of: call, since: nil, until: Self.at(began - 1)).isEmpty)
        #expect(try search.story(of: call, since: Self.at(began + 10), until: nil).isEmpty)
        #expect(try search.story(of: CallID("ZZZ")!, since: nil, until: nil).isEmpty)
    }

    @Test func theStoryOfAnOperatorSaysWhatTheyWantedAndWhatCame() async throws {
        let (journal, _, _) = try await filled()
        let story = try JournalSearch(journal.directory).story(of: "anna", since: Self.at(0)).map(\.text)
        #expect(story.contains("anna wants to be ready"))
        #expect(story.contains("anna's phone can be reached"))
        #expect(story.contains { $0.hasPrefix("ring anna") })
        #expect(!story.contains { $0.contains("ihor wants") })
    }

    @Test func scanBeginsAtTheMomentThatIsAskedFor() async throws {
        let (journal, _, _) = try await filled()
        for second in [0, 1, 77, 150, 250] as [Int64] {
            let scan = JournalScan(journal.directory, since: Self.at(second))
            var first: JournalStep?
            while first == nil, let line = try scan.next() {
                if case .step(let step)? = try scan.decode(line) { first = step }
            }
            #expect(first?.at == Instant(seconds: Double(second)))
        }
    }

    @Test func scanFollowsWhatIsWrittenLater() async throws {
        let journal = try TemporaryJournal { $0.fileSize = 5_000 }
        let scan = JournalScan(journal.directory)
        var seen = 0
        for _ in 0..<10 {
            journal.decide(3)
            try await journal.writer.flush()
            while let line = try scan.next() { if case .step? = try scan.decode(line) { seen += 1 } }
            #expect(seen == journal.steps.count)
        }
        #expect(journal.directory.pieces().count > 2)
    }

    @Test func newestMomentIsThatOfTheLastStep() async throws {
        let (journal, _, _) = try await filled()
        #expect(journal.directory.lastMoment() == Self.at(Int64(journal.steps.count) - 1))
        #expect(JournalDirectory("/nowhere").lastMoment() == nil)
    }

    @Test func strangeFilesInTheFolderAreNoneOfItsOwn() async throws {
        let journal = try TemporaryJournal()
        journal.decide(4)
        try await journal.writer.flush()
        for name in ["notes.txt", "-3.jsonl", "x.jsonl", "000000007.jsonl", "\(Int.max).jsonl"] {
            try Data("no journal\n".utf8).write(to: URL(fileURLWithPath: journal.directory.path + "/" + name))
        }
        #expect(try journal.lines().steps.count == journal.steps.count)
        #expect(journal.directory.lastMoment() != nil)
        // A process that starts there begins behind the one that could be ours.
        let again = try TemporaryJournal(path: journal.directory.path)
        #expect(again.directory.pieces().map(\.number) == [1, 7, 8])
    }

    @Test func aFileThatIsNoneOfOursDoesNotMakeTheScanForgetWhereItBegins() async throws {
        let journal = try TemporaryJournal()
        journal.decide(10)
        try await journal.writer.flush()
        let last = Int64(journal.steps.count) - 1
        let (first, second) = (journal.directory.pieces()[0].path, journal.directory.path + "/000000002.jsonl")
        try FileManager.default.moveItem(atPath: first, toPath: second)
        try Data("no journal\n".utf8).write(to: URL(fileURLWithPath: first))
        let scan = JournalScan(journal.directory, since: Self.at(last))
        let line = try #require(try scan.next())
        var found: Instant?
        if case .step(let step)? = try scan.decode(line) { found = step.at }
        #expect(found == Instant(seconds: Double(last)))
    }

    @Test func ofALongStoryTheNewestPartIsTold() async throws {
        let journal = try TemporaryJournal()
        journal.decide(100)
        try await journal.writer.flush()
        let search = JournalSearch(journal.directory, longestStory: 50)
        let all = try JournalSearch(journal.directory).story(of: "anna", since: Self.at(0))
        let part = try search.story(of: "anna", since: Self.at(0))
        #expect(all.count > 200)
        #expect(part == Array(all.suffix(50)))
    }
}
