extension Reading {
    /// The key `outgoing` of a trunk.
    ///
    /// - Returns: whether it is there, right or wrong.
    func outgoing(_ fields: inout Fields, _ trunk: inout Configuration.Trunk) -> Bool {
        guard let entry = fields.take("outgoing") else { return false }
        var inner = Fields(entry, place: "in outgoing of trunk \"\(trunk.name)\"", reading: self)
        defer { inner.finish() }
        let place = inner.require("address").flatMap(outgoingAddress)
        var outgoing = Configuration.Outgoing(address: place?.address ?? "")
        outgoing.port = place?.port ?? outgoing.port
        outgoing.user = inner.optional("user", default: nil, text)
        let secretEntry = inner.take("secret")
        outgoing.secret = secretEntry.flatMap { secret($0, not: outgoing.user) }
        if let secretEntry, outgoing.user == nil {
            error("outgoing has a secret and no user", at: span(ofKey: secretEntry), next: "add user, or delete secret")
        } else if outgoing.user != nil, secretEntry == nil {
            error("outgoing has a user and no secret", at: entry, next: "add secret, or delete user")
        }
        outgoing.domain = inner.optional("domain", default: nil, domain)
        outgoing.channels = inner.optional("channels", default: nil) { integer($0, in: 1...10_000) }
        if place != nil { trunk.outgoing = outgoing }
        return true
    }

    /// `192.0.2.1`, `192.0.2.1:5060`, `2001:db8::1` or `[2001:db8::1]:5060`.
    private func outgoingAddress(_ entry: Entry) -> (address: String, port: UInt16?)? {
        let text = entry.text ?? ""
        let next = "written 192.0.2.1:5060 or [2001:db8::1]:5060; a host name has to be looked up: host NAME"
        var host = text[...]
        var digits: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            digits = rest.isEmpty ? nil : rest.hasPrefix(":") ? rest.dropFirst() : ""
        } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            digits = text[text.index(after: colon)...]
        }
        guard let address = Address(String(host)), !address.isUnspecified else {
            error("\"\(shown(text))\" is not a numeric address to which calls can be sent", at: entry, next: next)
            return nil
        }
        guard let digits else { return (address.text, nil) }
        guard let port = port(digits), port > 0 else {
            error("the port must be 1 to 65535", at: entry, next: next)
            return nil
        }
        return (address.text, port)
    }

    /// A host name or numeric address as it stands in a SIP address: letters, digits, `-`, `.`, or an address.
    private func domain(_ entry: Entry) -> String? {
        let text = entry.text ?? ""
        if let address = Address(text) { return address.isIPv6 ? "[\(address.text)]" : address.text }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...253).contains(text.utf8.count), labels.allSatisfy(Self.isLabel) else {
            error(
                "domain must be a host name or a numeric address, not \"\(shown(text))\"", at: entry,
                next: "for example sip.example.com; the provider says which")
            return nil
        }
        return text
    }

    /// RFC 1123 §2.1: letters, digits and hyphens inside, at most 63.
    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), !label.hasPrefix("-"), !label.hasSuffix("-") else { return false }
        return label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
