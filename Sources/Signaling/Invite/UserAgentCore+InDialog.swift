/// Requests of ours inside a dialog: by a transaction of their own, with credentials if the trunk wants them.
extension UserAgentCore {
    /// A body and what it is.
    struct Content {
        var type = "application/sdp"
        var text: String
    }

    /// One request of ours, told apart from what becomes of it.
    struct Outgoing {
        var method: String
        var headers: [String] = []
        var content: Content?
        /// To tag of the early dialog that it belongs to; `nil`: the leg's own.
        var earlyTag: String?
    }

    /// Sends the request and tells what became of it, once: the final response, or none. A trunk's challenge is
    /// answered before.
    ///
    /// - Returns: CSeq number of the request that was sent first.
    @discardableResult
    func request(
        _ leg: Leg, _ outgoing: Outgoing, credentials: [String]? = nil,
        then finished: @escaping (UInt32, Transaction.Notice) -> Void
    ) -> UInt32 {
        var dialog = outgoing.earlyTag.map { earlyDialog(leg, $0) } ?? leg.dialog
        let flow = nextHop(dialog, of: leg)
        let uri = dialog.requestURI
        // Credentials go to the trunk itself alone; those that it has taken before are sent at once.
        let proof =
            credentials
            ?? (flow == leg.flow
                ? leg.login?.headers(method: outgoing.method, uri: uri, cnonce: tokens.tag()) ?? [] : [])
        let branch = tokens.branch()
        let bytes = dialog.request(
            outgoing.method, branch: branch, transport: flow.transportName, headers: outgoing.headers + proof,
            body: outgoing.content?.text, type: outgoing.content?.type ?? "")
        let sequence = dialog.localSequence
        // One count for all dialogs of the INVITE, so that each sees rising numbers.
        leg.dialog.localSequence = sequence
        let transaction = layer.startClient(bytes, branch: branch, method: outgoing.method, over: flow) {
            [weak self, weak leg] notice in
            guard let self, let leg else { return }
            if case .response(let response) = notice {
                guard response.index.statusCode >= 200 else { return }
                // One answer for each request: a second challenge to the same is a refusal.
                if credentials == nil,
                    let fresh = self.credentials(leg, response, method: outgoing.method, uri: uri)
                {
                    self.request(leg, outgoing, credentials: fresh, then: finished)
                    return
                }
                if response.index.statusCode < 300 { leg.login?.wasBelieved() }
            }
            finished(sequence, notice)
        }
        if transaction == nil { finished(sequence, .transportFailed) }
        if outgoing.method == "INVITE" { leg.reinvite = transaction }
        return sequence
    }
}
