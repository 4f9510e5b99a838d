import NIOCore

/// Datagrams of one listener, to the agent.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let agent: SIPUserAgent
    private let listener: Int

    init(agent: SIPUserAgent, listener: Int) {
        self.agent = agent
        self.listener = listener
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        let flow = Flow(path: .datagram(listener), peer: envelope.remoteAddress)
        agent.assumeIsolated { $0.core.received(bytes, over: flow) }
    }

    /// ICMP errors and the like: the socket stays usable.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let text = String(describing: error)
        agent.assumeIsolated { $0.core.socketError(text) }
    }
}

/// One TCP connection: cuts its bytes into messages.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let agent: SIPUserAgent
    private let listener: Int
    private var framer = StreamFramer()
    private var flow: Flow?
    private var isPongPending = false
    /// What the engine was last told of the message that is coming.
    private var held = 0
    private var hasSpoken = false

    init(agent: SIPUserAgent, listener: Int) {
        self.agent = agent
        self.listener = listener
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let listener = listener
        let number = agent.assumeIsolated { $0.core.streamOpened(channel, listener: listener) }
        guard let number, let peer = channel.remoteAddress else {
            context.close(promise: nil)
            return
        }
        flow = Flow(path: .stream(number), peer: peer)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let flow else { return }
        framer.append(unwrapInboundIn(data).readableBytesView)
        var isFresh = false
        do throws(FramingError) {
            while let frame = try framer.next() {
                isFresh = true
                switch frame {
                case .message(let bytes):
                    agent.assumeIsolated { $0.core.received(bytes, over: flow) }
                case .keepAlive:
                    pong(context)
                }
            }
        } catch {
            context.close(promise: nil)
            return
        }
        // Whole messages, which are the rule, change nothing that has to be told.
        if framer.held != held || isFresh && (held > 0 || !hasSpoken) { report(isFresh, flow, context) }
    }

    private func report(_ isFresh: Bool, _ flow: Flow, _ context: ChannelHandlerContext) {
        let bytes = framer.held
        held = bytes
        hasSpoken = hasSpoken || isFresh
        let isAllowed = agent.assumeIsolated { $0.core.streamHolds(bytes, isFresh: isFresh, flow) }
        if !isAllowed { context.close(promise: nil) }
    }

    /// One answer for all pings until it has gone out: a peer that never reads must not fill our memory.
    private func pong(_ context: ChannelHandlerContext) {
        guard !isPongPending else { return }
        isPongPending = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(NIOAny(context.channel.allocator.buffer(string: "\r\n")))
            .whenComplete { _ in bound.value.isPongPending = false }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let flow { agent.assumeIsolated { $0.core.streamClosed(flow) } }
        flow = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
