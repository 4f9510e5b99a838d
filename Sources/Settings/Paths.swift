import Foundation

/// Where files named in a configuration lie: beside the configuration, unless their path begins with `/`.
struct Paths {
    /// As the reader was given it.
    let file: String
    let workingDirectory: String

    /// For messages: as short as the given path.
    func shown(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return Self.clean(file[...slash] + path)
    }

    /// Absolute, relative to the folder of the configuration file.
    func beside(_ path: String) -> String { absolute(shown(path)) }

    /// Absolute, relative to the working directory.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? Self.clean(path) : Self.clean(workingDirectory + "/" + path)
    }

    /// Without `.`, `..` and doubled slashes, as far as the text goes. Symbolic links are not looked at.
    private static func clean(_ path: some StringProtocol) -> String {
        var parts: [Substring] = []
        let isAbsolute = path.hasPrefix("/")
        for part in String(path).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }
}

/// Reads whole files with a limit.
enum FileReader {
    enum Failure: Error, Hashable {
        case missing
        case notRegular
        case unreadable(String)
        case tooLarge(limit: Int)

        /// Follows the name of the file: "does not exist".
        var text: String {
            switch self {
            case .missing: "does not exist"
            case .notRegular: "is not a file"
            case .unreadable(let why): "cannot be read: \(why)"
            case .tooLarge(let limit): "is larger than \(limit / 1_048_576) MiB"
            }
        }
    }

    /// The first `prefix` bytes, or all. Folders, pipes and devices are refused without being opened for good.
    static func read(_ path: String, limit: Int, prefix: Int? = nil) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        let wanted = prefix ?? limit + 1
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < wanted {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, wanted - bytes.count))
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// Whether others than the owner and the group may read the file; `false` where nobody knows.
    static func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }

    private static func failure(_ code: Int32) -> Failure {
        code == ENOENT || code == ENOTDIR ? .missing : .unreadable(String(cString: strerror(code)))
    }
}
