import Foundation

/// Reads a file from its beginning, piece by piece.
final class ChunkReader {
    private static let size = 1 << 16

    private let handle: FileHandle

    /// Only a plain file: it is read more than once.
    init(path: String) throws(FileFault) {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let type = attributes[.type] as? FileAttributeType
            if type == .typeDirectory { throw FileFault.cannotRead(problem: "it is a directory") }
            guard type == .typeRegular || type == .typeSymbolicLink else {
                throw FileFault.cannotRead(problem: "it is no plain file; write it to one first")
            }
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch let fault as FileFault {
            throw fault
        } catch {
            throw .cannotRead(problem: Self.words(error))
        }
    }

    /// `nil` at the end.
    func next() throws(FileFault) -> [UInt8]? {
        do {
            guard let data = try handle.read(upToCount: Self.size), !data.isEmpty else { return nil }
            return [UInt8](data)
        } catch {
            throw .cannotRead(problem: Self.words(error))
        }
    }

    private static func words(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile?, .fileNoSuchFile?: "there is no such file"
        case .fileReadNoPermission?: "you may not read it"
        default: error.localizedDescription
        }
    }
}
