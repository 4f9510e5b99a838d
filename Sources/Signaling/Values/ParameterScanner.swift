/// Walks through `;name=value` parameters of one header value, stopping at a comma outside quotes.
struct ParameterScanner {
    struct Parameter {
        var name: Range<Int>
        /// With its quotes, if it is quoted; `nil` for a bare name.
        var value: Range<Int>?
    }

    private let text: ByteText
    private let range: Range<Int>
    /// Where the scan stands; after the last parameter, the comma or the end of the range.
    private(set) var position: Int

    /// `range` starts at the first semicolon, or at blanks before it.
    init(_ text: ByteText, in range: Range<Int>) {
        self.text = text
        self.range = range
        self.position = range.lowerBound
    }

    /// `nil` at a comma, at the end, and at anything that is no parameter.
    mutating func next() -> Parameter? {
        position = text.skippingBlanks(from: position, in: range)
        guard position < range.upperBound, text[position] == Ascii.semicolon else { return nil }
        let nameStart = text.skippingBlanks(from: position &+ 1, in: range)
        let nameEnd = text.skippingToken(from: nameStart, in: range)
        position = text.skippingBlanks(from: nameEnd, in: range)
        guard position < range.upperBound, text[position] == Ascii.equal else {
            return Parameter(name: nameStart..<nameEnd, value: nil)
        }
        let valueStart = text.skippingBlanks(from: position &+ 1, in: range)
        position = valueStart
        if text[valueStart] == Ascii.quote {
            position = text.endOfQuoted(from: valueStart, in: range) ?? range.upperBound
        } else {
            while position < range.upperBound, !isEndOfValue(text[position]) { position &+= 1 }
        }
        return Parameter(name: nameStart..<nameEnd, value: valueStart..<position)
    }

    private func isEndOfValue(_ byte: UInt8) -> Bool {
        byte == Ascii.semicolon || byte == Ascii.comma || Ascii.isBlank(byte)
    }
}

extension ByteText {
    /// `start` is at an opening quote: the index behind the closing one, `nil` if there is none.
    func endOfQuoted(from start: Int, in range: Range<Int>) -> Int? {
        var index = start &+ 1
        while index < range.upperBound {
            switch self[index] {
            case Ascii.backslash: index &+= 2
            case Ascii.quote: return index &+ 1
            default: index &+= 1
            }
        }
        return nil
    }
}
