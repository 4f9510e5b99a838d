/// How the bytes arrived.
package enum GuardTransport: Sendable {
    /// One datagram: Content-Length may be missing, and what follows the body is ignored (RFC 3261 section 18.3).
    case datagram
    /// One frame of a stream, as `StreamFramer` cut it out.
    case stream
}

/// What is to become of received bytes.
package enum GuardVerdict: Sendable {
    /// Fit for the parser: its first `headerLength + contentLength` bytes, no more.
    case message(MessageIndex)
    /// Nothing but line ends or zeros: keeps a path through a NAT open.
    case keepAlive
    /// Not worth an answer, or without what an answer needs. The text says why, for the log.
    case drop(String)
    /// A request that is to be refused without the parser and without state. Never an ACK. Numbers and texts that
    /// could not be read are zero and empty in the index.
    case answer(status: Int, reason: String, MessageIndex)
}

/// What the transaction and dialog tables need of a message, read in one pass before it is parsed.
package struct MessageIndex: Hashable, Sendable {
    package var isRequest: Bool
    /// Of a request; empty in a response.
    package var method: String
    /// Of a request; empty in a response.
    package var requestURI: String
    /// Of a response, 100 to 699; zero in a request.
    package var statusCode: Int
    /// Of the topmost Via; empty if it has none.
    package var branch: String
    /// Host and port of the topmost Via as written, in lower case and without blanks.
    package var viaSentBy: String
    package var callID: String
    /// Below 2^31.
    package var cseqNumber: UInt32
    package var cseqMethod: String
    /// Empty if the peer sent none, as RFC 2543 allowed.
    package var fromTag: String
    package var toTag: String?
    /// Bytes of the body. Without Content-Length, what is left of the datagram.
    package var contentLength: Int
    /// Bytes before the body, with empty lines before the start line.
    package var headerLength: Int

    package init(
        isRequest: Bool, method: String = "", requestURI: String = "", statusCode: Int = 0, branch: String,
        viaSentBy: String, callID: String, cseqNumber: UInt32, cseqMethod: String, fromTag: String, toTag: String?,
        contentLength: Int, headerLength: Int
    ) {
        self.isRequest = isRequest
        self.method = method
        self.requestURI = requestURI
        self.statusCode = statusCode
        self.branch = branch
        self.viaSentBy = viaSentBy
        self.callID = callID
        self.cseqNumber = cseqNumber
        self.cseqMethod = cseqMethod
        self.fromTag = fromTag
        self.toTag = toTag
        self.contentLength = contentLength
        self.headerLength = headerLength
    }

    /// The branch identifies the transaction (RFC 3261 section 17.2.3). Otherwise the peer is an RFC 2543 one, or
    /// sent the bare cookie, and Call-ID, CSeq and tag have to do.
    package var hasUniqueBranch: Bool {
        branch.utf8.count > 7 && branch.hasPrefix("z9hG4bK")
    }
}
