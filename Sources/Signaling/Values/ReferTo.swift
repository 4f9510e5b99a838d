/// Which dialog a new call is to take the place of (RFC 3891 §6): `call-id;to-tag=…;from-tag=…`, the tags as the user
/// agent has them that is asked.
struct ReplacedDialog: Hashable {
    var callID: String
    var toTag: String
    var fromTag: String
    /// Only if it has not been answered.
    var isEarlyOnly = false

    /// `nil` for what cannot be read.
    init?(_ value: String) {
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map { SIPTrim.trimmed($0) }
        guard let callID = parts.first, !callID.isEmpty, callID.utf8.allSatisfy(Ascii.isVisible) else { return nil }
        var tags: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { SIPTrim.trimmed($0) }
            guard let name = pair.first?.lowercased() else { continue }
            if pair.count == 1, name == "early-only" { isEarlyOnly = true }
            guard pair.count == 2, name == "to-tag" || name == "from-tag" else { continue }
            guard tags[name] == nil, pair[1].utf8.allSatisfy(Ascii.isToken) else { return nil }
            tags[name] = pair[1]
        }
        guard let toTag = tags["to-tag"], let fromTag = tags["from-tag"] else { return nil }
        self.callID = callID
        self.toTag = toTag
        self.fromTag = fromTag
    }
}

/// Whom a REFER wants called, the value of Refer-To (RFC 3515 §2.1), with the dialog that the call is to replace.
struct ReferTo: Hashable {
    /// Unescaped, without parameters; of a `tel` URI the number.
    var user: String
    /// Empty for a `tel` URI.
    var host: String
    var replaces: ReplacedDialog?

    /// `nil` for what cannot be read, and for everything that is no call: another scheme, another method.
    init?(_ value: String) {
        guard let address = OsipAddress(parsing: value), ["sip", "sips", "tel"].contains(address.scheme) else {
            return nil
        }
        user = address.user ?? ""
        host = address.scheme == "tel" ? "" : address.host ?? ""
        let parts = address.uri.split(separator: "?", maxSplits: 1)
        for parameter in (parts.first ?? "").split(separator: ";").dropFirst() {
            let pair = parameter.lowercased().split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0] == "method", pair[1] != "invite" { return nil }
        }
        guard parts.count == 2 else { return }
        for header in parts[1].split(separator: "&") {
            let pair = header.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].lowercased() == "replaces" else { continue }
            guard replaces == nil, let dialog = ReplacedDialog(SIPText.unescaped(String(pair[1]))) else { return nil }
            replaces = dialog
        }
    }
}
