/// The session description within a body: the body itself, or a part of a multipart one (RFC 3261 §7.4, RFC 5621), as
/// gateways send it that have something from the telephone network to pass on beside.
enum SessionPart {
    /// More parts than this are not looked through.
    static let maxParts = 8
    /// RFC 2046 §5.1.1.
    static let maxBoundary = 70

    /// What a body is to offer/answer.
    enum Content: Hashable {
        /// There is none.
        case none
        case session([UInt8])
        /// Something else, or beside the session something that has to be understood and is not.
        case foreign
    }

    /// - Parameter type: value of Content-Type.
    static func content(of body: ArraySlice<UInt8>, type: String) -> Content {
        guard !body.isEmpty else { return .none }
        let media = SIPTrim.trimmed(type.prefix { $0 != ";" }).lowercased()
        if media == "application/sdp" { return .session(Array(body)) }
        guard media == "multipart/mixed" || media == "multipart/alternative",
            let boundary = boundary(of: type), let parts = parts(of: body, boundary)
        else { return .foreign }
        var session: ArraySlice<UInt8>?
        for part in parts {
            // A part begins with its headers; the empty line is there even without them.
            let lines = HeaderLines(Array("\r\n".utf8) + part.head)
            let disposition = lines.first("content-disposition")?.lowercased() ?? ""
            let kind = lines.first("content-type", compact: UInt8(ascii: "c")) ?? "text/plain"
            let isSession = SIPTrim.trimmed(kind.prefix { $0 != ";" }).lowercased() == "application/sdp"
            let isForSession = disposition.isEmpty || disposition.hasPrefix("session")
            if isSession, isForSession, isPlain(lines), session == nil, !part.body.isEmpty {
                session = part.body
            } else if disposition.replacing(" ", with: "").contains(";handling=required") {
                return .foreign
            }
        }
        return session.map { .session(Array($0)) } ?? .foreign
    }

    /// Not packed in any way.
    private static func isPlain(_ lines: HeaderLines) -> Bool {
        let encoding = SIPTrim.trimmed(lines.first("content-transfer-encoding") ?? "binary").lowercased()
        return ["binary", "7bit", "8bit"].contains(encoding)
    }

    /// The line that stands between the parts, without line ends.
    private static func boundary(of type: String) -> [UInt8]? {
        for parameter in type.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1).map { SIPTrim.trimmed($0) }
            guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
            var value = pair[1][...]
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
            guard !value.isEmpty, value.utf8.count <= maxBoundary else { return nil }
            return Array("--\(value)".utf8)
        }
        return nil
    }

    private struct Part {
        var head: ArraySlice<UInt8>
        var body: ArraySlice<UInt8>
    }

    /// `nil` if there is no part, there are too many, or the last one has no end.
    private static func parts(of body: ArraySlice<UInt8>, _ boundary: [UInt8]) -> [Part]? {
        var found: [Part] = []
        var start: Int?
        var position = body.startIndex
        while position < body.endIndex {
            let feed = body[position...].firstIndex(of: Ascii.lineFeed)
            let next = feed.map { $0 + 1 } ?? body.endIndex
            defer { position = next }
            guard body[position..<next].starts(with: boundary) else { continue }
            let rest = body[(position + boundary.count)..<next]
            let isLast = rest.starts(with: "--".utf8)
            guard isLast || rest.allSatisfy(Ascii.isBlank) else { continue }
            if let start {
                guard found.count < maxParts else { return nil }
                found.append(part(body[start..<withoutLineEnd(body, before: position, from: start)]))
            }
            if isLast { return found.isEmpty ? nil : found }
            start = next
        }
        return nil
    }

    /// The line end before a boundary belongs to the boundary.
    private static func withoutLineEnd(_ body: ArraySlice<UInt8>, before position: Int, from start: Int) -> Int {
        var end = position
        if end > start, body[end - 1] == Ascii.lineFeed { end -= 1 }
        if end > start, body[end - 1] == Ascii.carriageReturn { end -= 1 }
        return end
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part {
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let feed = bytes[position...].firstIndex(of: Ascii.lineFeed)
            let next = feed.map { $0 + 1 } ?? bytes.endIndex
            let line = bytes[position..<next]
            if line.allSatisfy({ $0 == Ascii.carriageReturn || $0 == Ascii.lineFeed }) {
                return Part(head: bytes[..<next], body: bytes[next...])
            }
            position = next
        }
        return Part(head: bytes, body: bytes[bytes.endIndex...])
    }
}
