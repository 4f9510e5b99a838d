import Foundation
import Glibc
import Synchronization

/// Sockets of this process in another host's network namespace.
///
/// A thread of its own enters the namespace and makes the socket, which stays there whoever uses it afterwards.
enum NamespaceSocket {
    /// A TCP connection within the host, to its loopback address.
    static func connect(on host: Host, port: UInt16) throws -> Int32 {
        try open(on: host) {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return -1 }
            let failed = withAddress("127.0.0.1", port) { Glibc.connect(descriptor, $0, $1) } != 0
            guard failed else { return descriptor }
            close(descriptor)
            return -1
        }
    }

    /// Sends one datagram from the host.
    static func send(_ bytes: [UInt8], from host: Host, to address: String, port: UInt16) throws {
        let descriptor = try open(on: host) {
            socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        defer { close(descriptor) }
        let sent = withAddress(address, port) { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
        guard sent == bytes.count else { throw PeerFailure("datagram from \(host.address): error \(errno)") }
    }

    private static func open(on host: Host, _ make: @escaping @Sendable () -> Int32) throws -> Int32 {
        let result = MadeSocket()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            result.value.withLock { $0 = enterAndMake(host, make) }
            done.signal()
        }
        done.wait()
        let (descriptor, error) = result.value.withLock { $0 }
        guard descriptor >= 0 else {
            throw PeerFailure("no socket on \(host.address): \(String(cString: strerror(error)))")
        }
        return descriptor
    }

    private final class MadeSocket: Sendable {
        let value = Mutex<(descriptor: Int32, error: Int32)>((-1, 0))
    }

    private static func enterAndMake(_ host: Host, _ make: () -> Int32) -> (descriptor: Int32, error: Int32) {
        let namespace = Glibc.open("/run/netns/\(host.namespace)", O_RDONLY | O_CLOEXEC)
        guard namespace >= 0 else { return (-1, errno) }
        defer { close(namespace) }
        // Swift's Glibc does not show `setns`; the symbol is there.
        typealias EnterNamespace = @convention(c) (Int32, Int32) -> Int32
        let networkKind: Int32 = 0x4000_0000
        guard let symbol = dlsym(nil, "setns") else { return (-1, ENOSYS) }
        guard unsafeBitCast(symbol, to: EnterNamespace.self)(namespace, networkKind) == 0 else { return (-1, errno) }
        let descriptor = make()
        return (descriptor, errno)
    }

    private static func withAddress<Result>(
        _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var value = sockaddr_in()
        value.sin_family = sa_family_t(AF_INET)
        value.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &value.sin_addr)
        return withUnsafePointer(to: &value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
