import Foundation

@testable import Import

/// Files of one test, removed with it.
final class Folder {
    let path = NSTemporaryDirectory() + "burdock-import-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // What stays behind harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ bytes: [UInt8], name: String = "leads.csv") throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// Reads rows out of pieces of that many bytes.
func rows(
    _ text: String, _ separator: Separator = .comma, pieces: Int = 1_000, limits: CSVReader.Limits = .init()
) throws -> [CSVRow] {
    var left = Array(text.utf8)[...]
    var reader = try CSVReader(
        separator: separator, limits: limits,
        source: { () throws(FileFault) in
            guard !left.isEmpty else { return nil }
            defer { left = left.dropFirst(pieces) }
            return Array(left.prefix(pieces))
        })
    var rows: [CSVRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
}

func cells(_ text: String, _ separator: Separator = .comma, pieces: Int = 1_000) throws -> [[String]] {
    try rows(text, separator, pieces: pieces).map(\.cells)
}

/// Bytes of UTF-16.
func utf16(_ text: String, bigEndian: Bool = false) -> [UInt8] {
    text.utf16.flatMap { unit in
        let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        return bigEndian ? bytes.reversed() : bytes
    }
}

/// What `body` throws; `nil`: nothing.
func fault(_ body: () throws(FileFault) -> Void) -> FileFault? {
    do throws(FileFault) {
        try body()
        return nil
    } catch {
        return error
    }
}
