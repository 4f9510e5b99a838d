import Routing
import Testing

@testable import Storage

@Suite struct WriteBufferTests {
    private func story(_ text: String) -> StoredEntry {
        .story(StoryLine(call: .number(1), at: origin, kind: .event, text: text))
    }

    private func began(_ call: UInt64) -> StoredEntry { .callBegan(arrival(call), at: origin) }

    @Test func entriesLeaveInTheOrderInWhichTheyCame() {
        var buffer = WriteBuffer(bound: 100)
        let entries = (0..<10).map { $0 % 3 == 0 ? began($0) : story("\($0)") }
        for entry in entries { _ = buffer.append(entry) }
        var taken: [StoredEntry] = []
        while buffer.count > 0 {
            let batch = buffer.takeBatch(limit: 4)
            #expect(batch.count <= 4)
            taken += batch.map(\.entry)
            _ = buffer.committed()
        }
        #expect(taken == entries)
    }

    @Test func aFailedBatchComesFirstAgain() {
        var buffer = WriteBuffer(bound: 100)
        for call in 0..<5 { _ = buffer.append(began(UInt64(call))) }
        let batch = buffer.takeBatch(limit: 2).map(\.entry)
        _ = buffer.append(began(5))
        buffer.failed()
        let retried = buffer.takeBatch(limit: 2)
        #expect(retried.map(\.entry) == batch)
    }

    @Test func settledMeansWrittenUpToThere() {
        var buffer = WriteBuffer(bound: 100)
        #expect(buffer.isSettled(upTo: 0))
        for call in 0..<4 { _ = buffer.append(began(UInt64(call))) }
        _ = buffer.takeBatch(limit: 2)
        #expect(!buffer.isSettled(upTo: 1))
        _ = buffer.committed()
        #expect(buffer.isSettled(upTo: 2))
        #expect(!buffer.isSettled(upTo: 3))
    }

    @Test func atTheBoundTheOldestStoriesGoFirst() {
        var buffer = WriteBuffer(bound: 10)
        _ = buffer.append(began(1))
        for line in 0..<9 { _ = buffer.append(story("\(line)")) }
        #expect(buffer.count == 10)
        let lossBegins = buffer.append(story("new"))
        #expect(lossBegins)
        #expect(buffer.count == 10)
        let kept = buffer.takeBatch(limit: 100).map(\.entry)
        #expect(kept == [began(1)] + (1..<9).map { story("\($0)") } + [story("new")])
        let lost = buffer.committed()
        #expect(lost == 1)
        let lostAgain = buffer.committed()
        #expect(lostAgain == 0)
    }

    @Test func onlyTheFirstLossOfAnEpisodeIsAnnounced() {
        var buffer = WriteBuffer(bound: 5)
        let announced = (0..<50).map { buffer.append(story("\($0)")) }
        #expect(announced.count(where: { $0 }) == 1)
        #expect(announced[5])
        _ = buffer.takeBatch(limit: 100)
        let lost = buffer.committed()
        #expect(lost == 45)
        for line in 0..<5 { _ = buffer.append(story("\(line)")) }
        let lossBegins = buffer.append(story("another episode"))
        #expect(lossBegins)
    }

    @Test func callsAndFactsPassTheBound() {
        var buffer = WriteBuffer(bound: 10)
        for line in 0..<10 { _ = buffer.append(story("\(line)")) }
        let calls = (0..<30).map { began($0) }
        for call in calls { _ = buffer.append(call) }
        let lossBegins = buffer.append(story("too late"))
        #expect(!lossBegins)
        let kept = buffer.takeBatch(limit: 100)
        #expect(kept.map(\.entry) == calls)
        let lost = buffer.committed()
        #expect(lost == 11)
    }

    @Test func storiesOfAFailedBatchCanBeGivenUpToo() {
        var buffer = WriteBuffer(bound: 10)
        for line in 0..<10 { _ = buffer.append(story("\(line)")) }
        _ = buffer.takeBatch(limit: 100)
        buffer.failed()
        for call in 0..<10 { _ = buffer.append(began(UInt64(call))) }
        let kept = buffer.takeBatch(limit: 100)
        #expect(kept.map(\.entry) == (0..<10).map { began($0) })
    }
}
