import Crypto

/// A CSV file whose encoding and separator are known and which has been read once from beginning to end, so that
/// nothing in it comes as a surprise.
package struct CSVFile: Sendable {
    package let path: String
    package let encoding: FileEncoding
    package let separator: Separator
    /// In lower-case hexadecimal: by it the file is known again.
    package let sha256: String
    package let bytes: Int
    /// All rows, also blank ones and that of headers.
    package private(set) var rows = 0
    /// The first row that is not blank, and some that follow it.
    package private(set) var sample: [CSVRow] = []
    private let declaresSeparator: Bool

    private static let sampled = 50
    private static let head = 1 << 16

    /// Reads the file twice: for its encoding, and for its rows.
    package init(path: String) throws(FileFault) {
        self.path = path
        (encoding, sha256, bytes) = try Self.survey(path)
        var (text, isWhole) = ([UInt8](), true)
        let decoded = try Self.decoded(path, encoding)
        while let piece = try decoded() {
            guard text.count < Self.head else {
                isWhole = false
                break
            }
            text += piece
        }
        let declared = Separator.declared(in: text)
        declaresSeparator = declared != nil
        separator = declared ?? Separator.guess(from: text, isWhole: isWhole)
        var reader = try reader()
        while let row = try reader.next() {
            rows = row.number
            if sample.count < Self.sampled, !row.isBlank { sample.append(row) }
        }
        guard !sample.isEmpty else { throw .empty }
    }

    /// From the first row.
    package func reader() throws(FileFault) -> CSVReader {
        try CSVReader(
            separator: separator, skipsFirst: declaresSeparator, source: try Self.decoded(path, encoding))
    }

    private static func survey(_ path: String) throws(FileFault) -> (FileEncoding, String, Int) {
        let chunks = try ChunkReader(path: path)
        var (digest, detector, bytes) = (SHA256(), EncodingDetector(), 0)
        while let chunk = try chunks.next() {
            digest.update(data: chunk)
            detector.update(chunk)
            bytes += chunk.count
        }
        return (try detector.finish(), digest.finalize().map(hex).joined(), bytes)
    }

    private static func hex(_ octet: UInt8) -> String {
        (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }

    private static func decoded(_ path: String, _ encoding: FileEncoding) throws(FileFault) -> CSVReader.Source {
        let chunks = try ChunkReader(path: path)
        var decoder = TextDecoder(encoding)
        return { () throws(FileFault) in
            guard let chunk = try chunks.next() else {
                try decoder.finish()
                return nil
            }
            return try decoder.decode(chunk)
        }
    }
}
