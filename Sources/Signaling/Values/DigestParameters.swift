/// The parameters of a header with the Digest scheme (RFC 7616 sections 3.3 and 3.4): a challenge, or the answer to one.
enum DigestParameters {
    static let maxBytes = 2_048
    static let maxParameters = 32
    /// Bytes of a value, without its quotes.
    static let maxValue = 512

    /// Names in lower case; quoted values without quotes and backslashes. `nil` for another scheme, for what does not
    /// parse, for what is beyond the limits, and for a repeated name.
    static func parse(_ header: String) -> [String: String]? {
        let bytes = Array(header.utf8)
        guard bytes.count <= maxBytes else { return nil }
        return bytes.withUnsafeBytes { buffer in
            let text = ByteText(buffer)
            let range = text.trimmed(0..<text.count)
            let schemeEnd = text.skippingToken(from: range.lowerBound, in: range)
            guard text.equals(range.lowerBound..<schemeEnd, ignoringCase: "digest") else { return nil }
            var position = text.skippingBlanks(from: schemeEnd, in: range)
            guard position > schemeEnd else { return nil }
            var values: [String: String] = [:]
            while position < range.upperBound {
                guard let (name, value, end) = parameter(text, from: position, in: range) else { return nil }
                guard values.updateValue(value, forKey: name) == nil, values.count <= maxParameters else { return nil }
                position = text.skippingBlanks(from: end, in: range)
                guard position < range.upperBound else { return values }
                guard text[position] == Ascii.comma else { return nil }
                position = text.skippingBlanks(from: position &+ 1, in: range)
            }
            return values
        }
    }

    private static func parameter(
        _ text: ByteText, from start: Int, in range: Range<Int>
    ) -> (name: String, value: String, end: Int)? {
        let nameEnd = text.skippingToken(from: start, in: range)
        let equal = text.skippingBlanks(from: nameEnd, in: range)
        guard nameEnd > start, text[equal] == Ascii.equal else { return nil }
        let valueStart = text.skippingBlanks(from: equal &+ 1, in: range)
        let name = text.string(start..<nameEnd).lowercased()
        guard text[valueStart] == Ascii.quote else {
            let end = text.skippingToken(from: valueStart, in: range)
            guard end > valueStart, end &- valueStart <= maxValue else { return nil }
            return (name, text.string(valueStart..<end), end)
        }
        guard let end = text.endOfQuoted(from: valueStart, in: range) else { return nil }
        let quoted = valueStart &+ 1..<end &- 1
        guard quoted.count <= maxValue, text.all(quoted, { $0 != 0 }) || quoted.isEmpty else { return nil }
        return (name, unescaped(text, quoted), end)
    }

    private static func unescaped(_ text: ByteText, _ range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if text[index] == Ascii.backslash, index &+ 1 < range.upperBound { index &+= 1 }
            bytes.append(text[index])
            index &+= 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
