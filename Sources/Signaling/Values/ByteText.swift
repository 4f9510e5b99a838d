import Glibc

/// Untrusted bytes that may be read at any index: past either end there are zeros. So no arithmetic on what a peer
/// sent can leave the buffer, and a scan needs no special case for the end.
///
/// Lives only inside the closure that lent the pointer.
struct ByteText {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    subscript(_ index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: bytes.count) ? bytes[index] : 0
    }

    /// First place of a byte within a range, `nil` if it is not there.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        let range = range.clamped(to: 0..<bytes.count)
        guard let base = bytes.baseAddress, !range.isEmpty else { return nil }
        guard let found = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// What a range has of the bytes that matter to the limits, counted eight at a time: this touches every byte of
    /// every message.
    func tally(_ range: Range<Int>) -> ByteTally {
        let range = range.clamped(to: 0..<bytes.count)
        var tally = ByteTally()
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            // A lane counts up to 255 words.
            let stop = min(range.upperBound, index &+ 255 &* 8)
            var (commas, semicolons, returns) = (UInt64(0), UInt64(0), UInt64(0))
            while index &+ 8 <= stop {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                commas &+= ByteLanes.ones(in: word, where: Ascii.comma)
                semicolons &+= ByteLanes.ones(in: word, where: Ascii.semicolon)
                returns &+= ByteLanes.ones(in: word, where: Ascii.carriageReturn)
                index &+= 8
            }
            tally.commas &+= ByteLanes.sum(commas)
            tally.semicolons &+= ByteLanes.sum(semicolons)
            tally.returns &+= ByteLanes.sum(returns)
        }
        while index < range.upperBound {
            let byte = bytes[index]
            tally.commas &+= byte == Ascii.comma ? 1 : 0
            tally.semicolons &+= byte == Ascii.semicolon ? 1 : 0
            tally.returns &+= byte == Ascii.carriageReturn ? 1 : 0
            index &+= 1
        }
        return tally
    }

    /// The range without blanks, tabs and line ends (of folded lines) around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        let range = range.clamped(to: 0..<bytes.count)
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, Ascii.isBlank(bytes[low]) { low &+= 1 }
        while high > low, Ascii.isBlank(bytes[high &- 1]) { high &-= 1 }
        return low..<high
    }

    /// First index at or after `index` that is no blank, at most the end of the range.
    func skippingBlanks(from index: Int, in range: Range<Int>) -> Int {
        var index = index
        while index < range.upperBound, Ascii.isBlank(self[index]) { index &+= 1 }
        return index
    }

    /// First index at or after `index` whose byte is no token character (RFC 3261 section 25.1).
    func skippingToken(from index: Int, in range: Range<Int>) -> Int {
        let end = min(range.upperBound, bytes.count)
        guard index >= 0 else { return index }
        var index = index
        while index < end, Ascii.isToken(bytes[index]) { index &+= 1 }
        return index
    }

    /// Compares with lower-case ASCII text, taking upper and lower case as the same.
    func equals(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
        let range = range.clamped(to: 0..<bytes.count)
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            var index = range.lowerBound
            for byte in text {
                guard Ascii.lowercased(bytes[index]) == byte else { return false }
                index &+= 1
            }
            return true
        }
    }

    func equals(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where self[left.lowerBound &+ offset] != self[right.lowerBound &+ offset] {
            return false
        }
        return true
    }

    /// Every byte of a range satisfies the condition, and there is at least one.
    func all(_ range: Range<Int>, _ holds: (UInt8) -> Bool) -> Bool {
        guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= bytes.count else { return false }
        for index in range where !holds(bytes[index]) { return false }
        return true
    }

    /// Decimal digits only; `nil` for anything else, and for more than `UInt64` holds.
    func decimal(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range {
            let byte = self[index]
            guard Ascii.isDigit(byte) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- Ascii.zero))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The range as text; bytes that are no UTF-8 become U+FFFD.
    func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    func append(_ range: Range<Int>, to output: inout [UInt8]) {
        output.append(contentsOf: bytes[range.clamped(to: 0..<bytes.count)])
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        Array(bytes[range.clamped(to: 0..<bytes.count)])
    }

    /// The range in lower case and without blanks, for hosts.
    func compactedLowercase(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<bytes.count)
        return String(unsafeUninitializedCapacity: range.count) { target in
            var length = 0
            for index in range where !Ascii.isBlank(bytes[index]) {
                target[length] = Ascii.lowercased(bytes[index])
                length &+= 1
            }
            return length
        }
    }
}

struct ByteTally {
    var commas = 0
    var semicolons = 0
    var returns = 0
}

/// A word as eight bytes side by side.
private enum ByteLanes {
    private static let lowest: UInt64 = 0x0101_0101_0101_0101
    private static let allButHighest: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

    /// 1 in every lane that holds the byte, 0 in the others.
    static func ones(in word: UInt64, where byte: UInt8) -> UInt64 {
        let difference = word ^ (lowest &* UInt64(byte))
        // The highest bit of a lane becomes set if any bit of the difference is.
        let differs = ((difference & allButHighest) &+ allButHighest) | difference
        return (~differs >> 7) & lowest
    }

    static func sum(_ lanes: UInt64) -> Int {
        let pairs = (lanes & 0x00FF_00FF_00FF_00FF) &+ ((lanes >> 8) & 0x00FF_00FF_00FF_00FF)
        return Int((pairs &* 0x0001_0001_0001_0001) >> 48)
    }
}

/// The characters that SIP is made of.
enum Ascii {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let ampersand: UInt8 = 0x26
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let less: UInt8 = 0x3C
    static let equal: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let question: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let bracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closingBracket: UInt8 = 0x5D

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

    /// Linear white space of RFC 3261, where a folded line's end counts as one.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || byte == carriageReturn || byte == lineFeed
    }

    /// Printable and no blank.
    static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    /// RFC 3261 section 25.1: letters, digits and ``-.!%*_+`'~``.
    static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        let (low, high): (UInt64, UInt64) = (0x03FF_6CA2_0000_0000, 0x47FF_FFFF_87FF_FFFE)
        return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte &- 64)) & 1 == 1
    }
}
