import CTelephony
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A real thread with its own streams: the handle that others hold. Streams are pinned to it for life.
final class MediaThread: Sendable {
    enum Order: Sendable {
        case adopt(StreamID, StreamSockets)
        case command(MediaCommand)
        /// A stream of another thread begins to hear one of ours, or stops.
        case listen(StreamID, to: StreamID)
        case unlisten(StreamID, from: StreamID)
        case stop
    }

    /// Descriptors that the thread waits on.
    struct Handles: Sendable {
        var epoll: Int32
        var timer: Int32
        var wakeup: Int32
    }

    private struct Inbox {
        var orders: [Order] = []
        var isClosed = false
    }

    let index: Int
    let handles: Handles
    let exchange: PacketExchange?
    // Bounded by what switching does: a few orders for each event of a call.
    private let inbox = Mutex(Inbox())
    private let thread = Mutex<pthread_t?>(nil)

    init(index: Int, crossesThreads: Bool) throws(MediaError) {
        self.index = index
        exchange = crossesThreads ? PacketExchange() : nil
        let epoll = try Self.descriptor("epoll_create1", ct_epoll_open())
        let timer = try Self.descriptor("timerfd_create", ct_timer_open())
        let wakeup = try Self.descriptor("eventfd", ct_wakeup_open())
        handles = Handles(epoll: epoll, timer: timer, wakeup: wakeup)
        _ = try Self.descriptor("epoll_ctl", ct_epoll_add(epoll, timer, MediaLoop.timerToken))
        _ = try Self.descriptor("epoll_ctl", ct_epoll_add(epoll, wakeup, MediaLoop.wakeupToken))
    }

    deinit {
        close(handles.epoll)
        close(handles.timer)
        close(handles.wakeup)
    }

    /// `false` if the thread has stopped: the order will not be carried out.
    @discardableResult
    func post(_ order: Order) -> Bool {
        let (taken, wake) = inbox.withLock { inbox in
            guard !inbox.isClosed else { return (false, false) }
            inbox.orders.append(order)
            return (true, inbox.orders.count == 1)
        }
        if wake { wakeUp() }
        return taken
    }

    func wakeUp() {
        // Fails only if the counter is full, and then the thread is awake anyway.
        _ = ct_wakeup_signal(handles.wakeup)
    }

    /// Swaps the orders out, so that the lock is held for an instant only.
    func takeOrders(into orders: inout [Order]) {
        orders.removeAll(keepingCapacity: true)
        inbox.withLock { swap(&$0.orders, &orders) }
    }

    /// Called by the thread itself as its last deed: what comes now comes too late.
    func closeInbox() -> [Order] {
        inbox.withLock { inbox in
            inbox.isClosed = true
            defer { inbox.orders = [] }
            return inbox.orders
        }
    }

    func start(_ makeLoop: @escaping @Sendable () -> MediaLoop) throws(MediaError) {
        let body = Unmanaged.passRetained(Body(makeLoop))
        var handle = pthread_t()
        let code = pthread_create(&handle, nil, { MediaThread.run($0) }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw MediaError.system(operation: "pthread_create", code: code)
        }
        thread.withLock { $0 = handle }
    }

    /// Waits for the thread to end; once.
    func join() {
        guard let handle = thread.withLock({ $0.take() }) else { return }
        pthread_join(handle, nil)
    }

    private final class Body: Sendable {
        let makeLoop: @Sendable () -> MediaLoop

        init(_ makeLoop: @escaping @Sendable () -> MediaLoop) {
            self.makeLoop = makeLoop
        }
    }

    /// Real-time priority of the media threads, low among the real-time ones.
    private static let priority: Int32 = 10

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        ct_thread_name("media")
        // Without the capability the thread runs as any other: pacing is worse under load, nothing else.
        _ = ct_thread_realtime(priority)
        body.makeLoop().run()
        return nil
    }

    private static func descriptor(_ operation: String, _ result: Int32) throws(MediaError) -> Int32 {
        guard result >= 0 else { throw MediaError.system(operation: operation, code: -result) }
        return result
    }
}
