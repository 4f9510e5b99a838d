import COsip2
import CTelephony

/// The client and INVITE server transactions: libosip2's machines, driven one event at a time.
///
/// The library's own lists, queues and timer scans are linear and are never used: each transaction is taken out of
/// them at once, found through our index, and its timers are read from its public context into our alarms. What a
/// machine reports is kept until it has returned, so that no transaction user runs inside a callback.
///
/// Non-INVITE server transactions have no machine here: every such request is answered at once, and what is left of
/// the transaction is its response (`ReplyCache`).
final class TransactionLayer {
    /// Bytes out over a flow; `false` if the flow is gone.
    var send: ([UInt8], Flow) -> Bool = { _, _ in false }
    /// The alarm is to ring after so many nanoseconds.
    var arm: (Alarm, Int64) -> Void = { _, _ in }
    var disarm: (Alarm) -> Void = { _ in }

    private let osip: UnsafeMutablePointer<osip_t>
    private let timing: SIPTiming
    private var servers: [TransactionKey: Transaction] = [:]
    private var clients: [TransactionKey: Transaction] = [:]
    /// Reported while a machine ran, delivered after it has returned.
    private var reported: [(Transaction, Transaction.Notice)] = []
    private var isDelivering = false

    /// `nil` if libosip2 cannot be started for want of memory.
    init?(timing: SIPTiming) {
        guard let osip = ct_osip_new() else { return nil }
        self.osip = osip
        self.timing = timing
        osip_set_application_context(osip, Unmanaged.passUnretained(self).toOpaque())
        osip_set_cb_send_message(osip) { transaction, message, _, _, _ in
            guard let transaction = Transaction.of(transaction), let layer = TransactionLayer.of(transaction) else {
                return -1
            }
            return layer.transmit(message, for: transaction) ? 0 : -1
        }
        ct_osip_set_callbacks(
            osip,
            { type, transaction, _ in
                guard let transaction = Transaction.of(transaction) else { return }
                TransactionLayer.of(transaction)?.noticed(type, transaction)
            },
            { _, transaction in Transaction.of(transaction)?.isDead = true },
            { _, transaction, _ in
                guard let transaction = Transaction.of(transaction) else { return }
                TransactionLayer.of(transaction)?.reported.append((transaction, .transportFailed))
            })
    }

    deinit {
        for transaction in servers.values { transaction.free() }
        for transaction in clients.values { transaction.free() }
        ct_osip_release(osip)
    }

    var serverCount: Int { servers.count }
    var clientCount: Int { clients.count }

    func server(_ key: TransactionKey) -> Transaction? { servers[key] }
    func client(_ key: TransactionKey) -> Transaction? { clients[key] }

    // MARK: Server side

    /// Starts the transaction of a new INVITE, which it takes over.
    func startServer(_ message: OsipMessage, key: TransactionKey, over flow: Flow) -> Transaction? {
        guard let event = incomingEvent(message) else { return nil }
        guard let pointer = osip_create_transaction(osip, event) else {
            discard(event)
            return nil
        }
        _ = osip_remove_transaction(osip, pointer)
        let transaction = Transaction(kind: .inviteServer, key: key, flow: flow, pointer: pointer, outgoing: [])
        if let context = pointer.pointee.ist_context {
            if context.pointee.timer_g_length > 0 { context.pointee.timer_g_length = timing.t1.wholeMilliseconds }
            context.pointee.timer_h_length = timing.lifetime.wholeMilliseconds
            if context.pointee.timer_i_length > 0 { context.pointee.timer_i_length = timing.t4.wholeMilliseconds }
        }
        servers[key] = transaction
        execute(transaction, event)
        return transaction
    }

    /// Gives a retransmitted INVITE, or the ACK for a refusal, to its transaction.
    func receive(_ message: OsipMessage, in transaction: Transaction) {
        guard let event = incomingEvent(message) else { return }
        execute(transaction, event)
    }

    func respond(_ status: Int, _ bytes: [UInt8], in transaction: Transaction) {
        guard let pointer = transaction.pointer, let message = shortResponse(status, in: pointer) else { return }
        guard let event = osip_new_outgoing_sipmessage(message) else {
            osip_message_free(message)
            return
        }
        transaction.outgoing = bytes
        execute(transaction, event)
    }

    // MARK: Client side

    /// Sends a request by a new transaction; `nil` if it cannot be built. If the flow is gone, the notice that says so
    /// comes before this has returned.
    @discardableResult
    func startClient(
        _ bytes: [UInt8], branch: String, method: String, over flow: Flow,
        user: ((Transaction.Notice) -> Void)?
    ) -> Transaction? {
        guard let message = OsipMessage(parsing: bytes)?.release() else { return nil }
        guard let event = osip_new_outgoing_sipmessage(message) else {
            osip_message_free(message)
            return nil
        }
        guard let pointer = osip_create_transaction(osip, event) else {
            discard(event)
            return nil
        }
        _ = osip_remove_transaction(osip, pointer)
        let key = TransactionKey(client: branch, method: method)
        let kind: Transaction.Kind = method == "INVITE" ? .inviteClient : .client
        let transaction = Transaction(kind: kind, key: key, flow: flow, pointer: pointer, outgoing: bytes)
        transaction.user = user
        setClientTimers(pointer)
        clients[key] = transaction
        execute(transaction, event)
        return transaction
    }

    /// Gives a response to the transaction of its request.
    func receive(_ message: OsipMessage, _ response: IncomingResponse, in transaction: Transaction) {
        guard let event = incomingEvent(message) else { return }
        transaction.arriving = response
        execute(transaction, event)
        transaction.arriving = nil
    }

    /// Ends a transaction without a word to anybody.
    func destroy(_ transaction: Transaction) {
        transaction.isDead = true
        settle(transaction)
    }

    // MARK: Driving the machines

    private func execute(_ transaction: Transaction, _ event: UnsafeMutablePointer<osip_event_t>) {
        guard let pointer = transaction.pointer, !transaction.isDead else {
            discard(event)
            return
        }
        _ = osip_transaction_execute(pointer, event)
        settle(transaction)
        deliver()
    }

    private func settle(_ transaction: Transaction) {
        guard transaction.isDead else {
            schedule(transaction)
            return
        }
        if let alarm = transaction.alarm { disarm(alarm) }
        transaction.alarm = nil
        if transaction.kind == .inviteServer {
            servers[transaction.key] = nil
        } else {
            clients[transaction.key] = nil
        }
        transaction.free()
    }

    private func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer { isDelivering = false }
        while !reported.isEmpty {
            let batch = reported
            reported.removeAll()
            for (transaction, notice) in batch { transaction.user?(notice) }
        }
    }

    private func schedule(_ transaction: Transaction) {
        guard let pointer = transaction.pointer, let due = TransactionTimers(pointer).earliest else {
            if let alarm = transaction.alarm { disarm(alarm) }
            return
        }
        let alarm =
            transaction.alarm
            ?? Alarm { [weak self, weak transaction] in
                guard let self, let transaction else { return }
                self.timerDue(transaction)
            }
        transaction.alarm = alarm
        arm(alarm, due.nanoseconds &- TransactionTimers.nanoseconds(TransactionTimers.now))
    }

    private func timerDue(_ transaction: Transaction) {
        guard let pointer = transaction.pointer, let due = TransactionTimers(pointer).earliest else { return }
        guard let event = ct_osip_timer_event(due.timer) else { return }
        execute(transaction, event)
    }

    /// From the library: put this message on the wire. The ACK for a refusal is the only one that it builds itself.
    private func transmit(_ message: UnsafeMutablePointer<osip_message_t>?, for transaction: Transaction) -> Bool {
        guard let message, transaction.kind == .inviteClient, message != transaction.pointer?.pointee.orig_request
        else { return send(transaction.outgoing, transaction.flow) }
        osip_message_force_update(message)
        var raw: UnsafeMutablePointer<CChar>?
        var length = 0
        guard osip_message_to_str(message, &raw, &length) == 0, let raw else { return false }
        defer { ct_osip_free(raw) }
        let bytes = UnsafeRawBufferPointer(start: raw, count: length)
        return send(Array(bytes), transaction.flow)
    }

    private func noticed(_ type: Int32, _ transaction: Transaction) {
        switch osip_message_callback_type_t(UInt32(bitPattern: type)) {
        case OSIP_ICT_STATUS_1XX_RECEIVED, OSIP_ICT_STATUS_2XX_RECEIVED, OSIP_ICT_STATUS_3XX_RECEIVED,
            OSIP_ICT_STATUS_4XX_RECEIVED, OSIP_ICT_STATUS_5XX_RECEIVED, OSIP_ICT_STATUS_6XX_RECEIVED,
            OSIP_NICT_STATUS_2XX_RECEIVED, OSIP_NICT_STATUS_3XX_RECEIVED, OSIP_NICT_STATUS_4XX_RECEIVED,
            OSIP_NICT_STATUS_5XX_RECEIVED, OSIP_NICT_STATUS_6XX_RECEIVED:
            if let response = transaction.arriving { reported.append((transaction, .response(response))) }
        case OSIP_ICT_STATUS_TIMEOUT, OSIP_NICT_STATUS_TIMEOUT:
            reported.append((transaction, .timedOut))
        default:
            break
        }
    }

    // MARK: Pieces

    private func setClientTimers(_ pointer: UnsafeMutablePointer<osip_transaction_t>) {
        let now = TransactionTimers.now
        let t1 = timing.t1.wholeMilliseconds
        let lifetime = timing.lifetime.wholeMilliseconds
        if let context = pointer.pointee.ict_context {
            if context.pointee.timer_a_length > 0 {
                context.pointee.timer_a_length = t1
                context.pointee.timer_a_start = TransactionTimers.instant(now, plus: t1)
            }
            context.pointee.timer_b_length = lifetime
            context.pointee.timer_b_start = TransactionTimers.instant(now, plus: lifetime)
            if context.pointee.timer_d_length > 0 { context.pointee.timer_d_length = lifetime }
        }
        if let context = pointer.pointee.nict_context {
            if context.pointee.timer_e_length > 0 {
                context.pointee.timer_e_length = t1
                context.pointee.timer_e_start = TransactionTimers.instant(now, plus: t1)
            }
            context.pointee.timer_f_length = lifetime
            context.pointee.timer_f_start = TransactionTimers.instant(now, plus: lifetime)
            if context.pointee.timer_k_length > 0 { context.pointee.timer_k_length = timing.t4.wholeMilliseconds }
        }
    }

    /// All that a server machine looks at in a response: its class, and that there is a Via. The bytes are our own.
    private func shortResponse(
        _ status: Int, in transaction: UnsafeMutablePointer<osip_transaction_t>
    ) -> UnsafeMutablePointer<osip_message_t>? {
        var made: UnsafeMutablePointer<osip_message_t>?
        guard osip_message_init(&made) == 0, let made else { return nil }
        osip_message_set_status_code(made, Int32(clamping: status))
        var via: UnsafeMutablePointer<osip_via_t>?
        guard osip_via_clone(transaction.pointee.topvia, &via) == 0, let via else {
            osip_message_free(made)
            return nil
        }
        guard osip_list_add(&made.pointee.vias, via, -1) >= 0 else {
            osip_via_free(via)
            osip_message_free(made)
            return nil
        }
        return made
    }

    /// `osip_parse` without its second parse: the event that an arrived message is.
    private func incomingEvent(_ message: OsipMessage) -> UnsafeMutablePointer<osip_event_t>? {
        guard let pointer = message.release() else { return nil }
        guard let event = osip_new_outgoing_sipmessage(pointer) else {
            osip_message_free(pointer)
            return nil
        }
        event.pointee.type = Self.arrival(of: event.pointee.type)
        return event
    }

    private static func arrival(of type: type_t) -> type_t {
        switch type {
        case SND_REQINVITE: RCV_REQINVITE
        case SND_REQACK: RCV_REQACK
        case SND_REQUEST: RCV_REQUEST
        case SND_STATUS_1XX: RCV_STATUS_1XX
        case SND_STATUS_2XX: RCV_STATUS_2XX
        case SND_STATUS_3456XX: RCV_STATUS_3456XX
        default: UNKNOWN_EVT
        }
    }

    private func discard(_ event: UnsafeMutablePointer<osip_event_t>) {
        osip_event_free(event)
    }

    private static func of(_ transaction: Transaction) -> TransactionLayer? {
        guard let config = transaction.pointer?.pointee.config else { return nil }
        guard let opaque = osip_get_application_context(config.assumingMemoryBound(to: osip_t.self)) else {
            return nil
        }
        return Unmanaged<TransactionLayer>.fromOpaque(opaque).takeUnretainedValue()
    }
}
