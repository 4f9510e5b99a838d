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

        var output = Array("SIP/2.0 \(status) \(reason)\r\n".utf8)
        var found = Set<HeaderName>()
        var scanner = HeaderScanner(text, from: feed &+ 1, to: limit)
        while let header = scanner.next() {
            switch header.name {
            case .via:
                let isTop = found.insert(.via).inserted
                output += Array("Via: ".utf8)
                output += isTop ? topVia(text, header.value, source) : unfolded(text.array(header.value))
            case .from, .callID, .cseq, .to:
                guard found.insert(header.name).inserted else { continue }
                output += Array(title(header.name).utf8)
                output += unfolded(text.array(header.value))
                if header.name == .to, !hasTag(text, header.value) { output += Array(";tag=\(toTag)".utf8) }
            case .maxForwards, .contentLength, .contentType, .other:
                continue
            }
            output += [Ascii.carriageReturn, Ascii.lineFeed]
        }
        guard found.contains(.via) else { return nil }
        for line in headers { output += Array("\(line)\r\n".utf8) }
        output += Array("Content-Length: 0\r\n\r\n".utf8)
        return output
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
    private static func topVia(_ text: ByteText, _ value: Range<Int>, _ source: Source?) -> [UInt8] {
        let start = text.firstIndex(of: Ascii.semicolon, in: value) ?? value.upperBound
        let end = text.firstIndex(of: Ascii.comma, in: value) ?? value.upperBound
        guard let source else { return unfolded(text.array(value)) }
        var parameters = ParameterScanner(text, in: min(start, end)..<value.upperBound)
        var output = text.array(value.lowerBound..<min(start, end))
        while let parameter = parameters.next() {
            if parameter.name.isEmpty || text.equals(parameter.name, ignoringCase: "received") { continue }
            if text.equals(parameter.name, ignoringCase: "rport") {
                output += Array(";rport=\(source.port)".utf8)
                continue
            }
            output += [Ascii.semicolon] + text.array(parameter.name)
            if let found = parameter.value { output += [Ascii.equal] + text.array(found) }
        }
        output += Array(";received=\(source.address)".utf8)
        return unfolded(output + text.array(parameters.position..<value.upperBound))
    }

    private static func hasTag(_ text: ByteText, _ value: Range<Int>) -> Bool {
        let start = text.endOfAddress(value) ?? value.upperBound
        var parameters = ParameterScanner(text, in: start..<value.upperBound)
        while let parameter = parameters.next() {
            if text.equals(parameter.name, ignoringCase: "tag") { return true }
        }
        return false
    }

    /// Line ends of folded lines become blanks.
    private static func unfolded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 == Ascii.carriageReturn || $0 == Ascii.lineFeed ? Ascii.space : $0 }
    }
}
