import Glibc
import Logging
import NIOCore
import NIOPosix

/// The sockets: UDP listeners, TCP listeners and the connections made through them. Lives on the event loop.
final class Transports {
    struct Stream {
        var channel: any Channel
        var peer: SocketAddress
        /// Index of the listener that accepted it.
        var listener: Int
        /// When a whole message last came, or when it was opened; nanoseconds.
        var lastMessage: Int64
        /// Anything complete has come, be it a ping.
        var hasSpoken = false
        /// Bytes of a message that is not complete, and since when there is one.
        var held = 0
        var heldSince = Int64.max
    }

    /// A bound listener.
    struct Bound {
        var channel: any Channel
        var settings: SignalingSettings.Listener
        var port: UInt16
        /// The socket of a UDP listener, which `channel` owns and closes.
        var socket: CInt?
    }

    /// A connection without a registration or a call is closed when it has been silent for so long.
    static let idleLimit: Int64 = 120_000_000_000
    /// A connection has to send its first message within this.
    static let firstMessageLimit: Int64 = 15_000_000_000
    /// A message has to be complete so long after its first byte. It is looked for once a second, so that whoever drips
    /// is gone within 30 s.
    static let messageLimit: Int64 = 28_000_000_000
    /// Bytes of messages that are not complete, of all connections.
    static let heldLimit = 8_388_608
    /// Bytes that may wait for a peer that does not read.
    static let writeLimit = 262_144

    private(set) var listeners: [Bound] = []
    private(set) var streams: [UInt64: Stream] = [:]
    private(set) var held = 0
    private var streamsOfPeer: [String: Int] = [:]
    private var nextStream: UInt64 = 1
    private let maxStreams: Int
    private let maxStreamsPerPeer: Int

    init(maxStreams: Int, maxStreamsPerPeer: Int) {
        self.maxStreams = maxStreams
        self.maxStreamsPerPeer = maxStreamsPerPeer
    }

    func add(_ listener: Bound) { listeners.append(listener) }

    /// Whether there is such a listener, and it is one of datagrams.
    func isDatagram(_ listener: Int) -> Bool {
        listeners.indices.contains(listener) && listeners[listener].socket != nil
    }

    /// `false` if there is no such socket any more, or the peer does not read what it is sent.
    func send(_ bytes: [UInt8], over flow: Flow) -> Bool {
        switch flow.path {
        case .datagram(let index):
            guard listeners.indices.contains(index), flow.peerPort != 0 else { return false }
            return sendDatagram(bytes, to: flow.peer, through: listeners[index])
        case .stream(let number):
            guard let stream = streams[number], stream.channel.isActive else { return false }
            guard stream.channel.isWritable else {
                stream.channel.close(promise: nil)
                return false
            }
            stream.channel.writeAndFlush(stream.channel.allocator.buffer(bytes: bytes), promise: nil)
            return true
        }
    }

    /// Past the channel, which closes itself on most errors of a write: one peer's unreachable address must not cost
    /// everybody the listener. Whatever the system says is one lost datagram, as on the way, and SIP repeats.
    private func sendDatagram(_ bytes: [UInt8], to peer: SocketAddress, through listener: Bound) -> Bool {
        guard let socket = listener.socket, listener.channel.isActive else { return false }
        peer.withSockAddr { address, size in
            _ = bytes.withUnsafeBytes {
                sendto(socket, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT), address, socklen_t(size))
            }
        }
        return true
    }

    /// `nil` if there are too many connections, in all or from this address. A connection that nobody needs makes room
    /// for a new one: connecting and saying nothing must not keep the phones out.
    func opened(_ channel: any Channel, listener: Int, now: Int64, isNeeded: (Flow) -> Bool) -> UInt64? {
        guard let peer = channel.remoteAddress else { return nil }
        let address = peer.ipAddress ?? ""
        guard streamsOfPeer[address, default: 0] < maxStreamsPerPeer else { return nil }
        guard streams.count < maxStreams || closeLeastUseful(isNeeded) else { return nil }
        streamsOfPeer[address, default: 0] += 1
        let number = nextStream
        nextStream += 1
        streams[number] = Stream(channel: channel, peer: peer, listener: listener, lastMessage: now)
        return number
    }

    private func closeLeastUseful(_ isNeeded: (Flow) -> Bool) -> Bool {
        var oldest: (number: UInt64, stream: Stream)?
        for (number, stream) in streams where stream.lastMessage < oldest?.stream.lastMessage ?? .max {
            if !isNeeded(Flow(path: .stream(number), peer: stream.peer)) { oldest = (number, stream) }
        }
        guard let oldest else { return false }
        closed(oldest.number)
        oldest.stream.channel.close(promise: nil)
        return true
    }

    func closed(_ number: UInt64) {
        guard let stream = streams.removeValue(forKey: number) else { return }
        held -= stream.held
        let address = stream.peer.ipAddress ?? ""
        let count = streamsOfPeer[address, default: 0]
        streamsOfPeer[address] = count > 1 ? count - 1 : nil
    }

    func sawMessage(on number: UInt64, now: Int64) {
        streams[number]?.lastMessage = now
    }

    /// So many bytes of a message wait for its rest. `isFresh`: something complete has come before it. `false` if too
    /// many wait.
    func holds(_ bytes: Int, isFresh: Bool, on number: UInt64, now: Int64) -> Bool {
        guard var stream = streams[number] else { return false }
        held += bytes - stream.held
        stream.held = bytes
        if isFresh { stream.hasSpoken = true }
        if bytes == 0 {
            stream.heldSince = .max
        } else if isFresh || stream.heldSince == .max {
            stream.heldSince = now
        }
        streams[number] = stream
        return bytes == 0 || held <= Self.heldLimit
    }

    /// Closes connections that have been silent for too long and that nobody needs, and those whose message does not
    /// end, whoever needs them.
    func closeIdle(now: Int64, isNeeded: (Flow) -> Bool) {
        for (number, stream) in streams {
            let silence = now &- stream.lastMessage
            if stream.heldSince != .max, now &- stream.heldSince > Self.messageLimit {
                stream.channel.close(promise: nil)
            } else if silence > (stream.hasSpoken ? Self.idleLimit : Self.firstMessageLimit),
                !isNeeded(Flow(path: .stream(number), peer: stream.peer))
            {
                stream.channel.close(promise: nil)
            }
        }
    }

    func closeAll() {
        for listener in listeners { listener.channel.close(promise: nil) }
        for stream in streams.values { stream.channel.close(promise: nil) }
    }

    /// Port of the listener that a flow belongs to.
    func localPort(of flow: Flow) -> UInt16 {
        switch flow.path {
        case .datagram(let index): listeners.indices.contains(index) ? listeners[index].port : 5_060
        case .stream(let number): streams[number].map { listeners[$0.listener].port } ?? 5_060
        }
    }

    /// The address a listener is bound to, if it is bound to one.
    func boundAddress(of flow: Flow) -> String? {
        switch flow.path {
        case .datagram(let index):
            guard listeners.indices.contains(index) else { return nil }
            let address = listeners[index].settings.address
            return address == "0.0.0.0" || address == "::" ? nil : address
        case .stream(let number):
            return streams[number]?.channel.localAddress?.ipAddress
        }
    }
}
