/// One SIP message as it passed the server's interfaces.
package struct SIPMessage: Sendable {
    package let at: Moment
    package let source: Endpoint
    package let destination: Endpoint
    package let firstLine: String
    /// Header lines by lower-case name; the first of each name.
    package let headers: [String: String]
    package let body: String

    /// `nil` if the packet is no SIP.
    init?(_ packet: Packet) {
        guard packet.payload.count > 20, packet.payload[0] >= 65, packet.payload[0] <= 90 else { return nil }
        let parts = String(decoding: packet.payload, as: UTF8.self)
            .split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = (parts.first ?? "").split(separator: "\r\n")
        guard let first = lines.first, first.contains("SIP/2.0") else { return nil }
        at = packet.at
        source = packet.source
        destination = packet.destination
        firstLine = String(first)
        body = parts.count > 1 ? String(parts[1]) : ""
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            if headers[name] == nil { headers[name] = String(value) }
        }
        self.headers = headers
    }

    package var isRequest: Bool { !firstLine.hasPrefix("SIP/2.0") }
    /// The method of a request, or of the request that this answers.
    package var method: String {
        isRequest
            ? String(firstLine.prefix { $0 != " " }) : String(headers["cseq", default: ""].suffix(while: { $0 != " " }))
    }
    /// The status of a response, `nil` for a request.
    package var status: Int? {
        isRequest ? nil : firstLine.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
    package var callID: String { headers["call-id", default: headers["i", default: ""]] }
}

extension Capture {
    /// The SIP over UDP seen so far, without repetitions if wanted.
    package func sip(from start: Moment? = nil, until end: Moment? = nil) -> [SIPMessage] {
        packets.filter { $0.at >= start ?? began && $0.at <= end ?? .now }.compactMap(SIPMessage.init)
    }

    /// Requests of a method that the server sent to an address; repetitions of one request count once.
    package func requests(
        _ method: String, to address: String, from start: Moment? = nil, until end: Moment? = nil
    ) -> [SIPMessage] {
        let wanted = Endpoint.parse(address)
        var seen: Set<String> = []
        return sip(from: start, until: end).filter { message in
            guard message.isRequest, message.method == method, message.destination.address == wanted else {
                return false
            }
            return seen.insert(message.callID + message.headers["cseq", default: ""]).inserted
        }
    }

    /// Responses with a status for a method that went to an address.
    package func responses(
        _ status: Int, for method: String, to address: String, from start: Moment? = nil
    ) -> [SIPMessage] {
        let wanted = Endpoint.parse(address)
        return sip(from: start).filter { message in
            message.status == status && message.method == method && message.destination.address == wanted
        }
    }

    /// SIP between server and one address, a line each, for a failure's message.
    package func sipStory(of address: String) -> String {
        let wanted = Endpoint.parse(address)
        return sip().filter { $0.source.address == wanted || $0.destination.address == wanted }.map { message in
            let arrow = message.source.address == wanted ? "→ server" : "← server"
            let port = message.source.address == wanted ? message.source.port : message.destination.port
            return "    \(text(message.at)) \(address):\(port) \(arrow)  \(message.firstLine.prefix(70))"
                + "  [\(message.headers["cseq", default: ""])]"
        }.joined(separator: "\n")
    }
}

extension String {
    /// The longest end of the text whose characters all satisfy the condition.
    fileprivate func suffix(while holds: (Character) -> Bool) -> Substring {
        self[(lastIndex { !holds($0) }.map { index(after: $0) } ?? startIndex)...]
    }
}
