import Foundation

/// Cuts a file into lines, reading a piece at a time: a day of production needs no more memory than its longest line.
///
/// A last line without its line feed was cut off while it was written, or is being written now: it does not count.
package final class LineSource {
    /// The configuration and the state of a large house are one line each.
    package static let longestLine = 64 << 20
    private static let piece = 256 * 1_024

    private let file: FileHandle
    private let path: String
    private var buffer = [UInt8]()
    private var start = 0
    /// Of the line that was read last, from 1.
    package private(set) var number = 0
    /// In the file, of the first byte that was not given yet.
    package private(set) var offset: UInt64 = 0

    package init(path: String) throws(JournalError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw .cannotRead(path: path, problem: "is there such a file, and may you read it?")
        }
        self.file = file
        self.path = path
    }

    deinit {
        try? file.close()
    }

    /// The size of the file now, in bytes.
    package var size: UInt64 {
        var status = stat()
        return fstat(file.fileDescriptor, &status) == 0 ? UInt64(max(status.st_size, 0)) : offset
    }

    /// Goes on at the first line that begins at or after that byte. Line numbers count from there.
    package func seek(to target: UInt64) throws(JournalError) {
        buffer.removeAll(keepingCapacity: true)
        start = 0
        number = 0
        // One byte before it: if that is a line feed, the target begins a line itself.
        offset = target == 0 ? 0 : target - 1
        do {
            try file.seek(toOffset: offset)
        } catch {
            throw .cannotRead(path: path, problem: error.localizedDescription)
        }
        guard target > 0 else { return }
        _ = try next()
        number = 0
    }

    /// The bytes of the next line without its line feed; `nil` at the end of what is there. More may be there later.
    package func next() throws(JournalError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = feed(from: searched) {
                defer {
                    offset += UInt64(end + 1 - start)
                    start = end + 1
                    number += 1
                }
                return Array(buffer[start..<end])
            }
            guard buffer.count - start <= Self.longestLine else { throw .lineTooLong(number + 1) }
            searched = buffer.count - start
            guard try readMore() else { return nil }
        }
    }

    private func feed(from index: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard index < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + index, 0x0A, bytes.count - index)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func readMore() throws(JournalError) -> Bool {
        buffer.removeFirst(start)
        start = 0
        do {
            guard let more = try file.read(upToCount: Self.piece), !more.isEmpty else { return false }
            buffer += more
            return true
        } catch {
            throw .cannotRead(path: path, problem: error.localizedDescription)
        }
    }
}
