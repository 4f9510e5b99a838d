import COsip2

/// One transaction of libosip2, taken out of the library's lists: the only owner of the C structure.
final class Transaction {
    enum Kind {
        case inviteClient, client, inviteServer
    }

    /// What the transaction user is told.
    enum Notice {
        case response(IncomingResponse)
        /// No response within 64·T1 (timers B and F).
        case timedOut
        case transportFailed
    }

    let kind: Kind
    let key: TransactionKey
    let flow: Flow
    /// The request (client) or the last response (server) as it goes over the wire, again and again.
    var outgoing: [UInt8]
    /// Takes the notices of a client transaction. Cleared when the transaction is over.
    var user: ((Notice) -> Void)?
    var alarm: Alarm?
    /// The response that the machine is being given just now.
    var arriving: IncomingResponse?
    private(set) var pointer: UnsafeMutablePointer<osip_transaction_t>?
    /// The machine has reached its last state; the structure is freed as soon as it has returned.
    var isDead = false

    init(
        kind: Kind, key: TransactionKey, flow: Flow, pointer: UnsafeMutablePointer<osip_transaction_t>,
        outgoing: [UInt8]
    ) {
        self.kind = kind
        self.key = key
        self.flow = flow
        self.pointer = pointer
        self.outgoing = outgoing
        pointer.pointee.reserved2 = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit { free() }

    /// Never from inside one of the library's callbacks.
    func free() {
        guard let pointer else { return }
        self.pointer = nil
        osip_transaction_free2(pointer)
    }

    static func of(_ pointer: UnsafeMutablePointer<osip_transaction_t>?) -> Transaction? {
        guard let opaque = pointer?.pointee.reserved2 else { return nil }
        return Unmanaged<Transaction>.fromOpaque(opaque).takeUnretainedValue()
    }
}

/// What the layers above need of a response.
struct IncomingResponse {
    var index: MessageIndex
    /// First Contact of a 2xx to INVITE and of a reliable provisional response; where requests inside the dialog go.
    var contact: String?
    /// As in the message: the dialog's route set is the reverse of it (RFC 3261 §12.1.2).
    var recordRoutes: [String]
    /// Every Contact of a 3xx.
    var contacts: [OsipAddress] = []
    /// The whole response.
    var bytes: [UInt8] = []
    /// Of a provisional response that may bring early media, and of a 2xx; else empty.
    var body: [UInt8]
    /// What it came over.
    var flow: Flow
    /// Values of WWW-Authenticate in a 401, of Proxy-Authenticate in a 407; else empty.
    var challenges: [String] = []

    /// A provisional response to INVITE that is to be acknowledged (RFC 3262).
    var isReliable = false

    /// Looked through when asked for: most responses are not.
    var headers: HeaderLines { HeaderLines(bytes) }
}
