package import Foundation

/// Reads a recording line by line, so that a day of production needs no more memory than its longest line.
package struct RecordingReader {
    /// The configuration of a large house is one line, and so is a state with some 20,000 calls.
    package static let longestLine = 64 << 20

    package let head: RecordingHead
    /// Of the step that was read last; the head is line 1.
    package private(set) var line = 1
    private let decoder = JSONDecoder()
    private var lines: LineSource

    /// - Parameter read: gives the next bytes, empty at the end.
    package init(reading read: @escaping () throws -> Data) throws {
        var lines = LineSource(read: read)
        guard let first = try lines.next(number: 1) else { throw RecordingError.notARecording }
        guard let form = try? decoder.decode(Form.self, from: first) else {
            // Whatever is wrong with it, it is no recording.
            throw RecordingError.notARecording
        }
        guard (1...RecordingHead.currentFormat).contains(form.format) else {
            throw RecordingError.otherFormat(form.format)
        }
        do {
            head = try decoder.decode(RecordingHead.self, from: first)
        } catch {
            throw RecordingError.badLine(1, problem: Self.words(error))
        }
        self.lines = lines
    }

    /// What every head of every format has.
    private struct Form: Decodable {
        let format: Int
        let seed: UInt64
    }

    /// The next step; `nil` at the end.
    package mutating func next() throws -> RecordedStep? {
        guard let bytes = try lines.next(number: line + 1) else { return nil }
        line += 1
        do {
            return try decoder.decode(RecordedStep.self, from: bytes)
        } catch {
            throw RecordingError.badLine(line, problem: Self.words(error))
        }
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

/// Cuts bytes into lines. A last line without its line feed was cut off while it was written, and does not count.
private struct LineSource {
    let read: () throws -> Data
    private var buffer = Data()
    private var isAtEnd = false

    init(read: @escaping () throws -> Data) {
        self.read = read
    }

    mutating func next(number: Int) throws -> Data? {
        var searched = buffer.startIndex
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer = buffer[buffer.index(after: end)...] }
                return buffer[..<end]
            }
            guard buffer.count <= RecordingReader.longestLine else { throw RecordingError.lineTooLong(number) }
            guard !isAtEnd else { return nil }
            let more = try read()
            isAtEnd = more.isEmpty
            // A copy from index 0 on: what has been read is let go.
            searched = buffer.count
            buffer = Data(buffer) + more
        }
    }
}
