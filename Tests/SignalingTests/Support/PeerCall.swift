/// Texts of one call as a peer writes them.
struct PeerCall {
    var callID: String
    var port: UInt16
    var fromTag = "peer-tag"
    var branch: Int
    var dialled = "100"
    var contactHost = "127.0.0.1"
    /// Where it is not where it sends from.
    var contactPort: UInt16?

    init(port: UInt16, callID: String) {
        self.port = port
        self.callID = callID
        branch = 1
    }

    static func sdp(port: Int = 40_000, formats: String = "8 0 101", direction: String = "sendrecv") -> String {
        """
        v=0\r
        o=- 1 1 IN IP4 127.0.0.1\r
        s=-\r
        c=IN IP4 127.0.0.1\r
        t=0 0\r
        m=audio \(port) RTP/AVP \(formats)\r
        a=rtpmap:101 telephone-event/8000\r
        a=\(direction)\r

        """
    }

    /// A request of the peer; `to` is the agent's tag, once there is one.
    func request(
        _ method: String, sequence: Int, branch: String? = nil, to: String? = nil, uri: String? = nil,
        headers: [String] = [], body: String? = nil, contentType: String = "application/sdp"
    ) -> String {
        let target = uri ?? "sip:\(dialled)@127.0.0.1"
        var text = "\(method) \(target) SIP/2.0\r\n"
        text += "Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=z9hG4bK\(callID)\(branch ?? String(sequence));rport\r\n"
        text += "Max-Forwards: 70\r\nFrom: \"Olha\" <sip:+380441234567@127.0.0.1>;tag=\(fromTag)\r\n"
        text += "To: <sip:\(dialled)@127.0.0.1>\(to.map { ";tag=\($0)" } ?? "")\r\n"
        text += "Call-ID: \(callID)\r\nCSeq: \(sequence) \(method)\r\n"
        text += "Contact: <sip:peer@\(contactHost):\(contactPort ?? port)>\r\n"
        for header in headers { text += header + "\r\n" }
        if let body {
            text += "Content-Type: \(contentType)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        } else {
            text += "Content-Length: 0\r\n\r\n"
        }
        return text
    }

    /// A response of the peer to a request of the agent.
    static func response(
        _ status: String, to request: PeerText, tag: String?, contact: String? = nil, headers: [String] = [],
        body: String? = nil
    ) -> String {
        var text = "SIP/2.0 \(status)\r\n"
        for via in request.headers("Via") { text += "Via: \(via)\r\n" }
        text += "From: \(request.header("From") ?? "")\r\n"
        let to = request.header("To") ?? ""
        text += "To: \(to)\(tag.map { to.contains(";tag=") ? "" : ";tag=\($0)" } ?? "")\r\n"
        text += "Call-ID: \(request.header("Call-ID") ?? "")\r\nCSeq: \(request.header("CSeq") ?? "")\r\n"
        if let contact { text += "Contact: <\(contact)>\r\n" }
        for header in headers { text += header + "\r\n" }
        if let body {
            text += "Content-Type: application/sdp\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        } else {
            text += "Content-Length: 0\r\n\r\n"
        }
        return text
    }
}
