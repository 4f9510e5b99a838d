import Foundation
import Routing
import Testing

@testable import Storage

/// The power fails while the last group is being written: of the write-ahead log there is only a part.
@Suite struct TornLogTests {
    /// A frame of the log: 24 bytes and a page (SQLite, "WAL-mode file format").
    private static let frame = 24 + 4_096

    private struct Cut {
        let file: Data
        let log: Data
        let before: [String]
        let after: [String]
        /// Where the last group begins.
        let begin: Int
    }

    private func makeCut() async throws -> Cut {
        let temporary = try TemporaryStore()
        let store = temporary.store
        try store.inspect("PRAGMA wal_autocheckpoint = 0")
        for call in 1...3 { store.end(record(UInt64(call), at: Double(call))) }
        try await store.flush()
        let log = URL(fileURLWithPath: store.path + "-wal")
        let (before, begin) = (try store.dump(), try Data(contentsOf: log).count)
        store.note(.reminded(OperatorID("anna"), count: 1))
        try await store.flush()
        return Cut(
            file: try Data(contentsOf: URL(fileURLWithPath: store.path)), log: try Data(contentsOf: log),
            before: before, after: try store.dump(), begin: begin)
    }

    private func found(_ cut: Cut, _ log: Data) throws -> [String] {
        // Without the shared-memory file, as after a power cut.
        let directory = Directories.make()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        // Thousands of them would fill the disk until the tests are over; one that stays behind harms nobody.
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/burdock.sqlite"
        try cut.file.write(to: URL(fileURLWithPath: path))
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
        return try SQLiteCallStore(path: path, tuning: .quiet, logger: .silent).dump()
    }

    /// Every byte with the environment variable; otherwise all around the borders and some in between.
    private func places(from begin: Int, to end: Int) -> [Int] {
        guard !DiskFaultTests.isThorough else { return Array(begin..<end) }
        return (begin..<end).filter { place in
            let offset = (place - begin) % Self.frame
            return offset <= 32 || offset >= Self.frame - 8 || offset % 251 == 0
        }
    }

    @Test func aLogThatEndsInTheMiddleHasWhatWasAcknowledgedBefore() async throws {
        let cut = try await makeCut()
        #expect(cut.log.count > cut.begin + Self.frame - 1)
        #expect(cut.before != cut.after)
        for place in places(from: cut.begin, to: cut.log.count) {
            #expect(try found(cut, cut.log.prefix(place)) == cut.before, "byte \(place)")
        }
        #expect(try found(cut, cut.log) == cut.after)
    }

    /// The file had its length before its contents.
    @Test func aLogWhoseEndIsZerosHasWhatWasAcknowledgedBefore() async throws {
        let cut = try await makeCut()
        for place in places(from: cut.log.count - Self.frame, to: cut.log.count) {
            var log = cut.log
            let rest = place..<log.count
            // A byte that is zero anyway was not torn off.
            guard log[rest].contains(where: { $0 != 0 }) else { continue }
            log.replaceSubrange(rest, with: Data(count: rest.count))
            #expect(try found(cut, log) == cut.before, "byte \(place)")
        }
    }
}
