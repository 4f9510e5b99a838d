import Glibc

/// Holds the state directory for one process: a second server on the same files would close the calls of the first.
struct StateLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock, or says who else has it. Held until the process ends.
    init(directory: String) throws {
        let path = directory + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateLockError.cannotOpen(path, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StateLockError.taken(directory)
        }
    }

    deinit {
        close(descriptor)
    }
}

enum StateLockError: Error, CustomStringConvertible {
    case cannotOpen(String, Int32)
    case taken(String)

    var description: String {
        switch self {
        case .cannotOpen(let path, let code):
            "cannot open \(path) (error number \(code)); is the state directory there and writable?"
        case .taken(let directory):
            "another burdock serves from the state directory \(directory); stop it, or name another `state`"
        }
    }
}
