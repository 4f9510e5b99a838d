/// The header lines of a message that has passed the guard, by name, without a tree: for the few headers that are
/// wanted verbatim (Via, CSeq, Authorization, Require …) and for answering a request with its own lines.
struct HeaderLines {
    private struct Line {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let bytes: [UInt8]
    private var lines: [Line] = []

    /// Scans up to the blank line, or to `limit` lines.
    init(_ bytes: [UInt8], limit: Int = 256) {
        self.bytes = bytes
        var position = Self.endOfLine(bytes, from: 0).next
        lines.reserveCapacity(24)
        while position < bytes.count, lines.count < limit {
            let (end, next) = Self.endOfLine(bytes, from: position)
            if end == position { return }
            if bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
                // A folded line belongs to the one before it (RFC 3261 §7.3.1).
                if !lines.isEmpty { lines[lines.count - 1].value = lines[lines.count - 1].value.lowerBound..<end }
            } else if let line = Self.line(bytes, position..<end) {
                lines.append(line)
            }
            position = next
        }
    }

    /// Values of every line with this name, in order. `compact` is the one-letter form, if there is one.
    func values(_ name: StaticString, compact: UInt8? = nil) -> [String] {
        var found: [String] = []
        for line in lines where matches(line.name, name, compact) { found.append(text(line.value)) }
        return found
    }

    func first(_ name: StaticString, compact: UInt8? = nil) -> String? {
        for line in lines where matches(line.name, name, compact) { return text(line.value) }
        return nil
    }

    /// Tokens of every line with this name, split at commas and trimmed.
    func tokens(_ name: StaticString, compact: UInt8? = nil) -> [String] {
        values(name, compact: compact).flatMap { value in
            value.split(separator: ",").map { SIPTrim.trimmed($0) }.filter { !$0.isEmpty }
        }
    }

    /// Whether a line with this name lists the token, in whatever case. Without making text of it.
    ///
    /// - Parameter token: in lower case.
    func has(_ token: StaticString, in name: StaticString, compact: UInt8? = nil) -> Bool {
        lists(token, in: name, compact: compact) ?? false
    }

    /// As `has`; `nil` if there is no such line.
    func lists(_ token: StaticString, in name: StaticString, compact: UInt8? = nil) -> Bool? {
        var isThere: Bool?
        for line in lines where matches(line.name, name, compact) {
            isThere = false
            var start = line.value.lowerBound
            while start < line.value.upperBound {
                var end = start
                while end < line.value.upperBound, bytes[end] != Ascii.comma { end += 1 }
                if matches(withoutBlanks(start..<end), token, nil) { return true }
                start = end + 1
            }
        }
        return isThere
    }

    private func withoutBlanks(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, Ascii.isBlank(bytes[low]) { low += 1 }
        while high > low, Ascii.isBlank(bytes[high - 1]) { high -= 1 }
        return low..<high
    }

    private func text(_ range: Range<Int>) -> String {
        var value = bytes[range]
        if value.contains(where: { $0 == 0x0D || $0 == 0x0A }) {
            value = ArraySlice(value.map { $0 == 0x0D || $0 == 0x0A ? 0x20 : $0 })
        }
        return String(decoding: value, as: UTF8.self)
    }

    private func matches(_ range: Range<Int>, _ name: StaticString, _ compact: UInt8?) -> Bool {
        if let compact, range.count == 1 { return bytes[range.lowerBound] | 0x20 == compact }
        guard range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            let wanted = name.utf8Start[offset]
            let found = bytes[range.lowerBound + offset]
            let folded = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(found) ? found | 0x20 : found
            let lower = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(wanted) ? wanted | 0x20 : wanted
            guard folded == lower else { return false }
        }
        return true
    }

    private static func line(_ bytes: [UInt8], _ range: Range<Int>) -> Line? {
        guard let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        var nameEnd = colon
        while nameEnd > range.lowerBound, isBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
        var start = colon + 1
        while start < range.upperBound, isBlank(bytes[start]) { start += 1 }
        var end = range.upperBound
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return nameEnd > range.lowerBound ? Line(name: range.lowerBound..<nameEnd, value: start..<end) : nil
    }

    /// End of the line's text, and start of the next line. Lines may end with a bare LF.
    private static func endOfLine(_ bytes: [UInt8], from start: Int) -> (end: Int, next: Int) {
        guard start < bytes.count, let feed = bytes[start...].firstIndex(of: 0x0A) else {
            return (bytes.count, bytes.count)
        }
        let end = feed > start && bytes[feed - 1] == 0x0D ? feed - 1 : feed
        return (end, feed + 1)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

enum SIPTrim {
    /// Without blanks, tabs and line ends at both ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
