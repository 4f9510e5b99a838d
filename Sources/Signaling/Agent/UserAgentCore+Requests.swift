import Logging

/// What may be asked of us at all, and by whom.
extension UserAgentCore {
    static let methods: Set<String> = [
        "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "INFO", "UPDATE", "PRACK", "REFER",
    ]
    static let allow = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO, UPDATE, PRACK, REFER"
    static let accept = "Accept: application/sdp"

    /// The extensions that we speak, for Supported and Require.
    static let extensions: Set<String> = ["path", "100rel", "replaces"]

    func knows(_ option: String) -> Bool {
        Self.extensions.contains(option) || (option == "timer" && settings.sessionTimers != nil)
    }

    /// A new request: no retransmission, no ACK.
    func dispatch(_ request: IncomingRequest, _ message: OsipMessage) {
        let index = request.index
        guard Self.methods.contains(index.method) else {
            answerStateless(request, index.method == "NOTIFY" ? 489 : 405, headers: [Self.allow])
            return
        }
        if index.method != "CANCEL" {
            if index.method != "OPTIONS", hopsAreUsedUp(request) {
                answerStateless(request, 483)
                return
            }
            let unknown = request.headers.tokens("require").filter { !knows($0.lowercased()) }
            if !unknown.isEmpty {
                let list = unknown.filter { $0.utf8.allSatisfy(Ascii.isToken) }.joined(separator: ", ")
                answerStateless(request, 420, headers: ["Unsupported: \(list)"])
                return
            }
        }
        if index.method == "CANCEL" {
            receiveCancel(request)
        } else if index.method == "REGISTER" {
            receiveRegister(request, message)
        } else if index.toTag != nil {
            dispatchInDialog(request, message)
        } else {
            switch index.method {
            case "INVITE": receiveInvite(request, message)
            case "OPTIONS": answerStateless(request, 200, headers: [Self.allow, Self.accept, supported])
            default: answerStateless(request, 481)
            }
        }
    }

    private func dispatchInDialog(_ request: IncomingRequest, _ message: OsipMessage) {
        guard let leg = leg(for: request.index) else {
            dispatchEarly(request, message)
            return
        }
        // Only a BYE that crosses ours is told that all is well.
        guard !leg.hasEnded || request.index.method == "BYE" else {
            answerStateless(request, 481)
            return
        }
        follow(leg, request)
        let sequence = request.index.cseqNumber
        if request.index.method == "INVITE" {
            receiveReinvite(leg, request, message)
            return
        }
        guard sequence > leg.dialog.remoteSequence else {
            if isPendingRefer(leg, request) { return }
            answerStateless(request, 500)
            return
        }
        leg.dialog.remoteSequence = sequence
        switch request.index.method {
        case "BYE": receiveBye(leg, request)
        case "INFO": receiveInfo(leg, request)
        case "UPDATE": receiveUpdate(leg, request, message)
        case "PRACK": receivePRACK(leg, request)
        case "REFER": receiveRefer(leg, request)
        case "OPTIONS": answerStateless(request, 200, headers: [Self.allow, Self.accept, supported])
        default: answerStateless(request, 405, headers: [Self.allow])
        }
    }

    /// A request in a dialog that our INVITE has made with a provisional response, and no 2xx yet.
    private func dispatchEarly(_ request: IncomingRequest, _ message: OsipMessage) {
        let index = request.index
        guard let leg = called[index.callID], leg.dialog.localTag == index.toTag, !leg.hasEnded,
            case .client(let machine) = leg.usage, machine.isTrying,
            let dialog = leg.calling?.dialogs[index.fromTag]
        else {
            answerStateless(request, 481)
            return
        }
        guard index.cseqNumber > dialog.remoteSequence else {
            answerStateless(request, 500)
            return
        }
        if index.method == "INVITE" {
            // RFC 3261 §14.2: ours is in progress.
            answerStateless(request, 491)
            return
        }
        leg.calling?.dialogs[index.fromTag]?.remoteSequence = index.cseqNumber
        switch index.method {
        case "BYE": receiveBye(leg, request)
        case "UPDATE": receiveEarlyUpdate(leg, request, message)
        case "INFO": receiveInfo(leg, request)
        case "OPTIONS": answerStateless(request, 200, headers: [Self.allow, Self.accept, supported])
        default: answerStateless(request, 481)
        }
    }

    /// A peer behind a NAT, or one that has connected anew, is where its newest request came from.
    func follow(_ leg: Leg, _ request: IncomingRequest) {
        guard leg.isPinned, leg.flow != request.flow, leg.flow.isStream == request.flow.isStream else { return }
        leg.flow = request.flow
    }

    private func hopsAreUsedUp(_ request: IncomingRequest) -> Bool {
        guard let text = request.headers.first("max-forwards") else { return false }
        return Int(SIPTrim.trimmed(text)) == 0
    }

    // MARK: Answering without a transaction

    /// Answers without keeping anything: a retransmission is answered by the same bytes, because the To tag depends
    /// on the request alone.
    func answerStateless(
        _ request: IncomingRequest, _ status: Int, reason: String? = nil, headers: [String] = []
    ) {
        if status >= 300 { counts.refused &+= 1 }
        let source = StatelessResponse.Source(address: request.flow.peerAddress, port: request.flow.peerPort)
        let bytes = request.bytes.withUnsafeBytes {
            StatelessResponse.make(
                status: status, reason: reason ?? SIPText.reason(status), to: $0, source: source,
                toTag: statelessTag(request.index), headers: headers)
        }
        guard let bytes, isInProportion(bytes, request) else {
            counts.dropped &+= 1
            return
        }
        logger.debug(
            "answered without state",
            metadata: [
                LogKey.method: "\(request.index.method)", LogKey.status: "\(status)",
                LogKey.peer: "\(request.flow.peerAddress)",
            ])
        send(bytes, over: request.replyFlow)
    }

    /// Answers a request other than INVITE, and keeps the answer for its retransmissions.
    func reply(
        to request: IncomingRequest, _ status: Int, headers: [String] = [], body: String? = nil
    ) {
        guard
            let template = ResponseTemplate(
                request: request.bytes, headers: request.headers, source: request.flow,
                toTag: statelessTag(request.index))
        else { return }
        let bytes = template.response(status, headers: headers, body: body)
        replies.insert(bytes, for: request.key, now: now)
        send(bytes, over: request.replyFlow)
    }

    private func statelessTag(_ index: MessageIndex) -> String {
        String(UInt64(bitPattern: Int64(chance(index))), radix: 16)
    }

    /// A number that is the same for every copy of the request. Seeded for each process by the standard library, so
    /// nobody outside can foresee it.
    func chance(_ index: MessageIndex) -> Int {
        var hasher = Hasher()
        hasher.combine(index.callID)
        hasher.combine(index.fromTag)
        hasher.combine(index.cseqNumber)
        hasher.combine(index.branch)
        return hasher.finalize()
    }
}
