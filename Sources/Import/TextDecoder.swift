/// Turns the bytes of a file into UTF-8, piece by piece. A byte order mark is left out.
struct TextDecoder {
    private let encoding: FileEncoding
    private var seen = 0
    /// Bytes of UTF-16 that have no meaning without those that follow.
    private var left: [UInt8] = []
    private var highSurrogate: UInt16?

    init(_ encoding: FileEncoding) {
        self.encoding = encoding
    }

    mutating func decode(_ bytes: [UInt8]) throws(FileFault) -> [UInt8] {
        defer { seen += bytes.count }
        switch encoding {
        case .utf8:
            return seen == 0 && bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
        case .windows1251: return Windows1251.utf8(bytes)
        case .utf16LittleEndian: return try utf16(bytes, low: 0, high: 1)
        case .utf16BigEndian: return try utf16(bytes, low: 1, high: 0)
        }
    }

    /// Nothing may be left when the file is over.
    func finish() throws(FileFault) {
        if !left.isEmpty || highSurrogate != nil { throw .brokenUTF16(offset: max(seen - 1, 0)) }
    }

    private mutating func utf16(_ bytes: [UInt8], low: Int, high: Int) throws(FileFault) -> [UInt8] {
        let start = seen - left.count
        let all = left.isEmpty ? bytes : left + bytes
        var text: [UInt8] = []
        text.reserveCapacity(all.count)
        var index = 0
        while index + 1 < all.count {
            let unit = UInt16(all[index + high]) << 8 | UInt16(all[index + low])
            let offset = start + index
            index += 2
            switch (unit, highSurrogate) {
            case (0xd800...0xdbff, nil): highSurrogate = unit
            case (0xdc00...0xdfff, let first?):
                highSurrogate = nil
                append(0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(unit) - 0xdc00, to: &text)
            case (0, _), (0xd800...0xdfff, _), (_, _?): throw .brokenUTF16(offset: offset)
            case (0xfeff, nil) where offset == 0: continue
            case (_, nil): append(UInt32(unit), to: &text)
            }
        }
        left = Array(all[index...])
        return text
    }

    private func append(_ scalar: UInt32, to text: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3f) }
        switch scalar {
        case ..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800: text += [UInt8(truncatingIfNeeded: 0xc0 | scalar >> 6), tail(0)]
        case ..<0x10000: text += [UInt8(truncatingIfNeeded: 0xe0 | scalar >> 12), tail(6), tail(0)]
        default: text += [UInt8(truncatingIfNeeded: 0xf0 | scalar >> 18), tail(12), tail(6), tail(0)]
        }
    }
}

/// The code page of Cyrillic Windows, as Unicode's own table has it (CP1251.TXT).
enum Windows1251 {
    /// 0x80…0xBF; 0x98 is not assigned. The letters А…я follow.
    private static let upperHalf: [UInt16] = [
        0x0402, 0x0403, 0x201a, 0x0453, 0x201e, 0x2026, 0x2020, 0x2021, 0x20ac, 0x2030, 0x0409, 0x2039, 0x040a, 0x040c,
        0x040b, 0x040f, 0x0452, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0xfffd, 0x2122, 0x0459, 0x203a,
        0x045a, 0x045c, 0x045b, 0x045f, 0x00a0, 0x040e, 0x045e, 0x0408, 0x00a4, 0x0490, 0x00a6, 0x00a7, 0x0401, 0x00a9,
        0x0404, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x0407, 0x00b0, 0x00b1, 0x0406, 0x0456, 0x0491, 0x00b5, 0x00b6, 0x00b7,
        0x0451, 0x2116, 0x0454, 0x00bb, 0x0458, 0x0405, 0x0455, 0x0457,
    ]

    private static let sequences: [[UInt8]] = (0x80...0xff).map { byte in
        let scalar = byte < 0xc0 ? upperHalf[byte - 0x80] : UInt16(0x0410 + byte - 0xc0)
        return Array(String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8)
    }

    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            if byte < 0x80 { text.append(byte) } else { text += sequences[Int(byte) - 0x80] }
        }
        return text
    }
}
