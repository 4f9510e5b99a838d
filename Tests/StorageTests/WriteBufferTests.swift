import Routing
import Testing

@testable import Storage

@Suite struct WriteBufferTests {
    private func began(_ call: UInt64) -> StoredEntry { .callBegan(arrival(call), at: origin) }

    @Test func entriesLeaveInTheOrderInWhichTheyCame() {
        var buffer = WriteBuffer()
        let entries = (0..<10).map { began($0) }
        for entry in entries { buffer.append(entry) }
        var taken: [StoredEntry] = []
        while buffer.count > 0 {
            let batch = buffer.takeBatch(limit: 4)
            #expect(batch.count <= 4)
            taken += batch.map(\.entry)
            buffer.committed()
        }
        #expect(taken == entries)
    }

    @Test func aFailedBatchComesFirstAgain() {
        var buffer = WriteBuffer()
        for call in 0..<5 { buffer.append(began(UInt64(call))) }
        let batch = buffer.takeBatch(limit: 2).map(\.entry)
        buffer.append(began(5))
        buffer.failed()
        let retried = buffer.takeBatch(limit: 2)
        #expect(retried.map(\.entry) == batch)
    }

    @Test func settledMeansWrittenUpToThere() {
        var buffer = WriteBuffer()
        #expect(buffer.isSettled(upTo: 0))
        for call in 0..<4 { buffer.append(began(UInt64(call))) }
        _ = buffer.takeBatch(limit: 2)
        #expect(!buffer.isSettled(upTo: 1))
        buffer.committed()
        #expect(buffer.isSettled(upTo: 2))
        #expect(!buffer.isSettled(upTo: 3))
    }
}
