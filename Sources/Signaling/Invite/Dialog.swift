/// What both sides of a dialog remember (RFC 3261 §12), and the requests inside it.
struct Dialog {
    var callID: String
    var localTag: String
    /// Empty until the peer's tag is known (and for RFC 2543 peers).
    var remoteTag: String
    /// Name-addr with our identity, without tag.
    var localParty: String
    /// Name-addr of the peer, without tag.
    var remoteParty: String
    /// The peer's Contact; where requests go.
    var remoteTarget: String
    /// Name-addrs, next hop first.
    var routes: [String]
    /// CSeq number of our last request.
    var localSequence: UInt32
    /// CSeq number of the peer's last request; 0 before the first.
    var remoteSequence: UInt32
    /// Ours, as Via and Contact show it.
    var local: LocalEndpoint

    var key: DialogKey { DialogKey(callID: callID, localTag: localTag, remoteTag: remoteTag) }

    /// A request inside the dialog. ACK and CANCEL take the number of their INVITE, all others the next one.
    mutating func request(
        _ method: String, sequence: UInt32? = nil, branch: String, transport: String, headers: [String] = [],
        body: String? = nil, type: String = "application/sdp"
    ) -> [UInt8] {
        let number: UInt32
        if let sequence {
            number = sequence
        } else {
            localSequence &+= 1
            number = localSequence
        }
        var text = "\(method) \(requestURI) SIP/2.0\r\n"
        text += "Via: SIP/2.0/\(transport) \(local.hostPort);branch=\(branch);rport\r\n"
        for route in routeHeaders { text += "Route: \(route)\r\n" }
        text += "Max-Forwards: 70\r\nFrom: \(localParty);tag=\(localTag)\r\nTo: \(remoteParty)"
        if !remoteTag.isEmpty { text += ";tag=\(remoteTag)" }
        text += "\r\nCall-ID: \(callID)\r\nCSeq: \(number) \(method)\r\n"
        for header in headers { text += header + "\r\n" }
        if let body {
            text += "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        } else {
            text += "Content-Length: 0\r\n\r\n"
        }
        return Array(text.utf8)
    }

    /// RFC 3261 §12.2.1.1: a first route without `lr` is a strict router and takes the Request-URI's place.
    private var isStrict: Bool {
        guard let first = routes.first else { return false }
        let parameters = first.dropFirst().prefix { $0 != ">" && $0 != "?" }.split(separator: ";").dropFirst()
        return !parameters.contains { $0.prefix { $0 != "=" }.lowercased() == "lr" }
    }

    /// As in the request line.
    var requestURI: String {
        guard isStrict, let first = routes.first else { return Self.requestURI(remoteTarget) }
        return Self.requestURI(String(first.dropFirst().dropLast()))
    }

    /// A Request-URI has no headers (RFC 3261 §19.1.1).
    private static func requestURI(_ uri: String) -> String {
        uri.utf8.contains(UInt8(ascii: "?")) ? String(uri.prefix { $0 != "?" }) : uri
    }

    private var routeHeaders: [String] {
        isStrict ? routes.dropFirst() + ["<\(remoteTarget)>"] : routes
    }
}

/// Call-ID and both tags.
struct DialogKey: Hashable {
    var callID: String
    var localTag: String
    var remoteTag: String
}

/// Our own address on the way to one peer.
struct LocalEndpoint: Hashable {
    /// Numeric, without brackets.
    var address: String
    var port: UInt16
    var isStream: Bool

    var hostPort: String { "\(SIPText.host(address)):\(port)" }

    /// Contact header line.
    var contact: String { "Contact: <sip:burdock@\(hostPort)\(isStream ? ";transport=tcp" : "")>" }
}
