import Glibc
import NIOCore

/// Which of our addresses a peer sees: that of the route to it, as the kernel picks it for a connected socket.
struct RouteAddress {
    /// More peers than this are asked for again.
    static let capacity = 4_096
    /// Routes change; answers are kept for so long, in nanoseconds.
    static let lifetime: Int64 = 60_000_000_000

    private var cache: [String: (address: String, expiry: Int64)] = [:]

    init() {}

    /// Numeric; `nil` if there is no route.
    mutating func local(for peer: SocketAddress, now: Int64) -> String? {
        guard let text = peer.ipAddress else { return nil }
        if let known = cache[text], known.expiry > now { return known.address }
        guard let address = Self.ask(peer) else { return nil }
        if cache.count >= Self.capacity { cache.removeAll(keepingCapacity: true) }
        cache[text] = (address, now &+ Self.lifetime)
        return address
    }

    private static func ask(_ peer: SocketAddress) -> String? {
        let family: Int32
        switch peer {
        case .v4: family = AF_INET
        case .v6: family = AF_INET6
        case .unixDomainSocket: return nil
        }
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Connecting a datagram socket sends nothing; port 0 is refused by some kernels, any other will do.
        guard peer.withSockAddr({ connect(descriptor, $0, socklen_t($1)) }) == 0 else { return nil }
        // Plain bytes, as long as any socket address (128, RFC 3493 §3.10): whose module `sockaddr_storage` belongs to
        // depends on what else is imported.
        var storage = [UInt64](repeating: 0, count: 16)
        var length = socklen_t(128)
        let status = storage.withUnsafeMutableBytes { raw in
            getsockname(descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard status == 0 else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let written = storage.withUnsafeBytes { raw in
            getnameinfo(
                raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), length, &host, socklen_t(host.count), nil,
                0, NI_NUMERICHOST)
        }
        guard written == 0 else { return nil }
        let bytes = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "%").first.map(String.init)
    }
}
