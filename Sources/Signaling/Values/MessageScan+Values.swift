extension MessageScan {
    /// Scheme and host of the Request-URI. One of another scheme is refused as RFC 3261 section 8.2.2.1 says, and one
    /// with headers of its own, which would be acted upon, has no place there (section 19.1.1, table 1).
    mutating func checkRequestURI() {
        guard text.all(requestURI, Self.isURICharacter), let colon = text.firstIndex(of: Ascii.colon, in: requestURI)
        else { return note(400, "Malformed Request-URI") }
        let scheme = requestURI.lowerBound..<colon
        if text.equals(scheme, ignoringCase: "tel") { return }
        guard text.equals(scheme, ignoringCase: "sip") || text.equals(scheme, ignoringCase: "sips") else {
            return note(416, "Unsupported URI Scheme")
        }
        let userEnd = text.firstIndex(of: Ascii.at, in: requestURI) ?? colon
        guard let end = endOfHostPort(from: userEnd &+ 1, to: requestURI.upperBound),
            end == requestURI.upperBound || text[end] == Ascii.semicolon,
            text.firstIndex(of: Ascii.question, in: end..<requestURI.upperBound) == nil
        else { return note(400, "Malformed Request-URI") }
    }

    private static func isURICharacter(_ byte: UInt8) -> Bool {
        Ascii.isVisible(byte) && byte != Ascii.less && byte != Ascii.greater && byte != Ascii.quote
    }

    /// Host, or IPv6 address in brackets, and port: the index behind them.
    private func endOfHostPort(from start: Int, to end: Int) -> Int? {
        var index = start
        if text[index] == Ascii.bracket {
            guard let close = text.firstIndex(of: Ascii.closingBracket, in: index..<end), close > index &+ 1 else {
                return nil
            }
            index = close &+ 1
        } else {
            index = text.skippingToken(from: index, in: start..<max(start, end))
            guard index > start else { return nil }
        }
        guard index < end, text[index] == Ascii.colon else { return index }
        let port = index &+ 1
        index = port
        while index < end, Ascii.isDigit(text[index]) { index &+= 1 }
        guard let number = text.decimal(port..<index), number <= 65_535 else { return nil }
        return index
    }

    /// Sent-by and branch of the topmost Via value: `SIP / 2.0 / UDP  host : port ;branch=…`, blanks wherever the
    /// grammar has them. `nil` if there is not so much of it that an answer could be sent.
    mutating func readVia(_ value: Range<Int>) -> (sentBy: Range<Int>, branch: Range<Int>)? {
        var position = value.lowerBound
        for part in 0..<3 {
            let end = text.skippingToken(from: position, in: value)
            if part == 0, !text.equals(position..<end, ignoringCase: "sip") { return nil }
            if end == position { return nil }
            position = text.skippingBlanks(from: end, in: value)
            if part < 2 {
                guard text[position] == Ascii.slash else { return nil }
                position = text.skippingBlanks(from: position &+ 1, in: value)
            } else if position == end {
                return nil
            }
        }
        let sentByEnd = endOfSentBy(from: position, in: value)
        let sentBy = text.trimmed(position..<sentByEnd)
        guard text.all(sentBy, { Self.isSentByCharacter($0) || Ascii.isBlank($0) }) else { return nil }

        var branch: Range<Int>?
        var parameters = ParameterScanner(text, in: sentByEnd..<value.upperBound)
        while let parameter = parameters.next() {
            if parameter.name.isEmpty { note(400, "Malformed Via") }
            guard text.equals(parameter.name, ignoringCase: "branch") else { continue }
            if let found = parameter.value, branch == nil, text.all(found, Ascii.isVisible) {
                branch = found
            } else {
                note(400, "Malformed Via")
            }
        }
        if parameters.position != value.upperBound, text[parameters.position] != Ascii.comma {
            note(400, "Malformed Via")
        }
        return (sentBy, branch ?? sentByEnd..<sentByEnd)
    }

    private func endOfSentBy(from start: Int, in value: Range<Int>) -> Int {
        var index = start
        while index < value.upperBound, text[index] != Ascii.semicolon, text[index] != Ascii.comma { index &+= 1 }
        return index
    }

    /// Host names, IPv4 and bracketed IPv6 addresses, and the colon before the port.
    private static func isSentByCharacter(_ byte: UInt8) -> Bool {
        Ascii.isToken(byte) || byte == Ascii.colon || byte == Ascii.bracket || byte == Ascii.closingBracket
    }

    /// The tag of a From or To value, in name-addr or addr-spec form (RFC 3261 section 20.10).
    mutating func readTag(_ value: Range<Int>, _ reason: String) -> Range<Int>? {
        guard let parameters = text.endOfAddress(value) else {
            note(400, reason)
            return nil
        }
        var tag: Range<Int>?
        var scanner = ParameterScanner(text, in: parameters..<value.upperBound)
        while let parameter = scanner.next() {
            guard text.equals(parameter.name, ignoringCase: "tag") else { continue }
            guard tag == nil, let found = parameter.value, text.all(found, Ascii.isToken) else {
                note(400, reason)
                return tag
            }
            tag = found
        }
        if scanner.position != value.upperBound { note(400, reason) }
        return tag
    }

    /// An address-of-record is a SIP or SIPS URI (RFC 3261 section 10.2).
    mutating func checkAddressOfRecord(_ value: Range<Int>) {
        let uri = text.addressStart(value)
        if text.equals(uri..<uri &+ 4, ignoringCase: "sip:") || text.equals(uri..<uri &+ 5, ignoringCase: "sips:") {
            return
        }
        note(400, "Malformed Address Of Record")
    }

    /// Number, blanks, method (RFC 3261 section 20.16). The method must be the request's.
    mutating func readCSeq(_ value: Range<Int>) -> (number: UInt32, method: Range<Int>) {
        var end = value.lowerBound
        while end < value.upperBound, Ascii.isDigit(text[end]) { end &+= 1 }
        let methodStart = text.skippingBlanks(from: end, in: value)
        let methodRange = methodStart..<value.upperBound
        guard let number = text.decimal(value.lowerBound..<end), number < GuardLimits.cseq, methodStart > end,
            text.all(methodRange, Ascii.isToken)
        else {
            note(400, "Malformed CSeq")
            return (0, methodRange)
        }
        if isRequest, !text.equals(methodRange, method) { note(400, "CSeq Does Not Match Method") }
        return (UInt32(number), methodRange)
    }

    /// Bytes of the body. A length that is unreadable or beyond what came is a fault; what follows the body in a
    /// datagram is ignored (RFC 3261 section 18.3). Without a length, a message has all that came with it: on a
    /// stream `StreamFramer` gives it no body.
    mutating func readContentLength() -> Int {
        let available = text.count &- bodyStart
        guard let contentLength else { return available }
        guard let length = text.decimal(contentLength) else {
            note(400, "Malformed Content-Length")
            return 0
        }
        guard length <= UInt64(available) else {
            // The framer does not wait for a body that is refused anyway.
            if transport == .stream, length > UInt64(GuardLimits.body) { note(413, "Request Entity Too Large") }
            note(400, "Content-Length Beyond Message")
            return 0
        }
        return Int(length)
    }

    /// Only bodies that the parsers of SDP and multipart go through quickly.
    mutating func checkBody(_ length: Int) {
        guard length <= GuardLimits.body else { return note(413, "Request Entity Too Large") }
        let body = bodyStart..<bodyStart &+ length
        if text.lineCount(body) > GuardLimits.bodyLines { note(413, "Request Entity Too Large") }
    }

    /// A zero ends a C string, so the parser would see another message than we did. Legal inside a quoted string
    /// and in a binary body all the same, hence statuses that do not call the message malformed where it may not be.
    mutating func checkZeros(bodyEnd: Int) {
        guard let zero = text.firstIndex(of: 0, in: start..<bodyEnd) else { return }
        if zero >= bodyStart {
            note(415, "Unsupported Media Type")
        } else if isKnownMethod {
            note(400, "Zero In Header")
        } else {
            note(501, "Not Implemented")
        }
    }

    private var isKnownMethod: Bool {
        let known: Set<String> = [
            "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "INFO", "UPDATE", "PRACK", "SUBSCRIBE", "NOTIFY",
            "REFER", "MESSAGE", "PUBLISH",
        ]
        return known.contains(text.string(method))
    }
}

extension ByteText {
    /// Where the header's own parameters begin, `nil` if quotes or angle brackets are not closed.
    func endOfAddress(_ value: Range<Int>) -> Int? {
        guard !value.isEmpty else { return nil }
        var index = value.lowerBound
        while index < value.upperBound {
            switch self[index] {
            case Ascii.quote:
                guard let end = endOfQuoted(from: index, in: value) else { return nil }
                index = end
            case Ascii.less:
                guard let end = firstIndex(of: Ascii.greater, in: index..<value.upperBound) else { return nil }
                return end &+ 1
            case Ascii.semicolon:
                return index
            default:
                index &+= 1
            }
        }
        return index
    }

    /// There may be a URI with headers of its own, which is rare.
    func hasHeadersInURI(_ range: Range<Int>) -> Bool { firstIndex(of: Ascii.question, in: range) != nil }

    func ampersands(_ range: Range<Int>) -> Int {
        var count = 0
        var start = range.lowerBound
        while let found = firstIndex(of: Ascii.ampersand, in: start..<range.upperBound) {
            count &+= 1
            start = found &+ 1
        }
        return count
    }

    /// Where the URI of a name-addr or addr-spec begins.
    func addressStart(_ value: Range<Int>) -> Int {
        var index = value.lowerBound
        while index < value.upperBound {
            switch self[index] {
            case Ascii.quote: index = endOfQuoted(from: index, in: value) ?? value.upperBound
            case Ascii.less: return skippingBlanks(from: index &+ 1, in: value)
            default: index &+= 1
            }
        }
        return value.lowerBound
    }

    /// Lines as libosip2 counts them: CR LF, LF and CR each end one; a rest without an end is one more.
    func lineCount(_ range: Range<Int>) -> Int {
        let range = range.clamped(to: 0..<count)
        var lines = 0
        var start = range.lowerBound
        while let feed = firstIndex(of: Ascii.lineFeed, in: start..<range.upperBound) {
            lines &+=
                1 &+ returns(in: start..<feed &- (feed > start && self[feed &- 1] == Ascii.carriageReturn ? 1 : 0))
            start = feed &+ 1
        }
        lines &+= returns(in: start..<range.upperBound)
        guard let last = range.last, self[last] != Ascii.lineFeed, self[last] != Ascii.carriageReturn else {
            return lines
        }
        return lines &+ 1
    }

    private func returns(in range: Range<Int>) -> Int {
        firstIndex(of: Ascii.carriageReturn, in: range) == nil ? 0 : tally(range).returns
    }
}
