/// The body as offer/answer sees it.
extension IncomingRequest {
    var hasBody: Bool { index.headerLength < bytes.count }

    /// There is a body, and it is no session description.
    var hasForeignBody: Bool { hasBody && !isPlainSession && content == .foreign }

    /// The session description, if there is one.
    var session: [UInt8]? {
        if case .session(let found) = content { found } else { nil }
    }

    private var content: SessionPart.Content {
        guard hasBody else { return .none }
        if isPlainSession { return .session(body) }
        let type = headers.first("content-type", compact: UInt8(ascii: "c")) ?? ""
        return SessionPart.content(of: bytes[min(index.headerLength, bytes.count)...], type: type)
    }

    /// What nearly all are, seen without making text of the header.
    private var isPlainSession: Bool {
        headers.has("application/sdp", in: "content-type", compact: UInt8(ascii: "c"))
    }
}

extension SessionPart {
    /// The session description in a response, which is what the body is unless it is one of several parts. A body that
    /// is none is an answer that does not fit.
    static func session(of index: MessageIndex, _ whole: [UInt8]) -> [UInt8] {
        let body = whole[min(index.headerLength, whole.count)...]
        // The first byte shows it of nearly all.
        guard let first = body.first, first != UInt8(ascii: "v") else { return Array(body) }
        let type = HeaderLines(whole).first("content-type", compact: UInt8(ascii: "c")) ?? ""
        if case .session(let part) = content(of: body, type: type) { return part }
        return Array(body)
    }
}
