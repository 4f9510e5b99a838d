import Foundation
package import Routing

/// Goes through the files of a journal from some moment on, line by line, in order.
///
/// Files come and go meanwhile: one that has been removed is passed over, and at the end there may be more later.
package final class JournalScan {
    /// One line as it stands in the file.
    package struct Line {
        package var bytes: [UInt8]
        /// The date of `Instant(nanoseconds: 0)` in this file.
        package var origin: WallTime
    }

    private let directory: JournalDirectory
    private var since: WallTime?
    private var number = 0
    private var reader: JournalReader?

    /// - Parameter since: lines of earlier steps are passed over, without reading most of them; `nil`: none are.
    package init(_ directory: JournalDirectory, since: WallTime? = nil) {
        self.directory = directory
        self.since = since
    }

    /// The next line but heads; `nil`: there is none now.
    package func next() throws(JournalError) -> Line? {
        while true {
            if let line = try read() { return line }
            let following = directory.pieces().filter { $0.number > number }
            guard !following.isEmpty else { return nil }
            // A file is complete before the next one is begun, and may not have been when it was read just now.
            if let line = try read() { return line }
            guard try open(following) else { return nil }
        }
    }

    /// What the line of the last `next` says.
    package func decode(_ line: Line) throws(JournalError) -> JournalLine? { try reader?.decode(line.bytes) }

    private func read() throws(JournalError) -> Line? {
        guard let reader, let bytes = try reader.lines.next() else { return nil }
        return Line(bytes: bytes, origin: reader.head.origin ?? WallTime(milliseconds: 0))
    }

    /// Opens the first of these, or the last one that began before `since`: of several steps at one instant some may be in
    /// one file, and some in the next.
    ///
    /// - Returns: `false` if that one is being begun at this moment.
    private func open(_ pieces: [JournalDirectory.Piece]) throws(JournalError) -> Bool {
        guard var chosen = pieces.first else { return false }
        if let since {
            chosen = pieces.last { Self.beginning(of: $0).map { $0 < since } ?? false } ?? chosen
        }
        // One that was cut off before its first line was whole, or that is another program's, holds nothing for us;
        // unless it is the newest, whose first line may only not be there yet.
        let opened = try? JournalReader(path: chosen.path)
        guard opened != nil || chosen != pieces.last else { return false }
        number = chosen.number
        reader = opened
        guard let opened else { return true }
        if let since, let origin = opened.head.origin {
            try opened.seek(to: Instant(nanoseconds: since.since(origin).wholeNanoseconds))
        }
        since = nil
        return true
    }

    /// When its first step or snapshot was; `nil`: it holds none, or is no journal's.
    static func beginning(of piece: JournalDirectory.Piece) -> WallTime? {
        guard let reader = try? JournalReader(path: piece.path), let origin = reader.head.origin,
            let first = try? reader.lines.next(), let at = JournalReader.instant(of: first)
        else { return nil }
        return WallTime(at, origin: origin)
    }
}
