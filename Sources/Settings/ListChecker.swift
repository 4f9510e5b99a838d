/// Looks through number lists: text files with a number a line, `#` begins a comment.
///
/// The program loads the lists itself; here is only seen to it that it will be able to.
struct ListChecker {
    /// A list of four million numbers.
    static let maxBytes = 64 * 1_048_576
    /// Bad lines reported for each list.
    static let maxReported = 20
    /// Digits of a number, with country code or without.
    private static let digits = 2...18

    private let paths: Paths
    private var checked: Set<String> = []

    init(paths: Paths) {
        self.paths = paths
    }

    /// The absolute path that an entry names. Reports what is wrong with the file, once.
    mutating func path(_ entry: Entry, _ reading: Reading) -> String? {
        guard let text = reading.text(entry) else { return nil }
        let path = paths.beside(text)
        guard checked.insert(path).inserted else { return path }
        do throws(FileReader.Failure) {
            Self.check(try FileReader.read(path, limit: Self.maxBytes), file: paths.shown(text), reading)
        } catch {
            reading.error(
                "the list \(reading.shown(paths.shown(text))) \(error.text)", at: entry,
                next: "paths are relative to the folder of this file")
        }
        return path
    }

    /// Reports the first bad lines, and how many more there are.
    static func check(_ bytes: [UInt8], file: String, _ reading: Reading) {
        var bad = 0
        var number = 0
        var next = 0
        var lines = bytes[...]
        if lines.starts(with: [0xEF, 0xBB, 0xBF]) { lines = lines.dropFirst(3) }
        while !lines.isEmpty {
            let end = lines.firstIndex(of: 0x0A) ?? lines.endIndex
            number += 1
            if !isFine(lines[..<end]) {
                bad += 1
                if bad <= maxReported { reading.add(diagnostic(lines[..<end], number, file: file)) }
                if bad == maxReported + 1 { next = number }
            }
            lines = end < lines.endIndex ? lines[(end + 1)...] : []
        }
        if bad > maxReported {
            reading.add(
                Diagnostic(
                    file: file, span: SourceSpan(line: next, column: 1, length: 0), severity: .error,
                    message: "from here on \(bad - maxReported) more lines hold no number"))
        }
    }

    /// Blank, a comment, or a number as people write it: `+380 (44) 123-45-67`.
    static func isFine(_ line: ArraySlice<UInt8>) -> Bool {
        var digits = 0
        var isEmpty = true
        for byte in line {
            switch byte {
            case UInt8(ascii: "#"):
                return isEmpty || Self.digits.contains(digits)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
            case UInt8(ascii: "+"):
                guard isEmpty else { return false }
            case UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "."), UInt8(ascii: "/"):
                break
            default:
                return false
            }
            isEmpty = false
        }
        return isEmpty || Self.digits.contains(digits)
    }

    private static func diagnostic(_ line: ArraySlice<UInt8>, _ number: Int, file: String) -> Diagnostic {
        let text = String(decoding: line.prefix(512), as: UTF8.self)
        let written = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        let blank = written.prefix { $0 == " " || $0 == "\t" }.unicodeScalars.count
        let body = String(written.drop { $0 == " " || $0 == "\t" }).replacing("\r", with: "").trimmed
        let span = SourceSpan(line: number, column: blank + 1, length: max(1, body.unicodeScalars.count))
        return Diagnostic(
            file: file, span: span, severity: .error, message: "\"\(Reading.shown(body))\" is no number",
            nextStep: "a number a line: digits, with + in front of a country code; # begins a comment",
            excerpt: Diagnostic.Excerpt(line: Array(text.replacing("\r", with: "").unicodeScalars)[...], span: span))
    }
}
