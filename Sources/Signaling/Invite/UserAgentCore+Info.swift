/// Keys by SIP INFO, as phones without RFC 4733 send them: `Signal=5` (application/dtmf-relay) or `5`
/// (application/dtmf).
extension UserAgentCore {
    func receiveInfo(_ leg: Leg, _ request: IncomingRequest) {
        let type = request.headers.first("content-type", compact: UInt8(ascii: "c")) ?? ""
        let text = String(decoding: request.body.prefix(256), as: UTF8.self)
        switch SIPTrim.trimmed(type.prefix { $0 != ";" }).lowercased() {
        case "application/dtmf-relay":
            reply(to: request, 200)
            if let key = Self.relayedKey(text), leg.isEstablished { emit(.keyPressed(leg.id, key)) }
        case "application/dtmf":
            reply(to: request, 200)
            if let key = Self.key(text[...]), leg.isEstablished { emit(.keyPressed(leg.id, key)) }
        case "":
            reply(to: request, 200)
        default:
            reply(to: request, 415, headers: ["Accept: application/dtmf-relay, application/dtmf"])
        }
    }

    static func relayedKey(_ body: String) -> Character? {
        for line in body.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, SIPTrim.trimmed(parts[0]).lowercased() == "signal" else { continue }
            return key(parts[1])
        }
        return nil
    }

    /// One key, or its event number of RFC 4733 (10: star, 11: hash).
    private static func key(_ text: Substring) -> Character? {
        let value = SIPTrim.trimmed(text).uppercased()
        switch value {
        case "10": return "*"
        case "11": return "#"
        default:
            guard value.count == 1, let key = value.first, "0123456789*#ABCD".contains(key) else { return nil }
            return key
        }
    }
}
