import Foundation

/// The UNIX socket's file: made sure that nobody else uses it before, opened to the group and removed after.
struct ControlSocket: Sendable {
    /// Bytes of `sun_path` without its final NUL (unix(7)).
    static let longestPath = 107
    /// Owner and group may connect: members of the service's group need no password, others have no way in.
    private static let mode: mode_t = 0o660

    let path: String

    /// Makes the way free: the directory is there, and a socket that a killed server left behind is not.
    func prepare() throws(ControlError) {
        guard path.utf8.count <= Self.longestPath else {
            throw .socketPathTooLong(path: path, limit: Self.longestPath)
        }
        do {
            let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw .cannotListen(path: path, problem: error.localizedDescription)
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        guard !isAnswered() else { throw .socketInUse(path: path) }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .cannotListen(path: path, problem: String(cString: strerror(errno)))
        }
    }

    /// Until this is called nobody but the owner can connect: to connect one needs to write (unix(7)), and files are
    /// made with a mask that takes this from the others.
    func openToGroup() throws(ControlError) {
        guard chmod(path, Self.mode) == 0 else {
            throw .cannotListen(path: path, problem: String(cString: strerror(errno)))
        }
    }

    func remove() {
        // The next start removes what stays behind.
        unlink(path)
    }

    private func isAnswered() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(Self.longestPath)) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // EAGAIN: somebody listens whose backlog is full.
        return connected == 0 || errno == EAGAIN
    }
}
