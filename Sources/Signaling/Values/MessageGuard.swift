/// Stands in front of libosip2, which is liberal, and slow where lists are long: what it lets through is bounded in
/// every count, complete and consistent. One pass over the bytes, no matter what they are.
package enum MessageGuard {
    package static func inspect(_ bytes: UnsafeRawBufferPointer, over transport: GuardTransport) -> GuardVerdict {
        let text = ByteText(bytes)
        guard let start = startOfMessage(text) else { return .keepAlive }
        var scan = MessageScan(text, from: start, over: transport)
        return scan.verdict()
    }

    /// Empty lines before a message are passed over (RFC 3261 section 7.5); phones also send a few zeros to keep a
    /// path open. `nil` if there is nothing else.
    private static func startOfMessage(_ text: ByteText) -> Int? {
        var index = 0
        while text[index] == Ascii.carriageReturn || text[index] == Ascii.lineFeed { index &+= 1 }
        guard index < text.count else { return nil }
        guard index == 0, text.count <= 4 else { return index }
        return text.all(0..<text.count) { $0 == 0 } ? nil : index
    }
}

/// The inspection of one message, step by step.
struct MessageScan {
    struct Fault {
        var status: Int
        var reason: String
    }

    let text: ByteText
    let start: Int
    let transport: GuardTransport

    var isRequest = false
    var method = 0..<0
    var requestURI = 0..<0
    var statusCode = 0
    var via: Range<Int>?
    var from: Range<Int>?
    var to: Range<Int>?
    var callID: Range<Int>?
    var cseq: Range<Int>?
    var maxForwards: Range<Int>?
    var contentLength: Range<Int>?
    var contentType: Range<Int>?
    var bodyStart = 0
    /// The first thing that was wrong. The scan goes on, because an answer needs the headers behind it.
    var fault: Fault?

    init(_ text: ByteText, from start: Int, over transport: GuardTransport) {
        self.text = text
        self.start = start
        self.transport = transport
    }

    mutating func note(_ status: Int, _ reason: String) {
        if fault == nil { fault = Fault(status: status, reason: reason) }
    }

    mutating func verdict() -> GuardVerdict {
        if transport == .datagram, text.count > GuardLimits.datagram { note(513, "Message Too Large") }
        guard let headers = readStartLine() else { return .drop("not SIP") }
        readHeaders(from: headers)
        guard let via else { return .drop("no Via") }
        guard let hop = readVia(via) else { return .drop("malformed Via") }
        let callID = required(callID, "Missing Call-ID")
        let fromTag = readTag(required(from, "Missing From"), "Malformed From")
        let toTag = readTag(required(to, "Missing To"), "Malformed To")
        if isRequest, let to, text.equals(method, ignoringCase: "register") { checkAddressOfRecord(to) }
        let sequence = readCSeq(required(cseq, "Missing CSeq"))
        if !text.all(callID, Ascii.isVisible) { note(400, "Malformed Call-ID") }
        if let maxForwards, text.decimal(maxForwards) ?? .max > 255 { note(400, "Malformed Max-Forwards") }
        let length = readContentLength()
        checkBody(length)
        checkZeros(bodyEnd: bodyStart &+ length)

        let index = MessageIndex(
            isRequest: isRequest, method: text.string(method), requestURI: text.string(requestURI),
            statusCode: statusCode, branch: text.string(hop.branch), viaSentBy: text.compactedLowercase(hop.sentBy),
            callID: text.string(callID), cseqNumber: sequence.number, cseqMethod: text.string(sequence.method),
            fromTag: fromTag.map(text.string) ?? "", toTag: toTag.map(text.string), contentLength: length,
            headerLength: bodyStart)
        guard let fault else { return .message(index) }
        // RFC 3261 section 17: an ACK is never answered, and neither is a response.
        if !isRequest || index.method == "ACK" || index.cseqMethod == "ACK" { return .drop(fault.reason) }
        return .answer(status: fault.status, reason: fault.reason, index)
    }

    /// What every message has to have (RFC 3261 section 8.1.1). A request without it is refused with what is there.
    private mutating func required(_ header: Range<Int>?, _ reason: String) -> Range<Int> {
        if header == nil { note(400, reason) }
        return header ?? 0..<0
    }

    // MARK: - Head

    /// Index of the first header; `nil` if the first line is not SIP at all.
    private mutating func readStartLine() -> Int? {
        let limit = min(text.count, start &+ GuardLimits.line &+ 2)
        guard let feed = text.firstIndex(of: Ascii.lineFeed, in: start..<limit) else { return nil }
        let end = text[feed &- 1] == Ascii.carriageReturn && feed > start ? feed &- 1 : feed
        let line = start..<end
        guard line.count <= GuardLimits.line else { return nil }
        if text.equals(line.prefix(4), ignoringCase: "sip/") {
            guard readStatusLine(line) else { return nil }
        } else {
            guard readRequestLine(line) else { return nil }
        }
        let next = text[feed &+ 1]
        if next == Ascii.space || next == Ascii.tab { note(400, "Folded Start Line") }
        return feed &+ 1
    }

    /// `SIP/2.0 200 OK`; the reason phrase may be missing.
    private mutating func readStatusLine(_ line: Range<Int>) -> Bool {
        let code = line.lowerBound &+ 8
        guard text.equals(line.prefix(8), ignoringCase: "sip/2.0 "), line.count >= 11 else { return false }
        guard code &+ 3 == line.upperBound || text[code &+ 3] == Ascii.space else { return false }
        guard let status = text.decimal(code..<code &+ 3), (100...699).contains(status) else { return false }
        statusCode = Int(status)
        return true
    }

    /// Method, one space, Request-URI, one space, version (RFC 3261 section 7.1). A line that ends in a version is
    /// SIP, be it ever so malformed.
    private mutating func readRequestLine(_ line: Range<Int>) -> Bool {
        let trimmed = text.trimmed(line)
        var versionStart = trimmed.upperBound
        while versionStart > trimmed.lowerBound, text[versionStart &- 1] != Ascii.space { versionStart &-= 1 }
        let version = versionStart..<trimmed.upperBound
        guard text.equals(version.prefix(4), ignoringCase: "sip/") else { return false }
        isRequest = true
        let methodEnd = text.skippingToken(from: line.lowerBound, in: line)
        method = line.lowerBound..<methodEnd
        guard !method.isEmpty, text[methodEnd] == Ascii.space, methodEnd &+ 1 < versionStart &- 1, trimmed == line
        else {
            note(400, "Malformed Request Line")
            return true
        }
        requestURI = methodEnd &+ 1..<versionStart &- 1
        if !text.equals(version, ignoringCase: "sip/2.0") { note(505, "Version Not Supported") }
        checkRequestURI()
        return true
    }

    private mutating func readHeaders(from first: Int) {
        let end = min(text.count, start &+ GuardLimits.head)
        var scanner = HeaderScanner(text, from: first, to: end)
        var (lines, vias) = (0, 0)
        while let header = scanner.next() {
            lines &+= header.lines
            if header.length > GuardLimits.line { note(400, "Header Too Long") }
            if !header.isWellFormed { note(400, "Malformed Header") }
            if header.name == .via { vias &+= 1 &+ text.tally(header.value).commas }
            keep(header)
        }
        bodyStart = scanner.position
        if lines > GuardLimits.headerLines { note(400, "Too Many Headers") }
        if vias > GuardLimits.vias { note(400, "Too Many Via") }
        if !scanner.isComplete {
            if text.count > end { note(513, "Message Too Large") } else { note(400, "No End Of Headers") }
        }
        checkCounts(from: first, to: end, returns: scanner.returns)
    }

    /// The whole head is counted first, which is quick, and header by header only if that is too much for one.
    private mutating func checkCounts(from first: Int, to end: Int, returns: Int) {
        let line = text.tally(start..<first)
        if line.commas > GuardLimits.commasPerHeader || line.semicolons > GuardLimits.semicolonsPerHeader {
            note(400, "Too Many Values In The Start Line")
        }
        let whole = text.tally(first..<bodyStart)
        // libosip2 would end a line at a carriage return that stands alone.
        if whole.returns != returns { note(400, "Malformed Header") }
        if text.hasHeadersInURI(first..<bodyStart), text.ampersands(first..<bodyStart) > GuardLimits.ampersands {
            return note(400, "Too Many Headers In A URI")
        }
        if whole.commas > GuardLimits.commas || whole.semicolons > GuardLimits.semicolons {
            return note(400, "Too Many Values")
        }
        guard whole.commas > GuardLimits.commasPerHeader || whole.semicolons > GuardLimits.semicolonsPerHeader else {
            return
        }
        var scanner = HeaderScanner(text, from: first, to: end)
        while let header = scanner.next() {
            let tally = text.tally(header.value)
            if tally.commas > GuardLimits.commasPerHeader || tally.semicolons > GuardLimits.semicolonsPerHeader {
                return note(400, "Too Many Values In A Header")
            }
        }
    }

    /// Remembers where the headers are that everything depends on. They may stand only once, but for Via.
    private mutating func keep(_ header: HeaderLine) {
        switch header.name {
        case .via: if via == nil { via = header.value }
        case .from: if !Self.take(header.value, into: &from) { note(400, "Repeated From") }
        case .to: if !Self.take(header.value, into: &to) { note(400, "Repeated To") }
        case .callID: if !Self.take(header.value, into: &callID) { note(400, "Repeated Call-ID") }
        case .cseq: if !Self.take(header.value, into: &cseq) { note(400, "Repeated CSeq") }
        case .maxForwards: if !Self.take(header.value, into: &maxForwards) { note(400, "Repeated Max-Forwards") }
        case .contentLength: if !Self.take(header.value, into: &contentLength) { note(400, "Repeated Content-Length") }
        case .contentType: if !Self.take(header.value, into: &contentType) { note(400, "Repeated Content-Type") }
        case .other: break
        }
    }

    /// Takes the first of several. A function of the places alone, so that it may be handed one of them.
    private static func take(_ value: Range<Int>, into place: inout Range<Int>?) -> Bool {
        guard place == nil else { return false }
        place = value
        return true
    }
}
