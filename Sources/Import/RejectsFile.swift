import Foundation

/// The rows that were not imported, each after its number and the reason: to be mended and imported by themselves. Its
/// first row has the headers of the file, by which the columns are known again.
///
/// It is made with the first row, in place of one from before.
package final class RejectsFile {
    package let path: String
    private let separator: Separator
    private let headers: [String]
    private var handle: FileHandle?
    private var pending: [UInt8] = []
    package private(set) var count = 0

    private static let flushAt = 1 << 16

    package init(path: String, separator: Separator, headers: [String]) {
        self.path = path
        self.separator = separator
        self.headers = headers
    }

    package func add(_ row: CSVRow, _ rejection: Rejection) throws(FileFault) {
        if handle == nil { try open() }
        count += 1
        append([String(row.number), rejection.text] + row.cells)
        if pending.count >= Self.flushAt { try write() }
    }

    package func close() throws(FileFault) {
        guard let handle else { return }
        try write()
        do {
            try handle.close()
        } catch {
            throw .cannotWrite(path: path)
        }
        self.handle = nil
    }

    private func open() throws(FileFault) {
        // Rows hold numbers and names of customers: nobody else is to read them.
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: mode),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw .cannotWrite(path: path) }
        self.handle = handle
        // Spreadsheets know by the mark that this is UTF-8.
        pending = [0xef, 0xbb, 0xbf]
        append([HeaderWords.rowHeader, HeaderWords.reasonHeader] + headers)
    }

    private func append(_ cells: [String]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { pending.append(separator.rawValue) }
            let needsQuotes = cell.utf8.contains { $0 == 0x22 || $0 == 0x0a || $0 == 0x0d || $0 == separator.rawValue }
            pending += needsQuotes ? Array(("\"" + cell.replacing("\"", with: "\"\"") + "\"").utf8) : Array(cell.utf8)
        }
        pending += [0x0d, 0x0a]
    }

    private func write() throws(FileFault) {
        do {
            try handle?.write(contentsOf: pending)
        } catch {
            throw .cannotWrite(path: path)
        }
        pending.removeAll(keepingCapacity: true)
    }
}
