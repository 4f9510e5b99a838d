import Logging
import NIOCore

/// A request on its way through the rules.
struct IncomingRequest {
    var index: MessageIndex
    /// The whole message, exactly as long as the guard said.
    var bytes: [UInt8]
    var headers: HeaderLines
    /// What it came over.
    var flow: Flow
    /// Where its response goes (RFC 3261 §18.2.2, RFC 3581 §4).
    var replyFlow: Flow
    var key: TransactionKey
    /// Of an INVITE that makes a new call: the trunk whose address it came from.
    var trunk: String?

    /// The value of the Authorization header that is meant for us: one with the Digest scheme and, if there are
    /// several, with our realm. Other schemes count as absent (RFC 4475 section 3.3.7).
    func credentials(realm: String) -> String? {
        let values = headers.values("authorization").filter {
            $0.prefix(6).lowercased() == "digest" && $0.dropFirst(6).first.map { $0 == " " || $0 == "\t" } == true
        }
        guard values.count > 1 else { return values.first }
        return values.first { $0.contains("realm=\"\(realm)\"") } ?? values.first
    }

    var body: [UInt8] { Array(bytes[min(index.headerLength, bytes.count)...]) }
}

/// From bytes to the one who is responsible for them.
extension UserAgentCore {
    func received(_ bytes: [UInt8], over flow: Flow) {
        counts.received &+= 1
        guard !isBanned(flow) else {
            counts.dropped &+= 1
            return
        }
        if bytes.first == 0, !flow.isStream,
            let answer = STUNBinding.response(to: bytes, address: flow.peerAddress, port: flow.peerPort)
        {
            send(answer, over: flow)
            return
        }
        switch bytes.withUnsafeBytes({ MessageGuard.inspect($0, over: flow.isStream ? .stream : .datagram) }) {
        case .keepAlive:
            break
        case .drop(let reason):
            counts.dropped &+= 1
            logger.debug(
                "dropped a message",
                metadata: [LogKey.peer: "\(flow.peerAddress)", LogKey.reason: "\(reason)"])
        case .answer(let status, let reason, let index):
            let request = incoming(index, bytes, over: flow)
            answerStateless(request, status, reason: reason)
        case .message(let index):
            if case .stream(let number) = flow.path { transports.sawMessage(on: number, now: now) }
            if index.isRequest {
                receive(incoming(index, bytes, over: flow))
            } else {
                receiveResponse(index, bytes, over: flow)
            }
        }
    }

    private func incoming(_ index: MessageIndex, _ bytes: [UInt8], over flow: Flow) -> IncomingRequest {
        var index = index
        let whole = Self.exact(bytes, &index)
        let headers = HeaderLines(whole)
        return IncomingRequest(
            index: index, bytes: whole, headers: headers, flow: flow,
            replyFlow: replyFlow(index, headers, flow), key: TransactionKey(request: index))
    }

    /// Without line ends before the start line, and without what follows the body.
    private static func exact(_ bytes: [UInt8], _ index: inout MessageIndex) -> [UInt8] {
        let start = bytes.firstIndex { $0 != Ascii.carriageReturn && $0 != Ascii.lineFeed } ?? 0
        let end = min(bytes.count, max(0, index.headerLength) &+ max(0, index.contentLength))
        guard start > 0 || end < bytes.count, start <= end else { return bytes }
        index.headerLength = max(0, index.headerLength - start)
        return Array(bytes[start..<end])
    }

    /// Without `rport` a datagram's response goes to the port that Via names.
    private func replyFlow(_ index: MessageIndex, _ headers: HeaderLines, _ flow: Flow) -> Flow {
        guard !flow.isStream else { return flow }
        let port = HostPort(index.viaSentBy)?.port ?? 5_060
        guard port != flow.peerPort else { return flow }
        let via = headers.first("via", compact: UInt8(ascii: "v")) ?? ""
        let top = via.prefix { $0 != "," }.lowercased()
        guard !top.contains(";rport") && !top.contains("; rport") else { return flow }
        var reply = flow
        reply.peer.port = Int(port)
        return reply
    }

    // MARK: Requests

    private func receive(_ request: IncomingRequest) {
        let index = request.index
        if index.method == "ACK" {
            receiveACK(request)
            return
        }
        if let reply = index.method == "INVITE"
            ? answers.reply(to: request.key, now: now) : replies.reply(to: request.key, now: now)
        {
            send(reply, over: request.replyFlow)
            return
        }
        if index.method == "INVITE", let transaction = layer.server(request.key) {
            if let message = OsipMessage(parsing: request.bytes) { layer.receive(message, in: transaction) }
            return
        }
        var request = request
        guard !isRefusedUnread(&request) else { return }
        guard let message = parsed(request) else {
            answerStateless(request, 400)
            return
        }
        dispatch(request, message)
    }

    /// Requests that are dealt with by what the guard has read of them.
    private static let plainMethods: Set<String> = ["BYE", "CANCEL", "INFO", "OPTIONS", "PRACK", "REFER"]

    /// Parsing costs more than everything else that is done with most requests: only those are parsed of which more is
    /// wanted than the guard has read. The others, and those that are refused for their method, come with nothing.
    private func parsed(_ request: IncomingRequest) -> OsipMessage? {
        let method = request.index.method
        guard Self.methods.contains(method), !Self.plainMethods.contains(method) else { return OsipMessage() }
        return OsipMessage(parsing: request.bytes)
    }

    /// An answer of many times the request's bytes, to an address that may be forged, would make us somebody's weapon.
    func isInProportion(_ answer: [UInt8], _ request: IncomingRequest) -> Bool {
        request.flow.isStream || answer.count <= GuardLimits.answerRatio * request.bytes.count
    }

    /// Whoever has shown nothing to be known by is refused before anything is parsed: it is what a flood is made of.
    private func isRefusedUnread(_ request: inout IncomingRequest) -> Bool {
        switch request.index.method {
        case "REGISTER":
            guard request.credentials(realm: settings.realm) == nil else { return false }
            noteRefusal(request)
            challenge(request, stale: false)
            return true
        case "INVITE" where request.index.toTag == nil:
            request.trunk = trunk(of: request)
            guard request.trunk == nil, request.credentials(realm: settings.realm) == nil else { return false }
            refuseStranger(request)
            return true
        default:
            return false
        }
    }

    /// ACK for a refusal belongs to the INVITE's transaction; ACK for a 2xx is found by its dialog.
    private func receiveACK(_ request: IncomingRequest) {
        let index = request.index
        if let transaction = layer.server(request.key) {
            if let message = OsipMessage(parsing: request.bytes) { layer.receive(message, in: transaction) }
            return
        }
        guard let leg = leg(for: index) else {
            counts.dropped &+= 1
            return
        }
        follow(leg, request)
        receiveACK(leg, request)
    }

    /// The leg whose dialog a request belongs to.
    func leg(for index: MessageIndex) -> Leg? {
        guard let localTag = index.toTag else { return nil }
        return dialogs[DialogKey(callID: index.callID, localTag: localTag, remoteTag: index.fromTag)]
    }

    // MARK: Responses

    private func receiveResponse(_ index: MessageIndex, _ bytes: [UInt8], over flow: Flow) {
        var index = index
        let whole = Self.exact(bytes, &index)
        let key = TransactionKey(response: index)
        let transaction = layer.client(key)
        // A 2xx that no transaction waits for: repeated, forked, or after the end of everything.
        let late = transaction == nil ? lateAnswer(index) : nil
        if transaction == nil, late == nil, repeatReinviteACK(index) { return }
        guard transaction != nil || late != nil, let message = OsipMessage(parsing: whole) else {
            counts.dropped &+= 1
            return
        }
        let response = response(index, whole, message, flow)
        if let transaction {
            layer.receive(message, response, in: transaction)
        } else if let late {
            invited(late, .response(response))
        }
    }

    private func response(
        _ index: MessageIndex, _ whole: [UInt8], _ message: OsipMessage, _ flow: Flow
    ) -> IncomingResponse {
        let status = index.statusCode
        let isAnswer = index.cseqMethod == "INVITE" && (200..<300).contains(status)
        let isReliable =
            index.cseqMethod == "INVITE" && (101..<200).contains(status)
            && HeaderLines(whole).has("100rel", in: "require")
        let hasMedia = isAnswer || (index.cseqMethod == "INVITE" && (status == 180 || status == 183))
        let challenges =
            switch status {
            case 401: HeaderLines(whole).values("www-authenticate")
            case 407: HeaderLines(whole).values("proxy-authenticate")
            default: [String]()
            }
        return IncomingResponse(
            index: index, contact: isAnswer || isReliable ? message.contactURI : nil,
            recordRoutes: isAnswer || isReliable ? message.recordRoutes : [],
            contacts: (300..<400).contains(status) ? message.contacts(limit: 64) ?? [] : [],
            bytes: whole, body: hasMedia ? SessionPart.session(of: index, whole) : [], flow: flow,
            challenges: challenges, isReliable: isReliable)
    }

    private func lateAnswer(_ index: MessageIndex) -> Leg? {
        guard index.cseqMethod == "INVITE", index.statusCode >= 200, index.statusCode < 300 else { return nil }
        guard let leg = called[index.callID], leg.dialog.localTag == index.fromTag,
            leg.calling?.sequence == index.cseqNumber
        else { return nil }
        return leg
    }

    // MARK: Sockets

    func streamOpened(_ channel: any Channel, listener: Int) -> UInt64? {
        if let peer = channel.remoteAddress, isBanned(Flow(path: .stream(0), peer: peer)) { return nil }
        return transports.opened(channel, listener: listener, now: now, isNeeded: isNeeded)
    }

    /// Bytes of a message that is not complete yet; `false` if the connection has to go.
    func streamHolds(_ bytes: Int, isFresh: Bool, _ flow: Flow) -> Bool {
        guard case .stream(let number) = flow.path else { return false }
        return transports.holds(bytes, isFresh: isFresh, on: number, now: now)
    }

    /// Somebody is registered over the connection, or a call needs it.
    func isNeeded(_ flow: Flow) -> Bool {
        flows.isRegistered(flow) || legs.values.contains { $0.flow == flow && !$0.hasEnded }
    }

    /// What was registered over the connection is out of reach.
    func streamClosed(_ flow: Flow) {
        if case .stream(let number) = flow.path { transports.closed(number) }
        guard let name = flows.known(flow) else { return }
        flows.remove(name)
        for user in registrar.remove(flow: name) { unregistered(user) }
    }

    func socketError(_ text: String) {
        logger.debug("socket error", metadata: [LogKey.reason: "\(text)"])
    }
}

/// Host and port as Via writes them.
struct HostPort {
    var host: String
    var port: UInt16?

    init?(_ text: String) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            port = rest.hasPrefix(":") ? UInt16(rest.dropFirst()) : nil
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return nil }
        host = String(first)
        port = parts.count == 2 ? UInt16(parts[1]) : nil
    }
}
