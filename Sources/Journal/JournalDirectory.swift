import Foundation
package import Routing

/// The files of a journal, by their numbers: `000000012.jsonl` follows `000000011.jsonl`.
package struct JournalDirectory: Sendable {
    /// One file.
    package struct Piece: Hashable, Sendable {
        package var number: Int
        package var path: String
    }

    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// In the order in which they were written; empty if there is no such folder.
    package func pieces() -> [Piece] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.hasSuffix(Self.suffix), let number = Int(name.dropLast(Self.suffix.count)),
                (1...Self.highestNumber).contains(number)
            else { return nil }
            return Piece(number: number, path: "\(path)/\(name)")
        }
        .sorted { $0.number < $1.number }
    }

    /// The name of a file that is not there yet.
    func piece(_ number: Int) -> Piece {
        let digits = String(number)
        let name = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        return Piece(number: number, path: "\(path)/\(name)\(Self.suffix)")
    }

    /// When the newest step was; `nil`: there is none.
    package func lastMoment() -> WallTime? {
        for piece in pieces().reversed() {
            guard let reader = try? JournalReader(path: piece.path), let origin = reader.head.origin,
                let instant = try? reader.lastInstant()
            else { continue }
            return WallTime(instant, origin: origin)
        }
        return nil
    }

    private static let suffix = ".jsonl"
    /// Whoever put a file with a higher one there was not us.
    private static let highestNumber = 1 << 40
}

extension JournalDirectory {
    /// Removes the oldest files until the rest is small and young enough. The newest one stays.
    ///
    /// - Returns: how many were removed.
    func prune(keeping size: UInt64, newerThan oldest: WallTime) -> Int {
        let known = pieces().map { (piece: $0, status: Self.status(of: $0)) }
        var total = known.reduce(UInt64(0)) { $0 &+ $1.status.size }
        var removed = 0
        for (piece, status) in known.dropLast() {
            guard total > size || status.changed < oldest else { break }
            guard unlink(piece.path) == 0 else { break }
            total -= min(total, status.size)
            removed += 1
        }
        return removed
    }

    private static func status(of piece: Piece) -> (size: UInt64, changed: WallTime) {
        var status = stat()
        guard stat(piece.path, &status) == 0 else { return (0, WallTime(milliseconds: .max)) }
        let changed = Int64(status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000).partialValue
        return (UInt64(max(status.st_size, 0)), WallTime(milliseconds: changed))
    }
}
