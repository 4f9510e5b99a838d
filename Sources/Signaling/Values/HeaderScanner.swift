/// The headers that the guard and the framer have to understand; the rest is `other`.
enum HeaderName {
    case via, from, to, callID, cseq, maxForwards, contentLength, contentType, other

    /// Long and compact form (RFC 3261 section 7.3.3), upper and lower case alike.
    init(_ text: ByteText, _ range: Range<Int>) {
        switch range.count {
        case 1: self = Self.compact(text[range.lowerBound])
        case 2: self = text.equals(range, ignoringCase: "to") ? .to : .other
        case 3: self = text.equals(range, ignoringCase: "via") ? .via : .other
        case 4:
            if text.equals(range, ignoringCase: "from") {
                self = .from
            } else {
                self = text.equals(range, ignoringCase: "cseq") ? .cseq : .other
            }
        case 7: self = text.equals(range, ignoringCase: "call-id") ? .callID : .other
        case 12:
            if text.equals(range, ignoringCase: "max-forwards") {
                self = .maxForwards
            } else {
                self = text.equals(range, ignoringCase: "content-type") ? .contentType : .other
            }
        case 14: self = text.equals(range, ignoringCase: "content-length") ? .contentLength : .other
        default: self = .other
        }
    }

    private static func compact(_ byte: UInt8) -> HeaderName {
        switch Ascii.lowercased(byte) {
        case UInt8(ascii: "v"): .via
        case UInt8(ascii: "f"): .from
        case UInt8(ascii: "t"): .to
        case UInt8(ascii: "i"): .callID
        case UInt8(ascii: "l"): .contentLength
        case UInt8(ascii: "c"): .contentType
        default: .other
        }
    }
}

/// One header with its folded lines.
struct HeaderLine {
    var name: HeaderName
    var nameRange: Range<Int>
    /// Without blanks around it; line ends of folded lines are still inside.
    var value: Range<Int>
    var lines: Int
    /// From the name's first byte to the last line's end, without it.
    var length: Int
    /// The name is a token, and a colon follows.
    var isWellFormed: Bool
}

/// Walks through the headers of a message, each byte once. Accepts CR LF and a lone LF as line ends, as the parser
/// behind it does.
struct HeaderScanner {
    private let text: ByteText
    private let end: Int
    /// Start of the next line; after the end, first byte of the body.
    private(set) var position: Int
    /// Carriage returns that stood where they belong, before a line feed.
    private(set) var returns = 0
    /// The empty line after the headers was seen.
    private(set) var isComplete = false

    /// Starts at the first header, behind the start line.
    init(_ text: ByteText, from position: Int, to end: Int) {
        self.text = text
        self.position = position
        self.end = min(end, text.count)
    }

    /// `nil` at the empty line, or where the bytes end before one.
    mutating func next() -> HeaderLine? {
        guard !isComplete, position < end else { return nil }
        if let body = afterEmptyLine {
            returns &+= body &- position &- 1
            position = body
            isComplete = true
            return nil
        }
        let start = position
        guard let firstEnd = text.firstIndex(of: Ascii.lineFeed, in: start..<end) else { return nil }
        var lineEnd = firstEnd
        var lines = 1
        var hasReturn = text[lineEnd &- 1] == Ascii.carriageReturn
        returns &+= hasReturn ? 1 : 0
        while lineEnd &+ 1 < end, text[lineEnd &+ 1] == Ascii.space || text[lineEnd &+ 1] == Ascii.tab,
            let next = text.firstIndex(of: Ascii.lineFeed, in: lineEnd &+ 1..<end)
        {
            lineEnd = next
            lines &+= 1
            hasReturn = text[lineEnd &- 1] == Ascii.carriageReturn
            returns &+= hasReturn ? 1 : 0
        }
        position = lineEnd &+ 1
        return header(in: start..<lineEnd &- (hasReturn ? 1 : 0), lines: lines)
    }

    private func header(in range: Range<Int>, lines: Int) -> HeaderLine {
        let nameEnd = text.skippingToken(from: range.lowerBound, in: range)
        // Blanks may stand between name and colon, but no line end.
        var colon = nameEnd
        while text[colon] == Ascii.space || text[colon] == Ascii.tab { colon &+= 1 }
        let name = range.lowerBound..<nameEnd
        let isWellFormed = !name.isEmpty && name.count <= GuardLimits.name && text[colon] == Ascii.colon
        return HeaderLine(
            name: isWellFormed ? HeaderName(text, name) : .other, nameRange: name,
            value: isWellFormed ? text.trimmed(colon &+ 1..<max(colon &+ 1, range.upperBound)) : range,
            lines: lines, length: range.count, isWellFormed: isWellFormed)
    }

    /// First byte behind the empty line, if the next line is one.
    private var afterEmptyLine: Int? {
        if text[position] == Ascii.lineFeed { return position &+ 1 }
        guard text[position] == Ascii.carriageReturn, text[position &+ 1] == Ascii.lineFeed else { return nil }
        return position &+ 1 < end ? position &+ 2 : nil
    }
}
