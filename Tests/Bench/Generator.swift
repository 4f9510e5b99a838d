import BenchLoad

/// The C load generator, owned.
final class Generator {
    private let load: OpaquePointer

    /// Callers dial the bench's line at `port`; operators are op0 to op(operators - 1).
    init(port: UInt16, operators: Int = 0, rtpSlots: Int = 0) throws(BenchError) {
        var error = [CChar](repeating: 0, count: 256)
        let made: OpaquePointer? = ServerSetup.address.withCString { server in
            ServerSetup.callers.withCString { callers in
                ServerSetup.phones.withCString { phones in
                    ServerSetup.line.withCString { line in
                        ServerSetup.secret.withCString { secret in
                            var configuration = bl_config(
                                server_address: server, server_port: port, caller_address: callers,
                                operator_address: phones, dialled: line, secret: secret,
                                operators: Int32(operators), rtp_slots: Int32(rtpSlots), codec: 0)
                            return bl_create(&configuration, &error, Int32(error.count))
                        }
                    }
                }
            }
        }
        guard let made else {
            let text = error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw .generator(String(decoding: text, as: UTF8.self))
        }
        load = made
    }

    deinit {
        bl_destroy(load)
    }

    var statistics: bl_statistics { bl_current(load) }
    var rtp: bl_rtp_counters { bl_rtp(load) }

    /// Callers and operators behave so from the next call on.
    func behave(
        hold: Duration? = nil, patience: Duration? = nil, sending: Bool = false, holdFromAnswer: Bool = false,
        checkOrder: Bool = false
    ) {
        bl_behave(
            load,
            bl_behaviour(
                hold_ns: hold?.nanoseconds ?? -1, ring_ns: 0, patience_ns: patience?.nanoseconds ?? -1,
                hold_from_answer: holdFromAnswer, callers_send: sending, operators_send: sending,
                check_order: checkOrder))
    }

    func run(_ time: Duration) {
        bl_run(load, time.nanoseconds)
    }

    /// False if it did not come true in time.
    func run(atMost time: Duration, until done: (bl_statistics) -> Bool) -> Bool {
        let deadline = ContinuousClock.now + time
        while !done(statistics) {
            guard ContinuousClock.now < deadline else { return false }
            run(.milliseconds(10))
        }
        return true
    }

    /// Rate 0 stops; limit 0 is none.
    func startCalls(perSecond rate: Double, limit: Int = 0) {
        bl_start_calls(load, rate, UInt64(limit))
    }

    /// Open loop at a rate, or closed loop with so many at once.
    func startRegistering(_ operators: Int, perSecond rate: Double = 0, atOnce: Int = 0, limit: Int = 0) {
        bl_start_registering(load, 0, Int32(operators), rate, Int32(atOnce), UInt64(limit))
    }

    func stopRegistering() {
        bl_stop_registering(load)
    }

    @discardableResult func operatorHangsUp() -> Bool { bl_operator_hangs_up(load) }

    /// Everybody leaves, 200 a second, so that the hanging up is no load of its own.
    func everybodyLeaves() {
        startCalls(perSecond: 0)
        while bl_callers_hang_up(load, 4) > 0 { run(.milliseconds(20)) }
        _ = run(atMost: .seconds(9)) { $0.legs == 0 }
    }

    func latency(_ which: bl_latency) -> bl_summary { bl_measured(load, which) }

    func forgetLatencies() {
        bl_forget_latencies(load)
    }

    /// Through the relay floor, or silent, from slot `first` on.
    func send(through floor: Floor?, first: Int, pairs: Int) {
        bl_rtp_through(load, floor?.pointer, Int32(first), Int32(pairs))
    }

    /// Only these slots send.
    func sendOnly(_ slots: Range<Int>) {
        bl_rtp_only(load, Int32(slots.lowerBound), Int32(slots.upperBound - 1))
    }

    func senderFloor(listeners: Int) throws(BenchError) -> Floor {
        try Floor(bl_floor_sender(load, Int32(listeners)))
    }
}

/// A process that does the least that must be done.
final class Floor {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer?) throws(BenchError) {
        guard let pointer else { throw .generator("a baseline could not start: is `ulimit -n` large enough?") }
        self.pointer = pointer
    }

    deinit {
        bl_floor_stop(pointer)
    }

    static func relay(pairs: Int) throws(BenchError) -> Floor { try Floor(bl_floor_relay(Int32(pairs))) }

    static func answerer() throws(BenchError) -> Floor { try Floor(bl_floor_answerer()) }

    /// SIP port of the answerer.
    var port: UInt16 { bl_floor_port(pointer, 0) }
    var cpu: Duration { .nanoseconds(bl_process_cpu(bl_floor_pid(pointer))) }
}
