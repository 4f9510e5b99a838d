/// Refuses a request without parser and without state: the response is made of the request's own header bytes
/// (RFC 3261 section 8.2.6), so it is never much longer than the request. Of a request that lacks some of them, it has
/// those that are there (RFC 4475 section 3.3.1).
package enum StatelessResponse {
    /// Where the request came from, for `received` and `rport` (RFC 3261 section 18.2.1, RFC 3581 section 4).
    package struct Source: Hashable, Sendable {
        /// Numeric address, without brackets.
        package var address: String
        package var port: UInt16

        package init(address: String, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// - Parameters:
    ///   - toTag: added to a To without one; must depend on the request alone, so that a retransmission gets the
    ///     same response.
    ///   - headers: further lines without line ends, such as `Allow: INVITE`; ours, never from a peer.
    /// - Returns: `nil` without a Via, by which the answer would find its request.
    package static func make(
        status: Int, reason: String, to request: UnsafeRawBufferPointer, source: Source?, toTag: String,
        headers: [String] = []
    ) -> [UInt8]? {
        let text = ByteText(request)
        let limit = min(text.count, GuardLimits.head)
        var start = 0
        while text[start] == Ascii.carriageReturn || text[start] == Ascii.lineFeed { start &+= 1 }
        guard let feed = text.firstIndex(of: Ascii.lineFeed, in: start..<max(start, limit)) else { return nil }

        var output: [UInt8] = []
        output.reserveCapacity(limit &+ 256)
        output.append("SIP/2.0 \(status) \(reason)\r\n")
        var found = Found()
        var scanner = HeaderScanner(text, from: feed &+ 1, to: limit)
        while let header = scanner.next() {
            switch header.name {
            case .via:
                output.append("Via: ")
                if let source, found.insert(.via) {
                    appendTopVia(text, header.value, source, to: &output)
                } else {
                    found.insert(.via)
                    append(text, header.value, to: &output)
                }
            case .from, .callID, .cseq, .to:
                guard found.insert(header.name) else { continue }
                output.append(title(header.name))
                append(text, header.value, to: &output)
                if header.name == .to, !hasTag(text, header.value) { output.append(";tag=\(toTag)") }
            case .maxForwards, .contentLength, .contentType, .other:
                continue
            }
            output.append("\r\n")
        }
        guard found.contains(.via) else { return nil }
        for line in headers {
            output.append(line)
            output.append("\r\n")
        }
        output.append("Content-Length: 0\r\n\r\n")
        return output
    }

    /// The headers that have been copied.
    private struct Found {
        private var bits: UInt8 = 0

        func contains(_ name: HeaderName) -> Bool { bits & Self.bit(name) != 0 }

        /// `false` if it is not the first of its name.
        @discardableResult
        mutating func insert(_ name: HeaderName) -> Bool {
            defer { bits |= Self.bit(name) }
            return !contains(name)
        }

        private static func bit(_ name: HeaderName) -> UInt8 {
            switch name {
            case .via: 1
            case .from: 2
            case .to: 4
            case .callID: 8
            case .cseq: 16
            case .maxForwards, .contentLength, .contentType, .other: 0
            }
        }
    }

    private static func title(_ name: HeaderName) -> String {
        switch name {
        case .from: "From: "
        case .to: "To: "
        case .callID: "Call-ID: "
        case .cseq: "CSeq: "
        case .via, .maxForwards, .contentLength, .contentType, .other: ""
        }
    }

    /// The first Via header, its first value with `received` and `rport` as the server sees them.
    private static func appendTopVia(
        _ text: ByteText, _ value: Range<Int>, _ source: Source, to output: inout [UInt8]
    ) {
        let start = text.firstIndex(of: Ascii.semicolon, in: value) ?? value.upperBound
        let end = text.firstIndex(of: Ascii.comma, in: value) ?? value.upperBound
        var parameters = ParameterScanner(text, in: min(start, end)..<value.upperBound)
        append(text, value.lowerBound..<min(start, end), to: &output)
        while let parameter = parameters.next() {
            if parameter.name.isEmpty || text.equals(parameter.name, ignoringCase: "received") { continue }
            if text.equals(parameter.name, ignoringCase: "rport") {
                output.append(";rport=\(source.port)")
                continue
            }
            output.append(Ascii.semicolon)
            append(text, parameter.name, to: &output)
            guard let found = parameter.value else { continue }
            output.append(Ascii.equal)
            append(text, found, to: &output)
        }
        output.append(";received=\(source.address)")
        append(text, parameters.position..<value.upperBound, to: &output)
    }

    private static func hasTag(_ text: ByteText, _ value: Range<Int>) -> Bool {
        let start = text.endOfAddress(value) ?? value.upperBound
        var parameters = ParameterScanner(text, in: start..<value.upperBound)
        while let parameter = parameters.next() {
            if text.equals(parameter.name, ignoringCase: "tag") { return true }
        }
        return false
    }

    /// Line ends of folded lines become blanks, and so do carriage returns by themselves: some peers would take them for
    /// line ends.
    private static func append(_ text: ByteText, _ range: Range<Int>, to output: inout [UInt8]) {
        let start = output.count
        text.append(range, to: &output)
        guard
            text.firstIndex(of: Ascii.lineFeed, in: range) != nil
                || text.firstIndex(of: Ascii.carriageReturn, in: range) != nil
        else { return }
        for index in start..<output.count
        where output[index] == Ascii.carriageReturn || output[index] == Ascii.lineFeed {
            output[index] = Ascii.space
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
