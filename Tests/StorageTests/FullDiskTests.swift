import Foundation
import Routing
import Testing

@testable import Storage

/// A file system of eight megabytes that is really full. Needs the right to mount one; without it there is nothing to test.
@Suite struct FullDiskTests {
    @discardableResult
    private func run(_ program: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(.enabled(if: getuid() == 0)) func callsWaitForAFullDiskAndNoneIsLost() async throws {
        let directory = Directories.make()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        guard run("/bin/mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", directory) else { return }
        defer { run("/bin/umount", "-l", directory) }
        let store = try SQLiteCallStore(path: directory + "/burdock.sqlite", tuning: .quiet, logger: .silent)
        store.end(record(1))
        try await store.flush()

        let filler = directory + "/filler"
        #expect(FileManager.default.createFile(atPath: filler, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: filler))
        while (try? handle.write(contentsOf: Data(count: 4_096))) != nil {}
        try handle.close()

        var written: UInt64 = 1
        var isFull = false
        // There may be some room left in the files themselves.
        while !isFull, written < 2_000 {
            for _ in 0..<50 {
                written += 1
                store.end(record(written, at: Double(written)))
            }
            isFull = (try? await store.flush()) == nil
        }
        #expect(isFull)
        #expect(try await store.calls(matching: CallFilter(limit: 10_000)).count < written)
        try FileManager.default.removeItem(atPath: filler)
        try await store.flush()
        let calls = try await store.calls(matching: CallFilter(limit: 10_000))
        #expect(calls.map(\.call.rawValue) == (1...written).reversed())
        #expect(try store.inspect("PRAGMA integrity_check") == ["ok"])
        try await store.close()
    }
}
