import CTelephony
import Logging

/// What a media thread does: waits for packets, ticks and orders, and carries them out. Lives on its thread only.
final class MediaLoop {
    static let timerToken = UInt64.max
    static let wakeupToken = UInt64.max - 1
    /// Packets, ticks and orders taken in one wake-up. One packet of a socket at a time: readiness is level-triggered,
    /// so a flood on one port cannot keep the others waiting for longer than its fair share.
    private static let batch = 256
    /// There is one wake-up in each of these at most: the tick of the beat.
    private static let gathering = BeatWheel<RTPStream>.tick
    /// After so much at once it pays to sleep through to the next tick: there will be more.
    private static let busyCount: Int32 = 8

    /// What all threads of an engine have in common.
    struct Shared: Sendable {
        var settings: MediaSettings
        var sounds: SoundLibrary
        var threads: [MediaThread]
        var logger: Logger
        var events: MediaEventHandler
        var freePort: @Sendable (UInt16) -> Void
    }

    private(set) var shared: Shared
    let thread: MediaThread
    let buffers = RelayBuffer()
    var hearing = HearingMap()
    var wheel = BeatWheel<RTPStream>()
    var pending: [MediaEvent] = []
    /// The instant at which the present wake-up began, in nanoseconds.
    var now = ct_monotonic_ns()

    private var table: [(stream: RTPStream?, generation: UInt32)] = []
    private var freeIndexes: [Int] = []
    private var byID: [StreamID: RTPStream] = [:]
    private var orders: [MediaThread.Order] = []
    private var tokens = [UInt64](repeating: 0, count: batch)
    private var armedFor: UInt64 = 0
    private var sweptAt: UInt64 = 0
    private var sweepInterval: UInt64
    private var stops = false
    private var isBusy = false

    init(_ shared: Shared, thread: MediaThread) {
        self.shared = shared
        self.thread = thread
        sweepInterval = Self.sweepInterval(shared.settings)
    }

    /// A second is fine enough for reports and silence; a shorter time-out is looked at more often.
    private static func sweepInterval(_ settings: MediaSettings) -> UInt64 {
        let quarter = min(settings.rtpTimeout, settings.reportInterval).wholeNanoseconds / 4
        return min(max(quarter, 20_000_000), 1_000_000_000)
    }

    deinit {
        buffers.deallocate()
    }

    func run() {
        while !stops {
            let count = waitForWork()
            guard count >= 0 else {
                shared.logger.critical("media thread cannot wait", metadata: ["code": "\(-count)"])
                break
            }
            let ready = tokens.prefix(Int(count))
            if ready.contains(Self.wakeupToken) { carryOutOrders() }
            beat()
            for token in ready { receive(token) }
            sweepIfDue()
            armTimer()
            flush()
        }
        shutDown()
    }

    /// Waits for the first thing to do; under load for all that the present millisecond brings.
    ///
    /// A thread that preempts everyone would else be woken for each single packet, and pay for a wake-up each time. A
    /// few calls are served at once, many are served a millisecond late at most, which nobody hears.
    private func waitForWork() -> Int32 {
        let last = now / Self.gathering
        if isBusy { ct_sleep_until((last &+ 1) &* Self.gathering) }
        var count = ct_epoll_wait(thread.handles.epoll, &tokens, Int32(tokens.count), waitMilliseconds)
        now = ct_monotonic_ns()
        if count >= 0, now / Self.gathering == last {
            ct_sleep_until((last &+ 1) &* Self.gathering)
            now = ct_monotonic_ns()
            count = ct_epoll_wait(thread.handles.epoll, &tokens, Int32(tokens.count), 0)
        }
        isBusy = count >= Self.busyCount
        return count
    }

    // MARK: Streams

    func stream(_ id: StreamID) -> RTPStream? { byID[id] }

    func adopt(_ id: StreamID, _ sockets: StreamSockets) {
        let index = freeIndexes.popLast() ?? table.count
        if index == table.count { table.append((nil, 0)) }
        let slot = Int((id.rawValue / UInt64(shared.threads.count)) % UInt64(SoundFrame.milliseconds))
        let timeline = OutgoingTimeline(
            source: .random(in: .min ... .max), firstSequence: .random(in: .min ... .max),
            firstTimestamp: .random(in: .min ... .max))
        let stream = RTPStream(id: id, sockets: sockets, slot: slot, index: index, timeline: timeline)
        table[index].stream = stream
        byID[id] = stream
        hearing.open(id)
        watch(sockets.rtp, token(stream, isControl: false))
        watch(sockets.control, token(stream, isControl: true))
    }

    func remove(_ stream: RTPStream) {
        // The descriptors are about to be closed, which takes them out of the set in any case.
        _ = ct_epoll_remove(thread.handles.epoll, stream.sockets.rtp)
        _ = ct_epoll_remove(thread.handles.epoll, stream.sockets.control)
        stream.backend = nil
        stream.listeners = []
        table[stream.index] = (nil, table[stream.index].generation &+ 1)
        freeIndexes.append(stream.index)
        byID[stream.id] = nil
        UDPPort.close(stream.sockets)
        shared.freePort(stream.sockets.port)
    }

    private func watch(_ descriptor: Int32, _ token: UInt64) {
        let code = ct_epoll_add(thread.handles.epoll, descriptor, token)
        if code < 0 { shared.logger.error("cannot watch an RTP port", metadata: ["code": "\(-code)"]) }
    }

    private func token(_ stream: RTPStream, isControl: Bool) -> UInt64 {
        UInt64(table[stream.index].generation) << 32 | UInt64(stream.index) << 1 | (isControl ? 1 : 0)
    }

    private func receive(_ token: UInt64) {
        guard token < Self.wakeupToken else { return }
        let entry = table[Int(token & 0xFFFF_FFFF) >> 1]
        // The stream may have been closed by an order of this very wake-up.
        guard let stream = entry.stream, UInt64(entry.generation) == token >> 32 else { return }
        token & 1 == 0 ? receive(stream) : receiveControl(stream)
    }

    // MARK: Orders and events

    private func carryOutOrders() {
        // Cleared first: an order that comes in between wakes us once more.
        _ = ct_wakeup_clear(thread.handles.wakeup)
        thread.takeOrders(into: &orders)
        for order in orders {
            switch order {
            case .adopt(let id, let sockets): adopt(id, sockets)
            case .command(let command): perform(command)
            case .listen(let hearer, let party): addListener(hearer, to: party)
            case .unlisten(let hearer, let party): removeListener(hearer, from: party)
            case .adapt(let sounds, let timeout):
                shared.sounds = sounds
                shared.settings.rtpTimeout = timeout
                sweepInterval = Self.sweepInterval(shared.settings)
            case .stop: stops = true
            }
        }
        deliverFromOtherThreads()
    }

    private func flush() {
        guard !pending.isEmpty else { return }
        shared.events(pending)
        pending.removeAll(keepingCapacity: true)
    }

    private func shutDown() {
        for order in thread.closeInbox() {
            if case .adopt(_, let sockets) = order {
                UDPPort.close(sockets)
                shared.freePort(sockets.port)
            }
        }
        for stream in byID.values.sorted(by: { $0.id.rawValue < $1.id.rawValue }) { close(stream) }
        flush()
    }

    // MARK: Time

    private func armTimer() {
        let due = wheel.nextDue ?? 0
        // An expired timer stays readable until it is set anew.
        guard due != armedFor || (armedFor != 0 && armedFor <= now) else { return }
        armedFor = due
        _ = ct_timer_arm(thread.handles.timer, due)
    }

    private var waitMilliseconds: Int32 {
        guard !byID.isEmpty else { return -1 }
        let next = sweptAt &+ sweepInterval
        return next <= now ? 0 : Int32(clamping: (next - now + 999_999) / 1_000_000)
    }

    private func sweepIfDue() {
        guard now >= sweptAt &+ sweepInterval else { return }
        sweptAt = now
        let timeout = shared.settings.rtpTimeout.wholeNanoseconds
        for case let (stream?, _) in table {
            guard let remote = stream.remote else { continue }
            stream.backend?.reportIfDue(now: now, received: stream.reception, relayed: stream.relayed)
            // A phone that holds may be silent for as long as it likes.
            guard remote.receives, remote.sends, !stream.isReportedSilent, now > stream.heardAt,
                now - stream.heardAt > timeout
            else { continue }
            stream.isReportedSilent = true
            pending.append(.fellSilent(stream.id))
        }
    }
}
