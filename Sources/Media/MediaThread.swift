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
        /// What plays goes on with the sound it began.
        case adapt(SoundLibrary, rtpTimeout: Duration)
        case stop
    }

    /// Descriptors that the thread waits on.
    struct Handles: Sendable {
        private(set) var epoll: Int32 = -1
        private(set) var timer: Int32 = -1
        private(set) var wakeup: Int32 = -1

        static func open() throws(MediaError) -> Handles {
            var handles = Handles()
            do throws(MediaError) {
                handles.epoll = try check("epoll_create1", ct_epoll_open())
                handles.timer = try check("timerfd_create", ct_timer_open())
                handles.wakeup = try check("eventfd", ct_wakeup_open())
                _ = try check("epoll_ctl", ct_epoll_add(handles.epoll, handles.timer, MediaLoop.timerToken))
                _ = try check("epoll_ctl", ct_epoll_add(handles.epoll, handles.wakeup, MediaLoop.wakeupToken))
            } catch {
                handles.close()
                throw error
            }
            return handles
        }

        func close() {
            for descriptor in [epoll, timer, wakeup] where descriptor >= 0 { Glibc.close(descriptor) }
        }

        private static func check(_ operation: String, _ result: Int32) throws(MediaError) -> Int32 {
            guard result >= 0 else { throw MediaError.system(operation: operation, code: -result) }
            return result
        }
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
        handles = try Handles.open()
    }

    deinit {
        handles.close()
    }

    /// `false` if the thread has stopped: the order will not be carried out.
    ///
    /// - Parameter soon: when to wake the thread, if it has nothing in its inbox yet.
    @discardableResult
    func post(_ order: Order, waking soon: RTPEngine.Soon = { $0() }) -> Bool {
        let (taken, wake) = inbox.withLock { inbox in
            guard !inbox.isClosed else { return (false, false) }
            inbox.orders.append(order)
            return (true, inbox.orders.count == 1)
        }
        if wake { soon { self.wakeUp() } }
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
}
