import Glibc
import Synchronization

/// Programs and namespaces that must not outlive this process: ended at exit, whatever way it exits in order.
package final class LiveThings: Sendable {
    package static let shared = LiveThings()

    private let processes = Mutex<Set<pid_t>>([])
    private let namespaces = Mutex<Set<String>>([])

    private init() {
        atexit { LiveThings.shared.endAll() }
    }

    func add(_ pid: pid_t) { processes.withLock { _ = $0.insert(pid) } }
    func remove(_ pid: pid_t) { processes.withLock { _ = $0.remove(pid) } }
    func add(namespace: String) { namespaces.withLock { _ = $0.insert(namespace) } }
    func remove(namespace: String) { namespaces.withLock { _ = $0.remove(namespace) } }

    /// Kills every program that is still up and removes every namespace. Also safe to call twice.
    package func endAll() {
        let pids = processes.withLock { $0 }
        pids.forEach { _ = kill($0, SIGKILL) }
        let names = namespaces.withLock { all in
            defer { all.removeAll() }
            return all
        }
        // `system` because nothing of the ordinary machinery can be relied upon during exit.
        names.forEach { NetworkNamespace.removeNow($0) }
    }
}
