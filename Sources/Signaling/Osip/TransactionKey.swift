/// What identifies a transaction (RFC 3261 §17.1.3, §17.2.3).
struct TransactionKey: Hashable {
    private let branch: String
    private let origin: String
    private let method: String

    /// The server transaction that a request belongs to. ACK belongs to its INVITE; CANCEL is one of its own.
    init(request index: MessageIndex) {
        method = index.method == "ACK" ? "INVITE" : index.method
        if index.hasUniqueBranch {
            branch = index.branch
            origin = index.viaSentBy
        } else {
            branch = "\(index.cseqNumber) \(index.fromTag)"
            origin = index.callID
        }
    }

    /// The INVITE that a CANCEL wants to end.
    init(cancelledBy index: MessageIndex) {
        var invite = index
        invite.method = "INVITE"
        self.init(request: invite)
    }

    /// The client transaction that a response belongs to.
    init(response index: MessageIndex) {
        self.init(client: index.branch, method: index.cseqMethod)
    }

    init(client branch: String, method: String) {
        self.branch = branch
        self.method = method
        origin = ""
    }
}
