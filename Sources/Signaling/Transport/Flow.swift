import NIOCore

/// A way to a peer: the local socket, and the peer's address on it. What came over a flow is answered over it, and a
/// registered phone behind a NAT is reached over no other.
struct Flow: Hashable {
    enum Path: Hashable {
        /// Index of the UDP listener.
        case datagram(Int)
        /// Number of the TCP connection, never reused.
        case stream(UInt64)
    }

    var path: Path
    var peer: SocketAddress

    var isStream: Bool {
        if case .stream = path { true } else { false }
    }

    /// As Via writes it.
    var transportName: String { isStream ? "TCP" : "UDP" }
    var peerAddress: String { peer.ipAddress ?? "" }
    var peerPort: UInt16 { UInt16(truncatingIfNeeded: peer.port ?? 0) }
}
