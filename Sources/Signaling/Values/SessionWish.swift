/// Who refreshes a session: the user agent client or the server of the request that says so (RFC 4028 §4).
enum SessionRefresher: Hashable {
    case uac, uas
}

/// The value of a Session-Expires header (RFC 4028 §4): `1800;refresher=uac`.
struct SessionExpires: Hashable {
    /// Seconds, at most `limit`.
    var seconds: Int
    var refresher: SessionRefresher?

    /// A day: nobody means more, and sums stay small.
    static let limit = 86_400

    /// `nil` for what cannot be read; the header counts as missing then.
    init?(_ value: String) {
        let parts = value.split(separator: ";", omittingEmptySubsequences: false)
        guard let first = parts.first, let seconds = Self.seconds(first) else { return nil }
        self.seconds = seconds
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { SIPTrim.trimmed($0).lowercased() }
            guard pair.count == 2, pair[0] == "refresher" else { continue }
            refresher = pair[1] == "uac" ? .uac : pair[1] == "uas" ? .uas : nil
        }
    }

    /// The number before the parameters of a Session-Expires or Min-SE value.
    static func seconds(_ text: some StringProtocol) -> Int? {
        let digits = SIPTrim.trimmed(text.prefix { $0 != ";" })
        guard !digits.isEmpty, digits.utf8.allSatisfy(Ascii.isDigit) else { return nil }
        return min(Int(digits) ?? limit, limit)
    }
}

/// What an INVITE or UPDATE says about session timers.
struct SessionWish: Hashable {
    /// The peer knows the extension.
    var isSupported = false
    var expires: SessionExpires?
    /// Min-SE in seconds.
    var minimum = 0

    init() {}

    init(_ headers: HeaderLines) {
        isSupported = headers.has("timer", in: "supported", compact: UInt8(ascii: "k"))
        expires = headers.first("session-expires", compact: UInt8(ascii: "x")).flatMap { SessionExpires($0) }
        minimum = headers.first("min-se").flatMap { SessionExpires.seconds($0) } ?? 0
    }
}
