import Foundation
package import Routing

/// Reads one file of a journal, line by line.
package final class JournalReader {
    package let head: JournalHead
    package let lines: LineSource
    private let decoder = JSONDecoder()

    /// Throws if the file is none of a journal, or of another form.
    package init(path: String) throws(JournalError) {
        lines = try LineSource(path: path)
        guard let first = try lines.next(),
            let head = try? decoder.decode(JournalHead.self, from: Data(first))
        else {
            // Whatever is wrong with it, it is no journal.
            throw .notAJournal
        }
        guard head.format == JournalHead.currentFormat else { throw .otherFormat(head.format) }
        self.head = head
    }

    /// The next line; `nil` at the end.
    package func next() throws(JournalError) -> JournalLine? {
        guard let bytes = try lines.next() else { return nil }
        return try decode(bytes)
    }

    package func decode(_ bytes: [UInt8]) throws(JournalError) -> JournalLine {
        do {
            return try decoder.decode(JournalLine.self, from: Data(bytes))
        } catch {
            throw .badLine(lines.number, problem: Self.words(error))
        }
    }

    /// Goes on at the first step at or after the instant. Steps are in the order of their instants, so most of the file
    /// is not read.
    package func seek(to target: Instant) throws(JournalError) {
        var low: UInt64 = 0
        var high = lines.size
        while high > low, high - low > Self.nearEnough {
            let middle = low + (high - low) / 2
            try lines.seek(to: middle)
            var instant: Instant?
            while instant == nil, let bytes = try lines.next() { instant = Self.instant(of: bytes) }
            if let instant, instant < target { low = middle } else { high = middle }
        }
        try lines.seek(to: low)
        var begin = lines.offset
        while let bytes = try lines.next() {
            if let instant = Self.instant(of: bytes), instant >= target { break }
            begin = lines.offset
        }
        try lines.seek(to: begin)
    }

    /// Of the last whole step; `nil`: there is none. The reader is at its end then.
    func lastInstant() throws(JournalError) -> Instant? {
        var from = lines.size
        var last: Instant?
        while last == nil, from > 0 {
            from -= min(from, Self.nearEnough)
            try lines.seek(to: from)
            while let bytes = try lines.next() { last = Self.instant(of: bytes) ?? last }
        }
        return last
    }

    private static let nearEnough: UInt64 = 64 * 1_024

    /// Of a step or a snapshot, without decoding it.
    static func instant(of line: [UInt8]) -> Instant? {
        let prefix = Array("{\"at\":".utf8)
        guard line.starts(with: prefix) else { return nil }
        let digits = line[prefix.count...].prefix { $0 != UInt8(ascii: ",") }
        return Int64(String(decoding: digits, as: UTF8.self)).map { Instant(nanoseconds: $0) }
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return String(describing: error) }
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .typeMismatch(_, let context): (context, "something of another kind")
            case .valueNotFound(_, let context): (context, "nothing")
            case .keyNotFound(let key, let context): (context, "no \(key.stringValue)")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), String(describing: error))
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? what : "\(what) at \(path)"
    }
}

/// A line is told by its keys: `format`, `event`, `snapshot` or `lost`.
extension JournalLine: Codable {
    private enum Key: String, CodingKey {
        case format, event, snapshot, lost, at
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if container.contains(.format) {
            self = .head(try JournalHead(from: decoder))
        } else if container.contains(.snapshot) {
            self = .snapshot(try JournalSnapshot(from: decoder))
        } else if container.contains(.lost) {
            self = .lost(try container.decode(Int.self, forKey: .lost))
        } else {
            self = .step(try JournalStep(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .head(let head): try head.encode(to: encoder)
        case .step(let step): try step.encode(to: encoder)
        case .snapshot(let snapshot): try snapshot.encode(to: encoder)
        case .lost(let count):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(count, forKey: .lost)
        }
    }
}
