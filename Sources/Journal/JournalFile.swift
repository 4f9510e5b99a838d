import Foundation
import Routing

/// The system calls with which a journal is written, so that tests can let each of them fail.
package struct FileCalls: Sendable {
    package var write: @Sendable (CInt, UnsafeRawBufferPointer, Int64) -> Int
    package var sync: @Sendable (CInt) -> CInt

    package init(
        write: @escaping @Sendable (CInt, UnsafeRawBufferPointer, Int64) -> Int,
        sync: @escaping @Sendable (CInt) -> CInt
    ) {
        self.write = write
        self.sync = sync
    }

    package static let real = FileCalls(
        write: { pwrite($0, $1.baseAddress, $1.count, off_t($2)) },
        sync: { fdatasync($0) })
}

/// One file that is being written. What it holds is always whole lines: a write that failed halfway is taken back.
final class JournalFile {
    let piece: JournalDirectory.Piece
    private let calls: FileCalls
    private let descriptor: CInt
    private(set) var size: UInt64 = 0

    /// Makes the file. Throws if there is one already, or the disk refuses.
    init(_ piece: JournalDirectory.Piece, calls: FileCalls) throws(JournalError) {
        descriptor = open(piece.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .cannotWrite(path: piece.path, problem: String(cString: strerror(errno))) }
        self.piece = piece
        self.calls = calls
    }

    deinit {
        close(descriptor)
    }

    /// Adds the bytes and waits until they are on disk. If it throws, the file is as it was.
    func append(_ bytes: [UInt8]) throws(JournalError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                calls.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: buffer[written...]), Int64(size) + Int64(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { try takeBack() }
            written += count
        }
        guard calls.sync(descriptor) == 0 else { try takeBack() }
        size += UInt64(bytes.count)
    }

    /// Unmakes it: it never held anything.
    func remove() {
        unlink(piece.path)
    }

    private func takeBack() throws(JournalError) -> Never {
        let problem = String(cString: strerror(errno))
        ftruncate(descriptor, off_t(size))
        throw .cannotWrite(path: piece.path, problem: problem)
    }
}
