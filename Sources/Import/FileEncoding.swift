/// How the characters of a file are written.
package enum FileEncoding: Hashable, Sendable {
    case utf8
    case utf16LittleEndian
    case utf16BigEndian
    /// What spreadsheets in Ukraine and its neighbours save as "CSV".
    case windows1251

    package var name: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16LittleEndian, .utf16BigEndian: "UTF-16"
        case .windows1251: "Windows-1251"
        }
    }
}

/// Finds out the encoding from the whole of a file: a file that is plain ASCII for a long time may turn out to be
/// Windows-1251 by its last line.
struct EncodingDetector {
    private static let sample = 1 << 16
    private static let certain = 4

    private var seen = 0
    private var head: [UInt8] = []
    private var utf8 = UTF8Check()
    /// Offset of the first byte that is in no text of one byte a character.
    private var firstStranger: Int?
    /// Zero bytes of the sample at even and odd offsets.
    private var zeros = (even: 0, odd: 0)

    mutating func update(_ bytes: [UInt8]) {
        if head.count < 8 { head += bytes.prefix(8 - head.count) }
        for (index, byte) in bytes.enumerated() {
            let offset = seen + index
            utf8.take(byte, at: offset)
            if byte < 0x20 || byte == 0x7f || byte == 0x98 {
                if byte == 0, offset < Self.sample { if offset % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 } }
                if firstStranger == nil, !Self.isUsual(byte) { firstStranger = offset }
            }
        }
        seen += bytes.count
    }

    func finish() throws(FileFault) -> FileEncoding {
        guard seen > 0 else { throw .empty }
        if let kind = Self.kind(head) { throw .notCSV(kind: kind) }
        if head.starts(with: [0xff, 0xfe]) { return .utf16LittleEndian }
        if head.starts(with: [0xfe, 0xff]) { return .utf16BigEndian }
        // Letters of Latin and Cyrillic have few values of their upper byte; digits and separators have zero there.
        if zeros.odd > 0 || zeros.even > 0 {
            if zeros.odd > zeros.even * 10 { return .utf16LittleEndian }
            if zeros.even > zeros.odd * 10 { return .utf16BigEndian }
        }
        guard let invalid = utf8.firstInvalid(end: seen) else {
            if let control = utf8.firstControl { throw .notText(offset: control) }
            return .utf8
        }
        // Letters of Windows-1251 hardly ever look like UTF-8: a few that do are no chance.
        guard utf8.sequences < Self.certain else { throw .brokenUTF8(offset: invalid) }
        if let firstStranger { throw .notText(offset: firstStranger) }
        return .windows1251
    }

    private static func isUsual(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0a || byte == 0x0d || byte == 0x0c }

    /// What the first bytes of files that people mistake for CSV say.
    private static func kind(_ head: [UInt8]) -> String? {
        if head.starts(with: [0x50, 0x4b, 0x03, 0x04]) { return "an Excel workbook or a ZIP archive" }
        if head.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) { return "an old Excel workbook" }
        if head.starts(with: Array("%PDF".utf8)) { return "a PDF document" }
        if head.starts(with: [0x1f, 0x8b]) { return "compressed (gzip)" }
        return nil
    }
}

/// Says whether bytes are UTF-8 (RFC 3629).
struct UTF8Check {
    private var missing = 0
    /// Which bytes may come next, as long as any is missing.
    private var allowed: ClosedRange<UInt8> = 0x80...0xbf
    private var start = 0
    private var invalid: Int?
    private(set) var firstControl: Int?
    /// Characters of more than one byte before the first fault.
    private(set) var sequences = 0

    mutating func take(_ byte: UInt8, at offset: Int) {
        guard invalid == nil else { return }
        if missing > 0 {
            guard allowed.contains(byte) else {
                invalid = start
                return
            }
            missing -= 1
            allowed = 0x80...0xbf
            if missing == 0 { sequences += 1 }
            return
        }
        guard byte >= 0x80 else {
            if byte < 0x20, byte != 0x09, byte != 0x0a, byte != 0x0d, byte != 0x0c, firstControl == nil {
                firstControl = offset
            }
            return
        }
        start = offset
        switch byte {
        case 0xc2...0xdf: missing = 1
        case 0xe0: (missing, allowed) = (2, 0xa0...0xbf)
        case 0xed: (missing, allowed) = (2, 0x80...0x9f)
        case 0xe1...0xef: missing = 2
        case 0xf0: (missing, allowed) = (3, 0x90...0xbf)
        case 0xf4: (missing, allowed) = (3, 0x80...0x8f)
        case 0xf1...0xf3: missing = 3
        default: invalid = offset
        }
    }

    /// Where the first sequence begins that is not UTF-8.
    func firstInvalid(end: Int) -> Int? { invalid ?? (missing > 0 ? start : nil) }
}
